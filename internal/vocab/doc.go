// Package vocab holds every closed vocabulary: statuses with their groups, actions, roles, reasons,
// triggers and event names. Every value is spelled alike in Go, in the database and in the SDL; a
// test compares them.
//
// It owns names only, and imports the standard library only, so that the tables of the database and
// the columns' types depend on names and never on rules. Which transition is allowed belongs to
// package lifecycle; what a promotion does belongs to package pricing; the JSON documents that
// columns hold belong to package document.
//
// Invariants: each vocabulary has a list of all its values; the groups of a status together name
// no value that the list lacks.
package vocab
