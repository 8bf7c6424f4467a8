// Package shortage owns sold units that the warehouse does not have 缺货: found at payment, at
// packing or by a transfer that came up short; what the shop offers for them, what the buyer
// chooses, and the deadlines of both.
//
// It does not own after-sale requests (package aftersale), the refund (package payment) nor the
// transfer (package transfer).
//
// Invariants:
//   - As long as a shortage is OPEN, OFFERED or WAITING its units count in the item's
//     short_quantity: they can be neither shipped nor moved nor taken by a request.
//   - A row's quantity is what lacks still: of a transfer that comes in parts it falls with each.
//   - The buyer can have the money at any time before the units are there.
package shortage
