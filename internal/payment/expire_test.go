package payment_test

import (
	"testing"
	"time"

	"orderflow/internal/fault"
	"orderflow/internal/payment"
	sandbox "orderflow/internal/sandbox/pay"
	"orderflow/internal/vocab"
)

const payTime = 30 * time.Minute

func TestAnOrderExpires(t *testing.T) {
	each(t, func(w *world) {
		idle, open := w.checkout(vocab.OnOrder), w.checkout(vocab.OnOrder)
		id := open.start(vocab.Sandbox)
		w.later(payTime - time.Second)
		w.run()
		w.wantOrder(idle.id, vocab.PendingPayment)
		w.later(time.Second)
		w.run()
		for _, c := range []checkout{idle, open} {
			w.wantClosed(c.id, vocab.PaymentTimeout)
			if n := w.available(c.sku); n != 2 {
				w.t.Errorf("%d available, want the stock back", n)
			}
		}
		w.wantAttempt(id, vocab.AttemptClosed)
		w.wantMoney(open.id, 0, 0)
	})
}

func TestAFailedOrderExpires(t *testing.T) {
	each(t, func(w *world) {
		c := w.checkout(vocab.OnOrder)
		w.pay(c.start(vocab.Sandbox), sandbox.Payment{Fail: true})
		w.deliver()
		w.wantOrder(c.id, vocab.PaymentFailed)
		w.later(payTime)
		w.run()
		w.wantClosed(c.id, vocab.PaymentTimeout)
	})
}

func TestAnOrderIsNotExpiredWhenItsCloseTellsOfAPayment(t *testing.T) {
	each(t, func(w *world) {
		c := w.checkout(vocab.OnOrder)
		id := c.start(vocab.Sandbox)
		w.fault(sandbox.Fault{Kind: sandbox.NoNotice, No: id.String()})
		w.pay(id, sandbox.Payment{})
		w.later(payTime)
		w.run()
		w.wantVerdict(id, vocab.Counted)
		w.wantOrder(c.id, vocab.AwaitingShipment)
		w.wantMoney(c.id, payable, 0)
	})
}

func TestASilentChannelBlocksForTenMinutes(t *testing.T) {
	each(t, func(w *world) {
		for _, kind := range []sandbox.FaultKind{sandbox.Unreachable, sandbox.UnsignedError} {
			c := w.checkout(vocab.OnOrder)
			id := c.start(vocab.Sandbox)
			w.fault(sandbox.Fault{Kind: kind, No: id.String(), Times: 1000})
			w.later(payTime)
			w.run()
			w.wantAttempt(id, vocab.AttemptClosing)
			w.wantOrder(c.id, vocab.PendingPayment)
			w.later(10*time.Minute - time.Second)
			w.run()
			w.wantOrder(c.id, vocab.PendingPayment)
			w.later(time.Second)
			w.run() // although the next question is not due
			w.wantAttempt(id, vocab.AttemptUnknown)
			w.wantClosed(c.id, vocab.PaymentTimeout)
			if n := w.available(c.sku); n != 2 {
				w.t.Errorf("%d available, want the stock back", n)
			}
			w.clearFaults()
			w.soon()
			w.wantAttempt(id, vocab.AttemptClosed)
			w.wantMoney(c.id, 0, 0)
		}
	})
}

func TestAnUnknownPaymentTurnsOutToBePaid(t *testing.T) {
	each(t, func(w *world) {
		c := w.checkout(vocab.OnOrder)
		id := c.start(vocab.Sandbox)
		w.fault(sandbox.Fault{Kind: sandbox.NoNotice, No: id.String()})
		w.pay(id, sandbox.Payment{})
		w.fault(sandbox.Fault{Kind: sandbox.Unreachable, Op: sandbox.OpClose, Times: 1000})
		w.fault(sandbox.Fault{Kind: sandbox.Unreachable, Op: sandbox.OpQuery, Times: 1000})
		w.later(payTime + 10*time.Minute)
		w.run()
		w.wantAttempt(id, vocab.AttemptUnknown)
		w.wantClosed(c.id, vocab.PaymentTimeout)
		w.clearFaults()
		w.soon()
		w.wantVerdict(id, vocab.Late)
		w.wantMoney(c.id, payable, payable)
	})
}

