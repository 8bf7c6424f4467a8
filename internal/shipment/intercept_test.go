package shipment_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"orderflow/ent"
	entevent "orderflow/ent/event"
	"orderflow/internal/globalid"
	"orderflow/internal/shipment/courier"
	"orderflow/internal/vocab"
)

func answer(state courier.Interception, events ...courier.Event) courier.Snapshot {
	s := snapshot(events...)
	s.Interception = state
	return s
}

func (e *courierEnv) wantInterceptions(parcel globalid.ID, want ...vocab.InterceptionStatus) {
	e.T.Helper()
	if got := e.interceptions(parcel); !slices.Equal(got, want) {
		e.T.Errorf("interceptions %v, want %v", got, want)
	}
}

// A courier that does not answer is called again until it has the request; from then on it is
// queried, and not too often.
func TestAnInterceptionIsRequestedUntilTheCourierAnswers(t *testing.T) {
	each(t, func(t *testing.T, e *courierEnv) {
		o, parcel := e.shipped()
		calls := e.recordHooks()
		e.intercept(parcel, e.addRequest(o, vocab.AfterSaleAwaitingInterception))
		e.courier.down = true
		for i, after := range []time.Duration{0, 5 * time.Second, 5 * time.Second, 10 * time.Second} {
			e.Clock.Advance(after)
			if n := e.runInterceptions(); n != 1 {
				t.Fatalf("run %d: %d were due", i, n)
			}
			if n := e.runInterceptions(); n != 0 {
				t.Errorf("run %d: %d were due again", i, n)
			}
			e.wantInterceptions(parcel, vocab.InterceptionUnknown)
		}
		e.courier.down = false
		e.Clock.Advance(time.Hour)
		e.runInterceptions()
		e.wantInterceptions(parcel, vocab.InterceptionAsked)
		if n := len(e.courier.calls); n != 5 || slices.Contains(e.courier.calls, "query") {
			t.Errorf("calls %v", e.courier.calls)
		}
		e.Clock.Advance(29 * time.Minute)
		if n := e.runInterceptions(); n != 0 {
			t.Errorf("calls %v", e.courier.calls)
		}
		e.courier.reply = answer(courier.InterceptionAccepted)
		e.Clock.Advance(time.Minute)
		e.runInterceptions()
		e.wantInterceptions(parcel, vocab.InterceptionAccepted)
		before := e.Parcel(parcel)
		e.courier.reply = answer(courier.InterceptionSucceeded,
			reported(1, vocab.CarrierReturning, "back"))
		e.Clock.Advance(30 * time.Minute)
		e.runInterceptions()
		e.wantInterceptions(parcel, vocab.InterceptionSucceeded)
		after := e.Parcel(parcel)
		if after.TrackingStaleSince != nil || !after.NextAttemptAt.Equal(*before.NextAttemptAt) {
			t.Errorf("the parcel's own questions have changed: %+v", after)
		}
		if want := []string{"SUCCEEDED", "ORDER RETURNING"}; !slices.Equal(*calls, want) {
			t.Errorf("calls %v, want %v", *calls, want)
		}
		var steps []string
		for _, row := range e.DB.Client.Event.Query().Where(entevent.OrderID(o.ID)).
			Order(entevent.BySequence()).AllX(t.Context()) {
			if !row.Payload.Interception.IsZero() {
				steps = append(steps, row.Payload.From+" "+row.Type)
			}
		}
		if want := []string{" interception.requested", "REQUESTED interception.unknown",
			"UNKNOWN interception.asked", "ASKED interception.accepted",
			"ACCEPTED interception.succeeded"}; !slices.Equal(steps, want) {
			t.Errorf("events %v", steps)
		}
		e.Clock.Advance(100 * time.Hour)
		if n := e.runInterceptions(); n != 0 {
			t.Errorf("%d are due after the end", n)
		}
	})
}

// Answers come more than once and late; where the parcel is counts more than what was promised.
func TestAnswersToAnInterception(t *testing.T) {
	t.Parallel()
	out := reported(1, vocab.CarrierOutForDelivery, "out")
	delivered := reported(2, vocab.CarrierDelivered, "signed")
	for name, tc := range map[string]struct {
		pushes []courier.Snapshot
		want   vocab.InterceptionStatus
		calls  []string
	}{
		"taken down before we calls the answer": {[]courier.Snapshot{
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
		"succeeded, then old answers": {[]courier.Snapshot{
			answer(courier.InterceptionSucceeded), answer(courier.InterceptionAccepted),
			answer(courier.InterceptionFailed),
		}, vocab.InterceptionSucceeded, []string{"SUCCEEDED"}},
		"delivered first": {[]courier.Snapshot{
			answer(courier.InterceptionAccepted), answer(courier.InterceptionAccepted, delivered),
		}, vocab.InterceptionFailed, []string{"FAILED", "ORDER DELIVERED"}},
		"coming back without an answer": {[]courier.Snapshot{
			answer("", reported(3, vocab.CarrierReturning, "back")),
		}, vocab.InterceptionSucceeded, []string{"SUCCEEDED", "ORDER RETURNING"}},
		"refused at the door": {[]courier.Snapshot{
			answer(courier.InterceptionAccepted, reported(3, vocab.CarrierRefused, "no")),
		}, vocab.InterceptionSucceeded, []string{"SUCCEEDED", "ORDER REFUSED"}},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, e *courierEnv) {
				o, parcel := e.shipped()
				calls := e.recordHooks()
				e.intercept(parcel, e.addRequest(o, vocab.AfterSaleAwaitingInterception))
				for _, push := range tc.pushes {
					if err := e.Shipments.ApplySnapshot(t.Context(), parcel, push); err != nil {
						t.Fatal(err)
					}
				}
				e.wantInterceptions(parcel, tc.want)
				if !slices.Equal(*calls, tc.calls) {
					t.Errorf("calls %v, want %v", *calls, tc.calls)
				}
			})
		})
	}
}

