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
	"orderflow/internal/shipment/courier"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

func TestPushesOverHTTP(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		_, id := w.shipped()
		push := func(from string, body any) int {
			text, err := json.Marshal(body)
			if err != nil {
				t.Fatal(err)
			}
			answer := httptest.NewRecorder()
			w.shipments.HandlePush(answer, httptest.NewRequestWithContext(t.Context(),
				http.MethodPost, "/callbacks/"+from, bytes.NewReader(text)), from)
			return answer.Code
		}
		news := snapshot(told(1, vocab.CarrierCollected, "collected"))
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
		c := &w.shipments.Counters
		if c.UnknownPushes.Load() != 2 || c.UnverifiedPushes.Load() != 2 {
			t.Errorf("%d unknown, %d not verified", c.UnknownPushes.Load(),
				c.UnverifiedPushes.Load())
		}
		if p := w.parcel(id); *p.CarrierStage != vocab.CarrierCollected {
			t.Errorf("it is %s", *p.CarrierStage)
		}
	})
}

// A parcel's courier is asked to push, and is asked itself once its pushes have ended.
func TestTheCourierIsAskedWhatItDoesNotTell(t *testing.T) {
	t.Parallel()
	for _, dialect := range dbtest.Dialects(t) {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			clock := newClock()
			w := newWorld(t, dbtest.Open(t, dialect, store.Options{RealNow: clock.now}))
			_, id := w.shipped()
			run := func(want int, then func(p *ent.Shipment) bool) {
				t.Helper()
				ids, err := w.shipments.ClaimTracking(t.Context(), 10)
				if err != nil || len(ids) != want {
					t.Fatalf("claimed %v, %v", ids, err)
				}
				for _, id := range ids {
					if err := w.shipments.RunTracking(t.Context(), id); err != nil {
						t.Fatal(err)
					}
				}
				if p := w.parcel(id); !then(p) || p.ClaimedUntil != nil {
					t.Errorf("asked %v: %+v", w.courier.asked, p)
				}
			}
			w.courier.down = true
			run(1, func(p *ent.Shipment) bool { return !p.Subscribed && p.Attempts == 1 })
			run(0, func(p *ent.Shipment) bool { return !p.Subscribed })
			w.courier.down = false
			clock.advance(time.Minute)
			run(1, func(p *ent.Shipment) bool { return p.Subscribed && p.Attempts == 0 })
			if last := w.courier.parcels[1]; last.Number != "SF-1" || last.Phone != address.Phone ||
				last.Reference != id.String() {
				t.Errorf("subscribed to %+v", last)
			}
			ended := snapshot(told(1, vocab.CarrierCollected, "collected"))
			ended.Ended = true
			if err := w.shipments.ApplySnapshot(t.Context(), id, ended); err != nil {
				t.Fatal(err)
			}
			w.courier.knows = ended
			run(1, func(p *ent.Shipment) bool { return p.TrackingStaleSince != nil })
			run(0, func(p *ent.Shipment) bool { return p.TrackingStaleSince != nil })
			clock.advance(31 * time.Minute)
			w.courier.knows = snapshot(append(ended.Events,
				told(2, vocab.CarrierDelivered, "signed"))...)
			run(1, func(p *ent.Shipment) bool {
				return *p.CarrierStage == vocab.CarrierDelivered &&
					p.TrackingStaleSince == nil && p.NextAttemptAt == nil
			})
			want := []string{"subscribe", "subscribe", "query", "query"}
			if !slices.Equal(w.courier.asked, want) {
				t.Errorf("asked %v", w.courier.asked)
			}
		})
	}
}

// A courier that says nothing for a day is asked.
func TestSilenceIsNoticed(t *testing.T) {
	t.Parallel()
	clock := newClock()
	w := newWorld(t, dbtest.Open(t, dbtest.SQLite, store.Options{RealNow: clock.now}))
	_, id := w.shipped()
	w.courier.knows = snapshot(told(3, vocab.CarrierInTransit, "on the road"))
	for range 2 {
		ids, err := w.shipments.ClaimTracking(t.Context(), 10)
		if err != nil || len(ids) != 1 {
			t.Fatalf("claimed %v, %v", ids, err)
		}
		if err := w.shipments.RunTracking(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		clock.advance(25 * time.Hour)
	}
	p := w.parcel(id)
	if *p.CarrierStage != vocab.CarrierInTransit || p.TrackingStaleSince == nil {
		t.Errorf("%+v", p)
	}
	push := snapshot(told(4, vocab.CarrierOutForDelivery, "out"))
	if err := w.shipments.ApplySnapshot(t.Context(), id, push); err != nil {
		t.Fatal(err)
	}
	if p := w.parcel(id); p.TrackingStaleSince != nil {
		t.Errorf("it pushes again: %+v", p)
	}
}
