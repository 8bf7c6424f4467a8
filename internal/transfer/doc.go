// Package transfer moves units of a sku between the warehouses of a shop's goods: it is requested,
// sent, received in one part or several, or cancelled before it is sent.
//
// Without an order a transfer reserves nothing; the source's stock is checked when it is sent. For
// an order item it takes units that the item holds at the source: their sub-order waits for them at
// the target, and the hold travels with them. Units that an order no longer needs when they arrive
// (they were refunded meanwhile) are free at the target; units that do not arrive are written off
// and lack.
//
// A shortage may wait for a transfer too: its units are reserved at the source when the buyer
// chooses that. It is called with what arrives and what does not.
//
// The package owns the table of transfers. Stock rows and reservations are package stock's,
// sub-orders are package order's, and what becomes of units that lack is behind Hooks.
//
// Invariants, at every commit:
//   - received + lost ≤ quantity, with equality when and only when the transfer is RECEIVED.
//   - Stock fell at the source by the quantity when it was sent, and rose at the target by what was
//     received; what is on its way is in no warehouse.
//   - The order is locked before the transfer, the transfer before stock.
package transfer
