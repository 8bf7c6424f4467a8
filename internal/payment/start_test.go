package payment_test

import (
	"slices"
	"testing"
	"time"

	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/ordertest"
	"orderflow/internal/payment"
	sandbox "orderflow/internal/sandbox/pay"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

func TestAPaymentIsStartedPaidAndCounted(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		c := e.purchase(vocab.OnOrder)
		id := c.start(vocab.Sandbox)
		if again := c.start(vocab.Sandbox); again != id {
			e.T.Errorf("started again as %s, want %s", again, id)
		}
		r := e.wantAttempt(id, vocab.AttemptOpen)
		if r.ClientParams[sandbox.ParamPayURL] == "" {
			e.T.Errorf("client parameters %v", r.ClientParams)
		}
		e.pay(id, sandbox.Payment{})
		e.deliver()
		r = e.wantVerdict(id, vocab.Counted)
		if r.TransactionID == nil || r.PaidAt == nil || r.PaidAmount != payable {
			e.T.Errorf("payment %+v", r)
		}
		o := e.wantOrder(c.id, vocab.AwaitingShipment)
		if o.PaidAt == nil || !o.PaidAt.Equal(*r.PaidAt) {
			e.T.Errorf("paid at %v, payment at %v", o.PaidAt, r.PaidAt)
		}
		want := []string{vocab.EventPaymentStarted, vocab.EventPaymentOpened,
			vocab.EventPaymentSucceeded, vocab.EventOrderPaid}
		if got := e.eventNames(c.id); !slices.Equal(got, want) {
			e.T.Errorf("events %v, want %v", got, want)
		}
		e.minuteLater()
		e.wantMoney(c.id, payable, 0)
		_, err := c.tryStart()
		e.WantFault(err, fault.ActionNotAllowed)
	})
}

func TestWhoMayStart(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		c := e.purchase(vocab.OnOrder)
		in := payment.StartInput{Order: c.id, Channel: vocab.Sandbox}
		_, err := e.Payments.Start(e.T.Context(), in)
		e.WantFault(err, fault.Unauthenticated)
		_, err = e.Payments.Start(e.Merchant, in)
		e.WantFault(err, fault.Forbidden)
		_, err = e.Payments.Start(e.NewBuyer(), in)
		e.WantFault(err, fault.NotFound)
		in.Channel = vocab.WeChatPay
		_, err = e.Payments.Start(c.buyer, in)
		e.WantFault(err, fault.ChannelUnavailable)
		in = payment.StartInput{Order: globalid.New(globalid.Order), Channel: vocab.Sandbox}
		_, err = e.Payments.Start(c.buyer, in)
		e.WantFault(err, fault.NotFound)
		e.Move(30 * time.Minute)
		_, err = c.tryStart()
		e.WantFault(err, fault.PaymentDeadline)
	})
}

func TestAnUnansweredOpeningIsRepeatedWithTheSameNumber(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		for _, kind := range []sandbox.FaultKind{sandbox.Unreachable, sandbox.UnsignedError,
			sandbox.LoseAnswer, sandbox.IllSigned} {
			c := e.purchase(vocab.OnOrder)
			e.addFault(sandbox.Fault{Kind: kind, Op: sandbox.OpOpen})
			got, err := c.tryStart()
			e.wantProblem(got.Problem, err, fault.ChannelPending)
			e.wantAttempt(got.Payment, vocab.AttemptCreated)
			e.minuteLater()
			e.wantAttempt(got.Payment, vocab.AttemptOpen)
			if again := c.start(vocab.Sandbox); again != got.Payment {
				e.T.Errorf("%s: started again as %s, want %s", kind, again, got.Payment)
			}
			e.pay(got.Payment, sandbox.Payment{})
			e.deliver()
			e.wantVerdict(got.Payment, vocab.Counted)
			e.wantMoney(c.id, payable, 0)
		}
	})
}

func TestAnAttemptWhoseMakerDiedIsTakenOver(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		c := e.purchase(vocab.OnOrder)
		e.addFault(sandbox.Fault{Kind: sandbox.Unreachable, Op: sandbox.OpOpen})
		got, err := c.tryStart()
		e.wantProblem(got.Problem, err, fault.ChannelPending)
		e.Clock.Advance(time.Minute)
		claimed, err := e.Payments.ClaimAttempts(e.T.Context(), 10)
		if err != nil || !slices.Equal(claimed, []globalid.ID{got.Payment}) {
			e.T.Fatalf("claimed %v, %v", claimed, err)
		}
		e.Run() // another server, which leaves it alone
		e.wantAttempt(got.Payment, vocab.AttemptCreated)
		e.minuteLater() // the claim has run out
		e.wantAttempt(got.Payment, vocab.AttemptOpen)
	})
}

