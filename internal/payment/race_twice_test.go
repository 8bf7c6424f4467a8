package payment_test

import (
	"testing"

	"orderflow/ent"
	"orderflow/internal/lifecycle"
	"orderflow/internal/terms"
)

func TestRaceNoticesAndQueries(t *testing.T) {
	each(t, func(w *world) {
		for range rounds {
			c := w.checkout(terms.OnOrder)
			id, notice := c.paidUnheard()
			query := func() error { return w.payments.RunAttempt(w.t.Context(), id) }
			w.mustNot(race(notice, query, notice, query)...)
			w.run()
			w.wantVerdict(id, lifecycle.Counted)
			w.wantMoney(c.id, payable, 0)
			events := 0
			for _, name := range w.eventNames(c.id) {
				if name == lifecycle.EventPaymentSucceeded || name == lifecycle.EventOrderPaid {
					events++
				}
			}
			if events != 2 {
				w.t.Errorf("events %v", w.eventNames(c.id))
			}
		}
	})
}

func TestRaceTwoTransactions(t *testing.T) {
	each(t, func(w *world) {
		for range rounds {
			c := w.checkout(terms.OnOrder)
			id, first := c.paidUnheard()
			other := c.told(id)
			other.TransactionID += "-2"
			second := func() error {
				return w.payments.Settle(w.t.Context(), terms.Sandbox, other)
			}
			w.mustNot(race(first, second, first, second)...)
			verdicts := map[lifecycle.Verdict]int{}
			for _, r := range w.db.Client.Order.GetX(w.t.Context(), c.id).QueryPayments().
				AllX(w.t.Context()) {
				verdicts[*r.Verdict]++
			}
			if verdicts[lifecycle.Counted] != 1 || verdicts[lifecycle.Duplicate] != 1 {
				w.t.Errorf("verdicts %v", verdicts)
			}
			w.wantSound(c.id)
		}
	})
}

func TestRaceRunnersOfOneRefund(t *testing.T) {
	each(t, func(w *world) {
		for range rounds {
			c, r := w.owed()
			step := func() error { return w.payments.RunRefund(w.t.Context(), r.ID) }
			notice := func() error { _, err := w.peer.Deliver(w.t.Context()); return err }
			w.mustNot(race(step, step, notice, step)...)
			w.soon()
			w.deliver()
			w.wantRefund(r.ID, lifecycle.RefundSucceeded)
			w.wantMoney(c.id, 2*payable, payable)
		}
	})
}

func TestRaceStartTwice(t *testing.T) {
	each(t, func(w *world) {
		for range rounds {
			c := w.checkout(terms.OnOrder)
			start := func() error { _, err := startBy(c); return err }
			w.mustNot(race(start, start, start)...)
			w.soon()
			var open []*ent.Payment
			for _, r := range w.db.Client.Order.GetX(w.t.Context(), c.id).QueryPayments().
				AllX(w.t.Context()) {
				if r.Status == lifecycle.AttemptOpen {
					open = append(open, r)
				}
			}
			if len(open) != 1 {
				w.t.Errorf("%d open payments, want 1", len(open))
			}
			w.wantSound(c.id)
		}
	})
}
