package shipment_test

import (
	"slices"
	"testing"
	"time"

	"orderflow/internal/dbtest"
	"orderflow/internal/fault"
	"orderflow/internal/shipment/courier"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

var start = time.Date(2026, 11, 11, 8, 0, 0, 0, time.UTC)

func told(hour int, stage vocab.CarrierStage, text string) courier.Event {
	return courier.Event{At: start.Add(time.Duration(hour) * time.Hour), Stage: stage, Text: text}
}

func snapshot(events ...courier.Event) courier.Snapshot {
	return courier.Snapshot{Carrier: "fake", Number: "SF-1", Events: events}
}

// recorded is what a courier told over time: each push is all that it knew then.
func recorded() []courier.Snapshot {
	events := []courier.Event{
		told(1, vocab.CarrierCollected, "collected"),
		told(5, vocab.CarrierInTransit, "on the road"),
		told(9, vocab.CarrierOutForDelivery, "out"),
		told(10, vocab.CarrierDelivered, "signed"),
		{At: start.Add(11 * time.Hour), Stage: vocab.CarrierOutForDelivery,
			Text: "not signed after all", Correction: true},
		told(14, vocab.CarrierDelivered, "signed by the neighbour"),
	}
	var pushes []courier.Snapshot
	for i := range events {
		all := slices.Clone(events[:i+1])
		slices.Reverse(all)
		pushes = append(pushes, snapshot(all...))
	}
	return pushes
}

func TestACorrectionTakesTheDeliveryBack(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		o, id := w.shipped()
		unknown := w.order(o.ID).Edges.SubOrders[0].ReceiptDueAt
		pushes := recorded()
		for i, want := range []struct {
			stage vocab.CarrierStage
			due   time.Time
		}{
			3: {vocab.CarrierDelivered, start.Add((10 + 7*24) * time.Hour)},
			4: {vocab.CarrierOutForDelivery, *unknown},
			5: {vocab.CarrierDelivered, start.Add((14 + 7*24) * time.Hour)},
		} {
			if err := w.shipments.ApplySnapshot(t.Context(), id, pushes[i]); err != nil {
				t.Fatal(err)
			}
			if i < 3 {
				continue
			}
			p, sub := w.parcel(id), w.order(o.ID).Edges.SubOrders[0]
			delivered := want.stage == vocab.CarrierDelivered
			if *p.CarrierStage != want.stage || (p.DeliveredAt != nil) != delivered ||
				!sub.ReceiptDueAt.Equal(want.due) || (p.NextAttemptAt == nil) != delivered {
				t.Errorf("push %d: %s, delivered at %v, due %v", i, *p.CarrierStage,
					p.DeliveredAt, sub.ReceiptDueAt)
			}
		}
	})
}

func TestTroubleIsATaskOfTheMerchant(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		_, id := w.shipped()
		for hour, tc := range []struct {
			stage vocab.CarrierStage
			needs bool
		}{
			{vocab.CarrierProblem, true}, {vocab.CarrierInTransit, false},
			{vocab.CarrierRefused, true}, {vocab.CarrierReturning, false},
			{vocab.CarrierReturned, true},
		} {
			err := w.shipments.ApplySnapshot(t.Context(), id, snapshot(told(hour, tc.stage, "x")))
			p := w.parcel(id)
			if err != nil || *p.CarrierStage != tc.stage || p.NeedsMerchant != tc.needs {
				t.Errorf("%s: %+v, %v", tc.stage, p, err)
			}
		}
		_, other := w.shipped()
		merchant := w.as(vocab.Merchant, w.shop.ID)
		if _, err := w.shipments.MarkLost(w.staff, other); !fault.Is(err, fault.Forbidden) {
			t.Errorf("the warehouse marks it lost: %v", err)
		}
		for _, code := range []fault.Code{"", fault.ActionNotAllowed} {
			_, err := w.shipments.MarkLost(merchant, other)
			if code == "" && err != nil || code != "" && !fault.Is(err, code) {
				t.Errorf("want %q, got %v", code, err)
			}
		}
		late := snapshot(told(1, vocab.CarrierInTransit, "late"))
		if err := w.shipments.ApplySnapshot(t.Context(), other, late); err != nil {
			t.Fatal(err)
		}
		if p := w.parcel(other); *p.CarrierStage != vocab.CarrierLost || !p.NeedsMerchant {
			t.Errorf("a late push: %s", *p.CarrierStage)
		}
		if _, err := w.shipments.MarkLost(merchant, id); !fault.Is(err, fault.ActionNotAllowed) {
			t.Errorf("lost after it was returned: %v", err)
		}
	})
}

func TestANumberIsCorrectedOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		_, id := w.shipped()
		apply := func(s courier.Snapshot) {
			if err := w.shipments.ApplySnapshot(t.Context(), id, s); err != nil {
				t.Fatal(err)
			}
		}
		strange := snapshot(told(1, vocab.CarrierRefused, "of another parcel"))
		apply(strange)
		if _, err := w.shipments.CorrectTrackingNumber(w.staff, label(id, "SF 2")); !fault.Is(err,
			fault.InvalidInput) {
			t.Errorf("a blank: %v", err)
		}
		if _, err := w.shipments.CorrectTrackingNumber(w.staff, label(id, "SF-2")); err != nil {
			t.Fatal(err)
		}
		apply(strange)
		p := w.parcel(id)
		if p.TrackingNumber != "SF-2" || *p.CarrierStage != vocab.CarrierLabelled ||
			p.NeedsMerchant || len(p.Edges.Tracking) != 0 || p.Subscribed || p.CorrectedAt == nil {
			t.Errorf("%+v", p)
		}
		_, err := w.shipments.CorrectTrackingNumber(w.staff, label(id, "SF-3"))
		if !fault.Is(err, fault.ActionNotAllowed) {
			t.Errorf("again: %v", err)
		}
		_, other := w.shipped()
		err = w.shipments.ApplySnapshot(t.Context(), other,
			snapshot(told(1, vocab.CarrierDelivered, "")))
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.shipments.CorrectTrackingNumber(w.staff, label(other, "SF-3"))
		if !fault.Is(err, fault.ActionNotAllowed) {
			t.Errorf("after the delivery: %v", err)
		}
	})
}
