package stock_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"orderflow/internal/dbtest"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/stock"
	"orderflow/internal/store"
)

func TestExactlyWhatThereIsIsReserved(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		const there, clients, each = 100, 64, 3
		row := newRow(t, db, there)
		var won, lost atomic.Int64
		var wait sync.WaitGroup
		for range clients {
			wait.Go(func() {
				for range each {
					err := reserve(t.Context(), db, need(row, 1))
					var short *stock.Short
					switch {
					case err == nil:
						won.Add(1)
					case errors.As(err, &short):
						lost.Add(1)
					default:
						t.Error(err)
					}
				}
			})
		}
		wait.Wait()
		if won.Load() != there || lost.Load() != clients*each-there {
			t.Errorf("%d reserved, %d refused for too little", won.Load(), lost.Load())
		}
		expect(t, db, row, there, there)
	})
}

func TestAllOrNothing(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		full, scarce, scarcer := newRow(t, db, 10), newRow(t, db, 2), newRow(t, db, 1)
		err := db.Run(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			err := stock.Reserve(tx, clerk,
				[]stock.Need{need(scarcer, 2), need(full, 10), need(scarce, 3)})
			return err
		})
		wantLacking(t, db, err, scarce, scarcer)
		// What was refused took nothing.
		if err := reserve(t.Context(), db, need(full, 9), need(scarce, 2)); err != nil {
			t.Fatal(err)
		}
		expect(t, db, full, 10, 9)
		expect(t, db, scarce, 2, 2)
		expect(t, db, scarcer, 1, 0)
	})
}

// wantLacking expects an error that names these rows, by id.
func wantLacking(t *testing.T, db *store.DB, err error, want ...globalid.ID) {
	t.Helper()
	var short *stock.Short
	if !errors.As(err, &short) {
		t.Fatalf("got %v", err)
	}
	rows, err := short.Lacking(t.Context(), db.Client)
	if err != nil {
		t.Fatal(err)
	}
	var got []globalid.ID
	for _, row := range rows {
		got = append(got, row.ID)
	}
	if !slices.Equal(got, want) {
		t.Errorf("short of %v, want %v", got, want)
	}
}

func TestNeedsOnOneRowAreSummed(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		row := newRow(t, db, 100)
		err := reserve(t.Context(), db, need(row, 40), need(row, 40), need(row, 40))
		wantLacking(t, db, err, row)
		if err := reserve(t.Context(), db, need(row, 60), need(row, 40)); err != nil {
			t.Error(err)
		}
		expect(t, db, row, 100, 100)
		if n := len(held(t, db)); n != 2 {
			t.Errorf("%d reservations, want one for each need", n)
		}
	})
}

func TestAThousandNeedsAtOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		row := newRow(t, db, 1200)
		needs := make([]stock.Need, 1200)
		for i := range needs {
			needs[i] = need(row, 1)
		}
		if err := reserve(t.Context(), db, needs...); err != nil {
			t.Fatal(err)
		}
		expect(t, db, row, 1200, 1200)
		if err := release(t.Context(), db, held(t, db)); err != nil {
			t.Fatal(err)
		}
		expect(t, db, row, 1200, 0)
	})
}

func TestANonsensicalNeedIsRefused(t *testing.T) {
	t.Parallel()
	db := dbtest.Open(t, dbtest.SQLite)
	row := newRow(t, db, 5)
	for _, bad := range []stock.Need{
		need(row, 0), need(row, -1), need(globalid.New(globalid.Stock), 1),
	} {
		err := reserve(t.Context(), db, need(row, 1), bad)
		if err == nil || fault.All(err) != nil {
			t.Errorf("%+v: %v", bad, err)
		}
	}
	if err := reserve(t.Context(), db); err != nil {
		t.Errorf("no needs: %v", err)
	}
	expect(t, db, row, 5, 0)
}

// Orders that name the same rows in opposite order wait for one another; none has to start again.
func TestCrossingOrdersDoNotDeadlock(t *testing.T) {
	t.Parallel()
	for _, dialect := range dbtest.Dialects(t) {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			const orders = 40
			var begun atomic.Int64
			db := dbtest.Open(t, dialect, store.Options{Observe: func(query string) {
				if strings.HasPrefix(query, "BEGIN") {
					begun.Add(1)
				}
			}})
			a, b := newRow(t, db, orders), newRow(t, db, orders)
			begun.Store(0)
			var wait sync.WaitGroup
			for i := range orders {
				wait.Go(func() {
					needs := []stock.Need{need(a, 1), need(b, 1)}
					if i%2 == 0 {
						slices.Reverse(needs)
					}
					if err := reserve(t.Context(), db, needs...); err != nil {
						t.Error(err)
					}
				})
			}
			wait.Wait()
			if begun.Load() != orders {
				t.Errorf("%d transactions for %d orders", begun.Load(), orders)
			}
			expect(t, db, a, orders, orders)
			expect(t, db, b, orders, orders)
		})
	}
}