func TestARefusedOpeningFailsTheOrderUntilItIsRetried(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		c := e.purchase(vocab.OnOrder)
		e.ahead.Store(int64(time.Hour)) // at the channel the deadline has passed
		got, err := c.tryStart()
		e.wantProblem(got.Problem, err, fault.ChannelRefused)
		e.wantAttempt(got.Payment, vocab.AttemptFailed)
		e.wantOrder(c.id, vocab.PaymentFailed)
		if n := e.Available(c.sku); n != 2 {
			e.T.Errorf("%d available, want the stock back", n)
		}
		e.ahead.Store(0)
		id := c.start(vocab.Sandbox)
		e.wantOrder(c.id, vocab.PendingPayment)
		if n := e.Available(c.sku); n != 0 {
			e.T.Errorf("%d available, want them reserved again", n)
		}
		e.pay(id, sandbox.Payment{})
		e.deliver()
		e.wantVerdict(id, vocab.Counted)
		e.wantMoney(c.id, payable, 0)
	})
}

func TestARetryNeedsStock(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		c := e.purchase(vocab.OnOrder)
		e.pay(c.start(vocab.Sandbox), sandbox.Payment{Fail: true})
		e.deliver()
		e.wantOrder(c.id, vocab.PaymentFailed)
		e.PlaceAs(e.NewBuyer(), ordertest.Line(c.sku, 1))
		_, err := c.tryStart()
		e.WantFault(err, fault.OutOfStock)
		e.wantOrder(c.id, vocab.PaymentFailed)
	})
}

func TestAnotherChannelClosesTheFirst(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		c := e.purchase(vocab.OnOrder)
		first := c.start(vocab.Sandbox)
		other := c.start(vocab.Alipay)
		e.wantAttempt(first, vocab.AttemptClosed)
		e.wantOrder(c.id, vocab.PendingPayment)
		e.pay(other, sandbox.Payment{})
		e.deliver()
		e.wantVerdict(other, vocab.Counted)
		e.wantMoney(c.id, payable, 0)
	})
}

func TestBothChannelsArePaid(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		c := e.purchase(vocab.OnOrder)
		first := c.start(vocab.Sandbox)
		e.addFault(sandbox.Fault{Kind: sandbox.Unreachable, Op: sandbox.OpClose})
		other := c.start(vocab.Alipay)
		e.wantAttempt(first, vocab.AttemptClosing)
		e.pay(first, sandbox.Payment{})
		e.pay(other, sandbox.Payment{})
		e.deliver()
		e.wantVerdict(first, vocab.Counted)
		e.wantVerdict(other, vocab.Duplicate)
		e.Run()
		e.wantOrder(c.id, vocab.AwaitingShipment)
		e.wantMoney(c.id, 2*payable, payable)
	})
}

func TestTheFirstSucceedsWhileTheOtherIsBeingOpened(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		c := e.purchase(vocab.OnOrder)
		first := c.start(vocab.Sandbox)
		e.addFault(sandbox.Fault{Kind: sandbox.NoNotice, No: first.String()})
		e.pay(first, sandbox.Payment{})
		e.addFault(sandbox.Fault{Kind: sandbox.LoseAnswer, Op: sandbox.OpOpen})
		got, err := c.Payments.Start(c.buyer, payment.StartInput{Order: c.id, Channel: vocab.Alipay})
		if err != nil {
			e.T.Fatal(err)
		}
		e.wantVerdict(first, vocab.Counted) // the answer to its close
		e.minuteLater()
		e.wantAttempt(got.Payment, vocab.AttemptClosed)
		e.wantMoney(c.id, payable, 0)
	})
}

func TestAStartIsIdempotent(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		c := e.purchase(vocab.OnOrder)
		c.buyer = store.WithKey(c.buyer, store.Key{
			Viewer: "b", Mutation: "startPayment", Key: "k"})
		e.addFault(sandbox.Fault{Kind: sandbox.Unreachable, Op: sandbox.OpOpen})
		first, err := c.tryStart()
		e.wantProblem(first.Problem, err, fault.ChannelPending)
		again, err := c.tryStart()
		e.wantProblem(again.Problem, err, fault.ChannelPending)
		e.minuteLater()
		later, err := c.tryStart()
		if err != nil || later.Problem != nil || again.Payment != first.Payment ||
			later.Payment != first.Payment {
			e.T.Errorf("%+v, %+v, %+v (%v)", first, again, later, err)
		}
		e.wantSound(c.id)
	})
}
