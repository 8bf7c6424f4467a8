// Package shipment owns parcels 包裹: from the quantity that goes into one, over the stages in the
// warehouse and the handover, to what the courier tells of it.
//
// It does not own the sub-orders' status (package order moves it when units are handed over or a
// parcel is delivered), nor the stock rows (package stock), nor a courier's protocol (courier and
// its adapters) or how what it tells is merged (track).
//
// Invariants:
//   - A parcel has units of one order, one shop and one warehouse. A unit is in at most one parcel
//     that is neither cancelled nor handed over, and goes into one only when it is held at the
//     parcel's warehouse.
//   - A stage changes only by a row of lifecycle.Parcel or lifecycle.Carrier, under the order's
//     lock, together with its event.
//   - The carrier stage is a function of the set of events that the courier told of the present
//     tracking number; each is stored once.
//   - A courier is called outside of transactions, by a server that has claimed the parcel.
package shipment
