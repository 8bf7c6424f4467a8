package shipment_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"orderflow/internal/dbtest"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	parcels "orderflow/internal/shipment"
	"orderflow/internal/store"
	"orderflow/internal/terms"
)

func TestTwoHandoversOfTheSameQuantityHaveOneWinner(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		sku := w.sku(terms.Ordinary, 3)
		o := w.paid(3, sku)
		sub := o.Edges.SubOrders[0]
		id := w.create(parcels.Line{Item: sub.Edges.Items[0].ID, Quantity: 2})
		var wins atomic.Int64
		var wait sync.WaitGroup
		for i := range 4 {
			wait.Go(func() {
				_, err := w.shipments.HandOver(w.staff, label(id, fmt.Sprint("N", i)))
				if err == nil {
					wins.Add(1)
				} else if !fault.Is(err, fault.ActionNotAllowed) {
					t.Error(err)
				}
			})
			wait.Go(func() {
				results, err := w.shipments.ShipOrders(w.staff, []parcels.ShipInput{
					{SubOrder: sub.ID, Carrier: "fake", TrackingNumber: fmt.Sprint("S", i)}})
				switch {
				case err != nil:
					t.Error(err)
				case results[0].Err == nil:
					wins.Add(1)
				case !fault.Is(results[0].Err, fault.ActionNotAllowed):
					t.Error(results[0].Err)
				}
			})
		}
		wait.Wait()
		// One hands the parcel over, one ships the unit that is in no parcel.
		row := sku.QueryStocks().OnlyX(t.Context())
		if wins.Load() != 2 || row.OnHand != 0 || row.Reserved != 0 {
			t.Errorf("%d winners, stock %d, %d reserved", wins.Load(), row.OnHand, row.Reserved)
		}
		if got := w.order(o.ID).Edges.SubOrders[0]; got.Status != lifecycle.Shipped {
			t.Errorf("it is %s", got.Status)
		}
	})
}

func TestShipOrdersRepeats(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		good := w.paid(2, w.sku(terms.Ordinary, 2), w.sku(terms.Ordinary, 2)).Edges.SubOrders[0]
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
