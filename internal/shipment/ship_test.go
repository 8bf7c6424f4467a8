package shipment_test

import (
	"testing"

	"orderflow/internal/dbtest"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	parcels "orderflow/internal/shipment"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

func TestShipOrdersRepeats(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		good := w.paid(2, w.sku(vocab.Ordinary, 2), w.sku(vocab.Ordinary, 2)).Edges.SubOrders[0]
		in := []parcels.ShipInput{
			{SubOrder: good.ID, Carrier: "ZTO", TrackingNumber: "1"},
			{SubOrder: good.ID, Carrier: "fake", TrackingNumber: "2"},
			{SubOrder: globalid.New(globalid.SubOrder), Carrier: "fake", TrackingNumber: "3"},
			{SubOrder: good.ID, Carrier: "f4ke!", TrackingNumber: "no blanks"},
		}
		key := store.WithKey(w.staff, store.Key{Viewer: "s", Mutation: "shipOrders", Key: "k"})
		var first globalid.ID
		for run := range 2 {
			results, err := w.shipments.ShipOrders(key, in)
			if err != nil {
				t.Fatal(err)
			}
			if run == 0 {
				first = results[0].Shipment
			}
			if results[0].Err != nil || results[0].Shipment != first ||
				!fault.Is(results[1].Err, fault.ActionNotAllowed) ||
				!fault.Is(results[2].Err, fault.NotFound) ||
				!fault.Is(results[3].Err, fault.InvalidInput) ||
				len(fault.All(results[3].Err)) != 2 {
				t.Errorf("run %d: %+v", run, results)
			}
		}
		if p := w.parcel(first); len(p.Edges.Items) != 2 || p.NextAttemptAt != nil {
			t.Errorf("parcel %+v", p)
		}
		if n := db.Client.Shipment.Query().CountX(t.Context()); n != 1 {
			t.Errorf("%d parcels", n)
		}
		_, err := w.shipments.ShipOrders(w.staff, make([]parcels.ShipInput, 101))
		if !fault.Is(err, fault.LimitExceeded) {
			t.Errorf("101 entries: %v", err)
		}
	})
}
