// Package aftersale owns the reverse flow 逆向流程: requests of buyers about what they bought, what
// shops and staff answer, and what deadlines and couriers bring about.
//
// It does not own the money (package payment refunds what a request holds), the units and amounts
// of an order's items (package order gives and takes them), the parcels (package shipment sends,
// tracks and intercepts them) or the stock rows (package stock).
//
// Invariants:
//   - A status changes only by a row of lifecycle.AfterSale, under the order's lock, together with
//     its event.
//   - A request holds its units and its money from when it is made until it is WITHDRAWN or CLOSED,
//     which give them back, or a refund has moved them. Goods that are sent again give them back
//     too: the buyer has goods for the money.
//   - A unit is in one open request at most: its holder has taken it.
//   - An open request is counted at its sub-order, so that this is neither received nor completed
//     by the clock meanwhile.
//   - A message of a request is never changed.
package aftersale
