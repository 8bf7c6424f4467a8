package stock_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"

	"orderflow/ent"
	"orderflow/ent/reservation"
	"orderflow/ent/stockmovement"
	"orderflow/internal/dbtest"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/stock"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

func writeDown(
	ctx context.Context, db *store.DB, item, warehouse globalid.ID, units int64,
) error {
	return db.Run(ctx, func(ctx context.Context, tx *store.Tx) error {
		return stock.WriteDown(ctx, tx, clerk,
			stock.Units{Item: item, Warehouse: warehouse, Quantity: units})
	})
}

func TestWhatLacksLeavesTheStockAndIsHeldNoMore(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		s := newShelves(t, db, 10, 10)
		n := need(s.rowHere, 4)
		if err := reserve(t.Context(), db, n, need(s.rowHere, 3)); err != nil {
			t.Fatal(err)
		}
		if err := writeDown(t.Context(), db, n.Item, s.here, 3); err != nil {
			t.Fatal(err)
		}
		expect(t, db, s.rowHere, 7, 4)
		for _, bad := range []struct {
			warehouse globalid.ID
			units     int64
		}{{s.here, 2}, {s.there, 1}} {
			err := writeDown(t.Context(), db, n.Item, bad.warehouse, bad.units)
			if !fault.Is(err, fault.Conflict) {
				t.Errorf("%+v: %v", bad, err)
			}
		}
		expect(t, db, s.rowHere, 7, 4)
		expect(t, db, s.rowThere, 10, 0)
		one := db.Client.StockMovement.Query().
			Where(stockmovement.CauseEQ(vocab.StockLacking)).OnlyX(t.Context())
		if one.OnHandDelta != -3 || one.ReservedDelta != -3 || one.ReservationID == nil {
			t.Errorf("movement %+v", one)
		}
	})
}

func TestUnitsLackOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		s := newShelves(t, db, 10, 0)
		n := need(s.rowHere, 5)
		if err := reserve(t.Context(), db, n); err != nil {
			t.Fatal(err)
		}
		var won atomic.Int64
		var wait sync.WaitGroup
		for range 8 {
			wait.Go(func() {
				switch err := writeDown(t.Context(), db, n.Item, s.here, 3); {
				case err == nil:
					won.Add(1)
				case !fault.Is(err, fault.Conflict):
					t.Error(err)
				}
			})
		}
		wait.Wait()
		if won.Load() != 1 {
			t.Errorf("%d reports of the same units succeeded", won.Load())
		}
		expect(t, db, s.rowHere, 7, 2)
	})
}

func TestAnotherWarehouseHoldsForAnItem(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		s := newShelves(t, db, 0, 5)
		item := &ent.OrderItem{ID: globalid.New(globalid.OrderItem), SkuID: s.sku,
			OrderID: globalid.New(globalid.Order)}
		at := func(warehouse globalid.ID, units int64) error {
			return db.Run(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				return stock.ReserveSku(ctx, tx, clerk, stock.SkuNeed{Order: item.OrderID,
					Item: item.ID, Sku: item.SkuID, Warehouse: warehouse, Quantity: units})
			})
		}
		if err := at(s.there, 6); !fault.Is(err, fault.OutOfStock) {
			t.Errorf("more than there is: %v", err)
		}
		if err := at(newWarehouse(t, db), 1); !fault.Is(err, fault.OutOfStock) {
			t.Errorf("where the sku never was: %v", err)
		}
		expect(t, db, s.rowThere, 5, 0)
		if err := at(s.there, 5); err != nil {
			t.Fatal(err)
		}
		expect(t, db, s.rowThere, 5, 5)
		if n := db.Client.Reservation.Query().Where(reservation.ItemID(item.ID)).
			OnlyX(t.Context()).Quantity; n != 5 {
			t.Errorf("%d held", n)
		}
	})
}

func TestWhatNobodyWaitsForIsFree(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		s := newShelves(t, db, 10, 0)
		n := need(s.rowHere, 5)
		if err := reserve(t.Context(), db, n); err != nil {
			t.Fatal(err)
		}
		travels := &ent.StockTransfer{ID: globalid.New(globalid.StockTransfer), SkuID: s.sku,
			ItemID: &n.Item, FromWarehouseID: s.here, ToWarehouseID: s.there, Quantity: 2}
		giveUp := func(ctx context.Context, tx *store.Tx) error {
			return stock.ReleaseTransfer(ctx, tx, clerk, n.Order, travels.ID)
		}
		err := db.Run(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			return stock.SetAside(ctx, tx, travels)
		})
		for range 2 { // the second time there is nothing to give up
			if err == nil {
				err = db.Run(t.Context(), giveUp)
			}
			if err != nil {
				t.Fatal(err)
			}
			expect(t, db, s.rowHere, 10, 3)
		}
	})
}
