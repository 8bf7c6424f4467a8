// Package order owns placing and everything that changes the status of an order or a sub-order
// before shipping: the price that is frozen, the split into sub-orders, what is held and given
// back, and the arithmetic of refunds on lines.
//
// It does not own money at channels (package payment decides when an order is paid or has failed)
// nor the stock rows (package stock).
//
// Invariants:
//   - Placing freezes: prices, shares and freight are never computed again from live data.
//   - Σ lines' payable + freight = a sub-order's payable; Σ sub-orders = the order's.
//   - A status changes only by a row of lifecycle.Trade, under the order's lock, together with its
//     events. The order's status is the roll-up of its sub-orders.
//   - What an order holds (stock, coupons, benefits, quota) comes back when it is closed unpaid.
package order
