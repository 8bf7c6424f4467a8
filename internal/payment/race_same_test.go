package payment_test

import (
	"testing"

	"orderflow/ent"
	"orderflow/internal/vocab"
)

func TestRaceNoticesAndQueries(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		for range rounds {
			p := e.purchase(vocab.OnOrder)
			id, notice := p.paidUnnoticed()
			query := func() error { return e.Payments.RunAttempt(e.T.Context(), id) }
			e.mustAll(race(notice, query, notice, query)...)
			e.Run()
			e.wantVerdict(id, vocab.Counted)
			e.wantMoney(p.id, payable, 0)
			events := 0
			for _, name := range e.eventNames(p.id) {
				if name == vocab.EventPaymentSucceeded || name == vocab.EventOrderPaid {
					events++
				}
			}
			if events != 2 {
				e.T.Errorf("events %v", e.eventNames(p.id))
			}
		}
	})
}

func TestRaceTwoTransactions(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		for range rounds {
			p := e.purchase(vocab.OnOrder)
			id, first := p.paidUnnoticed()
			other := p.paidCharge(id)
			other.TransactionID += "-2"
			second := func() error {
				return e.Payments.Settle(e.T.Context(), vocab.Sandbox, other)
			}
			e.mustAll(race(first, second, first, second)...)
			verdicts := map[vocab.Verdict]int{}
			for _, r := range e.DB.Client.Order.GetX(e.T.Context(), p.id).QueryPayments().
				AllX(e.T.Context()) {
				verdicts[*r.Verdict]++
			}
			if verdicts[vocab.Counted] != 1 || verdicts[vocab.Duplicate] != 1 {
				e.T.Errorf("verdicts %v", verdicts)
			}
			e.wantSound(p.id)
		}
	})
}

func TestRaceRunnersOfOneRefund(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		for range rounds {
			p, r := e.owed()
			step := func() error { return e.Payments.RunRefund(e.T.Context(), r.ID) }
			notice := func() error { _, err := e.peer.Deliver(e.T.Context()); return err }
			e.mustAll(race(step, step, notice, step)...)
			e.minuteLater()
			e.deliver()
			e.wantRefund(r.ID, vocab.RefundSucceeded)
			e.wantMoney(p.id, 2*payable, payable)
		}
	})
}

func TestRaceStartTwice(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		for range rounds {
			p := e.purchase(vocab.OnOrder)
			start := func() error { _, err := p.tryStart(); return err }
			e.mustAll(race(start, start, start)...)
			e.minuteLater()
			var open []*ent.Payment
			for _, r := range e.DB.Client.Order.GetX(e.T.Context(), p.id).QueryPayments().
				AllX(e.T.Context()) {
				if r.Status == vocab.AttemptOpen {
					open = append(open, r)
				}
			}
			if len(open) != 1 {
				e.T.Errorf("%d open payments, want 1", len(open))
			}
			e.wantSound(p.id)
		}
	})
}
