package sandbox_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"orderflow/internal/payment/channel"
	"orderflow/internal/payment/channel/channeltest"
	"orderflow/internal/payment/channel/sandbox"
)

const secret = "a secret shared in tests"

// clock stands still until it is moved.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func newClock() *clock { return &clock{at: time.Now()} }

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

// inbox is the server's notice address.
type inbox struct {
	url      string
	status   atomic.Int64
	mu       sync.Mutex
	received []channeltest.Received
	arrived  chan struct{}
}

func newInbox(t *testing.T) *inbox {
	in := &inbox{arrived: make(chan struct{}, 100)}
	in.status.Store(http.StatusNoContent)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		in.mu.Lock()
		in.received = append(in.received, channeltest.Received{Header: r.Header, Body: body})
		in.mu.Unlock()
		w.WriteHeader(int(in.status.Load()))
		in.arrived <- struct{}{}
	}))
	t.Cleanup(server.Close)
	in.url = server.URL
	return in
}

func (in *inbox) take() []channeltest.Received {
	in.mu.Lock()
	defer in.mu.Unlock()
	taken := in.received
	in.received = nil
	return taken
}

// rig is a peer that is served, with a client and an inbox.
type rig struct {
	*sandbox.Client
	peer     *sandbox.Peer
	url      string
	inbox    *inbox
	business *clock
	real     *clock
}

func newRig(t *testing.T, change ...func(*sandbox.Options)) *rig {
	t.Helper()
	r := &rig{inbox: newInbox(t), business: newClock(), real: newClock()}
	r.business.advance(1000 * time.Hour)
	options := sandbox.Options{
		Path: ":memory:", Secret: []byte(secret), Now: r.business.now, RealNow: r.real.now,
		Limits: channel.Limits{RefundsPerPayment: 4},
	}
	for _, f := range change {
		f(&options)
	}
	r.peer = newPeer(t, options)
	server := httptest.NewServer(http.StripPrefix("/sandbox", r.peer))
	t.Cleanup(server.Close)
	r.url = server.URL + "/sandbox"
	r.Client = r.client(t, r.url, options.Limits)
	return r
}

func newPeer(t *testing.T, options sandbox.Options) *sandbox.Peer {
	t.Helper()
	peer, err := sandbox.NewPeer(options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = peer.Close() })
	return peer
}

func (r *rig) client(t *testing.T, url string, limits channel.Limits) *sandbox.Client {
	t.Helper()
	client, err := sandbox.NewClient(sandbox.ClientOptions{
		BaseURL: url, Secret: []byte(secret), NotifyURL: r.inbox.url, Limits: limits,
		RealNow: r.real.now,
	})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func (r *rig) request(no string) channel.OpenRequest {
	return channel.OpenRequest{
		OutTradeNo: no, Description: "Tea 茶", Amount: 1000, Currency: "CNY", Account: "m1",
		Payer: "openid", ExpiresAt: r.business.now().Add(30 * time.Minute),
	}
}

func (r *rig) open(t *testing.T, no string) channel.Opened {
	t.Helper()
	opened, err := r.Open(t.Context(), r.request(no))
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	return opened
}

func (r *rig) fault(t *testing.T, f sandbox.Fault) {
	t.Helper()
	must(t, r.peer.AddFault(t.Context(), f))
}

// deliver sends what is due and returns what arrived, parsed.
func (r *rig) deliver(t *testing.T) []channel.Notice {
	t.Helper()
	if _, err := r.peer.Deliver(t.Context()); err != nil {
		t.Fatalf("Deliver: %v", err)
	}
	var notices []channel.Notice
	for _, received := range r.inbox.take() {
		req := httptest.NewRequest(http.MethodPost, "/", bytes.NewReader(received.Body))
		req.Header = received.Header
		notice, err := r.ParseNotice(req)
		if err != nil {
			t.Fatalf("ParseNotice: %v", err)
		}
		notices = append(notices, notice)
	}
	return notices
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestConformance(t *testing.T) {
	t.Parallel()
	channeltest.Run(t, func(t *testing.T) channeltest.Harness {
		return harness(newRig(t, func(o *sandbox.Options) {
			o.Path = filepath.Join(t.TempDir(), "books.db")
			o.Limits.RefundSpacing = time.Minute
		}))
	})
}

func harness(r *rig) channeltest.Harness {
	breakages := map[channeltest.Breakage]sandbox.FaultKind{
		channeltest.Unreachable:   sandbox.Unreachable,
		channeltest.UnsignedError: sandbox.UnsignedError,
		channeltest.Stalled:       sandbox.Stall,
		channeltest.LostAnswer:    sandbox.LoseAnswer,
		channeltest.IllSigned:     sandbox.IllSigned,
	}
	pay := func(payment sandbox.Payment) func(*testing.T, string) {
		return func(t *testing.T, no string) { must(t, r.peer.Pay(t.Context(), no, payment)) }
	}
	return channeltest.Harness{
		Port: r.Client, Account: "m1", Currency: "CNY", Payer: "openid", Now: r.business.now,
		Pay:      pay(sandbox.Payment{}),
		Fail:     pay(sandbox.Payment{Fail: true}),
		PayLate:  pay(sandbox.Payment{Late: true}),
		PayTwice: pay(sandbox.Payment{Twice: true}),
		PayAmount: func(t *testing.T, no string, amount int64) {
			must(t, r.peer.Pay(t.Context(), no, sandbox.Payment{Amount: amount}))
		},
		Moved: func(t *testing.T, no string) (int64, int64) {
			ledger, err := r.peer.Ledger(t.Context())
			must(t, err)
			c := ledger.Charge(no)
			return c.Paid, c.Refunded
		},
		Received: func(t *testing.T) []channeltest.Received {
			_, err := r.peer.Deliver(t.Context())
			must(t, err)
			return r.inbox.take()
		},
		Break: func(t *testing.T, how channeltest.Breakage) {
			r.fault(t, sandbox.Fault{Kind: breakages[how]})
		},
		Advance: func(_ *testing.T, by time.Duration) { r.business.advance(by) },
		RefuseRefund: func(t *testing.T, no string, kind channel.RefusalKind) {
			refuse := sandbox.RefuseRefund
			if kind == channel.RefusedNoBalance {
				refuse = sandbox.NoBalance
			}
			r.fault(t, sandbox.Fault{Kind: refuse, No: no})
		},
		HoldRefund: func(t *testing.T, no string) {
			r.fault(t, sandbox.Fault{Kind: sandbox.HoldRefund, No: no})
		},
		SettleRefund: func(t *testing.T, no string, state channel.RefundState) {
			must(t, r.peer.SettleRefund(t.Context(), no, state))
		},
		PassSpacing: func(*testing.T) { r.real.advance(time.Minute) },
	}
}

func waitFor(t *testing.T, what string, happened <-chan struct{}) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	select {
	case <-happened:
	case <-ctx.Done():
		t.Fatalf("waited too long for %s", what)
	}
}
