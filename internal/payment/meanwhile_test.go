package payment_test

import (
	"testing"
	"time"

	"orderflow/internal/fault"
	sandbox "orderflow/internal/sandbox/pay"
	"orderflow/internal/vocab"
)

// aWhile is longer than the pause before the next question of a new attempt.
const aWhile = time.Minute

func TestOnlyTheHolderOfTheClaimCalls(t *testing.T) {
	each(t, func(w *world) {
		c := w.checkout(vocab.OnOrder)
		w.fault(sandbox.Fault{Kind: sandbox.Unreachable, Op: sandbox.OpOpen})
		got, err := startBy(c)
		w.wantProblem(got.Problem, err, fault.ChannelPending)
		w.real.advance(aWhile)
		if _, err := w.payments.ClaimAttempts(w.t.Context(), 10); err != nil {
			w.t.Fatal(err)
		}
		again, err := startBy(c) // another server opens it right now
		w.wantProblem(again.Problem, err, fault.ChannelPending)
		w.wantAttempt(got.Payment, vocab.AttemptCreated)
		abandoned, err := w.payments.Abandon(c.buyer, c.id)
		w.wantProblem(abandoned.Problem, err, fault.ChannelPending)
		w.wantAttempt(got.Payment, vocab.AttemptClosing)
		w.soon()
		w.wantAttempt(got.Payment, vocab.AttemptClosed)
		w.wantOrder(c.id, vocab.PaymentFailed)
	})
}

func TestAnOrderCancelledWhileItsPaymentIsOpened(t *testing.T) {
	each(t, func(w *world) {
		c := w.checkout(vocab.OnOrder)
		act := func() {
			if _, err := w.payments.Cancel(c.buyer, c.id); err != nil {
				w.t.Error(err)
			}
		}
		w.opening.Store(&act)
		got, err := startBy(c)
		if err != nil {
			w.t.Fatal(err)
		}
		w.wantAttempt(got.Payment, vocab.AttemptClosing)
		w.run()
		w.wantAttempt(got.Payment, vocab.AttemptClosed)
		w.wantMoney(c.id, 0, 0)
	})
}

func TestTheOrderFailsWithItsLastAttempt(t *testing.T) {
	each(t, func(w *world) {
		c := w.checkout(vocab.OnOrder)
		first := c.start(vocab.Sandbox)
		w.fault(sandbox.Fault{Kind: sandbox.Unreachable, Op: sandbox.OpClose})
		other := c.start(vocab.Alipay)
		w.pay(other, sandbox.Payment{Fail: true})
		w.deliver()
		w.wantAttempt(other, vocab.AttemptFailed)
		w.wantAttempt(first, vocab.AttemptClosing)
		w.wantOrder(c.id, vocab.PendingPayment) // the first may be paid yet
		w.soon()
		w.wantAttempt(first, vocab.AttemptClosed)
		w.wantOrder(c.id, vocab.PaymentFailed)
		w.wantSound(c.id)
	})
}

func TestAnAttemptThatIsClosingAnywayCanBeAbandoned(t *testing.T) {
	each(t, func(w *world) {
		c := w.checkout(vocab.OnOrder)
		id := c.start(vocab.Sandbox)
		w.fault(sandbox.Fault{Kind: sandbox.Unreachable, Op: sandbox.OpClose, Times: 2})
		got, err := c.adjust(w.staff(vocab.Merchant, w.shop), 1)
		w.wantProblem(got.Problem, err, fault.ChannelPending)
		got, err = w.payments.Abandon(c.buyer, c.id)
		w.wantProblem(got.Problem, err, fault.ChannelPending)
		w.soon()
		w.wantAttempt(id, vocab.AttemptClosed)
		w.wantOrder(c.id, vocab.PaymentFailed)
	})
}

func TestAnOrderExpiresWithTheAnswerThatItWaitedFor(t *testing.T) {
	each(t, func(w *world) {
		c := w.checkout(vocab.OnOrder)
		id := c.start(vocab.Sandbox)
		w.fault(sandbox.Fault{Kind: sandbox.Unreachable, Op: sandbox.OpClose})
		w.later(payTime)
		if err := w.payments.RunExpire(w.t.Context(), c.id); err != nil {
			w.t.Fatal(err)
		}
		w.wantAttempt(id, vocab.AttemptClosing)
		w.wantOrder(c.id, vocab.PendingPayment)
		if err := w.payments.RunAttempt(w.t.Context(), id); err != nil {
			w.t.Fatal(err)
		}
		w.wantAttempt(id, vocab.AttemptClosed)
		w.wantClosed(c.id, vocab.PaymentTimeout)
	})
}

func TestAPaymentAfterEverythingWasRefundedIsADuplicate(t *testing.T) {
	each(t, func(w *world) {
		c := w.checkout(vocab.OnOrder)
		old := c.start(vocab.Sandbox)
		w.pay(c.start(vocab.Alipay), sandbox.Payment{})
		w.deliver()
		_, err := c.closeUnshipped(w.staff(vocab.Merchant, w.shop), 2)
		if err != nil {
			w.t.Fatal(err)
		}
		w.run()
		w.wantClosed(c.id, vocab.MerchantCancelled)
		w.pay(old, sandbox.Payment{Late: true})
		w.deliver()
		w.wantVerdict(old, vocab.Duplicate)
		w.run()
		w.wantMoney(c.id, 2*payable, 2*payable)
	})
}
