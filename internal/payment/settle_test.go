package payment_test

import (
	"testing"
	"time"

	entpayment "orderflow/ent/payment"
	"orderflow/internal/payment/channel"
	sandbox "orderflow/internal/sandbox/pay"
	"orderflow/internal/vocab"
)

func TestALostNoticeIsFoundByAsking(t *testing.T) {
	each(t, func(w *world) {
		c := w.checkout(vocab.OnOrder)
		id := c.start(vocab.Sandbox)
		w.fault(sandbox.Fault{Kind: sandbox.NoNotice, No: id.String()})
		w.pay(id, sandbox.Payment{})
		w.fault(sandbox.Fault{Kind: sandbox.UnsignedError, Op: sandbox.OpQuery})
		w.soon() // nothing is concluded
		w.wantAttempt(id, vocab.AttemptOpen)
		w.soon()
		w.wantVerdict(id, vocab.Counted)
		w.wantOrder(c.id, vocab.AwaitingShipment)
		w.wantMoney(c.id, payable, 0)
	})
}

func TestAPaymentOfACancelledOrderIsLate(t *testing.T) {
	each(t, func(w *world) {
		c := w.checkout(vocab.OnOrder)
		id := c.start(vocab.Sandbox)
		if _, err := w.payments.Cancel(c.buyer, c.id); err != nil {
			w.t.Fatal(err)
		}
		w.wantAttempt(id, vocab.AttemptClosing)
		w.run()
		w.wantAttempt(id, vocab.AttemptClosed)
		w.pay(id, sandbox.Payment{Late: true})
		w.deliver()
		w.wantVerdict(id, vocab.Late)
		w.run()
		w.wantRefund(w.onlyRefund(c.id).ID, vocab.RefundSucceeded)
		w.wantClosed(c.id, vocab.BuyerCancelled)
		w.wantMoney(c.id, payable, payable)
	})
}

func TestASecondTransactionOfOneAttemptIsADuplicate(t *testing.T) {
	each(t, func(w *world) {
		c := w.checkout(vocab.OnOrder)
		id := c.start(vocab.Sandbox)
		w.pay(id, sandbox.Payment{Twice: true})
		w.deliver()
		w.wantVerdict(id, vocab.Counted)
		twin := w.db.Client.Payment.Query().Where(entpayment.AttemptID(id)).OnlyX(w.t.Context())
		w.wantVerdict(twin.ID, vocab.Duplicate)
		w.run()
		if r := w.onlyRefund(c.id); *r.PaymentID != twin.ID || r.Amount != payable ||
			r.Trigger != vocab.TriggerDuplicate || r.Status != vocab.RefundSucceeded {
			w.t.Errorf("refund %+v", r)
		}
		w.wantOrder(c.id, vocab.AwaitingShipment)
		w.wantMoney(c.id, 2*payable, payable)
	})
}

func TestAPaymentOfAnotherAmountDoesNotCount(t *testing.T) {
	each(t, func(w *world) {
		c := w.checkout(vocab.OnOrder)
		id := c.start(vocab.Sandbox)
		w.pay(id, sandbox.Payment{Amount: payable - 1})
		w.deliver()
		w.wantVerdict(id, vocab.Mismatched)
		if n := w.payments.Counters.Alarms.Load(); n != 1 {
			w.t.Errorf("%d alarms, want 1", n)
		}
		w.run()
		w.wantOrder(c.id, vocab.PendingPayment)
		w.wantMoney(c.id, payable-1, payable-1)
		again := c.start(vocab.Sandbox)
		w.pay(again, sandbox.Payment{})
		w.deliver()
		w.wantVerdict(again, vocab.Counted)
		w.wantMoney(c.id, 2*payable-1, payable-1)
	})
}

func TestAFailedPaymentFailsTheOrderAndALateSuccessPaysIt(t *testing.T) {
	each(t, func(w *world) {
		c := w.checkout(vocab.OnOrder)
		id := c.start(vocab.Sandbox)
		w.pay(id, sandbox.Payment{Fail: true})
		w.deliver()
		w.wantAttempt(id, vocab.AttemptFailed)
		w.wantOrder(c.id, vocab.PaymentFailed)
		w.pay(id, sandbox.Payment{Late: true})
		w.deliver()
		w.wantVerdict(id, vocab.Counted)
		w.wantOrder(c.id, vocab.AwaitingShipment)
		if n := w.available(c.sku); n != 0 {
			w.t.Errorf("%d available, want them reserved", n)
		}
		w.wantMoney(c.id, payable, 0)
	})
}

func TestAFailureOfAnUnansweredOpening(t *testing.T) {
	each(t, func(w *world) {
		c := w.checkout(vocab.OnOrder)
		w.fault(sandbox.Fault{Kind: sandbox.LoseAnswer, Op: sandbox.OpOpen})
		got, err := startBy(c)
		w.wantProblem(got.Problem, err, "CHANNEL_PENDING")
		w.pay(got.Payment, sandbox.Payment{Fail: true})
		w.deliver()
		w.wantAttempt(got.Payment, vocab.AttemptFailed)
		w.wantOrder(c.id, vocab.PaymentFailed)
		w.wantSound(c.id)
	})
}

func TestAPaymentClosedAtTheChannelHasFailed(t *testing.T) {
	each(t, func(w *world) {
		c := w.checkout(vocab.OnOrder)
		id := c.start(vocab.Sandbox)
		w.ahead.Store(int64(time.Hour)) // the channel's own expiry comes first
		w.soon()
		w.wantAttempt(id, vocab.AttemptFailed)
		w.wantOrder(c.id, vocab.PaymentFailed)
		w.wantSound(c.id)
	})
}

func TestAPaymentThatIsNotOursIsCounted(t *testing.T) {
	each(t, func(w *world) {
		for _, number := range []string{"pay_06AF0000008020G30G2GC1R8ZW", "another-shop-7"} {
			_, err := w.payments.Channels[vocab.Sandbox].Open(w.t.Context(), channel.OpenRequest{
				OutTradeNo: number, Amount: 5, Currency: "CNY", Account: "acct",
				ExpiresAt: w.peerNow().Add(time.Hour),
			})
			if err != nil {
				w.t.Fatal(err)
			}
			if err := w.peer.Pay(w.t.Context(), number, sandbox.Payment{}); err != nil {
				w.t.Fatal(err)
			}
		}
		w.deliver()
		if n := w.payments.Counters.UnknownPayments.Load(); n != 2 {
			w.t.Errorf("%d unknown payments, want 2", n)
		}
		if n, err := w.peer.Deliver(w.t.Context()); n != 0 || err != nil {
			w.t.Errorf("%d notices were not accepted (%v)", n, err)
		}
	})
}

func TestASuccessWithoutMoneyIsNotBelieved(t *testing.T) {
	each(t, func(w *world) {
		c := w.checkout(vocab.OnOrder)
		id := c.start(vocab.Sandbox)
		err := w.payments.Settle(w.t.Context(), vocab.Sandbox, channel.Charge{
			OutTradeNo: id.String(), State: channel.ChargePaid, Amount: payable, Currency: "CNY",
		})
		if err == nil {
			w.t.Error("a payment without a transaction was applied")
		}
		w.wantAttempt(id, vocab.AttemptOpen)
	})
}
