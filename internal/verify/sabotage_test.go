package verify_test

import (
	"context"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"orderflow/ent"
	entevent "orderflow/ent/event"
	"orderflow/ent/reservation"
	"orderflow/internal/dbtest"
	"orderflow/internal/globalid"
	"orderflow/internal/money"
	"orderflow/internal/payment"
	"orderflow/internal/shipment/courier"
	"orderflow/internal/store"
	"orderflow/internal/verify"
	"orderflow/internal/vocab"
)

// sabotage is a command that a developer has broken: one of its writes is forgotten or wrong.
type sabotage struct {
	name  string
	check string // that must find it
	// prepare brings an order to where the command may run.
	prepare func(m *market) bought
	// run runs the command and returns the id that the check must name.
	run func(m *market, b bought) globalid.ID
	// write stands between the command and the database. It may change the mutation, and reports
	// whether the database gets it.
	write func(mutation ent.Mutation) bool
}

func placed(m *market) bought { return m.place() }

func paid(m *market) bought {
	b := m.place()
	m.pay(b)
	return b
}

func sent(m *market) bought {
	b := paid(m)
	m.ship(b, 3)
	return b
}

func cancel(m *market, b bought) {
	_, err := m.payments.Cancel(b.buyer, b.order)
	m.must(err)
}

func adjust(m *market, b bought) {
	_, err := m.payments.AdjustPrice(m.staff[vocab.Merchant],
		payment.AdjustInput{Order: b.order, Payable: money.Money{Amount: 2000, Currency: "CNY"}})
	m.must(err)
}

func receive(m *market, b bought) {
	_, err := m.orders.ConfirmReceipt(b.buyer, b.sub)
	m.must(err)
}

// deliver lets the courier tell that the order's parcel has arrived, and returns the parcel.
func deliver(m *market, b bought) globalid.ID {
	p := m.db.Client.Order.GetX(m.t.Context(), b.order).QueryShipments().OnlyX(m.t.Context())
	m.must(m.shipments.ApplySnapshot(m.t.Context(), p.ID, courier.Snapshot{Carrier: p.Carrier,
		Number: p.TrackingNumber, Events: []courier.Event{
			{At: time.Now(), Stage: vocab.CarrierDelivered, Text: "delivered"}}}))
	return p.ID
}

func (m *market) reservation(b bought) globalid.ID {
	return m.db.Client.Reservation.Query().Where(reservation.OrderID(b.order)).
		OnlyIDX(m.t.Context())
}

// lastEvent is the newest event of an order.
func (m *market) lastEvent(b bought) globalid.ID {
	return m.db.Client.Event.Query().Where(entevent.OrderID(b.order)).
		Order(ent.Desc(entevent.FieldSequence)).FirstIDX(m.t.Context())
}

// TestABrokenCommandIsFound runs each command as it is, with nothing to be found, and then broken.
func TestABrokenCommandIsFound(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		m := newMarket(t, db)
		var broken atomic.Pointer[sabotage]
		db.Client.Use(func(next ent.Mutator) ent.Mutator {
			return ent.MutateFunc(func(ctx context.Context, mu ent.Mutation) (ent.Value, error) {
				if s := broken.Load(); s != nil && !s.write(mu) {
					return forgotten(mu), nil
				}
				return next.Mutate(ctx, mu)
			})
		})
		all := slices.Concat(brokenGoods, brokenMoney, brokenHistory, brokenHolds,
			brokenRequests, brokenShortages)
		for _, s := range all {
			s.run(m, s.prepare(m))
		}
		m.refunds()
		m.sequence()
		if report := check(t, db); !report.OK() || report.Lag.Events > 0 {
			t.Fatalf("sound commands fail:%s\nlag %+v", violations(report), report.Lag)
		}
		invariants := map[int]bool{}
		for _, s := range all {
			b := s.prepare(m)
			broken.Store(&s)
			id := s.run(m, b)
			broken.Store(nil)
			m.sequence()
			report := check(t, db)
			c := named(report, s.check, id)
			if c == nil {
				t.Errorf("%s: %s does not name %s:%s", s.name, s.check, id, violations(report))
				continue
			}
			invariants[c.Invariant] = true
		}
		for n := range 9 {
			if !invariants[n+1] {
				t.Errorf("nothing has broken invariant %d", n+1)
			}
		}
	})
}

// named returns the check of that name when it names the id.
func named(report verify.Report, name string, id globalid.ID) *verify.Check {
	for _, c := range report.Checks {
		for _, v := range c.Violations {
			if c.Name == name && v.ID == id.String() {
				return &c
			}
		}
	}
	return nil
}

// forgotten is what a command gets for a write that the database did not get.
func forgotten(mutation ent.Mutation) ent.Value {
	if mutation.Op().Is(ent.OpUpdate) {
		return 1 // row
	}
	switch mutation.(type) {
	case *ent.OrderItemMutation:
		return &ent.OrderItem{}
	case *ent.SubOrderMutation:
		return &ent.SubOrder{}
	case *ent.EventMutation:
		return &ent.Event{}
	case *ent.StockMovementMutation:
		return &ent.StockMovement{}
	}
	return nil
}
