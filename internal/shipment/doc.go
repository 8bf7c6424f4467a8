// Package shipment owns parcels 包裹: from the quantity that goes into one, over the stages in the
// warehouse and the handover, to what the courier reports of it. It also has couriers bring a
// parcel back 截件, and keeps the parcels of requests: with goods that come back (RETURN), and with
// what is sent again (REPLACEMENT).
//
// It does not own the sub-orders' status (package order changes it when units are handed over or a
// parcel is delivered), nor requests (package aftersale, which it calls by Hooks), nor the stock
// rows (package stock), nor a courier's protocol (courier and its adapters) or how its reports are
// merged (track), nor the list of carriers (package carrier).
//
// Invariants:
//   - A parcel has units of one order, one shop and one warehouse. A unit is in at most one parcel
//     that is neither cancelled nor handed over, and goes into one only when it is held at the
//     parcel's warehouse: for the order, or for the request whose REPLACEMENT parcel it is.
//   - ORDER parcels alone count for the trade.
//   - A stage changes only by a row of lifecycle.Parcel or lifecycle.Carrier, an interception only
//     by one of lifecycle.Interception, under the order's lock, together with its event.
//   - No interception is open once its parcel is known to be delivered, lost or on its way back.
//   - The carrier stage is a function of the set of events that the courier reported of the
//     present tracking number and that people reported of the parcel; each is stored once.
//   - A carrier is one of the list. Of one that no courier is asked about here, and of its
//     interceptions, people report.
//   - A handover is undone only while nothing was reported of the parcel and nobody relies on it.
//   - The time until which a courier is known to have told of a parcel (heard_at) is never later
//     than its answer: of a query it is when that was sent, of a push the latest event in it.
//   - Only who sent a parcel corrects its number, once; the former number keeps its track. A number
//     is on two parcels only while they can be one box.
//   - A courier is called outside of transactions, by a server that has claimed the parcel or the
//     interception.
package shipment
