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
		p := e.purchase(vocab.OnOrder)
		id := p.start(vocab.Sandbox)
		if again := p.start(vocab.Sandbox); again != id {
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
		o := e.wantOrder(p.id, vocab.AwaitingShipment)
		if o.PaidAt == nil || !o.PaidAt.Equal(*r.PaidAt) {
			e.T.Errorf("paid at %v, payment at %v", o.PaidAt, r.PaidAt)
		}
		want := []string{vocab.EventPaymentStarted, vocab.EventPaymentSucceeded, vocab.EventOrderPaid}
		if got := e.eventNames(p.id); !slices.Equal(got, want) {
			e.T.Errorf("events %v, want %v", got, want)
		}
		e.minuteLater()
		e.wantMoney(p.id, payable, 0)
		_, err := p.tryStart()
		e.WantFault(err, fault.ActionNotAllowed)
	})
}

func TestWhoMayStart(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		p := e.purchase(vocab.OnOrder)
		in := payment.StartInput{Order: p.id, Channel: vocab.Sandbox}
		_, err := e.Payments.Start(e.T.Context(), in)
		e.WantFault(err, fault.Unauthenticated)
		_, err = e.Payments.Start(e.Merchant, in)
		e.WantFault(err, fault.Forbidden)
		_, err = e.Payments.Start(e.NewBuyer(), in)
		e.WantFault(err, fault.NotFound)
		in.Channel = vocab.WeChatPay
		_, err = e.Payments.Start(p.buyer, in)
		e.WantFault(err, fault.ChannelUnavailable)
		in = payment.StartInput{Order: globalid.New(globalid.Order), Channel: vocab.Sandbox}
		_, err = e.Payments.Start(p.buyer, in)
		e.WantFault(err, fault.NotFound)
		e.Move(30 * time.Minute)
		_, err = p.tryStart()
		e.WantFault(err, fault.PaymentDeadline)
	})
}

func TestAnUnansweredOpeningIsRepeatedWithTheSameNumber(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		for _, kind := range []sandbox.FaultKind{sandbox.Unreachable, sandbox.UnsignedError,
			sandbox.LoseAnswer, sandbox.IllSigned} {
			p := e.purchase(vocab.OnOrder)
			e.addFault(sandbox.Fault{Kind: kind, Op: sandbox.OpOpen})
			got, err := p.tryStart()
			e.wantProblem(got.Problem, err, fault.ChannelPending)
			e.wantAttempt(got.Payment, vocab.AttemptCreated)
			e.minuteLater()
			e.wantAttempt(got.Payment, vocab.AttemptOpen)
			if again := p.start(vocab.Sandbox); again != got.Payment {
				e.T.Errorf("%s: started again as %s, want %s", kind, again, got.Payment)
			}
			e.pay(got.Payment, sandbox.Payment{})
			e.deliver()
			e.wantVerdict(got.Payment, vocab.Counted)
			e.wantMoney(p.id, payable, 0)
		}
	})
}

func TestAnAttemptWhoseMakerDiedIsTakenOver(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		p := e.purchase(vocab.OnOrder)
		e.addFault(sandbox.Fault{Kind: sandbox.Unreachable, Op: sandbox.OpOpen})
		got, err := p.tryStart()
		e.wantProblem(got.Problem, err, fault.ChannelPending)
		e.Clock.Advance(time.Minute)
		claimed, err := e.DB.Take(e.T.Context(), payment.AttemptsDue, 10)
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
		p := e.purchase(vocab.OnOrder)
		e.ahead.Store(int64(time.Hour)) // at the channel the deadline has passed
		got, err := p.tryStart()
		e.wantProblem(got.Problem, err, fault.ChannelRefused)
		e.wantAttempt(got.Payment, vocab.AttemptFailed)
		e.wantOrder(p.id, vocab.PaymentFailed)
		if n := e.Available(p.sku); n != 2 {
			e.T.Errorf("%d available, want the stock back", n)
		}
		e.ahead.Store(0)
		id := p.start(vocab.Sandbox)
		e.wantOrder(p.id, vocab.PendingPayment)
		if n := e.Available(p.sku); n != 0 {
			e.T.Errorf("%d available, want them reserved again", n)
		}
		e.pay(id, sandbox.Payment{})
		e.deliver()
		e.wantVerdict(id, vocab.Counted)
		e.wantMoney(p.id, payable, 0)
	})
}

