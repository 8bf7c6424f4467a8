package aftersale

import (
	"time"

	"orderflow/ent"
	"orderflow/internal/auth"
	"orderflow/internal/lifecycle"
	"orderflow/internal/order"
	"orderflow/internal/vocab"
)

// askedBy says whose request it is to be.
func (d *requestDraft) askedBy(s *AfterSales, v *auth.Viewer) {
	d.by, d.staffed = v.Role, v.IsStaff()
	d.late = s.overForLong(d.sub, d.now)
	d.l.Actor.Role = v.Role
}

// eligible reports whether the trade table lets a request begin on the sub-order now. What is left
// for it is found line by line.
func (d *requestDraft) eligible() error {
	action, by := vocab.BeginAfterSale, vocab.Buyer
	if d.staffed {
		action, by = vocab.BeginForBuyer, d.by
	}
	facts := order.SubFacts(d.sub, d.now)
	facts.WindowOver = facts.WindowOver && !d.revised
	facts.ShopTooLate = d.late
	return lifecycle.Check(lifecycle.Trade, d.sub.Status, action, by, facts)
}

// LookAt adds to the facts of a paid sub-order what requests look at in it and in its items.
func (s *AfterSales) LookAt(
	facts *lifecycle.TradeFacts, sub *ent.SubOrder, items []*ent.OrderItem, now time.Time,
) {
	facts.ShopTooLate = s.overForLong(sub, now)
	facts.NothingToRequest = true
	for _, it := range items {
		facts.NothingToRequest = facts.NothingToRequest && !requestable(sub, it)
	}
}

// requestable reports whether some kind of request could still take something of an item.
func requestable(sub *ent.SubOrder, it *ent.OrderItem) bool {
	for _, k := range kinds {
		for _, place := range k.places {
			units := order.Returnable(it)
			if place == vocab.GoodsUnshipped {
				units = order.Shippable(it)
			}
			// Money alone needs units that show where the goods are, unless all are with the buyer.
			money := it.Refundable > 0 && (units > 0 || vocab.WithBuyer.Has(sub.Status))
			if k.units && units > 0 || !k.units && money {
				return true
			}
		}
	}
	return false
}
