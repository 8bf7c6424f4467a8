// Package fsm is a transition table: which action leads from which status to which, who may take
// it and under which conditions. One table answers every question about a status: may this happen
// (Next), what may this viewer do now (Allowed), what does the manual say (Describe).
//
// It owns the shape of a table and the check of its soundness. It knows no status of orderflow:
// the tables are in package lifecycle. It reads nothing and writes nothing; a caller gathers the
// facts, asks, and then changes the row under its own lock.
//
// A Machine is data and is never changed after it was declared. No method panics, whatever the
// table holds; a test of each table calls Check.
package fsm
