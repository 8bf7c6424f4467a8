// Package audit keeps the audit log: who of the staff did what, when, to what, and what it was
// before and after. A command that is no event of an order records an entry in its transaction; an
// order's events are its own log.
//
// Entries form a chain for each shop, and one for the platform: the n-th has the number n and a
// hash over its columns and the hash of the one before it. The end of a chain is a row of its own
// (the head), which a command locks as the last row of its transaction. So commands on one shop
// chain one after the other, for as long as two statements and the commit take; settings are rare,
// and no command of a buyer comes here. Package verify computes the chains again.
//
// It does not decide who may do something, and nothing here changes or deletes an entry.
//
// Invariants:
//   - An entry commits with what it tells of, or not at all.
//   - The numbers of a chain are 1 … n without a gap, and its head has the number and the hash of
//     the n-th.
//   - Personal data and free text are not copied into an entry: it says that they changed.
package audit
