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

// newPayments makes rows that are due one millisecond after the other, from began on.
func newPayments(t *testing.T, db *store.DB, n int) []globalid.ID {
	t.Helper()
	ids := make([]globalid.ID, n)
	for i := range ids {
		ids[i] = globalid.New(globalid.Payment)
		err := db.Client.Payment.Create().SetID(ids[i]).SetOrderID(globalid.New(globalid.Order)).
			SetBuyerID(globalid.New(globalid.Buyer)).
			SetChannel(vocab.Sandbox).SetStatus(vocab.AttemptCreated).SetCurrency("CNY").
			SetExpiresAt(began).SetNextAttemptAt(began.Add(time.Duration(i) * time.Millisecond)).
			Exec(t.Context())
		if err != nil {
			t.Fatal(err)
		}
	}
	return ids
}

// paymentsDue are rows of newPayments.
var paymentsDue = store.Due{Table: "payments", Column: "next_attempt_at", Real: true,
	Lease: time.Minute}

// began is what a database stores exactly.
var began = epoch.Truncate(time.Microsecond)

// clock is real time that a test sets, after began.
type clock struct{ after atomic.Int64 }

func (c *clock) set(after time.Duration) { c.after.Store(int64(after)) }

func (c *clock) now() time.Time { return began.Add(time.Duration(c.after.Load())) }

func TestTakersShareWithoutOverlap(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) { // now is long after began
		ids := newPayments(t, db, 40)
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
					some, err := db.Take(t.Context(), paymentsDue, 3)
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
			var real clock
			db := dbtest.Open(t, dialect, store.Options{RealNow: real.now})
			ids := newPayments(t, db, 3)
			take := func(limit int, want ...globalid.ID) {
				t.Helper()
				got, err := db.Take(t.Context(), paymentsDue, limit)
				if err != nil || !slices.Equal(got, want) {
					t.Errorf("got %v, %v; want %v", got, err, want)
				}
			}
			real.set(time.Millisecond)
			take(1, ids[0])
			take(5, ids[1]) // the third is not due
			take(5)
			real.set(time.Minute)
			take(5, ids[2])
			real.set(time.Minute + time.Millisecond)
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
		got, err := db.Take(t.Context(), paymentsDue, 5)
		if !slices.Equal(got, ids[1:]) {
			t.Errorf("got %v, want %v", got, ids[1:])
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
