package payment_test

import (
	"testing"

	"orderflow/ent"
	"orderflow/internal/vocab"
)

func TestRaceNoticesAndQueries(t *testing.T) {
	each(t, func(w *world) {
		for range rounds {
			c := w.checkout(vocab.OnOrder)
			id, notice := c.paidUnheard()
			query := func() error { return w.payments.RunAttempt(w.t.Context(), id) }
			w.mustNot(race(notice, query, notice, query)...)
			w.run()
			w.wantVerdict(id, vocab.Counted)
			w.wantMoney(c.id, payable, 0)
			events := 0
			for _, name := range w.eventNames(c.id) {
				if name == vocab.EventPaymentSucceeded || name == vocab.EventOrderPaid {
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
			c := w.checkout(vocab.OnOrder)
			id, first := c.paidUnheard()
			other := c.told(id)
			other.TransactionID += "-2"
			second := func() error {
				return w.payments.Settle(w.t.Context(), vocab.Sandbox, other)
			}
			w.mustNot(race(first, second, first, second)...)
			verdicts := map[vocab.Verdict]int{}
			for _, r := range w.db.Client.Order.GetX(w.t.Context(), c.id).QueryPayments().
				AllX(w.t.Context()) {
				verdicts[*r.Verdict]++
			}
			if verdicts[vocab.Counted] != 1 || verdicts[vocab.Duplicate] != 1 {
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
			w.wantRefund(r.ID, vocab.RefundSucceeded)
			w.wantMoney(c.id, 2*payable, payable)
		}
	})
}

func TestRaceStartTwice(t *testing.T) {
	each(t, func(w *world) {
		for range rounds {
			c := w.checkout(vocab.OnOrder)
			start := func() error { _, err := startBy(c); return err }
			w.mustNot(race(start, start, start)...)
			w.soon()
			var open []*ent.Payment
			for _, r := range w.db.Client.Order.GetX(w.t.Context(), c.id).QueryPayments().
				AllX(w.t.Context()) {
				if r.Status == vocab.AttemptOpen {
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
