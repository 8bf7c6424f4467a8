package transfer_test

import (
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"

	entshipment "orderflow/ent/shipment"
	"orderflow/ent/stocktransfer"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/seal"
	"orderflow/internal/shipment"
	"orderflow/internal/transfer"
	"orderflow/internal/vocab"
)

const rounds = 4

// A transfer and buyers want the same last units: together they take what there is, and no more.
func TestATransferAndBuyersRaceForTheLastUnits(t *testing.T) {
	each(t, func(w *world) {
		for range rounds {
			w.raceForTheLastUnits()
		}
	})
}

func (w *world) raceForTheLastUnits() {
	w.t.Helper()
	const there, buyers = 8, 8
	sku := w.sku(1000, there)
	ids := []globalid.ID{w.mustRequest(sku, 5, none), w.mustRequest(sku, 5, none)}
	keeper := w.keeper()
	var sent, sold atomic.Int64
	var wait sync.WaitGroup
	for _, id := range ids {
		wait.Go(func() {
			switch _, err := w.transfers.Ship(keeper, id); {
			case err == nil:
				sent.Add(5)
			case !fault.Is(err, fault.OutOfStock):
				w.t.Error(err)
			}
		})
	}
	for range buyers {
		wait.Go(func() {
			switch _, err := w.place(order.Line{Sku: sku.ID, Quantity: 1}); {
			case err == nil:
				sold.Add(1)
			case !fault.Is(err, fault.OutOfStock):
				w.t.Error(err)
			}
		})
	}
	wait.Wait()
	taken := sent.Load() + sold.Load()
	if taken > there || sent.Load() > 5 || sent.Load() == 0 && sold.Load() != there {
		w.t.Errorf("%d sent, %d sold of %d", sent.Load(), sold.Load(), there)
	}
	w.wantStock(sku, w.south, there-sent.Load(), sold.Load())
}

// The units of a line are set aside for a transfer or handed over to a courier: one of both wins.
func TestATransferAndAParcelRaceForTheSameUnits(t *testing.T) {
	each(t, func(w *world) {
		keys, err := seal.ParseKeyring(seal.DevelopmentKeys())
		if err != nil {
			w.t.Fatal(err)
		}
		parcels := shipment.New(w.db, nil, keys, slog.New(slog.DiscardHandler))
		for i := range rounds {
			sku := w.sku(1000, 5)
			item := w.bought(order.Line{Sku: sku.ID, Quantity: 5})[0]
			keeper := w.keeper()
			var asked, shipped error
			var both sync.WaitGroup
			both.Go(func() {
				_, asked = w.transfers.Request(keeper, transfer.RequestInput{Sku: sku.ID,
					From: w.south.ID, To: w.north.ID, Quantity: 5, Item: item.ID})
			})
			both.Go(func() {
				results, err := parcels.ShipOrders(keeper, []shipment.ShipInput{{
					SubOrder: item.SubOrderID, Carrier: "sf", TrackingNumber: fmt.Sprint("A", i)}})
				if shipped = err; err == nil {
					shipped = results[0].Err
				}
			})
			both.Wait()
			w.wantOneOf(item.OrderID, asked, shipped)
		}
	})
}

// wantOneOf checks that a transfer of an order was made or its parcel was handed over, not both.
func (w *world) wantOneOf(id globalid.ID, asked, shipped error) {
	w.t.Helper()
	made := w.db.Client.StockTransfer.Query().Where(stocktransfer.OrderID(id)).
		CountX(w.t.Context())
	handed := w.db.Client.Shipment.Query().Where(entshipment.OrderID(id),
		entshipment.StageEQ(vocab.StageHandedOver)).CountX(w.t.Context())
	if (asked == nil) == (shipped == nil) || made+handed != 1 || (asked == nil) != (made == 1) ||
		asked != nil && fault.All(asked) == nil ||
		shipped != nil && !fault.Is(shipped, fault.ActionNotAllowed) {
		w.t.Errorf("asked: %v, %d made; shipped: %v, %d handed over", asked, made, shipped, handed)
	}
}
