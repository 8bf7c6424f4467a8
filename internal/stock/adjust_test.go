package stock_test

import (
	"strings"
	"sync"
	"testing"

	"orderflow/internal/dbtest"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/stock"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

func TestAdjustMakesTheRowOnceAndRecordsWhy(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		sku, warehouse := newSku(t, db), newWarehouse(t, db)
		ids := make([]globalid.ID, 16)
		var wait sync.WaitGroup
		for i := range ids {
			wait.Go(func() {
				var err error
				if ids[i], err = adjust(t.Context(), db, sku, warehouse, 3); err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		for _, id := range ids {
			if id != ids[0] {
				t.Errorf("rows %v and %v", id, ids[0])
			}
		}
		expect(t, db, ids[0], 48, 0)
		one, err := db.Client.StockMovement.Query().First(t.Context())
		if err != nil || one.Cause != vocab.StockAdjusted || one.Note != "counted" {
			t.Errorf("movement %+v, %v", one, err)
		}
	})
}

func TestAdjustKeepsWhatIsReserved(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		sku, warehouse := newSku(t, db), newWarehouse(t, db)
		row, err := adjust(t.Context(), db, sku, warehouse, 10)
		if err != nil {
			t.Fatal(err)
		}
		var needs []stock.Need
		for _, number := range []string{"2601-1", "2602-1"} {
			n := need(row, 3)
			n.Item = newSubOrder(t, db, number)
			needs = append(needs, n)
		}
		if err := reserve(t.Context(), db, needs...); err != nil {
			t.Fatal(err)
		}
		if _, err := adjust(t.Context(), db, sku, warehouse, -4); err != nil {
			t.Errorf("what nobody holds can go: %v", err)
		}
		for _, delta := range []int64{-1, -7} {
			_, err = adjust(t.Context(), db, sku, warehouse, delta)
			if !fault.Is(err, fault.StockReserved) || fault.All(err)[0].Field != "delta" ||
				!strings.Contains(err.Error(), "2601-1, 2602-1") {
				t.Errorf("%d: %v", delta, err)
			}
		}
		if err := release(t.Context(), db, held(t, db)[:1]); err != nil {
			t.Fatal(err)
		}
		_, err = adjust(t.Context(), db, sku, warehouse, -4)
		if !fault.Is(err, fault.StockReserved) || strings.Contains(err.Error(), "2601-1") ||
			!strings.Contains(err.Error(), "2602-1") {
			t.Errorf("after one was given back: %v", err)
		}
		expect(t, db, row, 6, 3)
	})
}

func TestAdjustRefusesWhatIsNotThere(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		sku, warehouse := newSku(t, db), newWarehouse(t, db)
		for name, tc := range map[string]struct {
			sku, warehouse globalid.ID
			code           fault.Code
			field          string
		}{
			"too little":   {sku, warehouse, fault.InvalidInput, "delta"},
			"no sku":       {globalid.New(globalid.Sku), warehouse, fault.NotFound, "sku"},
			"no warehouse": {sku, globalid.New(globalid.Warehouse), fault.NotFound, "warehouse"},
		} {
			_, err := adjust(t.Context(), db, tc.sku, tc.warehouse, -1)
			if !fault.Is(err, tc.code) || fault.All(err)[0].Field != tc.field {
				t.Errorf("%s: %v", name, err)
			}
		}
		if n, err := db.Client.Stock.Query().Count(t.Context()); err != nil || n != 0 {
			t.Errorf("%d rows were made, %v", n, err)
		}
	})
}
