package verify

import (
	"time"

	"orderflow/ent"
	"orderflow/internal/globalid"
	"orderflow/internal/shipment/courier"
	"orderflow/internal/shipment/track"
	"orderflow/internal/vocab"
)

// wordsAreTold checks what has an event but no status.
func (r *run) wordsAreTold() func(*book) {
	c := r.check(5, "events.words", "each review, follow-up, reply, memo and thing said about a "+
		"request has one event, and each such event has its row")
	type word struct {
		kind string
		of   globalid.ID // the review, or the shop of a memo
	}
	return func(b *book) {
		rows, told := map[word]int{}, map[word]int{}
		for _, review := range b.reviews {
			c.Rows++
			rows[word{vocab.EventSubOrderReviewed, review.ID}]++
			if review.AppendedAt != nil {
				rows[word{vocab.EventSubOrderReviewAppended, review.ID}]++
			}
			if review.RepliedAt != nil {
				rows[word{vocab.EventSubOrderReviewReplied, review.ID}]++
			}
		}
		for _, memo := range b.memos {
			c.Rows++
			rows[word{vocab.EventSubOrderMemoAdded, memo.ShopID}]++
		}
		for _, e := range b.events {
			c.Rows++
			switch e.Type {
			case vocab.EventSubOrderReviewed, vocab.EventSubOrderReviewAppended,
				vocab.EventSubOrderReviewReplied:
				told[word{e.Type, e.Payload.Review}]++
			case vocab.EventSubOrderMemoAdded:
				told[word{e.Type, value(e.ShopID)}]++
			}
		}
		b.saidIsTold(c)
		for w, n := range rows {
			if told[w] != n {
				c.fail(w.of, "%d rows, %d events %s", n, told[w], w.kind)
			}
			delete(told, w)
		}
		for w, n := range told {
			c.fail(w.of, "no row, %d events %s", n, w.kind)
		}
	}
}

// saidIsTold compares the negotiations of requests with their events. Evidence may come with an
// escalation, which has an event of its own.
func (b *book) saidIsTold(c *Check) {
	told := map[globalid.ID]int{}
	for _, e := range b.events {
		if e.Type == vocab.EventAfterSaleMessage {
			told[e.Payload.AfterSale]++
		}
	}
	for _, a := range b.requests {
		var said, shown int
		for _, m := range a.Edges.Messages {
			c.Rows++
			switch m.Kind {
			case vocab.MessageSaid:
				said++
			case vocab.MessageEvidence:
				shown++
			}
		}
		if n := told[a.ID]; n < said || n > said+shown {
			c.fail(a.ID, "%d things said and %d shown, %d events %s", said, shown, n,
				vocab.EventAfterSaleMessage)
		}
	}
}

// tracks replays what couriers told.
func (r *run) tracks() func(*book) {
	c := r.check(5, "parcels.track", "a parcel is where all that its courier told says it is, and "+
		"each thing is kept once, as it was told")
	return func(b *book) {
		for _, p := range b.shipments {
			c.Rows += 1 + int64(len(p.Edges.Tracking))
			told := make([]courier.Event, len(p.Edges.Tracking))
			for i, row := range p.Edges.Tracking {
				told[i] = courier.Event{At: row.OccurredAt, Stage: row.Stage, Text: row.Text,
					Location: row.Location, Correction: row.Correction}
				if mark := track.Fingerprint(told[i]); string(mark[:]) != string(row.Fingerprint) {
					c.fail(row.ID, "its fingerprint is another's")
				}
			}
			if p.Stage != vocab.StageHandedOver {
				if len(told) > 0 {
					c.fail(p.ID, "is %s and has a track", p.Stage)
				}
				continue
			}
			stage, delivered := track.State(told)
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

// addressesStand checks changes of address and where they led.
func (r *run) addressesStand() func(*book) {
	c := r.check(9, "status.addresses", "a shop has at most one open change of address, and only "+
		"before it ships; its sub-orders have an address of their own when one was accepted")
	return func(b *book) {
		open, accepted := map[globalid.ID]int{}, map[globalid.ID]bool{}
		for _, change := range b.addresses {
			c.Rows++
			asked := change.Status == vocab.AddressAsked
			if asked {
				open[change.ShopID]++
			}
			if asked == (change.AnsweredAt != nil) || open[change.ShopID] > 1 ||
				asked && !b.mayGoElsewhere(change.ShopID) {
				c.fail(change.ID, "%s, answered at %v; %d open", change.Status, change.AnsweredAt,
					open[change.ShopID])
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
		}
	}
}

// mayGoElsewhere reports whether a shop still has to send all of its part.
func (b *book) mayGoElsewhere(shop globalid.ID) bool {
	waits := find(b.subs, func(s *ent.SubOrder) bool {
		return s.ShopID == shop && s.Status == vocab.AwaitingShipment
	})
	shipped := find(b.items, func(it *ent.OrderItem) bool {
		return it.ShopID == shop && it.ShippedQuantity > 0
	})
	return waits != nil && shipped == nil
}
