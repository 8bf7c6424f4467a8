package payment_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"orderflow/ent"
	"orderflow/internal/dbtest"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/payment"
	"orderflow/internal/payment/channel"
	sandbox "orderflow/internal/sandbox/pay"
	"orderflow/internal/seal"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

const secret = "a secret shared in tests"

// clock is real time that stands still until it is moved.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) advance(by time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(by)
}

// world is a database, a sandbox peer behind HTTP on loopback, and a shop.
type world struct {
	t        *testing.T
	db       *store.DB
	real     *clock
	peer     *sandbox.Peer
	ahead    atomic.Int64           // by how much the peer's clock is wrong
	opening  atomic.Pointer[func()] // happens once, while the peer has opened and not answered
	asked    atomic.Int64           // how often a refund was asked for
	payments *payment.Payments
	keys     *seal.Keyring
	orders   *order.Orders
	notify   string
	shop     *ent.Shop
	house    *ent.Warehouse
	count    atomic.Int64
}

// second is the same peer under the name of another channel.
type second struct{ *sandbox.Client }

func (second) Name() vocab.PaymentChannel { return vocab.Alipay }

// each runs a test on every database of this run, in a world of its own.
func each(t *testing.T, test func(w *world), change ...func(*sandbox.Options)) {
	t.Helper()
	t.Parallel()
	for _, dialect := range dbtest.Dialects(t) {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			test(newWorld(t, dialect, change...))
		})
	}
}

func newWorld(t *testing.T, dialect string, change ...func(*sandbox.Options)) *world {
	t.Helper()
	w := &world{t: t, real: &clock{at: time.Now()}}
	w.db = dbtest.Open(t, dialect, store.Options{SimulatedClock: true, RealNow: w.real.now})
	var err error
	if w.keys, err = seal.ParseKeyring(seal.DevelopmentKeys()); err != nil {
		t.Fatal(err)
	}
	blind, err := seal.ParseBlind(seal.DevelopmentBlindKey())
	if err != nil {
		t.Fatal(err)
	}
	w.orders = order.New(w.db, w.keys, blind, order.Limits{Lines: 1000, Quantity: 100_000})
	w.payments = payment.New(w.db, map[vocab.PaymentChannel]channel.Port{}, w.keys,
		slog.New(slog.NewTextHandler(t.Output(), nil)))
	w.payments.Short = w.refundAtOnce
	w.connect(change)
	w.shop = w.addShop("tea")
	w.house = w.addWarehouse("S")
	return w
}

// connect starts the peer and the server that its notices go to.
func (w *world) connect(change []func(*sandbox.Options)) {
	w.t.Helper()
	options := sandbox.Options{
		Path: ":memory:", Secret: []byte(secret), Now: w.peerNow, RealNow: w.real.now,
		Hook: w.onPeer,
	}
	for _, f := range change {
		f(&options)
	}
	var err error
	if w.peer, err = sandbox.NewPeer(options); err != nil {
		w.t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/peer/", http.StripPrefix("/peer", w.peer))
	mux.HandleFunc("POST /notify/{channel}", func(rw http.ResponseWriter, r *http.Request) {
		w.payments.HandleNotice(rw, r, vocab.PaymentChannel(r.PathValue("channel")))
	})
	server := httptest.NewServer(mux)
	w.notify = server.URL + "/notify/"
	w.t.Cleanup(func() {
		server.Close()
		if err := w.peer.Close(); err != nil {
			w.t.Error(err)
		}
	})
	client := func(name vocab.PaymentChannel) *sandbox.Client {
		c, err := sandbox.NewClient(sandbox.ClientOptions{
			BaseURL: server.URL + "/peer", Secret: []byte(secret), RealNow: w.real.now,
			NotifyURL: w.notify + string(name), Limits: options.Limits,
		})
		if err != nil {
			w.t.Fatal(err)
		}
		return c
	}
	w.payments.Channels[vocab.Sandbox] = client(vocab.Sandbox)
	w.payments.Channels[vocab.Alipay] = second{client(vocab.Alipay)}
}

// onPeer watches what the peer does.
func (w *world) onPeer(stage sandbox.Stage, op sandbox.Op, _ string) {
	if stage == sandbox.Before && op == sandbox.OpRefund {
		w.asked.Add(1)
	}
	if stage == sandbox.Acted && op == sandbox.OpOpen {
		if act := w.opening.Swap(nil); act != nil {
			(*act)()
		}
	}
}

func (w *world) peerNow() time.Time {
	now, err := w.db.Now(context.Background())
	if err != nil {
		w.t.Error(err)
	}
	return now.Add(time.Duration(w.ahead.Load()))
}

// fault orders misbehaviour of the peer.
func (w *world) fault(f sandbox.Fault) {
	w.t.Helper()
	if err := w.peer.AddFault(w.t.Context(), f); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) clearFaults() {
	w.t.Helper()
	if err := w.peer.ClearFaults(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
}

// pay lets the payer pay. The notice waits for deliver.
func (w *world) pay(id globalid.ID, how sandbox.Payment) {
	w.t.Helper()
	if err := w.peer.Pay(w.t.Context(), id.String(), how); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) deliver() {
	w.t.Helper()
	if _, err := w.peer.Deliver(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
}

// run does everything that is due now, as the runner does.
func (w *world) run() {
	w.t.Helper()
	type job struct {
		claim func(context.Context, int) ([]globalid.ID, error)
		run   func(context.Context, globalid.ID) error
	}
	p := w.payments
	for busy := true; busy; {
		busy = false
		for _, j := range []job{
			{p.ClaimAttempts, p.RunAttempt}, {p.ClaimRefunds, p.RunRefund},
			{p.ClaimExpired, p.RunExpire},
		} {
			ids, err := j.claim(w.t.Context(), 10)
			if err != nil {
				w.t.Fatal(err)
			}
			for _, id := range ids {
				busy = true
				if err := j.run(w.t.Context(), id); err != nil {
					w.t.Fatal(err)
				}
			}
		}
	}
}

// soon lets time pass in which every question is asked again, and does what is due.
func (w *world) soon() {
	w.t.Helper()
	w.real.advance(time.Minute)
	w.run()
}

// later moves business time alone.
func (w *world) later(by time.Duration) {
	w.t.Helper()
	err := w.db.MoveClock(w.t.Context(), func(now time.Time) time.Time { return now.Add(by) })
	if err != nil {
		w.t.Fatal(err)
	}
}
