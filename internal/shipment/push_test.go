package shipment_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"orderflow/ent"
	"orderflow/internal/dbtest"
	"orderflow/internal/globalid"
	"orderflow/internal/ordertest"
	"orderflow/internal/shipment"
	"orderflow/internal/shipment/courier"
	"orderflow/internal/vocab"
)

func TestPushesOverHTTP(t *testing.T) {
	each(t, func(t *testing.T, e *courierEnv) {
		_, id := e.shipped()
		push := func(from string, body any) int {
			text, err := json.Marshal(body)
			if err != nil {
				t.Fatal(err)
			}
			answer := httptest.NewRecorder()
			e.Shipments.HandlePush(answer, httptest.NewRequestWithContext(t.Context(),
				http.MethodPost, "/callbacks/"+from, bytes.NewReader(text)), from)
			return answer.Code
		}
		news := snapshot(reported(1, vocab.CarrierCollected, "collected"))
		known := courier.Push{Reference: id.String(), Snapshot: news}
		stranger := courier.Push{Reference: globalid.New(globalid.Shipment).String(),
			Snapshot: news}
		for name, tc := range map[string]struct {
			from string
			body any
			code int
		}{
			"applied":        {"fake", known, http.StatusAccepted},
			"no courier":     {"pigeon", known, http.StatusNotFound},
			"not its word":   {"fake", "lies", http.StatusUnauthorized},
			"too large":      {"fake", strings.Repeat("x", 2<<20), http.StatusUnauthorized},
			"no reference":   {"fake", courier.Push{Snapshot: news}, http.StatusAccepted},
			"unknown parcel": {"fake", stranger, http.StatusAccepted},
		} {
			if got := push(tc.from, tc.body); got != tc.code {
				t.Errorf("%s: %d, want %d", name, got, tc.code)
			}
		}
		c := &e.Shipments.Counters
		if c.UnknownPushes.Load() != 2 || c.UnverifiedPushes.Load() != 2 {
			t.Errorf("%d unknown, %d not verified", c.UnknownPushes.Load(),
				c.UnverifiedPushes.Load())
		}
		if p := e.Parcel(id); *p.CarrierStage != vocab.CarrierCollected {
			t.Errorf("it is %s", *p.CarrierStage)
		}
	})
}

// A parcel's courier is asked to push, and is queried once its pushes have ended.
func TestACourierWhosePushesEndedIsQueried(t *testing.T) {
	each(t, func(t *testing.T, e *courierEnv) {
		_, id := e.shipped()
		run := func(want int, then func(p *ent.Shipment) bool) {
			t.Helper()
			ids, err := e.DB.Take(t.Context(), shipment.TrackingDue, 10)
			if err != nil || len(ids) != want {
				t.Fatalf("claimed %v, %v", ids, err)
			}
			for _, id := range ids {
				if err := e.Shipments.RunTracking(t.Context(), id); err != nil {
					t.Fatal(err)
				}
			}
			if p := e.Parcel(id); !then(p) || p.ClaimedUntil != nil {
				t.Errorf("calls %v: %+v", e.courier.calls, p)
			}
		}
		e.courier.down = true
		run(1, func(p *ent.Shipment) bool { return !p.Subscribed && p.Attempts == 1 })
		run(0, func(p *ent.Shipment) bool { return !p.Subscribed })
		e.courier.down = false
		e.Clock.Advance(time.Minute)
		run(1, func(p *ent.Shipment) bool { return p.Subscribed && p.Attempts == 0 })
		if last := e.courier.parcels[1]; last.Number != "SF-1" || last.Phone != ordertest.Address.Phone ||
			last.Reference != id.String() {
			t.Errorf("subscribed to %+v", last)
		}
		ended := snapshot(reported(1, vocab.CarrierCollected, "collected"))
		ended.Ended = true
		if err := e.Shipments.ApplySnapshot(t.Context(), id, ended); err != nil {
			t.Fatal(err)
		}
		e.courier.reply = ended
		run(1, func(p *ent.Shipment) bool { return p.TrackingStaleSince != nil })
		run(0, func(p *ent.Shipment) bool { return p.TrackingStaleSince != nil })
		e.Clock.Advance(31 * time.Minute)
		e.courier.reply = snapshot(append(ended.Events,
			reported(2, vocab.CarrierDelivered, "signed"))...)
		run(1, func(p *ent.Shipment) bool {
			return *p.CarrierStage == vocab.CarrierDelivered &&
				p.TrackingStaleSince == nil && p.NextAttemptAt == nil
		})
		want := []string{"subscribe", "subscribe", "query", "query"}
		if !slices.Equal(e.courier.calls, want) {
			t.Errorf("calls %v", e.courier.calls)
		}
	})
}

// A courier that is silent for a day is queried.
func TestSilenceIsNoticed(t *testing.T) {
	t.Parallel()
	e := newCourierEnv(t, dbtest.SQLite)
	_, id := e.shipped()
	e.courier.reply = snapshot(reported(3, vocab.CarrierInTransit, "on the road"))
	for range 2 {
		ids, err := e.DB.Take(t.Context(), shipment.TrackingDue, 10)
		if err != nil || len(ids) != 1 {
			t.Fatalf("claimed %v, %v", ids, err)
		}
		if err := e.Shipments.RunTracking(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		e.Clock.Advance(25 * time.Hour)
	}
	p := e.Parcel(id)
	if *p.CarrierStage != vocab.CarrierInTransit || p.TrackingStaleSince == nil {
		t.Errorf("%+v", p)
	}
	push := snapshot(reported(4, vocab.CarrierOutForDelivery, "out"))
	if err := e.Shipments.ApplySnapshot(t.Context(), id, push); err != nil {
		t.Fatal(err)
	}
	if p := e.Parcel(id); p.TrackingStaleSince != nil {
		t.Errorf("it pushes again: %+v", p)
	}
}
