// Package order owns placing and everything that changes the status of an order or a sub-order: the
// price that is frozen, the split into sub-orders, what is held and given back, handover, receipt
// and completion with their deadlines, address changes, what is on hold, and the arithmetic of
// refunds on lines.
//
// It does not own money at channels (package payment decides when an order is paid or has failed),
// parcels (package shipment) nor the stock rows (package stock).
//
// Invariants:
//   - Placing freezes: prices, shares and freight are never computed again from live data, and
//     deadlines follow the policy that the shop had then, see TermsOf.
//   - Σ lines' payable + freight = a sub-order's payable; Σ sub-orders = the order's.
//   - A status changes only by a row of lifecycle.Trade, under the order's lock, together with its
//     events. The order's status is the roll-up of its sub-orders.
//   - What an order holds (stock, coupons, benefits, quota) comes back when it is closed unpaid.
//   - A split moves no cent and no unit out of the order: on each line list − shares = payable, and
//     what refunds took and what is left make up the payable.
//   - A deadline acts once, and only if it still holds under the order's lock. One that depends on
//     where a parcel is acts after the parcel's courier was asked, see AwaitCouriers.
//   - Nothing of a sub-order on hold is handed over, what leaves it is on hold as well, and the
//     time to ship that was left is left at the release.
//   - An address is sealed with its order's id, in the order, its sub-orders and address changes.
package order
