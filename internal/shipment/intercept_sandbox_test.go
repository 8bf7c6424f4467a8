package shipment_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"orderflow/internal/dbtest"
	"orderflow/internal/globalid"
	sandbox "orderflow/internal/sandbox/courier"
	"orderflow/internal/seal"
	parcels "orderflow/internal/shipment"
	"orderflow/internal/shipment/courier"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// sandboxed lets the sandbox carry the world's parcels, over HTTP in both directions.
func (w *world) sandboxed() *sandbox.Peer {
	w.t.Helper()
	secret := []byte("a secret shared in tests")
	peer, err := sandbox.NewPeer(
		sandbox.Options{Path: ":memory:", Secret: secret, Now: func() time.Time { return start }})
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { _ = peer.Close() })
	at := httptest.NewServer(peer)
	w.t.Cleanup(at.Close)
	us := httptest.NewServer(http.HandlerFunc(func(a http.ResponseWriter, r *http.Request) {
		w.shipments.HandlePush(a, r, "sandbox-courier")
	}))
	w.t.Cleanup(us.Close)
	client, err := sandbox.NewClient(
		sandbox.ClientOptions{BaseURL: at.URL, Secret: secret, CallbackURL: us.URL})
	if err != nil {
		w.t.Fatal(err)
	}
	keys, err := seal.ParseKeyring(seal.DevelopmentKeys())
	if err != nil {
		w.t.Fatal(err)
	}
	w.shipments = parcels.New(
		w.db, []courier.Port{client}, keys, slog.New(slog.DiscardHandler))
	return peer
}

// Every answer that the sandbox can give arrives, by push and by query.
func TestTheSandboxAnswersInterceptions(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		answers []courier.Interception
		want    []vocab.InterceptionStatus // after each answer
		heard   []string
	}{
		"refused": {[]courier.Interception{courier.InterceptionRefused},
			[]vocab.InterceptionStatus{vocab.InterceptionRefused}, []string{"REFUSED"}},
		"succeeds": {
			[]courier.Interception{courier.InterceptionAccepted, courier.InterceptionSucceeded},
			[]vocab.InterceptionStatus{
				vocab.InterceptionAccepted, vocab.InterceptionSucceeded},
			[]string{"SUCCEEDED"}},
		"fails": {
			[]courier.Interception{courier.InterceptionAccepted, courier.InterceptionFailed},
			[]vocab.InterceptionStatus{
				vocab.InterceptionAccepted, vocab.InterceptionFailed},
			[]string{"FAILED"}},
	} {
		for _, way := range []string{"pushed", "queried"} {
			t.Run(name+" "+way, func(t *testing.T) {
				t.Parallel()
				on(t, func(t *testing.T, w *world, real *clock) {
					peer := w.sandboxed()
					parcel := w.interceptedBySandbox()
					heard := w.heard()
					w.stands(parcel, vocab.InterceptionAsked)
					for i, said := range tc.answers {
						err := peer.AnswerInterception(
							t.Context(), courier.Parcel{Reference: parcel.String()}, said)
						if err != nil {
							t.Fatal(err)
						}
						if way == "pushed" {
							w.deliver(peer, parcel)
						} else {
							real.advance(30 * time.Minute)
							w.run()
						}
						w.stands(parcel, tc.want[i])
					}
					if !slices.Equal(*heard, tc.heard) {
						t.Errorf("heard %v, want %v", *heard, tc.heard)
					}
				})
			})
		}
	}
}

// When the courier's answer to our call is lost, its push tells that it has taken the order down.
func TestTheSandboxLosesAnAnswer(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		peer := w.sandboxed()
		err := peer.AddFault(t.Context(), sandbox.Fault{
			Kind: sandbox.LoseAnswer, Op: sandbox.OpIntercept, Times: 1})
		if err != nil {
			t.Fatal(err)
		}
		parcel := w.interceptedBySandbox()
		w.stands(parcel, vocab.InterceptionUnknown)
		w.deliver(peer, parcel)
		w.stands(parcel, vocab.InterceptionAsked)
	})
}

// interceptedBySandbox ships a parcel, subscribes to it and asks for it back.
func (w *world) interceptedBySandbox() globalid.ID {
	w.t.Helper()
	o := w.paid(1, w.sku(vocab.Ordinary, 1))
	parcel := w.create(
		parcels.Line{Item: o.Edges.SubOrders[0].Edges.Items[0].ID, Quantity: 1})
	_, err := w.shipments.HandOver(w.staff, parcels.LabelInput{
		Shipment: parcel, Carrier: sandbox.Carrier, TrackingNumber: "SB" + o.Number})
	if err != nil {
		w.t.Fatal(err)
	}
	if err := w.shipments.RunTracking(w.t.Context(), parcel); err != nil {
		w.t.Fatal(err)
	}
	w.intercept(parcel, w.request(o, vocab.AfterSaleAwaitingInterception))
	if n := w.run(); n != 1 {
		w.t.Fatalf("%d were due", n)
	}
	return parcel
}

// deliver lets the sandbox push what it knows of a parcel.
func (w *world) deliver(peer *sandbox.Peer, parcel globalid.ID) {
	w.t.Helper()
	if err := peer.Push(w.t.Context(), parcel.String()); err != nil {
		w.t.Fatal(err)
	}
	if _, err := peer.Deliver(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
}
