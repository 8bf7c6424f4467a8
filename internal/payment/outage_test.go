package payment_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"orderflow/internal/dbtest"
	"orderflow/internal/globalid"
	"orderflow/internal/ordertest"
	"orderflow/internal/payment"
	sandbox "orderflow/internal/sandbox/pay"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// askInVain moves time to the pay deadline and asks a channel that does not answer for the whole
// grace.
func (e *sandboxEnv) askInVain() {
	e.T.Helper()
	e.Move(payTime)
	e.Run()
	for range 10 {
		e.minuteLater()
	}
}

// claim claims what is due for a server that does not go on: it is slow, or was killed.
func (e *sandboxEnv) claim(due store.Due) []globalid.ID {
	e.T.Helper()
	ids, err := e.DB.Take(e.T.Context(), due, 100)
	e.Must(err)
	return ids
}

// outage is a time without any server.
func (e *sandboxEnv) outage(d time.Duration) { e.Clock.Advance(d) }

// Orders are paid while all servers are down, until long after the deadline. Then one server still
// asks about the attempts while another finds the orders overdue.
func TestPaidInTimeDuringAnOutage(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		orders, attempts := make([]purchase, 8), make([]globalid.ID, 8)
		for i := range orders {
			orders[i] = e.purchase(vocab.OnOrder)
			attempts[i] = orders[i].start(vocab.Sandbox)
			e.addFault(sandbox.Fault{Kind: sandbox.NoNotice, No: attempts[i].String()})
		}
		for _, id := range attempts {
			e.pay(id, sandbox.Payment{})
		}
		e.outage(payTime + time.Hour)
		asking := e.claim(payment.AttemptsDue)
		if len(asking) != len(attempts) {
			e.T.Fatalf("%d attempts are asked about", len(asking))
		}
		for _, p := range orders {
			e.Must(e.Payments.RunExpire(e.T.Context(), p.id))
			e.wantOrder(p.id, vocab.PendingPayment)
		}
		for _, id := range asking {
			e.Must(e.Payments.RunAttempt(e.T.Context(), id))
		}
		e.minuteLater()
		for i, p := range orders {
			e.wantVerdict(attempts[i], vocab.Counted)
			e.wantOrder(p.id, vocab.AwaitingShipment)
			e.wantMoney(p.id, payable, 0)
		}
	})
}

// After a long outage one question that fails is not enough to give an attempt up, nor are the
// questions before the outage.
func TestAPauseIsNoQuestion(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		p := e.purchase(vocab.OnOrder)
		id := p.start(vocab.Sandbox)
		e.addFault(sandbox.Fault{Kind: sandbox.NoNotice, No: id.String()})
		e.pay(id, sandbox.Payment{})
		for _, op := range []sandbox.Op{sandbox.OpClose, sandbox.OpQuery} {
			e.addFault(sandbox.Fault{Kind: sandbox.Unreachable, Op: op, Times: 1000})
		}
		for range 3 {
			e.outage(time.Hour)
			e.Run()
			e.minuteLater()
			e.wantAttempt(id, vocab.AttemptClosing)
		}
		e.clearFaults()
		e.minuteLater()
		e.wantVerdict(id, vocab.Counted)
		e.wantOrder(p.id, vocab.AwaitingShipment)
	})
}

// A channel that is not offered any more is asked in vain like one that is silent.
func TestAnOrderExpiresWithoutItsChannel(t *testing.T) {
	each(t, func(e *sandboxEnv) {
		p := e.purchase(vocab.OnOrder)
		id := p.start(vocab.Alipay)
		delete(e.Payments.Channels, vocab.Alipay)
		e.askInVain()
		e.wantAttempt(id, vocab.AttemptUnknown)
		e.wantClosed(p.id, vocab.PaymentTimeout)
	})
}

// Whatever fails in between, for however long nobody asks: an order that was paid at its channel
// before its deadline counts, as long as the channel is not silent for the whole grace; and what is
// asked back of it comes back once.
func TestPaidInTimeCounts(t *testing.T) {
	rounds := dbtest.Size(6, 200)
	each(t, func(e *sandboxEnv) {
		for round := range rounds {
			w := &outageWalk{sandboxEnv: e, rand: rand.New(rand.NewPCG(uint64(round), 10))}
			t.Logf("round %d", round)
			w.run()
		}
	})
}

