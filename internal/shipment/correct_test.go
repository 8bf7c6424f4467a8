package shipment_test

import (
	"testing"

	"orderflow/internal/dbtest"
	"orderflow/internal/store"
)

// A number is corrected while its courier is asked for pushes about it, and the question about the
// right one is answered first.
func TestACorrectionOvertakesTheQuestionAboutTheOldNumber(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		_, id := w.shipped()
		follow := func() {
			ids, err := w.shipments.ClaimTracking(t.Context(), 10)
			if err != nil || len(ids) != 1 {
				t.Fatalf("claimed %v, %v", ids, err)
			}
			if err := w.shipments.RunTracking(t.Context(), id); err != nil {
				t.Fatal(err)
			}
		}
		w.courier.before = func() {
			w.courier.before = nil
			if _, err := w.shipments.CorrectTrackingNumber(w.staff, label(id, "SF-2")); err != nil {
				t.Fatal(err)
			}
			follow()
		}
		follow()
		follow()
		var asked []string
		for _, p := range w.courier.parcels {
			asked = append(asked, p.Number)
		}
		if len(asked) != 3 || asked[0] != "SF-2" || asked[1] != "SF-1" || asked[2] != "SF-2" {
			t.Errorf("asked for %v, the last must be SF-2", asked)
		}
		if p := w.parcel(id); !p.Subscribed || p.ClaimedUntil != nil {
			t.Errorf("%+v", p)
		}
	})
}
