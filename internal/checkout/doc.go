// Package checkout owns the way from lines to an order: the quote (price, parcels, what stands in
// the way), the placement at the quoted price, and the rows of the catalogue that a server keeps in
// memory for both.
//
// It does not own the arithmetic of prices (package pricing), what happens to an order after its
// placement (package order), nor the rows that an order claims (packages stock and redemption).
//
// Invariants:
//   - Placing freezes: prices, shares and freight are never computed again from live data.
//   - Σ lines' payable + freight = a sub-order's payable; Σ sub-orders = the order's.
//   - An order is placed at the total that the buyer agreed to, or not at all.
//   - A placement claims in one order: benefits, coupons, quotas, the idempotency key, its buyer's
//     limits, and stock.
//   - What a buyer holds unpaid, and the pace of their orders, never pass the limits of the shops.
//   - No row of the catalogue that a checkout uses is older than what was committed when it began.
package checkout