// The hook is called for every request that wants a parcel.
func TestSeveralRequestsWantOneParcel(t *testing.T) {
	each(t, func(t *testing.T, e *courierEnv) {
		o, parcel := e.shipped()
		calls := e.recordHooks()
		first := e.addRequest(o, vocab.AfterSaleAwaitingInterception)
		e.intercept(parcel, first)
		e.intercept(parcel, e.addRequest(o, vocab.AfterSaleAwaitingInterception))
		e.stopIntercepting(first)
		e.wantInterceptions(parcel, vocab.InterceptionFailed, vocab.InterceptionRequested)
		if len(*calls) != 0 {
			t.Errorf("calls %v of what the buyer took back", *calls)
		}
		e.intercept(parcel, e.addRequest(o, vocab.AfterSaleAwaitingInterception))
		err := e.Shipments.ApplySnapshot(
			t.Context(), parcel, answer(courier.InterceptionSucceeded))
		if err != nil {
			t.Fatal(err)
		}
		e.wantInterceptions(parcel, vocab.InterceptionFailed, vocab.InterceptionSucceeded,
			vocab.InterceptionSucceeded)
		if want := []string{"SUCCEEDED", "SUCCEEDED"}; !slices.Equal(*calls, want) {
			t.Errorf("calls %v", *calls)
		}
		if n := e.runInterceptions(); n != 0 {
			t.Errorf("%d are due", n)
		}
	})
}

// One without a courier is left to staff; one of a parcel at its end needs no call.
func TestInterceptionsThatNoCourierIsCalledFor(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		change func(ctx context.Context, p *ent.ShipmentUpdateOne)
		want   vocab.InterceptionStatus
	}{
		"no courier of ours": {func(_ context.Context, p *ent.ShipmentUpdateOne) {
			p.SetCarrier("SF")
		}, vocab.InterceptionRequested},
		"delivered meanwhile": {func(_ context.Context, p *ent.ShipmentUpdateOne) {
			p.SetCarrierStage(vocab.CarrierDelivered)
		}, vocab.InterceptionFailed},
		"on its way back": {func(_ context.Context, p *ent.ShipmentUpdateOne) {
			p.SetCarrierStage(vocab.CarrierReturning)
		}, vocab.InterceptionSucceeded},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, e *courierEnv) {
				o, parcel := e.shipped()
				calls := e.recordHooks()
				e.intercept(parcel, e.addRequest(o, vocab.AfterSaleAwaitingInterception))
				update := e.DB.Client.Shipment.UpdateOneID(parcel)
				tc.change(t.Context(), update)
				update.ExecX(t.Context())
				if n := e.runInterceptions(); n != 1 || len(e.courier.calls) != 0 {
					t.Errorf("%d were due, calls %v", n, e.courier.calls)
				}
				e.wantInterceptions(parcel, tc.want)
				want := []string{string(tc.want)}
				if vocab.InterceptionOpen.Has(tc.want) {
					want = nil
				}
				if n := e.runInterceptions(); n != 0 || !slices.Equal(*calls, want) {
					t.Errorf("%d are due, calls %v", n, *calls)
				}
			})
		})
	}
}

// A lost parcel is not coming back; one whose number was wrong is requested anew.
func TestStaffChangeAParcelThatIsIntercepted(t *testing.T) {
	each(t, func(t *testing.T, e *courierEnv) {
		merchant := e.Merchant
		o, lost := e.shipped()
		calls := e.recordHooks()
		e.intercept(lost, e.addRequest(o, vocab.AfterSaleAwaitingInterception))
		if _, err := e.Shipments.MarkLost(merchant, lost); err != nil {
			t.Fatal(err)
		}
		e.wantInterceptions(lost, vocab.InterceptionFailed)
		if want := []string{"FAILED", "ORDER LOST"}; !slices.Equal(*calls, want) {
			t.Errorf("calls %v", *calls)
		}

		o, wrong := e.shipped()
		*calls = nil
		e.intercept(wrong, e.addRequest(o, vocab.AfterSaleAwaitingInterception))
		e.runInterceptions()
		e.wantInterceptions(wrong, vocab.InterceptionAsked)
		if _, err := e.Shipments.CorrectTrackingNumber(merchant, label(wrong, "SF-2")); err != nil {
			t.Fatal(err)
		}
		e.wantInterceptions(wrong, vocab.InterceptionFailed, vocab.InterceptionRequested)
		e.runInterceptions()
		e.wantInterceptions(wrong, vocab.InterceptionFailed, vocab.InterceptionAsked)
		if last := e.courier.parcels[len(e.courier.parcels)-1]; last.Number != "SF-2" {
			t.Errorf("called for %+v", last)
		}
		if len(*calls) != 0 {
			t.Errorf("calls %v", *calls)
		}
	})
}
