package verify_test

import (
	"context"
	"slices"
	"sync/atomic"
	"testing"

	"orderflow/ent"
	entevent "orderflow/ent/event"
	"orderflow/ent/reservation"
	"orderflow/internal/dbtest"
	"orderflow/internal/globalid"
	"orderflow/internal/money"
	"orderflow/internal/ordertest"
	"orderflow/internal/payment"
	"orderflow/internal/store"
	"orderflow/internal/verify"
)

// brokenCommand is a command that a developer has broken: one of its writes is forgotten or wrong.
type brokenCommand struct {
	name  string
	check string // that must find it
	// prepare brings an order to where the command may run.
	prepare func(e *ordertest.Env) purchase
	// run runs the command and returns the id that the check must name.
	run func(e *ordertest.Env, b purchase) globalid.ID
	// write may alter the row of a change, and reports whether the database gets it.
	write func(c store.Change) bool
	// drops reports whether the database does not get a direct update of the command.
	drops func(mutation ent.Mutation) bool
}

func cancel(e *ordertest.Env, b purchase) {
	_, err := e.Payments.Cancel(b.buyer, b.order)
	e.Must(err)
}

func adjust(e *ordertest.Env, b purchase) {
	_, err := e.Payments.AdjustPrice(e.Merchant,
		payment.AdjustInput{Order: b.order, Payable: money.Money{Amount: 2000, Currency: "CNY"}})
	e.Must(err)
}

func reservationOf(e *ordertest.Env, b purchase) globalid.ID {
	return e.DB.Client.Reservation.Query().Where(reservation.OrderID(b.order)).
		OnlyIDX(e.T.Context())
}

// lastEvent is the newest event of an order.
func lastEvent(e *ordertest.Env, b purchase) globalid.ID {
	return e.DB.Client.Event.Query().Where(entevent.OrderID(b.order)).
		Order(ent.Desc(entevent.FieldSequence)).FirstIDX(e.T.Context())
}

// TestABrokenCommandIsFound runs each command as it is, with nothing to be found, and then broken.
func TestABrokenCommandIsFound(t *testing.T) {
	t.Parallel()
	for _, dialect := range dbtest.Dialects(t) {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			var broken atomic.Pointer[brokenCommand]
			e := ordertest.New(t, dialect, ordertest.Options{
				Tracked: true,
				BeforeWrite: func(c store.Change) bool {
					b := broken.Load()
					return b == nil || b.write == nil || b.write(c)
				}})
			e.DB.Client.Use(func(next ent.Mutator) ent.Mutator {
				return ent.MutateFunc(func(ctx context.Context, mu ent.Mutation) (ent.Value, error) {
					if b := broken.Load(); b != nil && b.drops != nil && b.drops(mu) {
						return 1, nil // row
					}
					return next.Mutate(ctx, mu)
				})
			})
			findBroken(t, e, &broken)
		})
	}
}

func findBroken(t *testing.T, e *ordertest.Env, broken *atomic.Pointer[brokenCommand]) {
	t.Helper()
	all := slices.Concat(brokenGoods, brokenMoney, brokenHistory, brokenHolds,
		brokenRequests, brokenShortages)
	for _, s := range all {
		s.run(e, s.prepare(e))
	}
	runRefunds(e)
	runSequencer(e)
	if report := check(t, e.DB); !report.OK() || report.Lag.Events > 0 {
		t.Fatalf("sound commands fail:%s\nlag %+v", violations(report), report.Lag)
	}
	invariants := map[int]bool{}
	for _, s := range all {
		b := s.prepare(e)
		broken.Store(&s)
		id := s.run(e, b)
		broken.Store(nil)
		runSequencer(e)
		report := check(t, e.DB)
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
