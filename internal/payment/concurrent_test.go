package payment_test

import (
	"testing"
	"time"

	"orderflow/internal/fault"
	"orderflow/internal/payment"
	sandbox "orderflow/internal/sandbox/pay"
	"orderflow/internal/vocab"
)

func TestOnlyTheHolderOfTheClaimCalls(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		p := e.purchase(vocab.OnOrder)
		e.addFault(sandbox.Fault{Kind: sandbox.Unreachable, Op: sandbox.OpOpen})
		got, err := p.tryStart()
		e.wantProblem(got.Problem, err, fault.ChannelPending)
		e.Clock.Advance(time.Minute)
		if _, err := e.DB.Take(e.T.Context(), payment.AttemptsDue, 10); err != nil {
			e.T.Fatal(err)
		}
		again, err := p.tryStart() // another server opens it right now
		e.wantProblem(again.Problem, err, fault.ChannelPending)
		e.wantAttempt(got.Payment, vocab.AttemptCreated)
		abandoned, err := e.Payments.Abandon(p.buyer, p.id)
		e.wantProblem(abandoned.Problem, err, fault.ChannelPending)
		e.wantAttempt(got.Payment, vocab.AttemptClosing)
		e.minuteLater()
		e.wantAttempt(got.Payment, vocab.AttemptClosed)
		e.wantOrder(p.id, vocab.PaymentFailed)
	})
}

func TestAnOrderCancelledWhileItsPaymentIsOpened(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		p := e.purchase(vocab.OnOrder)
		act := func() {
			if _, err := e.Payments.Cancel(p.buyer, p.id); err != nil {
				e.T.Error(err)
			}
		}
		e.onOpen.Store(&act)
		got, err := p.tryStart()
		if err != nil {
			e.T.Fatal(err)
		}
		e.wantAttempt(got.Payment, vocab.AttemptClosing)
		e.Run()
		e.wantAttempt(got.Payment, vocab.AttemptClosed)
		e.wantMoney(p.id, 0, 0)
	})
}

func TestTheOrderFailsWithItsLastAttempt(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		p := e.purchase(vocab.OnOrder)
		first := p.start(vocab.Sandbox)
		e.addFault(sandbox.Fault{Kind: sandbox.Unreachable, Op: sandbox.OpClose})
		other := p.start(vocab.Alipay)
		e.pay(other, sandbox.Payment{Fail: true})
		e.deliver()
		e.wantAttempt(other, vocab.AttemptFailed)
		e.wantAttempt(first, vocab.AttemptClosing)
		e.wantOrder(p.id, vocab.PendingPayment) // the first may be paid yet
		e.minuteLater()
		e.wantAttempt(first, vocab.AttemptClosed)
		e.wantOrder(p.id, vocab.PaymentFailed)
		e.wantSound(p.id)
	})
}

func TestAnAttemptThatIsClosingAnywayCanBeAbandoned(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		p := e.purchase(vocab.OnOrder)
		id := p.start(vocab.Sandbox)
		e.addFault(sandbox.Fault{Kind: sandbox.Unreachable, Op: sandbox.OpClose, Times: 2})
		got, err := p.adjust(e.Merchant, 1)
		e.wantProblem(got.Problem, err, fault.ChannelPending)
		got, err = e.Payments.Abandon(p.buyer, p.id)
		e.wantProblem(got.Problem, err, fault.ChannelPending)
		e.minuteLater()
		e.wantAttempt(id, vocab.AttemptClosed)
		e.wantOrder(p.id, vocab.PaymentFailed)
	})
}

func TestAnOrderExpiresWithTheAnswerThatItWaitedFor(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		p := e.purchase(vocab.OnOrder)
		id := p.start(vocab.Sandbox)
		e.addFault(sandbox.Fault{Kind: sandbox.Unreachable, Op: sandbox.OpClose})
		e.Move(payTime)
		if err := e.Payments.RunExpire(e.T.Context(), p.id); err != nil {
			e.T.Fatal(err)
		}
		e.wantAttempt(id, vocab.AttemptClosing)
		e.wantOrder(p.id, vocab.PendingPayment)
		if err := e.Payments.RunAttempt(e.T.Context(), id); err != nil {
			e.T.Fatal(err)
		}
		e.wantAttempt(id, vocab.AttemptClosed)
		e.wantClosed(p.id, vocab.PaymentTimeout)
	})
}

func TestAPaymentAfterEverythingWasRefundedIsADuplicate(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		p := e.purchase(vocab.OnOrder)
		old := p.start(vocab.Sandbox)
		e.pay(p.start(vocab.Alipay), sandbox.Payment{})
		e.deliver()
		_, err := p.closeUnshipped(e.Merchant, 2)
		if err != nil {
			e.T.Fatal(err)
		}
		e.Run()
		e.wantClosed(p.id, vocab.MerchantCancelled)
		e.pay(old, sandbox.Payment{Late: true})
		e.deliver()
		e.wantVerdict(old, vocab.Duplicate)
		e.Run()
		e.wantMoney(p.id, 2*payable, 2*payable)
	})
}
