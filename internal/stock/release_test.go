package stock_test

import (
	"sync"
	"sync/atomic"
	"testing"

	"pgregory.net/rapid"

	"orderflow/ent/reservation"
	"orderflow/internal/dbtest"
	"orderflow/internal/fault"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

func TestStockIsGivenBackOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		a, b := newRow(t, db, 10), newRow(t, db, 10)
		if err := reserve(t.Context(), db, need(a, 4), need(b, 3), need(a, 2)); err != nil {
			t.Fatal(err)
		}
		all := held(t, db)
		if err := release(t.Context(), db, all[:1]); err != nil {
			t.Fatal(err)
		}
		// A list with one that is given back already changes nothing.
		if err := release(t.Context(), db, all); !fault.Is(err, fault.Conflict) {
			t.Errorf("released again: %v", err)
		}
		if n := len(held(t, db)); n != 2 {
			t.Errorf("%d still held, want 2", n)
		}
		if err := release(t.Context(), db, all[1:]); err != nil {
			t.Fatal(err)
		}
		expect(t, db, a, 10, 0)
		expect(t, db, b, 10, 0)
		if err := release(t.Context(), db, nil); err != nil {
			t.Errorf("nothing to release: %v", err)
		}
	})
}

func TestOfTwoReleasesAtOnceOneWins(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		row := newRow(t, db, 10)
		if err := reserve(t.Context(), db, need(row, 4), need(row, 4)); err != nil {
			t.Fatal(err)
		}
		all := held(t, db)
		var won atomic.Int64
		var wait sync.WaitGroup
		for range 8 {
			wait.Go(func() {
				switch err := release(t.Context(), db, all); {
				case err == nil:
					won.Add(1)
				case !fault.Is(err, fault.Conflict):
					t.Error(err)
				}
			})
		}
		wait.Wait()
		if won.Load() != 1 {
			t.Errorf("%d releases succeeded", won.Load())
		}
		expect(t, db, row, 10, 0)
	})
}

func TestConsumedStockIsNotGivenBack(t *testing.T) {
	t.Parallel()
	db := dbtest.Open(t, dbtest.SQLite)
	row := newRow(t, db, 10)
	if err := reserve(t.Context(), db, need(row, 4)); err != nil {
		t.Fatal(err)
	}
	all := held(t, db)
	err := db.Client.Reservation.Update().Where(reservation.StockID(row)).
		SetStatus(vocab.ReservationConsumed).Exec(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := release(t.Context(), db, all); !fault.Is(err, fault.Conflict) {
		t.Errorf("got %v", err)
	}
}

// Whatever is reserved, released and adjusted in any order, the ledger and a plain model agree.
func TestTheLedgerAgreesWithAModel(t *testing.T) {
	t.Parallel()
	db := dbtest.Open(t, dbtest.SQLite)
	sku := newSku(t, db)
	dbtest.Check(t, 20, func(r *rapid.T) {
		warehouse := newWarehouse(t, db)
		row, err := adjust(t.Context(), db, sku, warehouse, 20)
		if err != nil {
			r.Fatalf("%v", err)
		}
		onHand, reserved := int64(20), int64(0)
		for range rapid.IntRange(1, 12).Draw(r, "steps") {
			units := rapid.Int64Range(1, 15).Draw(r, "units")
			switch rapid.IntRange(0, 3).Draw(r, "step") {
			case 0:
				n := need(row, units)
				err := reserve(t.Context(), db, n)
				if (err == nil) != (onHand-reserved >= units) {
					r.Fatalf("reserve %d of %d/%d: %v", units, onHand, reserved, err)
				}
				if err == nil {
					reserved += units
				}
			case 1:
				rows, err := db.Client.Reservation.Query().Where(reservation.StockID(row),
					reservation.StatusEQ(vocab.ReservationHeld)).Limit(1).All(t.Context())
				if err == nil {
					err = release(t.Context(), db, rows)
				}
				if err != nil {
					r.Fatalf("release: %v", err)
				}
				for _, one := range rows {
					reserved -= one.Quantity
				}
			case 2, 3:
				delta := units * rapid.SampledFrom([]int64{-1, 1}).Draw(r, "sign")
				_, err := adjust(t.Context(), db, sku, warehouse, delta)
				if fits := onHand+delta >= reserved; fits && err != nil {
					r.Fatalf("adjust %d of %d/%d: %v", delta, onHand, reserved, err)
				} else if fits {
					onHand += delta
				} else if fault.All(err) == nil {
					r.Fatalf("adjust %d of %d/%d: %v", delta, onHand, reserved, err)
				}
			}
			if h, res := balance(r, db, row); h != onHand || res != reserved {
				r.Fatalf("row %d/%d, model %d/%d", h, res, onHand, reserved)
			}
		}
	})
}
