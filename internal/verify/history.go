package verify

import (
	"strings"

	"orderflow/ent"
	"orderflow/internal/fsm"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/vocab"
)

func (r *run) sequences() func(*book) {
	c := r.check(5, "events.sequence", "an order's events have the sequence 1..n without a gap, "+
		"and n is the order's event_sequence")
	return func(b *book) {
		c.Rows += 1 + int64(len(b.events))
		for i, e := range b.events {
			if value(e.Sequence) != int64(i)+1 {
				c.fail(e.ID, "sequence %d in the place of %d", value(e.Sequence), i+1)
				return
			}
		}
		if b.EventSequence != int64(len(b.events)) {
			c.fail(b.ID, "event_sequence %d, %d events", b.EventSequence, len(b.events))
		}
	}
}

// subject is what an event tells a status of. A parcel has two: tracked is the courier's.
type subject struct {
	id      globalid.ID
	tracked bool
}

// about returns what an event tells a status of; zero when its kind is not known. At most one
// address change of a shop is open at a time, so that the shop names it.
func about(e *ent.Event) subject {
	kind, _, _ := strings.Cut(e.Type, ".")
	switch kind {
	case "order":
		return subject{id: value(e.OrderID)}
	case "sub_order":
		return subject{id: e.Payload.SubOrder}
	case "payment":
		return subject{id: e.Payload.Payment}
	case "refund":
		return subject{id: e.Payload.Refund}
	case "shipment":
		return subject{id: e.Payload.Shipment, tracked: e.Type == vocab.EventShipmentTracked}
	case "transfer":
		return subject{id: e.Payload.Transfer}
	case "shortage":
		return subject{id: e.Payload.Shortage}
	case "after_sale":
		return subject{id: e.Payload.AfterSale}
	case "interception":
		return subject{id: e.Payload.Interception}
	case "address":
		return subject{id: value(e.ShopID)}
	}
	return subject{}
}

// replays derives every status of an order from its events alone.
func (r *run) replays() func(*book) {
	c := r.check(5, "events.replay", "replaying an order's events gives the status of the order, "+
		"of its sub-orders, payments, refunds, parcels, transfers, shortages, after-sale "+
		"requests, interceptions and address changes, and no event tells of anything else")
	return func(b *book) {
		h := &hearing{Check: c, told: map[subject]string{}, teller: map[subject]globalid.ID{}}
		for _, e := range b.events {
			h.hear(e)
		}
		children := make([]lifecycle.Child, len(b.subs))
		for i, sub := range b.subs {
			h.compare(sub.ID, string(sub.Status))
			children[i].Status = vocab.TradeStatus(h.told[subject{id: sub.ID}])
		}
		// Once it is paid the events of the sub-orders tell the order's status too.
		if whole := (subject{id: b.ID}); h.told[whole] == string(vocab.AwaitingShipment) {
			status, _ := lifecycle.RollUp(children)
			h.told[whole] = string(status)
		}
		h.compare(b.ID, string(b.Status))
		for _, p := range b.shipments {
			h.compare(p.ID, string(p.Stage))
			h.compareAs(p.ID, subject{id: p.ID, tracked: true}, string(value(p.CarrierStage)))
		}
		b.standing(h.compare)
		latest := map[globalid.ID]*ent.AddressChange{}
		for _, change := range b.addresses {
			latest[change.ShopID] = change
		}
		for shop, change := range latest {
			h.compareAs(change.ID, subject{id: shop}, string(change.Status))
		}
		for thing, event := range h.teller {
			c.fail(event, "tells of %q, which is not in the order", thing.id)
		}
	}
}

// standing calls back with every row of an order that its own events alone lead to where it is.
func (b *book) standing(row func(id globalid.ID, status string)) {
	for _, p := range b.payments {
		row(p.ID, string(p.Status))
	}
	for _, refund := range b.refunds {
		row(refund.ID, string(refund.Status))
	}
	for _, t := range b.transfers {
		row(t.ID, string(t.Status))
	}
	for _, s := range b.shortages {
		row(s.ID, string(s.Status))
	}
	for _, a := range b.requests {
		row(a.ID, string(a.Status))
	}
	for _, i := range b.intercepts {
		row(i.ID, string(i.Status))
	}
}

