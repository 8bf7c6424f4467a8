package order

import (
	"context"

	"orderflow/ent"
	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/vocab"
)

// Handed is a quantity of one item in a parcel that a courier takes.
type Handed struct {
	Item  globalid.ID
	Units int64
}

// Shippable is how many units of an item are neither handed over, nor taken by a request or a
// refund, nor lacking. Parcels that are not handed over yet are not looked at.
func Shippable(item *ent.OrderItem) int64 {
	return max(0, item.Quantity-item.ShippedQuantity-item.RecalledQuantity-item.ShortQuantity)
}

// Ship takes SHIP for the sub-orders of which a parcel is handed over: the items' shipped quantity,
// the status, the time of shipping and the deadline of the receipt. Address changes that the shop
// has not answered lapse. The caller has taken the units out of the stock. Faults:
// ACTION_NOT_ALLOWED when units are shipped already or taken by a refund, ON_HOLD, NOT_FOUND.
func (l *Locked) Ship(ctx context.Context, handed []Handed) error {
	units := map[globalid.ID]int64{} // by sub-order
	locked := map[globalid.ID]bool{}
	var subs []*ent.SubOrder
	for _, h := range handed {
		item := l.Item(h.Item)
		if item == nil || h.Units < 1 {
			return fault.New(fault.NotFound, "There is no such item in this order.")
		}
		sub := l.Sub(item.SubOrderID)
		if units[sub.ID] == 0 {
			subs = append(subs, sub)
		}
		units[sub.ID] += h.Units
		if h.Units > Shippable(item) {
			locked[sub.ID] = true
			continue
		}
		item.ShippedQuantity += h.Units
	}
	for _, sub := range subs {
		if err := l.shipSub(ctx, sub, units[sub.ID], locked[sub.ID]); err != nil {
			return err
		}
		if err := l.lapseAddresses(ctx, sub.ShopID); err != nil {
			return err
		}
	}
	return nil
}

func (l *Locked) shipSub(
	ctx context.Context, sub *ent.SubOrder, units int64, locked bool,
) error {
	facts := l.progress(sub)
	facts.QuantityLocked = locked
	facts.ShopHolds, facts.PlatformHolds = sub.ShopHold, sub.PlatformHold
	others := vocab.Dispatched.Has(sub.Status) // parcels that may be in trouble
	err := l.TransitionSub(sub, Transition{Action: vocab.Ship, Facts: facts,
		Payload: document.Payload{Quantity: units}})
	if err != nil {
		return err
	}
	if facts.AllShipped {
		due := l.Tx.Now.Add(unknownDelivery)
		sub.ShippedAt, sub.ReceiptDueAt = &l.Tx.Now, &due
		if others {
			return l.schedule(ctx, sub)
		}
	}
	return nil
}

// progress is what the trade table looks at in how far the units of a sub-order are.
func (l *Locked) progress(sub *ent.SubOrder) lifecycle.TradeFacts {
	facts := lifecycle.TradeFacts{AllShipped: true, AllRefunded: true,
		AfterSaleOpen: sub.OpenRequests > 0}
	for _, it := range l.itemsOf(sub.ID) {
		facts.SomeShipped = facts.SomeShipped || it.ShippedQuantity > 0
		facts.AllShipped = facts.AllShipped && it.ShippedQuantity+it.CancelledQuantity >= it.Quantity
		// What an open request holds of the money is not back yet.
		facts.AllRefunded = facts.AllRefunded && it.RefundedQuantity == it.Quantity &&
			it.Refunded == it.Payable
	}
	return facts
}
