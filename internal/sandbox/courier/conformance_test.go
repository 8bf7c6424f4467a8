package courier_test

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	sandboxcourier "orderflow/internal/sandbox/courier"
	"orderflow/internal/sandbox/sandboxtest"
	"orderflow/internal/shipment/courier"
	"orderflow/internal/shipment/courier/couriertest"
	"orderflow/internal/vocab"
)

var must = sandboxtest.Must

// rig is a peer that is served, with a client and an inbox.
type rig struct {
	*sandboxcourier.Client
	peer     *sandboxcourier.Peer
	url      string
	inbox    *sandboxtest.Inbox
	business *sandboxtest.Clock
	real     *sandboxtest.Clock
}

func newRig(t *testing.T, change ...func(*sandboxcourier.Options)) *rig {
	t.Helper()
	r := &rig{
		inbox:    sandboxtest.NewInbox(t),
		business: sandboxtest.NewClock(1000 * time.Hour),
		real:     sandboxtest.NewClock(0),
	}
	options := sandboxcourier.Options{
		Path: ":memory:", Secret: []byte(sandboxtest.Secret), Now: r.business.Now, RealNow: r.real.Now,
	}
	for _, f := range change {
		f(&options)
	}
	r.peer = newPeer(t, options)
	server := httptest.NewServer(http.StripPrefix("/courier", r.peer))
	t.Cleanup(server.Close)
	r.url = server.URL + "/courier"
	client, err := sandboxcourier.NewClient(sandboxcourier.ClientOptions{
		BaseURL: r.url, Secret: []byte(sandboxtest.Secret), CallbackURL: r.inbox.URL, RealNow: r.real.Now,
	})
	must(t, err)
	r.Client = client
	return r
}

func newPeer(t *testing.T, options sandboxcourier.Options) *sandboxcourier.Peer {
	t.Helper()
	peer, err := sandboxcourier.NewPeer(options)
	must(t, err)
	t.Cleanup(func() { _ = peer.Close() })
	return peer
}

func parcel(reference string) courier.Parcel {
	return courier.Parcel{
		Reference: reference, Carrier: sandboxcourier.Carrier, Number: "N" + reference,
	}
}

// subscribed is a rig with the parcel shp_1 and two events of it.
func subscribed(t *testing.T, change ...func(*sandboxcourier.Options)) *rig {
	t.Helper()
	r := newRig(t, change...)
	must(t, r.Subscribe(t.Context(), parcel("shp_1")))
	r.add(t, vocab.CarrierCollected)
	r.business.Advance(time.Hour)
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
	for _, received := range r.inbox.Take() {
		push, err := r.ParsePush(received.Request())
		must(t, err)
		pushes = append(pushes, push)
	}
	if len(pushes) != want {
		t.Fatalf("%d pushes, want %d", len(pushes), want)
	}
	return pushes
}

func TestConformance(t *testing.T) {
	t.Parallel()
	couriertest.Run(t, func(t *testing.T) couriertest.Harness {
		return harness(newRig(t, func(o *sandboxcourier.Options) {
			o.Path = filepath.Join(t.TempDir(), "peer.db")
		}))
	})
}

func harness(r *rig) couriertest.Harness {
	breakages := map[couriertest.Breakage]sandboxcourier.FaultKind{
		couriertest.Unreachable:   sandboxcourier.Unreachable,
		couriertest.UnsignedError: sandboxcourier.UnsignedError,
		couriertest.Stalled:       sandboxcourier.Stall,
		couriertest.LostAnswer:    sandboxcourier.LoseAnswer,
		couriertest.IllSigned:     sandboxcourier.IllSigned,
	}
	return couriertest.Harness{
		Port: r.Client, Carrier: sandboxcourier.Carrier, Now: r.business.Now,
		Add: func(t *testing.T, parcel courier.Parcel, event courier.Event) {
			must(t, r.peer.Add(t.Context(), parcel, event))
		},
		Push: func(t *testing.T, reference string) {
			must(t, r.peer.Push(t.Context(), reference))
		},
		Received: func(t *testing.T) []couriertest.Received {
			_, err := r.peer.Deliver(t.Context())
			must(t, err)
			var got []couriertest.Received
			for _, message := range r.inbox.Take() {
				got = append(got, couriertest.Received(message))
			}
			return got
		},
		Break: func(t *testing.T, reference string, how couriertest.Breakage) {
			fault := sandboxcourier.Fault{Kind: breakages[how], Reference: reference}
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
