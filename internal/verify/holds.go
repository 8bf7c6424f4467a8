package verify

import (
	"orderflow/ent"
	"orderflow/internal/vocab"
)

// holds compares what stops sub-orders with their holds and with the events about them.
func (r *run) holds() func(*orderData) {
	c := r.check(9, "status.holds", "a sub-order is on hold for a side while one hold of that side "+
		"is not released, since the first began, and only while something is left to hand over; its "+
		"events tell of each hold and of each release")
	return func(b *orderData) {
		for _, sub := range b.subs {
			c.Rows += 1 + int64(len(sub.Edges.Holds))
			open := map[vocab.Role]int{}
			for _, hold := range sub.Edges.Holds {
				switch {
				case hold.ReleasedAt == nil:
					open[hold.HeldBy]++
					if sub.HeldAt == nil || sub.HeldAt.After(hold.CreatedAt) {
						c.fail(hold.ID, "began at %v; its sub-order is on hold since %v", hold.CreatedAt,
							sub.HeldAt)
					}
				case hold.ReleasedAt.Before(hold.CreatedAt):
					c.fail(hold.ID, "began at %v, released at %v", hold.CreatedAt, hold.ReleasedAt)
				}
			}
			shop, platform := open[vocab.Merchant], open[vocab.Platform]
			toShip := sub.Status == vocab.AwaitingShipment || sub.Status == vocab.PartiallyShipped
			if shop > 1 || platform > 1 || sub.ShopHold != (shop > 0) ||
				sub.PlatformHold != (platform > 0) || (sub.HeldAt != nil) != (shop+platform > 0) ||
				sub.HeldAt != nil && !toShip {
				c.fail(sub.ID, "%s, on hold since %v, by the shop: %t, by the platform: %t; %d and %d "+
					"holds are open", sub.Status, sub.HeldAt, sub.ShopHold, sub.PlatformHold, shop, platform)
			}
			held, released := b.holdEvents(sub)
			if held != len(sub.Edges.Holds) || held-released != shop+platform {
				c.fail(sub.ID, "%d holds, %d of them open; events: %d, %d releases",
					len(sub.Edges.Holds), shop+platform, held, released)
			}
		}
	}
}

// holdEvents counts the events about the holds of a sub-order.
func (b *orderData) holdEvents(sub *ent.SubOrder) (held, released int) {
	for _, e := range b.events {
		switch {
		case e.Payload.SubOrder != sub.ID:
		case e.Type == vocab.EventSubOrderHeld:
			held++
		case e.Type == vocab.EventSubOrderReleased:
			released++
		}
	}
	return held, released
}
