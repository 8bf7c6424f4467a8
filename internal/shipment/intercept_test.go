package shipment_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"orderflow/ent"
	"orderflow/ent/event"
	"orderflow/internal/dbtest"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/shipment/courier"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// on runs a test with a clock of its own on every database.
func on(t *testing.T, test func(t *testing.T, w *world, real *clock)) {
	t.Helper()
	for _, dialect := range dbtest.Dialects(t) {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			real := newClock()
			test(t, newWorld(t, dbtest.Open(t, dialect, store.Options{RealNow: real.now})), real)
		})
	}
}

func answer(state courier.Interception, events ...courier.Event) courier.Snapshot {
	told := snapshot(events...)
	told.Interception = state
	return told
}

func (w *world) stands(parcel globalid.ID, want ...vocab.InterceptionStatus) {
	w.t.Helper()
	if got := w.interceptions(parcel); !slices.Equal(got, want) {
		w.t.Errorf("interceptions %v, want %v", got, want)
	}
}

// A courier that does not answer is asked again, until it has taken the order down; from then on it
// is asked how that stands, and not too often.
func TestACourierIsAskedToIntercept(t *testing.T) {
	t.Parallel()
	on(t, func(t *testing.T, w *world, real *clock) {
		o, parcel := w.shipped()
		heard := w.heard()
		w.intercept(parcel, w.request(o, vocab.AfterSaleAwaitingInterception))
		w.courier.down = true
		for i, after := range []time.Duration{0, 5 * time.Second, 5 * time.Second, 10 * time.Second} {
			real.advance(after)
			if n := w.run(); n != 1 {
				t.Fatalf("run %d: %d were due", i, n)
			}
			if n := w.run(); n != 0 {
				t.Errorf("run %d: %d were due again", i, n)
			}
			w.stands(parcel, vocab.InterceptionUnknown)
		}
		w.courier.down = false
		real.advance(time.Hour)
		w.run()
		w.stands(parcel, vocab.InterceptionAsked)
		if n := len(w.courier.asked); n != 5 || slices.Contains(w.courier.asked, "query") {
			t.Errorf("asked %v", w.courier.asked)
		}
		real.advance(29 * time.Minute)
		if n := w.run(); n != 0 {
			t.Errorf("asked %v", w.courier.asked)
		}
		w.courier.knows = answer(courier.InterceptionAccepted)
		real.advance(time.Minute)
		w.run()
		w.stands(parcel, vocab.InterceptionAccepted)
		before := w.parcel(parcel)
		w.courier.knows = answer(courier.InterceptionSucceeded,
			told(1, vocab.CarrierReturning, "back"))
		real.advance(30 * time.Minute)
		w.run()
		w.stands(parcel, vocab.InterceptionSucceeded)
		after := w.parcel(parcel)
		if after.TrackingStaleSince != nil || !after.NextAttemptAt.Equal(*before.NextAttemptAt) {
			t.Errorf("the parcel's own questions have changed: %+v", after)
		}
		if want := []string{"SUCCEEDED", "ORDER RETURNING"}; !slices.Equal(*heard, want) {
			t.Errorf("heard %v, want %v", *heard, want)
		}
		var steps []string
		for _, e := range w.db.Client.Event.Query().Where(event.OrderID(o.ID)).
			Order(event.BySequence()).AllX(t.Context()) {
			if !e.Payload.Interception.IsZero() {
				steps = append(steps, e.Payload.From+" "+e.Type)
			}
		}
		if want := []string{" interception.requested", "REQUESTED interception.unknown",
			"UNKNOWN interception.asked", "ASKED interception.accepted",
			"ACCEPTED interception.succeeded"}; !slices.Equal(steps, want) {
			t.Errorf("events %v", steps)
		}
		real.advance(100 * time.Hour)
		if n := w.run(); n != 0 {
			t.Errorf("%d are due after the end", n)
		}
	})
}

// Answers come more than once and late; where the parcel is counts more than what was promised.
func TestAnswersToAnInterception(t *testing.T) {
	t.Parallel()
	out := told(1, vocab.CarrierOutForDelivery, "out")
	delivered := told(2, vocab.CarrierDelivered, "signed")
	for name, tc := range map[string]struct {
		pushes []courier.Snapshot
		want   vocab.InterceptionStatus
		heard  []string
	}{
		"taken down before we heard the answer": {[]courier.Snapshot{
			answer(courier.InterceptionRequested)}, vocab.InterceptionAsked, nil},
		"accepted, and an old push": {[]courier.Snapshot{
			answer(courier.InterceptionAccepted), answer(courier.InterceptionRequested), answer(""),
		}, vocab.InterceptionAccepted, nil},
		"refused twice": {[]courier.Snapshot{
			answer(courier.InterceptionRefused), answer(courier.InterceptionRefused),
		}, vocab.InterceptionRefused, []string{"REFUSED"}},
		"failed": {[]courier.Snapshot{
			answer(courier.InterceptionAccepted), answer(courier.InterceptionFailed, out),
		}, vocab.InterceptionFailed, []string{"FAILED", "ORDER OUT_FOR_DELIVERY"}},
		"succeeded, then told old things": {[]courier.Snapshot{
			answer(courier.InterceptionSucceeded), answer(courier.InterceptionAccepted),
			answer(courier.InterceptionFailed),
		}, vocab.InterceptionSucceeded, []string{"SUCCEEDED"}},
		"delivered first": {[]courier.Snapshot{
			answer(courier.InterceptionAccepted), answer(courier.InterceptionAccepted, delivered),
		}, vocab.InterceptionFailed, []string{"FAILED", "ORDER DELIVERED"}},
		"coming back without an answer": {[]courier.Snapshot{
			answer("", told(3, vocab.CarrierReturning, "back")),
		}, vocab.InterceptionSucceeded, []string{"SUCCEEDED", "ORDER RETURNING"}},
		"refused at the door": {[]courier.Snapshot{
			answer(courier.InterceptionAccepted, told(3, vocab.CarrierRefused, "no")),
		}, vocab.InterceptionSucceeded, []string{"SUCCEEDED", "ORDER REFUSED"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dbtest.Each(t, func(t *testing.T, db *store.DB) {
				w := newWorld(t, db)
				o, parcel := w.shipped()
				heard := w.heard()
				w.intercept(parcel, w.request(o, vocab.AfterSaleAwaitingInterception))
				for _, push := range tc.pushes {
					if err := w.shipments.ApplySnapshot(t.Context(), parcel, push); err != nil {
						t.Fatal(err)
					}
				}
				w.stands(parcel, tc.want)
				if !slices.Equal(*heard, tc.heard) {
					t.Errorf("heard %v, want %v", *heard, tc.heard)
				}
			})
		})
	}
}

