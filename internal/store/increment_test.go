package store_test

import (
	"context"
	"errors"
	"testing"

	"orderflow/ent"
	"orderflow/internal/dbtest"
	"orderflow/internal/globalid"
	"orderflow/internal/store"
)

var errBound = errors.New("refused")

// reserving adds to what is reserved of at most on_hand.
var reserving = &store.Increment{Table: "stocks", Columns: []string{"reserved"},
	Bound:   "reserved + @ BETWEEN 0 AND on_hand",
	Refused: func(map[globalid.ID]int64) error { return errBound }}

// selling takes away what is reserved.
var selling = &store.Increment{Table: "stocks", Columns: []string{"on_hand", "reserved"},
	Bound:   "reserved + @ BETWEEN 0 AND on_hand",
	Refused: func(map[globalid.ID]int64) error { return errBound }}

func newStock(onHand int64) *ent.Stock {
	return &ent.Stock{ID: globalid.New(globalid.Stock), SkuID: globalid.New(globalid.Sku),
		WarehouseID: globalid.New(globalid.Warehouse), ShopID: globalid.New(globalid.Shop),
		OnHand: onHand, CreatedAt: epoch}
}

func TestIncrementsAreWrittenAtTheEndByOneStatement(t *testing.T) {
	t.Parallel()
	eachObserved(t, func(t *testing.T, db *store.DB, s *dbtest.Statements) {
		a, b := newStock(10), newStock(10)
		insert(t, db, a, b)
		add := func(in *store.Increment, ofA, ofB int64, then ...func(*store.Tx) error) error {
			s.Take()
			return db.Run(t.Context(), func(_ context.Context, tx *store.Tx) error {
				tx.Add(in, a.ID, ofA)
				tx.Add(in, b.ID, ofB)
				tx.Add(in, a.ID, ofA)
				for _, f := range then {
					if err := f(tx); err != nil {
						return err
					}
				}
				return nil
			})
		}
		expect := func(what string, row *ent.Stock, onHand, reserved int64) {
			t.Helper()
			got := db.Client.Stock.GetX(t.Context(), row.ID)
			if got.OnHand != onHand || got.Reserved != reserved {
				t.Errorf("%s: %d of %d reserved, want %d of %d", what, got.Reserved, got.OnHand,
					reserved, onHand)
			}
		}
		if err := add(reserving, 5, 2); err != nil {
			t.Fatal(err)
		}
		if n := len(s.TakeWrites()); n != 1 {
			t.Errorf("%d statements", n)
		}
		expect("reserved", a, 10, 10)
		expect("reserved", b, 10, 2)
		if err := add(reserving, 0, 9); !errors.Is(err, errBound) {
			t.Errorf("beyond the bound: %v", err)
		}
		expect("refused", a, 10, 10)
		expect("refused", b, 10, 2)
		if err := add(selling, -3, -2); err != nil {
			t.Fatal(err)
		}
		expect("sold", a, 4, 4)
		expect("sold", b, 8, 0)
		// A query of the table finds what was added.
		err := add(reserving, -2, 1, func(tx *store.Tx) error {
			row, err := tx.Stock.Get(t.Context(), a.ID)
			if err == nil && row.Reserved != 0 {
				t.Errorf("%d reserved in the transaction", row.Reserved)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		expect("read between", a, 4, 0)
		expect("read between", b, 8, 1)
	})
}
