package store_test

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"orderflow/internal/dbtest"
	"orderflow/internal/globalid"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// newPayments makes rows that are due one millisecond after the other, from epoch on.
func newPayments(t *testing.T, db *store.DB, n int) []globalid.ID {
	t.Helper()
	ids := make([]globalid.ID, n)
	for i := range ids {
		ids[i] = globalid.New(globalid.Payment)
		err := db.Client.Payment.Create().SetID(ids[i]).SetOrderID(globalid.New(globalid.Order)).
			SetBuyerID(globalid.New(globalid.Buyer)).
			SetChannel(vocab.Sandbox).SetStatus(vocab.AttemptCreated).SetCurrency("CNY").
			SetExpiresAt(epoch).SetNextAttemptAt(epoch.Add(time.Duration(i) * time.Millisecond)).
			Exec(t.Context())
		if err != nil {
			t.Fatal(err)
		}
	}
	return ids
}

func due(now time.Time, limit int) store.Claim {
	return store.Claim{
		Table: "payments", Where: "next_attempt_at <= ?", Args: []any{now},
		Order: "next_attempt_at", Limit: limit, Lease: time.Minute,
	}
}

func TestTakersShareWithoutOverlap(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		ids := newPayments(t, db, 40)
		now := epoch.Add(time.Second)
		var mu sync.Mutex
		var taken []globalid.ID
		count := func() int {
			mu.Lock()
			defer mu.Unlock()
			return len(taken)
		}
		deadline := time.Now().Add(patience)
		var wait sync.WaitGroup
		for range 4 {
			wait.Go(func() {
				for count() < len(ids) && time.Now().Before(deadline) {
					some, err := db.Take(t.Context(), due(now, 3))
					if err != nil || len(some) > 3 {
						t.Errorf("%d rows, %v", len(some), err)
						return
					}
					mu.Lock()
					taken = append(taken, some...)
					mu.Unlock()
				}
			})
		}
		wait.Wait()
		slices.SortFunc(taken, globalid.ID.Compare)
		if !slices.Equal(taken, ids) {
			t.Errorf("%d rows taken of %d", len(taken), len(ids))
		}
	})
}

func TestAClaimRunsOut(t *testing.T) {
	t.Parallel()
	for _, dialect := range dbtest.Dialects(t) {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			var real atomic.Int64 // seconds after epoch
			db := dbtest.Open(t, dialect, store.Options{RealNow: func() time.Time {
				return epoch.Add(time.Duration(real.Load()) * time.Second)
			}})
			ids := newPayments(t, db, 3)
			take := func(limit int, want ...globalid.ID) {
				t.Helper()
				got, err := db.Take(t.Context(), due(epoch.Add(time.Millisecond), limit))
				if err != nil || !slices.Equal(got, want) {
					t.Errorf("got %v, %v; want %v", got, err, want)
				}
			}
			take(1, ids[0])
			take(5, ids[1]) // the third is not due
			take(5)
			real.Store(59)
			take(5)
			real.Store(61)
			take(5, ids[0], ids[1])
			take(5)
		})
	}
}

// A row that a command has locked is left for later; the taker does not wait.
func TestATakerDoesNotWait(t *testing.T) {
	t.Parallel()
	if len(dbtest.Dialects(t)) == 1 {
		return // SQLite has no row locks
	}
	db := dbtest.Open(t, dbtest.MySQL)
	ids := newPayments(t, db, 2)
	err := db.Run(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		if err := tx.Payment.UpdateOneID(ids[0]).SetFailure("x").Exec(ctx); err != nil {
			return err
		}
		got, err := db.Take(t.Context(), due(epoch.Add(time.Second), 5))
		if !slices.Equal(got, ids[1:]) {
			t.Errorf("got %v, want %v", got, ids[1:])
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
