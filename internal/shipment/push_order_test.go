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
	"orderflow/internal/vocab"
)

// pushed records the pushes of the sandbox courier: one after each event, one too late, some again,
// and the end of the pushes.
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
	peer, err := sandbox.NewPeer(sandbox.Options{Path: t.TempDir() + "/courier.db", Secret: secret,
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
			reported(1, vocab.CarrierCollected, "collected"),
			reported(5, vocab.CarrierInTransit, "on the road"),
			reported(10, vocab.CarrierDelivered, "signed"),
			courier.Event{At: start.Add(11 * time.Hour), Stage: vocab.CarrierOutForDelivery,
				Text: "not signed after all", Correction: true},
			reported(14, vocab.CarrierDelivered, "signed by the neighbour")),
		vocab.CarrierReturned: pushed(t,
			reported(1, vocab.CarrierCollected, "collected"),
			reported(5, vocab.CarrierOutForDelivery, "out"),
			reported(6, vocab.CarrierRefused, "refused"),
			reported(8, vocab.CarrierReturning, "on its way back"),
			reported(30, vocab.CarrierReturned, "back")),
	}
}

// state is all that a parcel's track decides.
func (e *courierEnv) state(order, parcel globalid.ID) string {
	p := e.Parcel(parcel)
	sub := e.Order(order).Edges.SubOrders[0]
	var track bytes.Buffer
	for _, e := range p.QueryTracking().Order(ent.Asc(trackingevent.FieldFingerprint)).
		AllX(e.T.Context()) {
		fmt.Fprintf(&track, "%x ", e.Fingerprint)
	}
	return fmt.Sprintln(*p.CarrierStage, p.DeliveredAt, p.NeedsMerchant, p.TrackingStaleSince,
		p.NextAttemptAt, sub.Status, sub.ReceiptDueAt, sub.ReviewRemindAt, &track)
}

// reference is the state after the pushes in their order.
func (e *courierEnv) reference(pushes []courier.Snapshot, want vocab.CarrierStage) string {
	e.T.Helper()
	o, id := e.shipped()
	for _, push := range pushes {
		if err := e.apply(id, push); err != nil {
			e.T.Fatal(err)
		}
	}
	if got := *e.Parcel(id).CarrierStage; got != want {
		e.T.Fatalf("the recording ends %s, want %s", got, want)
	}
	return e.state(o.ID, id)
}

func TestPushesInAnyOrderGiveTheSameState(t *testing.T) {
	t.Parallel()
	e := newCourierEnv(t, dbtest.SQLite)
	recorded, want := recordings(t), map[vocab.CarrierStage]string{}
	for stage, pushes := range recorded {
		want[stage] = e.reference(pushes, stage)
	}
	rapid.Check(t, func(rt *rapid.T) {
		stage := rapid.SampledFrom([]vocab.CarrierStage{vocab.CarrierDelivered,
			vocab.CarrierReturned}).Draw(rt, "recording")
		again := rapid.SliceOfN(rapid.SampledFrom(recorded[stage]), 0, 4).Draw(rt, "again")
		mixed := rapid.Permutation(slices.Concat(recorded[stage], again)).Draw(rt, "pushes")
		o, id := e.shipped()
		for _, push := range mixed {
			if err := e.apply(id, push); err != nil {
				rt.Fatal(err)
			}
		}
		if got := e.state(o.ID, id); got != want[stage] {
			rt.Errorf("got %s, want %s", got, want[stage])
		}
	})
}

// All pushes arrive at once, each twice.
func TestPushesAtOnceGiveTheSameState(t *testing.T) {
	t.Parallel()
	for stage, pushes := range recordings(t) {
		t.Run(string(stage), func(t *testing.T) {
			each(t, func(t *testing.T, e *courierEnv) {
				want := e.reference(pushes, stage)
				for range rounds / 2 {
					o, id := e.shipped()
					var all []func() error
					for _, push := range slices.Concat(pushes, pushes) {
						all = append(all, func() error {
							return e.apply(id, push)
						})
					}
					for _, err := range atOnce(all...) {
						if err != nil {
							t.Error(err)
						}
					}
					if got := e.state(o.ID, id); got != want {
						t.Errorf("got %s, want %s", got, want)
					}
				}
				e.Verify()
			})
		})
	}
}
