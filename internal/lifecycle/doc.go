// Package lifecycle holds the transition tables of all statuses, as data, and the roll-up of
// sub-orders to an order. The vocabularies that rows consist of (statuses, actions, roles, event
// names) are in package vocab, the machinery of tables in package fsm.
//
// A command gathers facts under the order's lock and calls Take, which changes the status and
// returns the event to emit; Check only reports whether an action is allowed. There is no other way
// to change a status. What else a transition writes belongs to the noun's own package. Nothing here
// reads a database or a clock; facts are small structs, mostly of booleans.
//
// Invariants, held by tests: every table passes fsm.Check; for any facts at most one row fits a
// (status, action, role); the matrix of every status, action and role is in testdata; README.md is
// generated from the tables (go generate) and fresh.
//
// The role of a row is the one that acts. BUYER to PLATFORM are viewers: what a table allows them
// is what availableActions shows. CLOCK, CHANNEL and SYSTEM are never a viewer, so consequences (a
// failed payment, a deadline) stay out of availableActions.
package lifecycle

//go:generate go run ./gen
