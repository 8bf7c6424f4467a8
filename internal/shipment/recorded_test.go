package shipment_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"orderflow/ent"
	"orderflow/ent/trackingevent"
	"orderflow/internal/dbtest"
	"orderflow/internal/globalid"
	sandbox "orderflow/internal/sandbox/courier"
	"orderflow/internal/shipment/courier"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// pushed lets the sandbox courier push after each event, once too late and some again, and end the
// pushes; it returns what it sent.
func pushed(t *testing.T, events ...courier.Event) (all []courier.Snapshot) {
	t.Helper()
	secret := []byte("a secret of the recording")
	var port *sandbox.Client
	receiver := httptest.NewServer(http.HandlerFunc(
		func(w http.ResponseWriter, r *http.Request) {
			push, err := port.ParsePush(r)
			if err != nil {
				t.Error(err)
			}
			all = append(all, push.Snapshot)
			port.AcceptPush(w)
		}))
	defer receiver.Close()
	peer, err := sandbox.NewPeer(sandbox.Options{Path: t.TempDir() + "/books.db", Secret: secret,
		Now: func() time.Time { return start }})
	if err != nil {
		t.Fatal(err)
	}
	defer peer.Close()
	at := httptest.NewServer(peer)
	defer at.Close()
	port, err = sandbox.NewClient(sandbox.ClientOptions{BaseURL: at.URL, Secret: secret,
		CallbackURL: receiver.URL})
	if err != nil {
		t.Fatal(err)
	}
	parcel := courier.Parcel{Reference: globalid.New(globalid.Shipment).String(),
		Carrier: sandbox.Carrier, Number: "SF-1"}
	steps := []func() error{func() error { return port.Subscribe(t.Context(), parcel) }}
	for _, e := range events {
		steps = append(steps, func() error { return peer.Add(t.Context(), parcel, e) },
			func() error { return peer.Push(t.Context(), parcel.Reference) })
	}
	steps = append(steps, func() error { return peer.PushOld(t.Context(), parcel.Reference, 2) },
		func() error { return peer.Repeat(t.Context(), parcel.Reference, 1) },
		func() error { return peer.Stop(t.Context(), parcel.Reference) },
		func() error { _, err := peer.Deliver(t.Context()); return err })
	for _, step := range steps {
		if err := step(); err != nil {
			t.Fatal(err)
		}
	}
	if want := len(events) + 3; len(all) != want {
		t.Fatalf("%d pushes, want %d", len(all), want)
	}
	return all
}

// recordings are a parcel that is delivered after a delivery that was taken back, and one that the
// sender gets back.
func recordings(t *testing.T) map[vocab.CarrierStage][]courier.Snapshot {
	t.Helper()
	return map[vocab.CarrierStage][]courier.Snapshot{
		vocab.CarrierDelivered: pushed(t,
			told(1, vocab.CarrierCollected, "collected"),
			told(5, vocab.CarrierInTransit, "on the road"),
			told(10, vocab.CarrierDelivered, "signed"),
			courier.Event{At: start.Add(11 * time.Hour), Stage: vocab.CarrierOutForDelivery,
				Text: "not signed after all", Correction: true},
			told(14, vocab.CarrierDelivered, "signed by the neighbour")),
		vocab.CarrierReturned: pushed(t,
			told(1, vocab.CarrierCollected, "collected"),
			told(5, vocab.CarrierOutForDelivery, "out"),
			told(6, vocab.CarrierRefused, "refused"),
			told(8, vocab.CarrierReturning, "on its way back"),
			told(30, vocab.CarrierReturned, "back")),
	}
}

// state is all that a parcel's track decides.
func (w *world) state(order, parcel globalid.ID) string {
	p := w.parcel(parcel)
	sub := w.order(order).Edges.SubOrders[0]
	var track bytes.Buffer
	for _, e := range p.QueryTracking().Order(ent.Asc(trackingevent.FieldFingerprint)).
		AllX(w.t.Context()) {
		fmt.Fprintf(&track, "%x ", e.Fingerprint)
	}
	return fmt.Sprintln(*p.CarrierStage, p.DeliveredAt, p.NeedsMerchant, p.TrackingStaleSince,
		p.NextAttemptAt, sub.Status, sub.ReceiptDueAt, sub.ReviewRemindAt, &track)
}

// reference is the state after the pushes in their order.
func (w *world) reference(pushes []courier.Snapshot, want vocab.CarrierStage) string {
	w.t.Helper()
	o, id := w.shipped()
	for _, push := range pushes {
		if err := w.shipments.ApplySnapshot(w.t.Context(), id, push); err != nil {
			w.t.Fatal(err)
		}
	}
	if got := *w.parcel(id).CarrierStage; got != want {
		w.t.Fatalf("the recording ends %s, want %s", got, want)
	}
	return w.state(o.ID, id)
}

func TestPushesInAnyOrderGiveTheSameState(t *testing.T) {
	t.Parallel()
	w := newWorld(t, dbtest.Open(t, dbtest.SQLite))
	recorded, want := recordings(t), map[vocab.CarrierStage]string{}
	for stage, pushes := range recorded {
		want[stage] = w.reference(pushes, stage)
	}
	dbtest.Check(t, 20, func(rt *rapid.T) {
		stage := rapid.SampledFrom([]vocab.CarrierStage{vocab.CarrierDelivered,
			vocab.CarrierReturned}).Draw(rt, "recording")
		again := rapid.SliceOfN(rapid.SampledFrom(recorded[stage]), 0, 4).Draw(rt, "again")
		mixed := rapid.Permutation(slices.Concat(recorded[stage], again)).Draw(rt, "pushes")
		o, id := w.shipped()
		for _, push := range mixed {
			if err := w.shipments.ApplySnapshot(t.Context(), id, push); err != nil {
				rt.Fatal(err)
			}
		}
		if got := w.state(o.ID, id); got != want[stage] {
			rt.Errorf("got %s, want %s", got, want[stage])
		}
	})
}

// All pushes arrive at once, each twice.
func TestPushesAtOnceGiveTheSameState(t *testing.T) {
	t.Parallel()
	for stage, pushes := range recordings(t) {
		t.Run(string(stage), func(t *testing.T) {
			t.Parallel()
			dbtest.Each(t, func(t *testing.T, db *store.DB) {
				w := newWorld(t, db)
				want := w.reference(pushes, stage)
				for range rounds / 2 {
					o, id := w.shipped()
					var all []func() error
					for _, push := range slices.Concat(pushes, pushes) {
						all = append(all, func() error {
							return w.shipments.ApplySnapshot(t.Context(), id, push)
						})
					}
					for _, err := range atOnce(all...) {
						if err != nil {
							t.Error(err)
						}
					}
					if got := w.state(o.ID, id); got != want {
						t.Errorf("got %s, want %s", got, want)
					}
				}
				w.clean()
			})
		})
	}
}
