package verify

import (
	"strings"

	"orderflow/ent"
	"orderflow/internal/fsm"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/vocab"
)

func (r *run) sequences() func(*orderData) {
	c := r.check(5, "events.sequence", "an order's events have the sequence 1..n without a gap, "+
		"and n is the order's event_sequence")
	return func(b *orderData) {
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

// subject is what an event changes the status of. A parcel has two: tracked is the courier's.
type subject struct {
	id      globalid.ID
	tracked bool
}

// subjectOf returns what an event changes the status of; zero when its kind is not known. At most
// one address change of a shop is open at a time, so that the shop identifies it.
func subjectOf(e *ent.Event) subject {
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
func (r *run) replays() func(*orderData) {
	c := r.check(5, "events.replay", "replaying an order's events gives the status of the order, "+
		"of its sub-orders, payments, refunds, parcels, transfers, shortages, after-sale "+
		"requests, interceptions and address changes, and no event tells of anything else")
	return func(b *orderData) {
		p := &replay{Check: c, status: map[subject]string{}, lastEvent: map[subject]globalid.ID{}}
		for _, e := range b.events {
			p.apply(e)
		}
		children := make([]lifecycle.Child, len(b.subs))
		for i, sub := range b.subs {
			p.compare(sub.ID, string(sub.Status))
			children[i].Status = vocab.TradeStatus(p.status[subject{id: sub.ID}])
		}
		// After payment the order's status follows from the events of its sub-orders.
		if whole := (subject{id: b.ID}); p.status[whole] == string(vocab.AwaitingShipment) {
			status, _ := lifecycle.RollUp(children)
			p.status[whole] = string(status)
		}
		p.compare(b.ID, string(b.Status))
		for _, s := range b.shipments {
			p.compare(s.ID, string(s.Stage))
			p.compareAs(s.ID, subject{id: s.ID, tracked: true}, string(value(s.CarrierStage)))
		}
		b.eachStatus(p.compare)
		latest := map[globalid.ID]*ent.AddressChange{}
		for _, change := range b.addresses {
			latest[change.ShopID] = change
		}
		for shop, change := range latest {
			p.compareAs(change.ID, subject{id: shop}, string(change.Status))
		}
		for s, event := range p.lastEvent {
			c.fail(event, "is about %q, which is not in the order", s.id)
		}
	}
}

// eachStatus yields the rows of an order whose status follows from their own events alone.
func (b *orderData) eachStatus(row func(id globalid.ID, status string)) {
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

// replay derives the statuses of one order's parts from its events.
type replay struct {
	*Check
	status    map[subject]string
	lastEvent map[subject]globalid.ID // of subjects that were not compared with a row yet
}

func (p *replay) apply(e *ent.Event) {
	p.Rows++
	if e.Payload.To == "" {
		return
	}
	s := subjectOf(e)
	if e.Type == vocab.EventAddressAsked || e.Type == vocab.EventAddressProposed {
		p.status[s] = "" // another change than the shop's last one
	}
	if e.Payload.From != p.status[s] && !openedSince(s, p.status[s], e.Payload.From) {
		p.fail(e.ID, "%s of %s leaves %q, the events before it lead to %q",
			e.Type, s.id, e.Payload.From, p.status[s])
	}
	p.status[s], p.lastEvent[s] = e.Payload.To, e.ID
	if e.Type == vocab.EventShipmentHandOverUndone { // no courier has it
		s.tracked = true
		delete(p.status, s)
		delete(p.lastEvent, s)
	}
}

// openedSince reports whether a status follows from the one before it without an event: a channel
// has taken a payment that was started.
func openedSince(s subject, before, status string) bool {
	return s.id.Kind() == globalid.Payment && before == string(vocab.AttemptCreated) &&
		status == string(vocab.AttemptOpen)
}

func (p *replay) compare(id globalid.ID, status string) {
	p.compareAs(id, subject{id: id}, status)
}

func (p *replay) compareAs(row globalid.ID, s subject, status string) {
	p.Rows++
	delete(p.lastEvent, s)
	if p.status[s] != status && !openedSince(s, p.status[s], status) {
		p.fail(row, "is %s, its events lead to %q", status, p.status[s])
	}
}

func (r *run) rollUps() func(*orderData) {
	c := r.check(5, "statuses.roll_up", "an order's status and close reason are the roll-up of its "+
		"sub-orders; what is CLOSED, and nothing else, has a reason and a time")
	return func(b *orderData) {
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

// transitions looks every recorded status change up in its table.
func (r *run) transitions() func(*orderData) {
	c := r.check(7, "statuses.steps", "every status change is a row of its transition table")
	return func(b *orderData) {
		for _, e := range b.events {
			c.Rows++
			if !legal(e) {
				c.fail(e.ID, "%s from %q to %q is in no table", e.Type, e.Payload.From, e.Payload.To)
			}
		}
	}
}

func legal(e *ent.Event) bool {
	kind, name, _ := strings.Cut(e.Type, ".")
	switch kind {
	case "order":
		return connects(lifecycle.Trade, e, e.Type)
	case "sub_order":
		return connects(lifecycle.Trade, e, e.Type) || connects(lifecycle.Trade, e, "order."+name)
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
	case "bill":
		return connects(lifecycle.Difference, e, e.Type)
	}
	return false
}

func connects[S, A, R ~string, F any](m *fsm.Machine[S, A, R, F], e *ent.Event, emit string) bool {
	return m.Connects(S(e.Payload.From), S(e.Payload.To), emit)
}