func TestAnUnknownPaymentRaisesAnAlarmAfterSevenDays(t *testing.T) {
	each(t, func(w *world) {
		c := w.checkout(vocab.OnOrder)
		id := c.start(vocab.Sandbox)
		w.fault(sandbox.Fault{Kind: sandbox.Unreachable, No: id.String(), Times: 1000})
		w.later(payTime + 10*time.Minute)
		w.run()
		w.soon()
		if n := w.payments.Counters.Alarms.Load(); n != 0 {
			w.t.Errorf("%d alarms too early", n)
		}
		w.later(7 * 24 * time.Hour)
		w.real.advance(10 * time.Minute)
		w.run()
		r := w.wantAttempt(id, vocab.AttemptUnknown)
		if n := w.payments.Counters.Alarms.Load(); n != 1 || r.NextAttemptAt != nil {
			w.t.Errorf("%d alarms, next question at %v", n, r.NextAttemptAt)
		}
	})
}

func TestAnAbandonedPaymentFailsTheOrder(t *testing.T) {
	each(t, func(w *world) {
		c := w.checkout(vocab.OnOrder)
		_, err := w.payments.Abandon(c.buyer, c.id)
		wantFault(w.t, err, fault.ActionNotAllowed)
		id := c.start(vocab.Sandbox)
		got, err := w.payments.Abandon(c.buyer, c.id)
		if err != nil || got.Problem != nil {
			w.t.Fatalf("%v, problem %v", err, got.Problem)
		}
		w.wantAttempt(id, vocab.AttemptClosed)
		w.wantOrder(c.id, vocab.PaymentFailed)
		if n := w.available(c.sku); n != 2 {
			w.t.Errorf("%d available, want the stock back", n)
		}
		w.wantSound(c.id)
	})
}

func TestAnAbandonedPaymentAtASilentChannel(t *testing.T) {
	each(t, func(w *world) {
		c := w.checkout(vocab.OnOrder)
		id := c.start(vocab.Sandbox)
		w.fault(sandbox.Fault{Kind: sandbox.LoseAnswer, Op: sandbox.OpClose})
		got, err := w.payments.Abandon(c.buyer, c.id)
		w.wantProblem(got.Problem, err, fault.ChannelPending)
		w.wantAttempt(id, vocab.AttemptClosing)
		w.wantOrder(c.id, vocab.PendingPayment)
		w.soon()
		w.wantAttempt(id, vocab.AttemptClosed)
		w.wantOrder(c.id, vocab.PaymentFailed)
		w.wantSound(c.id)
	})
}

func TestAPaymentStartedAfterAnAbandonKeepsTheOrder(t *testing.T) {
	each(t, func(w *world) {
		c := w.checkout(vocab.OnOrder)
		first := c.start(vocab.Sandbox)
		w.fault(sandbox.Fault{Kind: sandbox.Unreachable, Op: sandbox.OpClose, Times: 2})
		got, err := w.payments.Abandon(c.buyer, c.id)
		w.wantProblem(got.Problem, err, fault.ChannelPending)
		again := c.start(vocab.Sandbox)
		if again == first {
			w.t.Fatal("the abandoned payment was started again")
		}
		w.soon()
		w.wantAttempt(first, vocab.AttemptClosed)
		w.wantAttempt(again, vocab.AttemptOpen)
		w.wantOrder(c.id, vocab.PendingPayment)
	})
}

func TestAnAbandonedPaymentThatWasPaidCounts(t *testing.T) {
	each(t, func(w *world) {
		c := w.checkout(vocab.OnOrder)
		id := c.start(vocab.Sandbox)
		w.pay(id, sandbox.Payment{})
		got, err := w.payments.Abandon(c.buyer, c.id)
		if err != nil || got.Problem != nil {
			w.t.Fatalf("%v, problem %v", err, got.Problem)
		}
		w.wantVerdict(id, vocab.Counted)
		w.wantOrder(c.id, vocab.AwaitingShipment)
		w.deliver()
		w.wantMoney(c.id, payable, 0)
	})
}

func TestWhoMayCancel(t *testing.T) {
	each(t, func(w *world) {
		c := w.checkout(vocab.OnOrder)
		_, err := w.payments.Cancel(w.buyer(), c.id)
		wantFault(w.t, err, fault.NotFound)
		_, err = w.payments.Cancel(w.staff(vocab.Merchant, w.addShop("other")), c.id)
		wantFault(w.t, err, fault.NotFound)
		_, err = w.payments.Cancel(w.staff(vocab.Support), c.id)
		wantFault(w.t, err, fault.Forbidden)
		got, err := w.payments.Cancel(w.staff(vocab.Merchant, w.shop), c.id)
		if err != nil || got != (payment.OrderResult{Order: c.id}) {
			w.t.Fatalf("%+v, %v", got, err)
		}
		w.wantClosed(c.id, vocab.MerchantCancelled)
		_, err = w.payments.Cancel(c.buyer, c.id)
		wantFault(w.t, err, fault.ActionNotAllowed)
	})
}