// outageWalk pays an order, or not, and asks it back, or not, with outages between any two steps.
type outageWalk struct {
	*sandboxEnv
	rand     *rand.Rand
	order    purchase
	attempts []globalid.ID
	deadline time.Time
	paid     globalid.ID
	back     bool          // all of it was asked back
	silent   time.Duration // for how long servers have asked a channel that is silent
}

func (w *outageWalk) run() {
	w.order = w.purchase(vocab.OnOrder)
	w.deadline = w.Order(w.order.id).PayDueAt
	w.start()
	steps := []func(){w.start, w.pay, w.serve, w.serve, w.serve, w.down, w.silence, w.heal, w.die,
		w.expire, w.lose, w.askBack}
	for range 30 {
		steps[w.rand.IntN(len(steps))]()
	}
	w.heal()
	w.outage(payTime)
	for range 15 { // what failed is tried again after ten minutes at most
		w.minuteLater()
	}
	w.settled()
}

func (w *outageWalk) start() {
	started, err := w.Payments.Start(w.order.buyer,
		payment.StartInput{Order: w.order.id, Channel: vocab.Sandbox})
	if err == nil {
		w.attempts = append(w.attempts, started.Payment)
	}
}

// pay pays at the channel, at most once and only before the deadline; often nobody hears of it.
func (w *outageWalk) pay() {
	if !w.paid.IsZero() || len(w.attempts) == 0 || !w.peerNow().Before(w.deadline) {
		return
	}
	id := w.attempts[w.rand.IntN(len(w.attempts))]
	if w.rand.IntN(2) == 0 {
		w.addFault(sandbox.Fault{Kind: sandbox.NoNotice, No: id.String()})
	}
	if err := w.peer.Pay(w.T.Context(), id.String(), sandbox.Payment{}); err == nil {
		w.paid = id
	}
}

// serve is a time in which the servers work.
func (w *outageWalk) serve() {
	for range 1 + w.rand.IntN(8) {
		if w.silent > 0 {
			if w.silent += time.Minute; w.silent > 8*time.Minute {
				w.heal()
			}
		}
		w.minuteLater()
	}
}

func (w *outageWalk) down() { w.outage(time.Duration(1+w.rand.IntN(90)) * time.Minute) }

func (w *outageWalk) silence() {
	if w.silent == 0 {
		w.silent = 1
		for _, op := range []sandbox.Op{sandbox.OpClose, sandbox.OpQuery, sandbox.OpRefund,
			sandbox.OpQueryRefund} {
			w.addFault(sandbox.Fault{Kind: sandbox.Unreachable, Op: op, Times: 1000})
		}
	}
}

func (w *outageWalk) heal() {
	w.silent = 0
	w.clearFaults()
}

// die is a server that claims what is due and is killed.
func (w *outageWalk) die() {
	w.claim([]store.Due{payment.AttemptsDue, payment.OrdersDue,
		payment.RefundsDue}[w.rand.IntN(3)])
}

// askBack asks for all of a paid order.
func (w *outageWalk) askBack() {
	if w.back || w.Order(w.order.id).Status != vocab.AwaitingShipment {
		return
	}
	w.MustID(w.AfterSales.Request(w.order.buyer,
		ordertest.RequestFor(w.ItemOf(w.order.id, w.order.sku), vocab.RefundOnly, 2)))
	w.back = true
}

func (w *outageWalk) expire() { w.Must(w.Payments.RunExpire(w.T.Context(), w.order.id)) }

func (w *outageWalk) lose() {
	if w.rand.IntN(2) == 0 {
		w.deliver()
	}
}

// settled checks that the order counts what was paid, and that nothing waits.
func (w *outageWalk) settled() {
	if w.paid.IsZero() {
		w.wantClosed(w.order.id, vocab.PaymentTimeout)
		return
	}
	w.wantVerdict(w.paid, vocab.Counted)
	if w.back {
		w.wantClosed(w.order.id, vocab.Refunded)
		w.wantMoney(w.order.id, payable, payable)
		return
	}
	w.wantOrder(w.order.id, vocab.AwaitingShipment)
	w.wantMoney(w.order.id, payable, 0)
}
