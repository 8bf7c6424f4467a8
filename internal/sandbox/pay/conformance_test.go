package pay_test

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"orderflow/internal/payment/channel"
	"orderflow/internal/payment/channel/channeltest"
	"orderflow/internal/sandbox/pay"
	"orderflow/internal/sandbox/sandboxtest"
)

var must = sandboxtest.Must

// rig is a peer that is served, with a client and an inbox.
type rig struct {
	*pay.Client
	peer     *pay.Peer
	url      string
	inbox    *sandboxtest.Inbox
	business *sandboxtest.Clock
	real     *sandboxtest.Clock
}

func newRig(t *testing.T, change ...func(*pay.Options)) *rig {
	t.Helper()
	r := &rig{
		inbox:    sandboxtest.NewInbox(t),
		business: sandboxtest.NewClock(1000 * time.Hour),
		real:     sandboxtest.NewClock(0),
	}
	options := pay.Options{
		Path: ":memory:", Secret: []byte(sandboxtest.Secret), Now: r.business.Now, RealNow: r.real.Now,
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

func newPeer(t *testing.T, options pay.Options) *pay.Peer {
	t.Helper()
	peer, err := pay.NewPeer(options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = peer.Close() })
	return peer
}

func (r *rig) client(t *testing.T, url string, limits channel.Limits) *pay.Client {
	t.Helper()
	client, err := pay.NewClient(pay.ClientOptions{
		BaseURL: url, Secret: []byte(sandboxtest.Secret), NotifyURL: r.inbox.URL, Limits: limits,
		RealNow: r.real.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func (r *rig) request(no string) channel.OpenRequest {
	return channel.OpenRequest{
		OutTradeNo: no, Description: "Tea 茶", Amount: 1000, Currency: "CNY", Account: "m1",
		Payer: "openid", ExpiresAt: r.business.Now().Add(30 * time.Minute),
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

func (r *rig) fault(t *testing.T, f pay.Fault) {
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
	for _, received := range r.inbox.Take() {
		notice, err := r.ParseNotice(received.Request())
		if err != nil {
			t.Fatalf("ParseNotice: %v", err)
		}
		notices = append(notices, notice)
	}
	return notices
}

func TestConformance(t *testing.T) {
	t.Parallel()
	channeltest.Run(t, func(t *testing.T) channeltest.Harness {
		return harness(newRig(t, func(o *pay.Options) {
			o.Path = filepath.Join(t.TempDir(), "peer.db")
			o.Limits.RefundSpacing = time.Minute
			o.BillPage = 2
		}))
	})
}

func harness(r *rig) channeltest.Harness {
	breakages := map[channeltest.Breakage]pay.FaultKind{
		channeltest.Unreachable:   pay.Unreachable,
		channeltest.UnsignedError: pay.UnsignedError,
		channeltest.Stalled:       pay.Stall,
		channeltest.LostAnswer:    pay.LoseAnswer,
		channeltest.IllSigned:     pay.IllSigned,
	}
	paying := func(payment pay.Payment) func(*testing.T, string) {
		return func(t *testing.T, no string) { must(t, r.peer.Pay(t.Context(), no, payment)) }
	}
	return channeltest.Harness{
		Port: r.Client, Account: "m1", Currency: "CNY", Payer: "openid", Now: r.business.Now,
		Pay:      paying(pay.Payment{}),
		Fail:     paying(pay.Payment{Fail: true}),
		PayLate:  paying(pay.Payment{Late: true}),
		PayTwice: paying(pay.Payment{Twice: true}),
		PayAmount: func(t *testing.T, no string, amount int64) {
			must(t, r.peer.Pay(t.Context(), no, pay.Payment{Amount: amount}))
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
			var got []channeltest.Received
			for _, message := range r.inbox.Take() {
				got = append(got, channeltest.Received(message))
			}
			return got
		},
		Break: func(t *testing.T, how channeltest.Breakage) {
			r.fault(t, pay.Fault{Kind: breakages[how]})
		},
		Advance: func(_ *testing.T, by time.Duration) { r.business.Advance(by) },
		RefuseRefund: func(t *testing.T, no string, kind channel.RefusalKind) {
			refuse := pay.RefuseRefund
			if kind == channel.RefusedNoBalance {
				refuse = pay.NoBalance
			}
			r.fault(t, pay.Fault{Kind: refuse, No: no})
		},
		HoldRefund: func(t *testing.T, no string) {
			r.fault(t, pay.Fault{Kind: pay.HoldRefund, No: no})
		},
		SettleRefund: func(t *testing.T, no string, state channel.RefundState) {
			must(t, r.peer.SettleRefund(t.Context(), no, state))
		},
		PassSpacing: func(*testing.T) { r.real.Advance(time.Minute) },
	}
}
