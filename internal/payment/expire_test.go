package payment_test

import (
	"testing"
	"time"

	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/payment"
	sandbox "orderflow/internal/sandbox/pay"
	"orderflow/internal/vocab"
)

const payTime = 30 * time.Minute

func TestAnOrderExpires(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		idle, open := e.purchase(vocab.OnOrder), e.purchase(vocab.OnOrder)
		id := open.start(vocab.Sandbox)
		e.Move(payTime - time.Second)
		e.Run()
		e.wantOrder(idle.id, vocab.PendingPayment)
		e.Move(time.Second)
		e.Run()
		for _, p := range []purchase{idle, open} {
			e.wantClosed(p.id, vocab.PaymentTimeout)
			if n := e.Available(p.sku); n != 2 {
				e.T.Errorf("%d available, want the stock back", n)
			}
		}
		e.wantAttempt(id, vocab.AttemptClosed)
		e.wantMoney(open.id, 0, 0)
	})
}

func TestAFailedOrderExpires(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		p := e.purchase(vocab.OnOrder)
		e.pay(p.start(vocab.Sandbox), sandbox.Payment{Fail: true})
		e.deliver()
		e.wantOrder(p.id, vocab.PaymentFailed)
		e.Move(payTime)
		e.Run()
		e.wantClosed(p.id, vocab.PaymentTimeout)
	})
}

func TestAnOrderIsNotExpiredWhenItsCloseReportsAPayment(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		p := e.purchase(vocab.OnOrder)
		id := p.start(vocab.Sandbox)
		e.addFault(sandbox.Fault{Kind: sandbox.NoNotice, No: id.String()})
		e.pay(id, sandbox.Payment{})
		e.Move(payTime)
		e.Run()
		e.wantVerdict(id, vocab.Counted)
		e.wantOrder(p.id, vocab.AwaitingShipment)
		e.wantMoney(p.id, payable, 0)
	})
}

func TestASilentChannelBlocksForTenMinutes(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		for _, kind := range []sandbox.FaultKind{sandbox.Unreachable, sandbox.UnsignedError} {
			p := e.purchase(vocab.OnOrder)
			id := p.start(vocab.Sandbox)
			e.addFault(sandbox.Fault{Kind: kind, No: id.String(), Times: 1000})
			e.Move(payTime)
			e.Run()
			e.wantAttempt(id, vocab.AttemptClosing)
			for range 9 {
				e.minuteLater()
				e.wantOrder(p.id, vocab.PendingPayment)
			}
			e.minuteLater()
			e.wantAttempt(id, vocab.AttemptUnknown)
			e.wantClosed(p.id, vocab.PaymentTimeout)
			if n := e.Available(p.sku); n != 2 {
				e.T.Errorf("%d available, want the stock back", n)
			}
			e.clearFaults()
			e.minuteLater()
			e.wantAttempt(id, vocab.AttemptClosed)
			e.wantMoney(p.id, 0, 0)
		}
	})
}

func TestAnUnknownPaymentTurnsOutToBePaid(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		p := e.purchase(vocab.OnOrder)
		id := p.start(vocab.Sandbox)
		e.addFault(sandbox.Fault{Kind: sandbox.NoNotice, No: id.String()})
		e.pay(id, sandbox.Payment{})
		e.addFault(sandbox.Fault{Kind: sandbox.Unreachable, Op: sandbox.OpClose, Times: 1000})
		e.addFault(sandbox.Fault{Kind: sandbox.Unreachable, Op: sandbox.OpQuery, Times: 1000})
		e.askInVain()
		e.wantAttempt(id, vocab.AttemptUnknown)
		e.wantClosed(p.id, vocab.PaymentTimeout)
		e.clearFaults()
		e.minuteLater()
		e.wantVerdict(id, vocab.Late)
		e.wantMoney(p.id, payable, payable)
	})
}

func TestAnUnknownPaymentRaisesAnAlarmAfterSevenDays(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		p := e.purchase(vocab.OnOrder)
		id := p.start(vocab.Sandbox)
		e.addFault(sandbox.Fault{Kind: sandbox.Unreachable, No: id.String(), Times: 1000})
		e.askInVain()
		e.minuteLater()
		if n := e.Payments.Counters.Alarms.Load(); n != 0 {
			e.T.Errorf("%d alarms too early", n)
		}
		e.Move(7 * 24 * time.Hour)
		e.Clock.Advance(10 * time.Minute)
		e.Run()
		r := e.wantAttempt(id, vocab.AttemptUnknown)
		if n := e.Payments.Counters.Alarms.Load(); n != 1 || r.NextAttemptAt != nil {
			e.T.Errorf("%d alarms, next question at %v", n, r.NextAttemptAt)
		}
	})
}