// hearing is what the events of one order tell.
type hearing struct {
	*Check
	told   map[subject]string
	teller map[subject]globalid.ID // the last event about what no row was compared with yet
}

func (h *hearing) hear(e *ent.Event) {
	h.Rows++
	if e.Payload.To == "" {
		return
	}
	thing := about(e)
	if e.Type == vocab.EventAddressAsked {
		h.told[thing] = "" // another change than the shop's last one
	}
	if e.Payload.From != h.told[thing] {
		h.fail(e.ID, "%s of %s leaves %q, the events before it lead to %q",
			e.Type, thing.id, e.Payload.From, h.told[thing])
	}
	h.told[thing], h.teller[thing] = e.Payload.To, e.ID
}

func (h *hearing) compare(id globalid.ID, status string) {
	h.compareAs(id, subject{id: id}, status)
}

func (h *hearing) compareAs(row globalid.ID, thing subject, status string) {
	h.Rows++
	delete(h.teller, thing)
	if h.told[thing] != status {
		h.fail(row, "is %s, its events lead to %q", status, h.told[thing])
	}
}

func (r *run) rollUps() func(*book) {
	c := r.check(5, "statuses.roll_up", "an order's status and close reason are the roll-up of its "+
		"sub-orders; what is CLOSED, and nothing else, has a reason and a time")
	return func(b *book) {
		c.Rows += 1 + int64(len(b.subs))
		children := make([]lifecycle.Child, len(b.subs))
		for i, sub := range b.subs {
			children[i] = lifecycle.Child{Status: sub.Status, Reason: value(sub.CloseReason),
				ClosedAt: value(sub.ClosedAt)}
			closed := sub.Status == vocab.Closed
			if (sub.CloseReason != nil) != closed || (sub.ClosedAt != nil) != closed {
				c.fail(sub.ID, "status %s, reason %q, closed at %v",
					sub.Status, value(sub.CloseReason), sub.ClosedAt)
			}
		}
		status, reason := lifecycle.RollUp(children)
		if status != b.Status || reason != value(b.CloseReason) ||
			(b.ClosedAt != nil) != (status == vocab.Closed) {
			c.fail(b.ID, "%s %s, closed at %v; its sub-orders give %s %s",
				b.Status, value(b.CloseReason), b.ClosedAt, status, reason)
		}
	}
}

// stepsAreRows looks every recorded change up in its table.
func (r *run) stepsAreRows() func(*book) {
	c := r.check(7, "statuses.steps", "every status change is a row of its transition table")
	return func(b *book) {
		for _, e := range b.events {
			c.Rows++
			if !legal(e) {
				c.fail(e.ID, "%s from %q to %q is in no table", e.Type, e.Payload.From, e.Payload.To)
			}
		}
	}
}

func legal(e *ent.Event) bool {
	kind, fact, _ := strings.Cut(e.Type, ".")
	switch kind {
	case "order":
		return connects(lifecycle.Trade, e, e.Type)
	case "sub_order":
		return connects(lifecycle.Trade, e, e.Type) || connects(lifecycle.Trade, e, "order."+fact)
	case "payment":
		return connects(lifecycle.Attempt, e, e.Type)
	case "refund":
		return connects(lifecycle.Refund, e, e.Type)
	case "shipment":
		return connects(lifecycle.Parcel, e, e.Type) || connects(lifecycle.Carrier, e, e.Type)
	case "transfer":
		return connects(lifecycle.Transfer, e, e.Type)
	case "shortage":
		return connects(lifecycle.ShortageTable, e, e.Type)
	case "after_sale":
		return connects(lifecycle.AfterSale, e, e.Type)
	case "interception":
		return connects(lifecycle.Interception, e, e.Type)
	case "address":
		return connects(lifecycle.Address, e, e.Type)
	}
	return false
}

func connects[S, A, R ~string, F any](m *fsm.Machine[S, A, R, F], e *ent.Event, emit string) bool {
	return m.Connects(S(e.Payload.From), S(e.Payload.To), emit)
}
