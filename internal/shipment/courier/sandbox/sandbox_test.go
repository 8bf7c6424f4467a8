package sandbox_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"orderflow/internal/shipment/courier"
	"orderflow/internal/shipment/courier/couriertest"
	"orderflow/internal/shipment/courier/sandbox"
	"orderflow/internal/vocab"
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

// inbox is the server's callback address.
type inbox struct {
	url      string
	status   atomic.Int64
	mu       sync.Mutex
	received []couriertest.Received
	arrived  chan struct{}
}

func newInbox(t *testing.T) *inbox {
	in := &inbox{arrived: make(chan struct{}, 100)}
	in.status.Store(http.StatusNoContent)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		in.mu.Lock()
		in.received = append(in.received, couriertest.Received{Header: r.Header, Body: body})
		in.mu.Unlock()
		w.WriteHeader(int(in.status.Load()))
		in.arrived <- struct{}{}
	}))
	t.Cleanup(server.Close)
	in.url = server.URL
	return in
}

func (in *inbox) take() []couriertest.Received {
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
	}
	for _, f := range change {
		f(&options)
	}
	r.peer = newPeer(t, options)
	server := httptest.NewServer(http.StripPrefix("/courier", r.peer))
	t.Cleanup(server.Close)
	r.url = server.URL + "/courier"
	client, err := sandbox.NewClient(sandbox.ClientOptions{
		BaseURL: r.url, Secret: []byte(secret), CallbackURL: r.inbox.url, RealNow: r.real.now,
	})
	must(t, err)
	r.Client = client
	return r
}

func newPeer(t *testing.T, options sandbox.Options) *sandbox.Peer {
	t.Helper()
	peer, err := sandbox.NewPeer(options)
	must(t, err)
	t.Cleanup(func() { _ = peer.Close() })
	return peer
}

func parcel(reference string) courier.Parcel {
	return courier.Parcel{Reference: reference, Carrier: sandbox.Carrier, Number: "N" + reference}
}

// subscribed is a rig with the parcel shp_1 and two events of it.
func subscribed(t *testing.T, change ...func(*sandbox.Options)) *rig {
	t.Helper()
	r := newRig(t, change...)
	must(t, r.Subscribe(t.Context(), parcel("shp_1")))
	r.add(t, vocab.CarrierCollected)
	r.business.advance(time.Hour)
	r.add(t, vocab.CarrierDelivered)
	return r
}

// add lets something happen to shp_1 now.
func (r *rig) add(t *testing.T, stage vocab.CarrierStage) {
	t.Helper()
	named := courier.Parcel{Reference: "shp_1"}
	must(t, r.peer.Add(t.Context(), named, courier.Event{Stage: stage}))
}

// deliver sends what is due and returns what arrived, parsed.
func (r *rig) deliver(t *testing.T, want int) []courier.Push {
	t.Helper()
	_, err := r.peer.Deliver(t.Context())
	must(t, err)
	var pushes []courier.Push
	for _, received := range r.inbox.take() {
		req := httptest.NewRequest(http.MethodPost, "/", bytes.NewReader(received.Body))
		req.Header = received.Header
		push, err := r.ParsePush(req)
		must(t, err)
		pushes = append(pushes, push)
	}
	if len(pushes) != want {
		t.Fatalf("%d pushes, want %d", len(pushes), want)
	}
	return pushes
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestConformance(t *testing.T) {
	t.Parallel()
	couriertest.Run(t, func(t *testing.T) couriertest.Harness {
		return harness(newRig(t, func(o *sandbox.Options) {
			o.Path = filepath.Join(t.TempDir(), "books.db")
		}))
	})
}

func harness(r *rig) couriertest.Harness {
	breakages := map[couriertest.Breakage]sandbox.FaultKind{
		couriertest.Unreachable:   sandbox.Unreachable,
		couriertest.UnsignedError: sandbox.UnsignedError,
		couriertest.Stalled:       sandbox.Stall,
		couriertest.LostAnswer:    sandbox.LoseAnswer,
		couriertest.IllSigned:     sandbox.IllSigned,
	}
	return couriertest.Harness{
		Port: r.Client, Carrier: sandbox.Carrier, Now: r.business.now,
		Add: func(t *testing.T, parcel courier.Parcel, event courier.Event) {
			must(t, r.peer.Add(t.Context(), parcel, event))
		},
		Push: func(t *testing.T, reference string) {
			must(t, r.peer.Push(t.Context(), reference))
		},
		Received: func(t *testing.T) []couriertest.Received {
			_, err := r.peer.Deliver(t.Context())
			must(t, err)
			return r.inbox.take()
		},
		Break: func(t *testing.T, reference string, how couriertest.Breakage) {
			fault := sandbox.Fault{Kind: breakages[how], Reference: reference}
			must(t, r.peer.AddFault(t.Context(), fault))
		},
		Mend: func(t *testing.T) { must(t, r.peer.ClearFaults(t.Context())) },
		Stop: func(t *testing.T, reference string) {
			must(t, r.peer.Stop(t.Context(), reference))
		},
		Answer: func(t *testing.T, parcel courier.Parcel, answer courier.Interception) {
			must(t, r.peer.AnswerInterception(t.Context(), parcel, answer))
		},
	}
}
