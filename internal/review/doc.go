// Package review owns what buyers say about the items they received, with one follow-up and one
// reply of the shop each.
//
// It does not own when a buyer is reminded, nor the receipt: package order does.
//
// Invariants:
//   - Only the buyer of an item reviews it, after the receipt, once.
//   - A sub-order awaits a review until all its items are reviewed that were not refunded whole.
//   - What people write is in the review only, never in an event.
package review
