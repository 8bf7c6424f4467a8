package store_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-sql-driver/mysql"

	"orderflow/internal/dbtest"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/store"
)

func key(text string, input byte) store.Key {
	return store.Key{Viewer: "buyer 1", Mutation: "placeOrder", Key: text, Hash: [32]byte{input}}
}

// command makes an id and counts how often it was really run.
type command struct {
	runs atomic.Int64
	fail error
}

func (c *command) run(
	ctx context.Context, db *store.DB, keys ...store.Key,
) ([]globalid.ID, bool, error) {
	for _, k := range keys {
		ctx = store.WithKey(ctx, k)
	}
	return db.Command(ctx, func(ctx context.Context, tx *store.Tx) ([]globalid.ID, error) {
		c.runs.Add(1)
		id := globalid.New(globalid.Order)
		return []globalid.ID{id}, errors.Join(put(ctx, tx, id.String()), c.fail)
	})
}

func TestARepetitionGetsTheFirstAnswer(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		var c command
		first, replayed, err := c.run(t.Context(), db, key("a", 1))
		if err != nil || replayed || len(first) != 1 {
			t.Fatalf("%v, %v, %v", first, replayed, err)
		}
		again, replayed, err := c.run(t.Context(), db, key("a", 1))
		rows := db.Client.Setting.Query().CountX(t.Context())
		if err != nil || !replayed || !slices.Equal(again, first) || rows != 1 {
			t.Errorf("%v, %v, %v with %d rows", again, replayed, err, rows)
		}
		if _, _, err = c.run(t.Context(), db, key("a", 2)); !fault.Is(err, fault.IdempotencyKeyReused) {
			t.Errorf("another input: %v", err)
		}
		other, mutation := key("a", 1), key("a", 1)
		other.Viewer, mutation.Mutation = "buyer 2", "cancelOrder"
		for _, k := range []store.Key{other, mutation, key("A", 1), key("b", 1)} {
			ids, replayed, err := c.run(t.Context(), db, k)
			if err != nil || replayed || slices.Equal(ids, first) {
				t.Errorf("%+v is a repetition: %v, %v, %v", k, ids, replayed, err)
			}
		}
		ctx := store.WithoutKey(store.WithKey(t.Context(), key("a", 1)))
		for range 2 {
			if ids, replayed, err := c.run(ctx, db); err != nil || replayed || slices.Equal(ids, first) {
				t.Errorf("without a key: %v, %v, %v", ids, replayed, err)
			}
		}
	})
}

func TestAFailureStoresNothing(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		c := command{fail: fault.New(fault.OutOfStock, "none")}
		for range 2 {
			_, replayed, err := c.run(t.Context(), db, key("a", 1))
			if !fault.Is(err, fault.OutOfStock) || replayed {
				t.Errorf("%v, %v", replayed, err)
			}
		}
		if n, err := db.Client.Setting.Query().Count(t.Context()); err != nil || n != 0 {
			t.Errorf("%d rows, %v", n, err)
		}
		c.fail = nil
		// The caller may correct the input under the same key.
		ids, replayed, err := c.run(t.Context(), db, key("a", 2))
		if err != nil || replayed || len(ids) != 1 {
			t.Errorf("%v, %v, %v", ids, replayed, err)
		}
		if c.runs.Load() != 3 {
			t.Errorf("%d runs", c.runs.Load())
		}
	})
}

// A repetition that comes while the first still runs waits for it.
func TestADuplicateAtTheSameTimeWaits(t *testing.T) {
	t.Parallel()
	for _, dialect := range dbtest.Dialects(t) {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			const duplicates = 8
			var begun atomic.Int64
			all := make(chan struct{})
			db := dbtest.Open(t, dialect, store.Options{Observe: func(query string) {
				if strings.HasPrefix(query, "BEGIN") && begun.Add(1) == duplicates {
					close(all)
				}
			}})
			answers := make([][]globalid.ID, duplicates)
			var wait sync.WaitGroup
			for i := range answers {
				wait.Go(func() {
					ctx := store.WithKey(t.Context(), key("a", 1))
					ids, _, err := db.Command(ctx, func(
						ctx context.Context, tx *store.Tx,
					) ([]globalid.ID, error) {
						select {
						case <-all: // every other has asked already
						case <-time.After(patience):
							t.Error("the duplicates did not come")
						}
						id := globalid.New(globalid.Order)
						return []globalid.ID{id}, put(ctx, tx, id.String())
					})
					if answers[i] = ids; err != nil {
						t.Error(err)
					}
				})
			}
			wait.Wait()
			for _, ids := range answers {
				if len(ids) != 1 || !slices.Equal(ids, answers[0]) {
					t.Errorf("answers %v and %v", ids, answers[0])
				}
			}
			if rows := db.Client.Setting.Query().CountX(t.Context()); rows != 1 {
				t.Errorf("%d took effect", rows)
			}
		})
	}
}

// When the first fails, one that waited for it takes over.
func TestAWaitingDuplicateTakesOver(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		var tries, works atomic.Int64
		var wait sync.WaitGroup
		for range 6 {
			wait.Go(func() {
				ctx := store.WithKey(t.Context(), key("a", 1))
				_, _, err := db.Command(ctx, func(
					ctx context.Context, tx *store.Tx,
				) ([]globalid.ID, error) {
					if tries.Add(1) <= 2 {
						return nil, errPlain
					}
					id := globalid.New(globalid.Order)
					return []globalid.ID{id}, put(ctx, tx, id.String())
				})
				if err == nil {
					works.Add(1)
				} else if !errors.Is(err, errPlain) {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		rows := db.Client.Setting.Query().CountX(t.Context())
		// One that failed after another took effect has the other's answer as well.
		if works.Load() < 4 || rows != 1 {
			t.Errorf("%d answers, %d took effect", works.Load(), rows)
		}
	})
}

func TestWhoeverNeverGetsTheRowsIsToldToTryAgain(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		for name, keys := range map[string][]store.Key{"with a key": {key("a", 1)}, "without": nil} {
			c := command{fail: &mysql.MySQLError{Number: 1205, Message: "Lock wait timeout exceeded"}}
			_, _, err := c.run(t.Context(), db, keys...)
			if !fault.Is(err, fault.Conflict) || c.runs.Load() != 4 {
				t.Errorf("%s: %v after %d runs", name, err, c.runs.Load())
			}
		}
	})
}
