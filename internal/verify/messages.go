package verify

import (
	"time"

	"orderflow/ent"
	"orderflow/internal/globalid"
	"orderflow/internal/shipment"
	"orderflow/internal/shipment/courier"
	"orderflow/internal/shipment/track"
	"orderflow/internal/vocab"
)

// messages checks the rows that have an event but no status.
func (r *run) messages() func(*orderData) {
	c := r.check(5, "events.words", "each review, follow-up, reply, memo and thing said about a "+
		"request has one event, and each such event has its row")
	type entry struct {
		kind string
		of   globalid.ID // the review, or the shop of a memo
	}
	return func(b *orderData) {
		rows, emitted := map[entry]int{}, map[entry]int{}
		for _, review := range b.reviews {
			c.Rows++
			rows[entry{vocab.EventSubOrderReviewed, review.ID}]++
			if review.AppendedAt != nil {
				rows[entry{vocab.EventSubOrderReviewAppended, review.ID}]++
			}
			if review.RepliedAt != nil {
				rows[entry{vocab.EventSubOrderReviewReplied, review.ID}]++
			}
		}
		for _, memo := range b.memos {
			c.Rows++
			rows[entry{vocab.EventSubOrderMemoAdded, memo.ShopID}]++
		}
		for _, e := range b.events {
			c.Rows++
			switch e.Type {
			case vocab.EventSubOrderReviewed, vocab.EventSubOrderReviewAppended,
				vocab.EventSubOrderReviewReplied:
				emitted[entry{e.Type, e.Payload.Review}]++
			case vocab.EventSubOrderMemoAdded:
				emitted[entry{e.Type, value(e.ShopID)}]++
			}
		}
		b.messageEvents(c)
		for e, n := range rows {
			if emitted[e] != n {
				c.fail(e.of, "%d rows, %d events %s", n, emitted[e], e.kind)
			}
			delete(emitted, e)
		}
		for e, n := range emitted {
			c.fail(e.of, "no row, %d events %s", n, e.kind)
		}
	}
}

// messageEvents compares the messages of requests with their events. Evidence may come with an
// escalation, which has an event of its own.
func (b *orderData) messageEvents(c *Check) {
	emitted := map[globalid.ID]int{}
	for _, e := range b.events {
		if e.Type == vocab.EventAfterSaleMessage {
			emitted[e.Payload.AfterSale]++
		}
	}
	for _, a := range b.requests {
		var said, evidence int
		for _, m := range a.Edges.Messages {
			c.Rows++
			switch m.Kind {
			case vocab.MessageSaid:
				said++
			case vocab.MessageEvidence:
				evidence++
			}
		}
		if n := emitted[a.ID]; n < said || n > said+evidence {
			c.fail(a.ID, "%d things said and %d shown, %d events %s", said, evidence, n,
				vocab.EventAfterSaleMessage)
		}
	}
}

// tracks replays the scans of parcels.
func (r *run) tracks() func(*orderData) {
	c := r.check(5, "parcels.track", "a parcel is where all that its courier told says it is, and "+
		"each thing is kept once, as it was told")
	return func(b *orderData) {
		for _, p := range b.shipments {
			c.Rows += 1 + int64(len(p.Edges.Tracking))
			scans := make([]courier.Event, len(p.Edges.Tracking))
			for i, row := range p.Edges.Tracking {
				var err error
				if scans[i], err = shipment.OpenTracking(r.sealed, row); err != nil {
					c.fail(row.ID, "its texts do not open: %v", err)
				} else if mark := track.Fingerprint(scans[i]); string(mark[:]) != string(row.Fingerprint) {
					c.fail(row.ID, "its fingerprint is another's")
				}
			}
			if p.Stage != vocab.StageHandedOver {
				if len(scans) > 0 {
					c.fail(p.ID, "is %s and has a track", p.Stage)
				}
				continue
			}
			stage, delivered := track.State(scans)
			if value(p.CarrierStage) != stage || !same(p.DeliveredAt, delivered) {
				c.fail(p.ID, "is %s, delivered at %v; its track says %s, %v",
					value(p.CarrierStage), p.DeliveredAt, stage, delivered)
			}
		}
	}
}

func same(a, b *time.Time) bool {
	return a == nil && b == nil || a != nil && b != nil && a.Equal(*b)
}

// addressStatus compares changes of address with the addresses of sub-orders.
func (r *run) addressStatus() func(*orderData) {
	c := r.check(9, "status.addresses", "a shop has at most one open change of address, and only "+
		"before it ships, the clock looks at a proposed one; its sub-orders have an address of their "+
		"own when one was accepted")
	return func(b *orderData) {
		open, accepted := map[globalid.ID]int{}, map[globalid.ID]bool{}
		proposed := map[globalid.ID]bool{}
		for _, change := range b.addresses {
			c.Rows++
			isProposed := change.Status == vocab.AddressProposed
			isOpen := change.Status == vocab.AddressAsked || isProposed
			if isOpen {
				open[change.ShopID]++
			}
			proposed[change.ShopID] = proposed[change.ShopID] || isProposed
			if isOpen == (change.AnsweredAt != nil) || open[change.ShopID] > 1 ||
				isOpen && !b.addressOpen(change.ShopID) {
				c.fail(change.ID, "%s, answered at %v; %d open", change.Status, change.AnsweredAt,
					open[change.ShopID])
			}
			if len(change.PhoneIndex) == 0 {
				c.fail(change.ID, "%s, and nobody finds it by its phone number", change.Status)
			}
			if change.Status == vocab.AddressAccepted {
				accepted[change.ShopID] = true
			}
		}
		for _, sub := range b.subs {
			c.Rows++
			own := len(sub.Address) > 0
			if own && !accepted[sub.ShopID] ||
				!own && accepted[sub.ShopID] && sub.Status != vocab.Closed {
				c.fail(sub.ID, "address of its own: %t; accepted: %t", own, accepted[sub.ShopID])
			}
			waits := proposed[sub.ShopID] && sub.Status == vocab.AwaitingShipment
			if planned := sub.AddressDueAt != nil; planned && !proposed[sub.ShopID] || waits && !planned {
				c.fail(sub.ID, "%s, an address of its shop is to be answered by %v; proposed: %t",
					sub.Status, sub.AddressDueAt, proposed[sub.ShopID])
			}
		}
	}
}

// addressOpen reports whether a shop still has to send all of its part.
func (b *orderData) addressOpen(shop globalid.ID) bool {
	waits := find(b.subs, func(s *ent.SubOrder) bool {
		return s.ShopID == shop && s.Status == vocab.AwaitingShipment
	})
	shipped := find(b.items, func(it *ent.OrderItem) bool {
		return it.ShopID == shop && it.ShippedQuantity > 0
	})
	return waits != nil && shipped == nil
}
