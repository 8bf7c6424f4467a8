package shipment_test

import (
	"testing"

	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/shipment"
	"orderflow/internal/store"
)

func TestShipOrdersRepeats(t *testing.T) {
	each(t, func(t *testing.T, e *courierEnv) {
		good := e.buy(2, e.Sku(2), e.Sku(2)).Edges.SubOrders[0]
		in := []shipment.ShipInput{
			{SubOrder: good.ID, Carrier: "ZTO", TrackingNumber: "1"},
			{SubOrder: good.ID, Carrier: "FAKE", TrackingNumber: "2"},
			{SubOrder: globalid.New(globalid.SubOrder), Carrier: "FAKE", TrackingNumber: "3"},
			{SubOrder: good.ID, Carrier: "nonsense", TrackingNumber: "no blanks"},
		}
		key := store.WithKey(e.Warehouse, store.Key{Viewer: "s", Mutation: "shipOrders", Key: "k"})
		var first globalid.ID
		for run := range 2 {
			results, err := e.Shipments.ShipOrders(key, in)
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
		if p := e.Parcel(first); len(p.Edges.Items) != 2 || p.NextAttemptAt != nil {
			t.Errorf("parcel %+v", p)
		}
		if n := e.DB.Client.Shipment.Query().CountX(t.Context()); n != 1 {
			t.Errorf("%d parcels", n)
		}
		_, err := e.Shipments.ShipOrders(e.Warehouse, make([]shipment.ShipInput, 101))
		if !fault.Is(err, fault.LimitExceeded) {
			t.Errorf("101 entries: %v", err)
		}
	})
}