// Every request that wants a parcel hears the answer.
func TestSeveralRequestsWantOneParcel(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		o, parcel := w.shipped()
		heard := w.heard()
		first := w.request(o, vocab.AfterSaleAwaitingInterception)
		w.intercept(parcel, first)
		w.intercept(parcel, w.request(o, vocab.AfterSaleAwaitingInterception))
		w.with(o.ID, vocab.Buyer,
			func(ctx context.Context, tx *store.Tx, l *order.Locked) error {
				return w.shipments.StopIntercepting(ctx, tx, l, first.ID)
			})
		w.stands(parcel, vocab.InterceptionFailed, vocab.InterceptionRequested)
		if len(*heard) != 0 {
			t.Errorf("heard %v of what the buyer took back", *heard)
		}
		w.intercept(parcel, w.request(o, vocab.AfterSaleAwaitingInterception))
		err := w.shipments.ApplySnapshot(
			t.Context(), parcel, answer(courier.InterceptionSucceeded))
		if err != nil {
			t.Fatal(err)
		}
		w.stands(parcel, vocab.InterceptionFailed, vocab.InterceptionSucceeded,
			vocab.InterceptionSucceeded)
		if want := []string{"SUCCEEDED", "SUCCEEDED"}; !slices.Equal(*heard, want) {
			t.Errorf("heard %v", *heard)
		}
		if n := w.run(); n != 0 {
			t.Errorf("%d are due", n)
		}
	})
}

// What nobody can be asked fails, and what has come to its end needs no asking.
func TestInterceptionsThatNobodyIsAskedFor(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		change func(ctx context.Context, p *ent.ShipmentUpdateOne)
		want   vocab.InterceptionStatus
	}{
		"no courier of ours": {func(_ context.Context, p *ent.ShipmentUpdateOne) {
			p.SetCarrier("pigeon")
		}, vocab.InterceptionFailed},
		"delivered meanwhile": {func(_ context.Context, p *ent.ShipmentUpdateOne) {
			p.SetCarrierStage(vocab.CarrierDelivered)
		}, vocab.InterceptionFailed},
		"on its way back": {func(_ context.Context, p *ent.ShipmentUpdateOne) {
			p.SetCarrierStage(vocab.CarrierReturning)
		}, vocab.InterceptionSucceeded},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dbtest.Each(t, func(t *testing.T, db *store.DB) {
				w := newWorld(t, db)
				o, parcel := w.shipped()
				heard := w.heard()
				w.intercept(parcel, w.request(o, vocab.AfterSaleAwaitingInterception))
				update := db.Client.Shipment.UpdateOneID(parcel)
				tc.change(t.Context(), update)
				update.ExecX(t.Context())
				if n := w.run(); n != 1 || len(w.courier.asked) != 0 {
					t.Errorf("%d were due, asked %v", n, w.courier.asked)
				}
				w.stands(parcel, tc.want)
				if want := []string{string(tc.want)}; !slices.Equal(*heard, want) {
					t.Errorf("heard %v", *heard)
				}
			})
		})
	}
}

// A lost parcel is not coming back; one whose number was wrong is asked for anew.
func TestStaffChangeAParcelThatIsIntercepted(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		merchant := w.as(vocab.Merchant, w.shop.ID)
		o, lost := w.shipped()
		heard := w.heard()
		w.intercept(lost, w.request(o, vocab.AfterSaleAwaitingInterception))
		if _, err := w.shipments.MarkLost(merchant, lost); err != nil {
			t.Fatal(err)
		}
		w.stands(lost, vocab.InterceptionFailed)
		if want := []string{"FAILED", "ORDER LOST"}; !slices.Equal(*heard, want) {
			t.Errorf("heard %v", *heard)
		}

		o, wrong := w.shipped()
		*heard = nil
		w.intercept(wrong, w.request(o, vocab.AfterSaleAwaitingInterception))
		w.run()
		w.stands(wrong, vocab.InterceptionAsked)
		if _, err := w.shipments.CorrectTrackingNumber(merchant, label(wrong, "SF-2")); err != nil {
			t.Fatal(err)
		}
		w.stands(wrong, vocab.InterceptionFailed, vocab.InterceptionRequested)
		w.run()
		w.stands(wrong, vocab.InterceptionFailed, vocab.InterceptionAsked)
		if last := w.courier.parcels[len(w.courier.parcels)-1]; last.Number != "SF-2" {
			t.Errorf("asked for %+v", last)
		}
		if len(*heard) != 0 {
			t.Errorf("heard %v", *heard)
		}
	})
}
