// Package stock reserves, releases, ships, transfers and adjusts what the warehouses hold, and
// keeps the ledger of it. It is the only writer of the tables of stock rows, movements and
// reservations. It does not choose warehouses and does not know why an order needs stock; that is
// package order. It checks no permission: its callers are commands that have done so.
//
// Invariants, at every commit:
//   - 0 ≤ reserved ≤ on_hand in every row.
//   - Each row is the sum of its movements; reserved is the sum of the HELD reservations on it.
//   - What was reserved is given back or consumed at most once; a partial change splits the
//     reservation first.
//   - What is on its way between warehouses is in no row. An order's units travel with their
//     reservation, which names the row it left until it arrives.
//   - What is reserved and released together is locked in ascending order of the rows' ids, so that
//     two orders that change the same rows wait for one another and do not deadlock.
package stock
