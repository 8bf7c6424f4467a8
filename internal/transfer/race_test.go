package transfer_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	entshipment "orderflow/ent/shipment"
	"orderflow/ent/stocktransfer"
	"orderflow/internal/checkout"
	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/ordertest"
	"orderflow/internal/shipment"
	"orderflow/internal/transfer"
	"orderflow/internal/vocab"
)

const rounds = 4

// A transfer and buyers want the same last units: together they take what there is, and no more.
func TestATransferAndBuyersRaceForTheLastUnits(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		for range rounds {
			raceForTheLastUnits(t, e)
		}
	}, ordertest.Options{Policy: document.ShopPolicy{UnpaidOrders: 100, HourlyOrders: 100}})
}

func raceForTheLastUnits(t *testing.T, e *ordertest.Env) {
	t.Helper()
	const there, buyers = 8, 8
	sku := e.Sku(there)
	ids := []globalid.ID{request(e, sku, 5, none), request(e, sku, 5, none)}
	var sent, sold atomic.Int64
	var wait sync.WaitGroup
	for _, id := range ids {
		wait.Go(func() {
			switch _, err := e.Transfers.Ship(e.Warehouse, id); {
			case err == nil:
				sent.Add(5)
			case !fault.Is(err, fault.OutOfStock):
				t.Error(err)
			}
		})
	}
	for range buyers {
		wait.Go(func() {
			switch _, err := e.TryPlace(e.Buyer, []checkout.Line{ordertest.Line(sku, 1)}); {
			case err == nil:
				sold.Add(1)
			case !fault.Is(err, fault.OutOfStock):
				t.Error(err)
			}
		})
	}
	wait.Wait()
	taken := sent.Load() + sold.Load()
	if taken > there || sent.Load() > 5 || sent.Load() == 0 && sold.Load() != there {
		t.Errorf("%d sent, %d sold of %d", sent.Load(), sold.Load(), there)
	}
	e.WantStock(sku, e.South, there-sent.Load(), sold.Load())
}

// The units of a line are set aside for a transfer or handed over to a courier: one of both wins.
func TestATransferAndAParcelRaceForTheSameUnits(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		for i := range rounds {
			sku := e.Sku(5)
			item := e.Buy(sku, 5)
			var requested, shipped error
			var both sync.WaitGroup
			both.Go(func() {
				_, requested = e.Transfers.Request(e.Warehouse, transfer.RequestInput{Sku: sku.ID,
					From: e.South.ID, To: e.North.ID, Quantity: 5, Item: item.ID})
			})
			both.Go(func() {
				results, err := e.Shipments.ShipOrders(e.Warehouse, []shipment.ShipInput{{
					SubOrder: item.SubOrderID, Carrier: "sf", TrackingNumber: fmt.Sprint("A", i)}})
				if shipped = err; err == nil {
					shipped = results[0].Err
				}
			})
			both.Wait()
			wantOneOf(e, item.OrderID, requested, shipped)
		}
	})
}

// wantOneOf checks that a transfer of an order was made or its parcel was handed over, not both.
func wantOneOf(e *ordertest.Env, id globalid.ID, requested, shipped error) {
	e.T.Helper()
	made := e.DB.Client.StockTransfer.Query().Where(stocktransfer.OrderID(id)).
		CountX(e.T.Context())
	handed := e.DB.Client.Shipment.Query().Where(entshipment.OrderID(id),
		entshipment.StageEQ(vocab.StageHandedOver)).CountX(e.T.Context())
	if (requested == nil) == (shipped == nil) || made+handed != 1 ||
		(requested == nil) != (made == 1) ||
		requested != nil && fault.All(requested) == nil ||
		shipped != nil && !fault.Is(shipped, fault.ActionNotAllowed) {
		e.T.Errorf("requested: %v, %d made; shipped: %v, %d handed over", requested, made, shipped,
			handed)
	}
}
