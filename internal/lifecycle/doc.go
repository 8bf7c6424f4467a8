// Package lifecycle holds every status, action and transition table of the system, as data. There
// is no other way to change a status: a command gathers the facts under the order's lock, asks
// Next, writes the row with "WHERE status = old" and appends the event that the table row names.
//
// It owns the vocabularies (statuses, actions, roles, event names), the tables and the roll-up of
// sub-orders to an order. It does not own what a transition writes: that belongs to the noun. It
// reads no database and knows no clock; facts come as small structs of booleans.
//
// Invariants, held by tests: every table passes fsm.Check; for any facts at most one row fits a
// (status, action, role); the matrix of every status, action and role is in testdata; README.md is
// generated from the tables (go generate) and fresh.
//
// Roles say whose act it is. BUYER to PLATFORM are viewers, and what a table allows them is what
// availableActions shows. CLOCK, CHANNEL and SYSTEM are never a viewer, so consequences (a failed
// payment, a deadline) stay out of availableActions.
package lifecycle

//go:generate go run ./gen
