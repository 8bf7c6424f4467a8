package payment_test

import (
	"slices"
	"testing"
	"time"

	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/payment"
	sandbox "orderflow/internal/sandbox/pay"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

func TestAPaymentIsStartedPaidAndCounted(t *testing.T) {
	each(t, func(w *world) {
		c := w.checkout(vocab.OnOrder)
		id := c.start(vocab.Sandbox)
		if again := c.start(vocab.Sandbox); again != id {
			w.t.Errorf("started again as %s, want %s", again, id)
		}
		r := w.wantAttempt(id, vocab.AttemptOpen)
		if r.ClientParams[sandbox.ParamPayURL] == "" {
			w.t.Errorf("client parameters %v", r.ClientParams)
		}
		w.pay(id, sandbox.Payment{})
		w.deliver()
		r = w.wantVerdict(id, vocab.Counted)
		if r.TransactionID == nil || r.PaidAt == nil || r.PaidAmount != payable {
			w.t.Errorf("payment %+v", r)
		}
		o := w.wantOrder(c.id, vocab.AwaitingShipment)
		if o.PaidAt == nil || !o.PaidAt.Equal(*r.PaidAt) {
			w.t.Errorf("paid at %v, payment at %v", o.PaidAt, r.PaidAt)
		}
		want := []string{vocab.EventPaymentStarted, vocab.EventPaymentOpened,
			vocab.EventPaymentSucceeded, vocab.EventOrderPaid}
		if got := w.eventNames(c.id); !slices.Equal(got, want) {
			w.t.Errorf("events %v, want %v", got, want)
		}
		w.soon()
		w.wantMoney(c.id, payable, 0)
		_, err := startBy(c)
		wantFault(w.t, err, fault.ActionNotAllowed)
	})
}

func TestWhoMayStart(t *testing.T) {
	each(t, func(w *world) {
		c := w.checkout(vocab.OnOrder)
		in := payment.StartInput{Order: c.id, Channel: vocab.Sandbox}
		_, err := w.payments.Start(w.t.Context(), in)
		wantFault(w.t, err, fault.Unauthenticated)
		_, err = w.payments.Start(w.staff(vocab.Merchant, w.shop), in)
		wantFault(w.t, err, fault.Forbidden)
		_, err = w.payments.Start(w.buyer(), in)
		wantFault(w.t, err, fault.NotFound)
		in.Channel = vocab.WeChatPay
		_, err = w.payments.Start(c.buyer, in)
		wantFault(w.t, err, fault.ChannelUnavailable)
		in = payment.StartInput{Order: globalid.New(globalid.Order), Channel: vocab.Sandbox}
		_, err = w.payments.Start(c.buyer, in)
		wantFault(w.t, err, fault.NotFound)
		w.later(30 * time.Minute)
		_, err = startBy(c)
		wantFault(w.t, err, fault.PaymentDeadline)
	})
}

func TestAnUnansweredOpeningIsAskedAgainWithTheSameNumber(t *testing.T) {
	each(t, func(w *world) {
		for _, kind := range []sandbox.FaultKind{sandbox.Unreachable, sandbox.UnsignedError,
			sandbox.LoseAnswer, sandbox.IllSigned} {
			c := w.checkout(vocab.OnOrder)
			w.fault(sandbox.Fault{Kind: kind, Op: sandbox.OpOpen})
			got, err := startBy(c)
			w.wantProblem(got.Problem, err, fault.ChannelPending)
			w.wantAttempt(got.Payment, vocab.AttemptCreated)
			w.soon()
			w.wantAttempt(got.Payment, vocab.AttemptOpen)
			if again := c.start(vocab.Sandbox); again != got.Payment {
				w.t.Errorf("%s: started again as %s, want %s", kind, again, got.Payment)
			}
			w.pay(got.Payment, sandbox.Payment{})
			w.deliver()
			w.wantVerdict(got.Payment, vocab.Counted)
			w.wantMoney(c.id, payable, 0)
		}
	})
}

func TestAnAttemptWhoseMakerDiedIsTakenOver(t *testing.T) {
	each(t, func(w *world) {
		c := w.checkout(vocab.OnOrder)
		w.fault(sandbox.Fault{Kind: sandbox.Unreachable, Op: sandbox.OpOpen})
		got, err := startBy(c)
		w.wantProblem(got.Problem, err, fault.ChannelPending)
		w.real.advance(time.Minute)
		claimed, err := w.payments.ClaimAttempts(w.t.Context(), 10)
		if err != nil || !slices.Equal(claimed, []globalid.ID{got.Payment}) {
			w.t.Fatalf("claimed %v, %v", claimed, err)
		}
		w.run() // another server, which leaves it alone
		w.wantAttempt(got.Payment, vocab.AttemptCreated)
		w.soon() // the claim has run out
		w.wantAttempt(got.Payment, vocab.AttemptOpen)
	})
}

func TestARefusedOpeningFailsTheOrderUntilItIsRetried(t *testing.T) {
	each(t, func(w *world) {
		c := w.checkout(vocab.OnOrder)
		w.ahead.Store(int64(time.Hour)) // at the channel the deadline has passed
		got, err := startBy(c)
		w.wantProblem(got.Problem, err, fault.ChannelRefused)
		w.wantAttempt(got.Payment, vocab.AttemptFailed)
		w.wantOrder(c.id, vocab.PaymentFailed)
		if n := w.available(c.sku); n != 2 {
			w.t.Errorf("%d available, want the stock back", n)
		}
		w.ahead.Store(0)
		id := c.start(vocab.Sandbox)
		w.wantOrder(c.id, vocab.PendingPayment)
		if n := w.available(c.sku); n != 0 {
			w.t.Errorf("%d available, want them reserved again", n)
		}
		w.pay(id, sandbox.Payment{})
		w.deliver()
		w.wantVerdict(id, vocab.Counted)
		w.wantMoney(c.id, payable, 0)
	})
}

func TestARetryNeedsStock(t *testing.T) {
	each(t, func(w *world) {
		c := w.checkout(vocab.OnOrder)
		w.pay(c.start(vocab.Sandbox), sandbox.Payment{Fail: true})
		w.deliver()
		w.wantOrder(c.id, vocab.PaymentFailed)
		w.place(w.buyer(), order.Line{Sku: c.sku.ID, Quantity: 1})
		_, err := startBy(c)
		wantFault(w.t, err, fault.OutOfStock)
		w.wantOrder(c.id, vocab.PaymentFailed)
	})
}

func TestAnotherChannelClosesTheFirst(t *testing.T) {
	each(t, func(w *world) {
		c := w.checkout(vocab.OnOrder)
		first := c.start(vocab.Sandbox)
		other := c.start(vocab.Alipay)
		w.wantAttempt(first, vocab.AttemptClosed)
		w.wantOrder(c.id, vocab.PendingPayment)
		w.pay(other, sandbox.Payment{})
		w.deliver()
		w.wantVerdict(other, vocab.Counted)
		w.wantMoney(c.id, payable, 0)
	})
}

func TestBothChannelsArePaid(t *testing.T) {
	each(t, func(w *world) {
		c := w.checkout(vocab.OnOrder)
		first := c.start(vocab.Sandbox)
		w.fault(sandbox.Fault{Kind: sandbox.Unreachable, Op: sandbox.OpClose})
		other := c.start(vocab.Alipay)
		w.wantAttempt(first, vocab.AttemptClosing)
		w.pay(first, sandbox.Payment{})
		w.pay(other, sandbox.Payment{})
		w.deliver()
		w.wantVerdict(first, vocab.Counted)
		w.wantVerdict(other, vocab.Duplicate)
		w.run()
		w.wantOrder(c.id, vocab.AwaitingShipment)
		w.wantMoney(c.id, 2*payable, payable)
	})
}

func TestTheFirstSucceedsWhileTheOtherIsBeingOpened(t *testing.T) {
	each(t, func(w *world) {
		c := w.checkout(vocab.OnOrder)
		first := c.start(vocab.Sandbox)
		w.fault(sandbox.Fault{Kind: sandbox.NoNotice, No: first.String()})
		w.pay(first, sandbox.Payment{})
		w.fault(sandbox.Fault{Kind: sandbox.LoseAnswer, Op: sandbox.OpOpen})
		got, err := c.payments.Start(c.buyer, payment.StartInput{Order: c.id, Channel: vocab.Alipay})
		if err != nil {
			w.t.Fatal(err)
		}
		w.wantVerdict(first, vocab.Counted) // the answer to its close
		w.soon()
		w.wantAttempt(got.Payment, vocab.AttemptClosed)
		w.wantMoney(c.id, payable, 0)
	})
}

func TestAStartIsIdempotent(t *testing.T) {
	each(t, func(w *world) {
		c := w.checkout(vocab.OnOrder)
		c.buyer = store.WithKey(c.buyer, store.Key{
			Viewer: "b", Mutation: "startPayment", Key: "k"})
		w.fault(sandbox.Fault{Kind: sandbox.Unreachable, Op: sandbox.OpOpen})
		first, err := startBy(c)
		w.wantProblem(first.Problem, err, fault.ChannelPending)
		again, err := startBy(c)
		w.wantProblem(again.Problem, err, fault.ChannelPending)
		w.soon()
		later, err := startBy(c)
		if err != nil || later.Problem != nil || again.Payment != first.Payment ||
			later.Payment != first.Payment {
			w.t.Errorf("%+v, %+v, %+v (%v)", first, again, later, err)
		}
		w.wantSound(c.id)
	})
}
