// Package checkout owns the way from lines to an order: the quote (price, parcels, what stands in
// the way), and the placement at the quoted price.
//
// It does not own the arithmetic of prices (package pricing), what happens to an order after its
// placement (package order), nor the rows that an order claims (packages stock and redemption).
//
// Invariants:
//   - Placing freezes: prices, shares and freight are never computed again from live data.
//   - Σ lines' payable + freight = a sub-order's payable; Σ sub-orders = the order's.
//   - An order is placed at the total that the buyer agreed to, or not at all.
//   - A placement claims in one order: idempotency key, benefits, coupons, quotas, and stock last.
package checkout