func TestAnAbandonedPaymentFailsTheOrder(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		p := e.purchase(vocab.OnOrder)
		_, err := e.Payments.Abandon(p.buyer, p.id)
		e.WantFault(err, fault.ActionNotAllowed)
		id := p.start(vocab.Sandbox)
		got, err := e.Payments.Abandon(p.buyer, p.id)
		if err != nil || got.Problem != nil {
			e.T.Fatalf("%v, problem %v", err, got.Problem)
		}
		e.wantAttempt(id, vocab.AttemptClosed)
		e.wantOrder(p.id, vocab.PaymentFailed)
		if n := e.Available(p.sku); n != 2 {
			e.T.Errorf("%d available, want the stock back", n)
		}
		e.wantSound(p.id)
	})
}

func TestAnAbandonedPaymentAtASilentChannel(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		p := e.purchase(vocab.OnOrder)
		id := p.start(vocab.Sandbox)
		e.addFault(sandbox.Fault{Kind: sandbox.LoseAnswer, Op: sandbox.OpClose})
		got, err := e.Payments.Abandon(p.buyer, p.id)
		e.wantProblem(got.Problem, err, fault.ChannelPending)
		e.wantAttempt(id, vocab.AttemptClosing)
		e.wantOrder(p.id, vocab.PendingPayment)
		e.minuteLater()
		e.wantAttempt(id, vocab.AttemptClosed)
		e.wantOrder(p.id, vocab.PaymentFailed)
		e.wantSound(p.id)
	})
}

func TestAPaymentStartedAfterAnAbandonKeepsTheOrder(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		p := e.purchase(vocab.OnOrder)
		first := p.start(vocab.Sandbox)
		e.addFault(sandbox.Fault{Kind: sandbox.Unreachable, Op: sandbox.OpClose, Times: 2})
		got, err := e.Payments.Abandon(p.buyer, p.id)
		e.wantProblem(got.Problem, err, fault.ChannelPending)
		again := p.start(vocab.Sandbox)
		if again == first {
			e.T.Fatal("the abandoned payment was started again")
		}
		e.minuteLater()
		e.wantAttempt(first, vocab.AttemptClosed)
		e.wantAttempt(again, vocab.AttemptOpen)
		e.wantOrder(p.id, vocab.PendingPayment)
	})
}

func TestAnAbandonedPaymentThatWasPaidCounts(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		p := e.purchase(vocab.OnOrder)
		id := p.start(vocab.Sandbox)
		e.pay(id, sandbox.Payment{})
		got, err := e.Payments.Abandon(p.buyer, p.id)
		if err != nil || got.Problem != nil {
			e.T.Fatalf("%v, problem %v", err, got.Problem)
		}
		e.wantVerdict(id, vocab.Counted)
		e.wantOrder(p.id, vocab.AwaitingShipment)
		e.deliver()
		e.wantMoney(p.id, payable, 0)
	})
}

func TestWhoMayCancel(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		p := e.purchase(vocab.OnOrder)
		_, err := e.Payments.Cancel(e.NewBuyer(), p.id)
		e.WantFault(err, fault.NotFound)
		stranger := e.Staff(vocab.Merchant, e.AddShop("other", document.ShopPolicy{}))
		_, err = e.Payments.Cancel(stranger, p.id)
		e.WantFault(err, fault.NotFound)
		_, err = e.Payments.Cancel(e.Support, p.id)
		e.WantFault(err, fault.Forbidden)
		got, err := e.Payments.Cancel(e.Merchant, p.id)
		if err != nil || got != (payment.OrderResult{Order: p.id}) {
			e.T.Fatalf("%+v, %v", got, err)
		}
		e.wantClosed(p.id, vocab.MerchantCancelled)
		_, err = e.Payments.Cancel(p.buyer, p.id)
		e.WantFault(err, fault.ActionNotAllowed)
	})
}
