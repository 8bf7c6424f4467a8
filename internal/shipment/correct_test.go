package shipment_test

import (
	"testing"

	"orderflow/internal/shipment"
)

// A number is corrected during the subscription of it, and the subscription of the right one is
// answered first.
func TestACorrectionOvertakesTheSubscriptionOfTheOldNumber(t *testing.T) {
	each(t, func(t *testing.T, e *courierEnv) {
		_, id := e.shipped()
		follow := func() {
			ids, err := e.DB.Take(t.Context(), shipment.TrackingDue, 10)
			if err != nil || len(ids) != 1 {
				t.Fatalf("claimed %v, %v", ids, err)
			}
			if err := e.Shipments.RunTracking(t.Context(), id); err != nil {
				t.Fatal(err)
			}
		}
		e.courier.before = func() {
			e.courier.before = nil
			if _, err := e.Shipments.CorrectTrackingNumber(e.Warehouse, label(id, "SF-2")); err != nil {
				t.Fatal(err)
			}
			follow()
		}
		follow()
		follow()
		var numbers []string
		for _, p := range e.courier.parcels {
			numbers = append(numbers, p.Number)
		}
		if len(numbers) != 3 || numbers[0] != "SF-2" || numbers[1] != "SF-1" || numbers[2] != "SF-2" {
			t.Errorf("subscribed to %v, the last must be SF-2", numbers)
		}
		if p := e.Parcel(id); !p.Subscribed || p.ClaimedUntil != nil {
			t.Errorf("%+v", p)
		}
	})
}
