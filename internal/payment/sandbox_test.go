package payment_test

import (
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"orderflow/internal/dbtest"
	"orderflow/internal/globalid"
	"orderflow/internal/ordertest"
	sandbox "orderflow/internal/sandbox/pay"
	"orderflow/internal/vocab"
)

const secret = "a secret shared in tests"

// sandboxEnv is an Env whose payments go through a sandbox peer behind HTTP on loopback.
type sandboxEnv struct {
	*ordertest.Env
	peer        *sandbox.Peer
	ahead       atomic.Int64           // by how much the peer's clock is wrong
	onOpen      atomic.Pointer[func()] // called once, while the peer has opened and not answered
	refundCalls atomic.Int64           // at the peer
	notify      string
}

// second is the same peer under the name of another channel.
type second struct{ *sandbox.Client }

func (second) Name() vocab.PaymentChannel { return vocab.Alipay }

// each runs a test on every database of this run.
func each(t *testing.T, test func(e *sandboxEnv), change ...func(*sandbox.Options)) {
	t.Helper()
	t.Parallel()
	for _, dialect := range dbtest.Dialects(t) {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			e := &sandboxEnv{Env: ordertest.New(t, dialect)}
			e.connect(t, change)
			test(e)
			e.Verify()
		})
	}
}

// connect starts the peer and the server that its notices go to.
func (e *sandboxEnv) connect(t *testing.T, change []func(*sandbox.Options)) {
	t.Helper()
	options := sandbox.Options{
		Path: ":memory:", Secret: []byte(secret), Now: e.peerNow, RealNow: e.Clock.Now,
		Hook: e.onPeer,
	}
	for _, f := range change {
		f(&options)
	}
	var err error
	if e.peer, err = sandbox.NewPeer(options); err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/peer/", http.StripPrefix("/peer", e.peer))
	mux.HandleFunc("POST /notify/{channel}", func(rw http.ResponseWriter, r *http.Request) {
		e.Payments.HandleNotice(rw, r, vocab.PaymentChannel(r.PathValue("channel")))
	})
	server := httptest.NewServer(mux)
	e.notify = server.URL + "/notify/"
	t.Cleanup(func() {
		server.Close()
		if err := e.peer.Close(); err != nil {
			t.Error(err)
		}
	})
	client := func(name vocab.PaymentChannel) *sandbox.Client {
		c, err := sandbox.NewClient(sandbox.ClientOptions{
			BaseURL: server.URL + "/peer", Secret: []byte(secret), RealNow: e.Clock.Now,
			NotifyURL: e.notify + string(name), Limits: options.Limits,
		})
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	e.Payments.Channels[vocab.Sandbox] = client(vocab.Sandbox)
	e.Payments.Channels[vocab.Alipay] = second{client(vocab.Alipay)}
}

// onPeer watches what the peer does.
func (e *sandboxEnv) onPeer(stage sandbox.Stage, op sandbox.Op, _ string) {
	if stage == sandbox.Before && op == sandbox.OpRefund {
		e.refundCalls.Add(1)
	}
	if stage == sandbox.Acted && op == sandbox.OpOpen {
		if act := e.onOpen.Swap(nil); act != nil {
			(*act)()
		}
	}
}

func (e *sandboxEnv) peerNow() time.Time {
	return e.Now().Add(time.Duration(e.ahead.Load()))
}

// addFault makes the peer misbehave.
func (e *sandboxEnv) addFault(f sandbox.Fault) {
	e.T.Helper()
	e.Must(e.peer.AddFault(e.T.Context(), f))
}

func (e *sandboxEnv) clearFaults() {
	e.T.Helper()
	e.Must(e.peer.ClearFaults(e.T.Context()))
}

// pay pays an attempt at the peer. The notice waits for deliver.
func (e *sandboxEnv) pay(id globalid.ID, how sandbox.Payment) {
	e.T.Helper()
	e.Must(e.peer.Pay(e.T.Context(), id.String(), how))
}

// deliver delivers the notices that wait.
func (e *sandboxEnv) deliver() {
	e.T.Helper()
	_, err := e.peer.Deliver(e.T.Context())
	e.Must(err)
}

// minuteLater moves real time past the pause of every retry, and does what is due.
func (e *sandboxEnv) minuteLater() {
	e.T.Helper()
	e.Clock.Advance(time.Minute)
	e.Run()
}
