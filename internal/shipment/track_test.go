package shipment_test

import (
	"slices"
	"testing"
	"time"

	"orderflow/internal/fault"
	"orderflow/internal/shipment/courier"
	"orderflow/internal/vocab"
)

func reported(hour int, stage vocab.CarrierStage, text string) courier.Event {
	return courier.Event{At: start.Add(time.Duration(hour) * time.Hour), Stage: stage, Text: text}
}

func snapshot(events ...courier.Event) courier.Snapshot {
	return courier.Snapshot{Carrier: "FAKE", Number: "SF-1", Events: events}
}

// recorded are the pushes of a courier over time: each has all that it knew then.
func recorded() []courier.Snapshot {
	events := []courier.Event{
		reported(1, vocab.CarrierCollected, "collected"),
		reported(5, vocab.CarrierInTransit, "on the road"),
		reported(9, vocab.CarrierOutForDelivery, "out"),
		reported(10, vocab.CarrierDelivered, "signed"),
		{At: start.Add(11 * time.Hour), Stage: vocab.CarrierOutForDelivery,
			Text: "not signed after all", Correction: true},
		reported(14, vocab.CarrierDelivered, "signed by the neighbour"),
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
	each(t, func(t *testing.T, e *courierEnv) {
		o, id := e.shipped()
		unknown := e.Order(o.ID).Edges.SubOrders[0].ReceiptDueAt
		pushes := recorded()
		for i, want := range []struct {
			stage vocab.CarrierStage
			due   time.Time
		}{
			3: {vocab.CarrierDelivered, start.Add((10 + 7*24) * time.Hour)},
			4: {vocab.CarrierOutForDelivery, *unknown},
			5: {vocab.CarrierDelivered, start.Add((14 + 7*24) * time.Hour)},
		} {
			if err := e.Shipments.ApplySnapshot(t.Context(), id, pushes[i]); err != nil {
				t.Fatal(err)
			}
			if i < 3 {
				continue
			}
			p, sub := e.Parcel(id), e.Order(o.ID).Edges.SubOrders[0]
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
	each(t, func(t *testing.T, e *courierEnv) {
		_, id := e.shipped()
		for hour, tc := range []struct {
			stage vocab.CarrierStage
			needs bool
		}{
			{vocab.CarrierProblem, true}, {vocab.CarrierInTransit, false},
			{vocab.CarrierRefused, true}, {vocab.CarrierReturning, false},
			{vocab.CarrierReturned, true},
		} {
			err := e.Shipments.ApplySnapshot(t.Context(), id, snapshot(reported(hour, tc.stage, "x")))
			p := e.Parcel(id)
			if err != nil || *p.CarrierStage != tc.stage || p.NeedsMerchant != tc.needs {
				t.Errorf("%s: %+v, %v", tc.stage, p, err)
			}
		}
		_, other := e.shipped()
		merchant := e.Merchant
		if _, err := e.Shipments.MarkLost(e.Warehouse, other); !fault.Is(err, fault.Forbidden) {
			t.Errorf("the warehouse marks it lost: %v", err)
		}
		for _, code := range []fault.Code{"", fault.ActionNotAllowed} {
			_, err := e.Shipments.MarkLost(merchant, other)
			if code == "" && err != nil || code != "" && !fault.Is(err, code) {
				t.Errorf("want %q, got %v", code, err)
			}
		}
		late := snapshot(reported(1, vocab.CarrierInTransit, "late"))
		if err := e.apply(other, late); err != nil {
			t.Fatal(err)
		}
		if p := e.Parcel(other); *p.CarrierStage != vocab.CarrierLost || !p.NeedsMerchant {
			t.Errorf("a late push: %s", *p.CarrierStage)
		}
		if _, err := e.Shipments.MarkLost(merchant, id); !fault.Is(err, fault.ActionNotAllowed) {
			t.Errorf("lost after it was returned: %v", err)
		}
	})
}

func TestANumberIsCorrectedOnce(t *testing.T) {
	each(t, func(t *testing.T, e *courierEnv) {
		_, id := e.shipped()
		apply := func(s courier.Snapshot) {
			if err := e.Shipments.ApplySnapshot(t.Context(), id, s); err != nil {
				t.Fatal(err)
			}
		}
		strange := snapshot(reported(1, vocab.CarrierRefused, "of another parcel"))
		apply(strange)
		if _, err := e.Shipments.CorrectTrackingNumber(e.Warehouse, label(id, "SF 2")); !fault.Is(err,
			fault.InvalidInput) {
			t.Errorf("a blank: %v", err)
		}
		if _, err := e.Shipments.CorrectTrackingNumber(e.Warehouse, label(id, "SF-2")); err != nil {
			t.Fatal(err)
		}
		apply(strange)
		p := e.Parcel(id)
		if p.TrackingNumber != "SF-2" || *p.CarrierStage != vocab.CarrierLabelled ||
			p.NeedsMerchant || len(p.Edges.Tracking) != 0 || p.Subscribed || p.CorrectedAt == nil {
			t.Errorf("%+v", p)
		}
		_, err := e.Shipments.CorrectTrackingNumber(e.Warehouse, label(id, "SF-3"))
		if !fault.Is(err, fault.ActionNotAllowed) {
			t.Errorf("again: %v", err)
		}
		_, other := e.shipped()
		err = e.Shipments.ApplySnapshot(t.Context(), other,
			snapshot(reported(1, vocab.CarrierDelivered, "")))
		if err != nil {
			t.Fatal(err)
		}
		_, err = e.Shipments.CorrectTrackingNumber(e.Warehouse, label(other, "SF-3"))
		if !fault.Is(err, fault.ActionNotAllowed) {
			t.Errorf("after the delivery: %v", err)
		}
	})
}
