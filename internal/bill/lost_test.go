package bill_test

import (
	"testing"
	"time"

	"orderflow/internal/ordertest"
	sandbox "orderflow/internal/sandbox/pay"
	"orderflow/internal/vocab"
)

// The first payment counted, so no query is made any more.
func TestASecondPaymentWhoseNoticeWasLostIsRefunded(t *testing.T) {
	each(t, func(_ *testing.T, e *env) {
		order, attempt := e.paid()
		e.fault(sandbox.Fault{Kind: sandbox.NoNotice, No: attempt.String()})
		e.pay(attempt, sandbox.Payment{Late: true})
		e.later(ordertest.Day - time.Minute) // a minute before the bill is ready
		e.wantVerdicts(order, vocab.Counted)
		e.later(time.Minute)
		e.wantVerdicts(order, vocab.Counted, vocab.Duplicate)
		e.wantMoney(attempt, 2*payable, payable)
		e.wantBill("2026-11-30", 2, 1, 0)
		e.later(ordertest.Day)
		e.wantBill("2026-12-01", 1, 0, 0) // the refund
		e.wantDifferences()
	})
}

func TestAPaymentOfWhichNothingWasHeardIsSettled(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		order, attempt := e.order()
		e.fault(sandbox.Fault{Kind: sandbox.NoNotice, No: attempt.String()})
		for _, op := range []sandbox.Op{sandbox.OpQuery, sandbox.OpClose} {
			e.fault(sandbox.Fault{Kind: sandbox.UnsignedError, Op: op, Times: 1_000_000})
		}
		e.pay(attempt, sandbox.Payment{})
		for range 120 { // until it is given up
			e.Clock.Advance(time.Minute)
			e.run()
		}
		if p := e.DB.Client.Payment.GetX(t.Context(), attempt); p.Status != vocab.AttemptUnknown {
			t.Fatalf("the attempt is %s", p.Status)
		}
		e.later(ordertest.Day)
		e.wantVerdicts(order, vocab.Late)
		e.wantMoney(attempt, payable, payable)
		e.wantBill("2026-11-30", 1, 1, 0)
	})
}

// A refund whose answer and notice were lost, and of which every query fails.
func TestARefundOfWhichNothingWasHeardIsSettled(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		order, attempt := e.paid()
		e.fault(sandbox.Fault{Kind: sandbox.LoseAnswer, Op: sandbox.OpRefund, Times: 1_000_000})
		e.fault(sandbox.Fault{Kind: sandbox.UnsignedError, Op: sandbox.OpQueryRefund,
			Times: 1_000_000})
		e.MustID(e.CloseUnshipped(e.Items(order)[0].ID, 1))
		e.fault(sandbox.Fault{Kind: sandbox.NoNotice, Op: sandbox.OpNotice})
		e.run()
		if r := e.Refunds(order)[0]; vocab.RefundPaid.Has(r.Status) {
			t.Fatalf("the refund is %s", r.Status)
		}
		e.later(ordertest.Day)
		if r := e.Refunds(order)[0]; r.Status != vocab.RefundSucceeded {
			t.Errorf("the refund is %s", r.Status)
		}
		e.wantMoney(attempt, payable, payable)
		e.wantBill("2026-11-30", 2, 1, 0)
	})
}

// The channel's days begin at midnight in Shanghai, which is 16:00 UTC.
func TestDaysAreThoseOfTheChannel(t *testing.T) {
	each(t, func(_ *testing.T, e *env) {
		e.Move(14*time.Hour - time.Second) // a second before midnight
		e.paid()
		e.Move(time.Second)
		e.paid()
		e.paid()
		e.later(2 * ordertest.Day)
		e.wantBill("2026-11-30", 1, 0, 0)
		e.wantBill("2026-12-01", 2, 0, 0)
		e.wantDifferences()
	})
}