func TestARetryNeedsStock(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		p := e.purchase(vocab.OnOrder)
		e.pay(p.start(vocab.Sandbox), sandbox.Payment{Fail: true})
		e.deliver()
		e.wantOrder(p.id, vocab.PaymentFailed)
		e.PlaceAs(e.NewBuyer(), ordertest.Line(p.sku, 1))
		_, err := p.tryStart()
		e.WantFault(err, fault.OutOfStock)
		e.wantOrder(p.id, vocab.PaymentFailed)
	})
}

func TestAnotherChannelClosesTheFirst(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		p := e.purchase(vocab.OnOrder)
		first := p.start(vocab.Sandbox)
		other := p.start(vocab.Alipay)
		e.wantAttempt(first, vocab.AttemptClosed)
		e.wantOrder(p.id, vocab.PendingPayment)
		e.pay(other, sandbox.Payment{})
		e.deliver()
		e.wantVerdict(other, vocab.Counted)
		e.wantMoney(p.id, payable, 0)
	})
}

func TestBothChannelsArePaid(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		p := e.purchase(vocab.OnOrder)
		first := p.start(vocab.Sandbox)
		e.addFault(sandbox.Fault{Kind: sandbox.Unreachable, Op: sandbox.OpClose})
		other := p.start(vocab.Alipay)
		e.wantAttempt(first, vocab.AttemptClosing)
		e.pay(first, sandbox.Payment{})
		e.pay(other, sandbox.Payment{})
		e.deliver()
		e.wantVerdict(first, vocab.Counted)
		e.wantVerdict(other, vocab.Duplicate)
		e.Run()
		e.wantOrder(p.id, vocab.AwaitingShipment)
		e.wantMoney(p.id, 2*payable, payable)
	})
}

func TestTheFirstSucceedsWhileTheOtherIsBeingOpened(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		p := e.purchase(vocab.OnOrder)
		first := p.start(vocab.Sandbox)
		e.addFault(sandbox.Fault{Kind: sandbox.NoNotice, No: first.String()})
		e.pay(first, sandbox.Payment{})
		e.addFault(sandbox.Fault{Kind: sandbox.LoseAnswer, Op: sandbox.OpOpen})
		got, err := p.Payments.Start(p.buyer, payment.StartInput{Order: p.id, Channel: vocab.Alipay})
		if err != nil {
			e.T.Fatal(err)
		}
		e.wantVerdict(first, vocab.Counted) // the answer to its close
		e.minuteLater()
		e.wantAttempt(got.Payment, vocab.AttemptClosed)
		e.wantMoney(p.id, payable, 0)
	})
}

func TestAStartIsIdempotent(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		p := e.purchase(vocab.OnOrder)
		p.buyer = store.WithKey(p.buyer, store.Key{
			Viewer: "b", Mutation: "startPayment", Key: "k"})
		e.addFault(sandbox.Fault{Kind: sandbox.Unreachable, Op: sandbox.OpOpen})
		first, err := p.tryStart()
		e.wantProblem(first.Problem, err, fault.ChannelPending)
		again, err := p.tryStart()
		e.wantProblem(again.Problem, err, fault.ChannelPending)
		e.minuteLater()
		later, err := p.tryStart()
		if err != nil || later.Problem != nil || again.Payment != first.Payment ||
			later.Payment != first.Payment {
			e.T.Errorf("%+v, %+v, %+v (%v)", first, again, later, err)
		}
		e.wantSound(p.id)
	})
}
