package payment_test

import (
	"testing"
	"time"

	entpayment "orderflow/ent/payment"
	"orderflow/internal/payment/channel"
	sandbox "orderflow/internal/sandbox/pay"
	"orderflow/internal/vocab"
)

func TestALostNoticeIsFoundByQuery(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		p := e.purchase(vocab.OnOrder)
		id := p.start(vocab.Sandbox)
		e.addFault(sandbox.Fault{Kind: sandbox.NoNotice, No: id.String()})
		e.pay(id, sandbox.Payment{})
		e.addFault(sandbox.Fault{Kind: sandbox.UnsignedError, Op: sandbox.OpQuery})
		e.minuteLater() // nothing is concluded
		e.wantAttempt(id, vocab.AttemptOpen)
		e.minuteLater()
		e.wantVerdict(id, vocab.Counted)
		e.wantOrder(p.id, vocab.AwaitingShipment)
		e.wantMoney(p.id, payable, 0)
	})
}

func TestAPaymentOfACancelledOrderIsLate(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		p := e.purchase(vocab.OnOrder)
		id := p.start(vocab.Sandbox)
		if _, err := e.Payments.Cancel(p.buyer, p.id); err != nil {
			e.T.Fatal(err)
		}
		e.wantAttempt(id, vocab.AttemptClosing)
		e.Run()
		e.wantAttempt(id, vocab.AttemptClosed)
		e.pay(id, sandbox.Payment{Late: true})
		e.deliver()
		e.wantVerdict(id, vocab.Late)
		e.Run()
		e.wantRefund(e.onlyRefund(p.id).ID, vocab.RefundSucceeded)
		e.wantClosed(p.id, vocab.BuyerCancelled)
		e.wantMoney(p.id, payable, payable)
	})
}

func TestASecondTransactionOfOneAttemptIsADuplicate(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		p := e.purchase(vocab.OnOrder)
		id := p.start(vocab.Sandbox)
		e.pay(id, sandbox.Payment{Twice: true})
		e.deliver()
		e.wantVerdict(id, vocab.Counted)
		twin := e.DB.Client.Payment.Query().Where(entpayment.AttemptID(id)).OnlyX(e.T.Context())
		e.wantVerdict(twin.ID, vocab.Duplicate)
		e.Run()
		if r := e.onlyRefund(p.id); *r.PaymentID != twin.ID || r.Amount != payable ||
			r.Trigger != vocab.TriggerDuplicate || r.Status != vocab.RefundSucceeded {
			e.T.Errorf("refund %+v", r)
		}
		e.wantOrder(p.id, vocab.AwaitingShipment)
		e.wantMoney(p.id, 2*payable, payable)
	})
}

func TestAPaymentOfAnotherAmountDoesNotCount(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		p := e.purchase(vocab.OnOrder)
		id := p.start(vocab.Sandbox)
		e.pay(id, sandbox.Payment{Amount: payable - 1})
		e.deliver()
		e.wantVerdict(id, vocab.Mismatched)
		if n := e.Payments.Counters.Alarms.Load(); n != 1 {
			e.T.Errorf("%d alarms, want 1", n)
		}
		e.Run()
		e.wantOrder(p.id, vocab.PendingPayment)
		e.wantMoney(p.id, payable-1, payable-1)
		again := p.start(vocab.Sandbox)
		e.pay(again, sandbox.Payment{})
		e.deliver()
		e.wantVerdict(again, vocab.Counted)
		e.wantMoney(p.id, 2*payable-1, payable-1)
	})
}

func TestAFailedPaymentFailsTheOrderAndALateSuccessPaysIt(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		p := e.purchase(vocab.OnOrder)
		id := p.start(vocab.Sandbox)
		e.pay(id, sandbox.Payment{Fail: true})
		e.deliver()
		e.wantAttempt(id, vocab.AttemptFailed)
		e.wantOrder(p.id, vocab.PaymentFailed)
		e.pay(id, sandbox.Payment{Late: true})
		e.deliver()
		e.wantVerdict(id, vocab.Counted)
		e.wantOrder(p.id, vocab.AwaitingShipment)
		if n := e.Available(p.sku); n != 0 {
			e.T.Errorf("%d available, want them reserved", n)
		}
		e.wantMoney(p.id, payable, 0)
	})
}

func TestAFailureOfAnUnansweredOpening(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		p := e.purchase(vocab.OnOrder)
		e.addFault(sandbox.Fault{Kind: sandbox.LoseAnswer, Op: sandbox.OpOpen})
		got, err := p.tryStart()
		e.wantProblem(got.Problem, err, "CHANNEL_PENDING")
		e.pay(got.Payment, sandbox.Payment{Fail: true})
		e.deliver()
		e.wantAttempt(got.Payment, vocab.AttemptFailed)
		e.wantOrder(p.id, vocab.PaymentFailed)
		e.wantSound(p.id)
	})
}

func TestAPaymentClosedAtTheChannelHasFailed(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		p := e.purchase(vocab.OnOrder)
		id := p.start(vocab.Sandbox)
		e.ahead.Store(int64(time.Hour)) // the channel's own expiry comes first
		e.minuteLater()
		e.wantAttempt(id, vocab.AttemptFailed)
		e.wantOrder(p.id, vocab.PaymentFailed)
		e.wantSound(p.id)
	})
}

func TestAPaymentThatIsNotOursIsCounted(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		for _, number := range []string{"pay_06AF0000008020G30G2GC1R8ZW", "another-shop-7"} {
			_, err := e.Payments.Channels[vocab.Sandbox].Open(e.T.Context(), channel.OpenRequest{
				OutTradeNo: number, Amount: 5, Currency: "CNY", Account: "acct",
				ExpiresAt: e.peerNow().Add(time.Hour),
			})
			if err != nil {
				e.T.Fatal(err)
			}
			if err := e.peer.Pay(e.T.Context(), number, sandbox.Payment{}); err != nil {
				e.T.Fatal(err)
			}
		}
		e.deliver()
		if n := e.Payments.Counters.UnknownPayments.Load(); n != 2 {
			e.T.Errorf("%d unknown payments, want 2", n)
		}
		if n, err := e.peer.Deliver(e.T.Context()); n != 0 || err != nil {
			e.T.Errorf("%d notices were not accepted (%v)", n, err)
		}
	})
}

func TestASuccessWithoutMoneyIsNotBelieved(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		p := e.purchase(vocab.OnOrder)
		id := p.start(vocab.Sandbox)
		err := e.Payments.Settle(e.T.Context(), vocab.Sandbox, channel.Charge{
			OutTradeNo: id.String(), State: channel.ChargePaid, Amount: payable, Currency: "CNY",
		})
		if err == nil {
			e.T.Error("a payment without a transaction was applied")
		}
		e.wantAttempt(id, vocab.AttemptOpen)
	})
}
