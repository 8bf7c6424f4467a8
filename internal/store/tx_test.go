package store_test

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"orderflow/ent"
	"orderflow/internal/dbtest"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

const patience = time.Minute

var errPlain = errors.New("no")

// put writes a setting in a transaction.
func put(ctx context.Context, tx *store.Tx, name string) error {
	return tx.Setting.Create().SetID(name).SetValue("1").Exec(ctx)
}

func has(t *testing.T, db *store.DB, name string) bool {
	t.Helper()
	_, err := db.Client.Setting.Get(t.Context(), name)
	if err != nil && !ent.IsNotFound(err) {
		t.Fatal(err)
	}
	return err == nil
}

func newOrder(t *testing.T, db *store.DB) globalid.ID {
	t.Helper()
	id := globalid.New(globalid.Order)
	err := db.Client.Order.Create().SetID(id).SetNumber(id.String()).
		SetBuyerID(globalid.New(globalid.Buyer)).SetStatus(vocab.PendingPayment).
		SetCurrency("CNY").SetMerchantAccount("m").SetRegion("浙江").SetPayDueAt(time.Now()).
		Exec(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func TestRunCommitsOrRollsBack(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		run := func(name string, end func() error) error {
			return db.Run(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				return errors.Join(put(ctx, tx, name), end())
			})
		}
		if err := run("done", func() error { return nil }); err != nil || !has(t, db, "done") {
			t.Errorf("success: %v", err)
		}
		err := run("failed", func() error { return errPlain })
		if !errors.Is(err, errPlain) || has(t, db, "failed") {
			t.Errorf("failure: %v", err)
		}
		func() {
			defer func() {
				if p := recover(); p != "boom" {
					t.Errorf("recovered %v", p)
				}
			}()
			_ = run("panicked", func() error { panic("boom") })
		}()
		if has(t, db, "panicked") {
			t.Error("a panic was committed")
		}
		// Nothing is left open: the next transaction gets its turn.
		if err := run("next", func() error { return nil }); err != nil {
			t.Error(err)
		}
	})
}

func TestADuplicateIsTold(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		var inside error
		err := db.Run(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			if err := put(ctx, tx, "one"); err != nil {
				return err
			}
			inside = put(ctx, tx, "one")
			return put(ctx, tx, "two")
		})
		if err != nil || !store.IsDuplicate(inside) || store.IsDuplicate(errPlain) {
			t.Errorf("inside %v, then %v", inside, err)
		}
		if !has(t, db, "one") || !has(t, db, "two") {
			t.Error("a duplicate ended the transaction")
		}
	})
}

// Two transactions lock two rows crosswise: the database ends one, which starts again.
func TestADeadlockIsRetried(t *testing.T) {
	t.Parallel()
	if len(dbtest.Dialects(t)) == 1 {
		return // SQLite has one writer and no deadlocks
	}
	db := dbtest.Open(t, dbtest.MySQL)
	orders := []globalid.ID{newOrder(t, db), newOrder(t, db)}
	var meet, wait sync.WaitGroup
	var runs atomic.Int64
	meet.Add(2)
	for i := range 2 {
		first := true
		wait.Go(func() {
			err := db.Run(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				runs.Add(1)
				if _, err := tx.LockOrder(ctx, orders[i]); err != nil {
					return err
				}
				if first {
					first = false
					meet.Done()
					meet.Wait()
				}
				_, err := tx.LockOrder(ctx, orders[1-i])
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if runs.Load() != 3 {
		t.Errorf("%d runs, want one repeated", runs.Load())
	}
}

// busy makes the database say that it is busy, with an error of its driver.
func busy(t *testing.T, path string) error {
	t.Helper()
	other, err := sql.Open("sqlite", "file:"+path+"?_txlock=immediate")
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	_, err = other.BeginTx(t.Context(), nil)
	if err == nil {
		t.Fatal("two writers at once")
	}
	return err
}

func TestBusyIsRetriedThreeTimes(t *testing.T) {
	t.Parallel()
	name := dbtest.Name(t, dbtest.SQLite)
	db := dbtest.OpenName(t, name)
	for _, tc := range []struct {
		failures, runs int
		works          bool
	}{{0, 1, true}, {1, 2, true}, {3, 4, true}, {4, 4, false}} {
		runs := 0
		err := db.Run(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			if runs++; runs <= tc.failures {
				return busy(t, strings.TrimPrefix(name, "sqlite:"))
			}
			return nil
		})
		if runs != tc.runs || (err == nil) != tc.works {
			t.Errorf("%d failures: %d runs, %v", tc.failures, runs, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	runs := 0
	err := db.Run(ctx, func(context.Context, *store.Tx) error {
		runs++
		err := busy(t, strings.TrimPrefix(name, "sqlite:"))
		cancel()
		return err
	})
	if runs != 1 || !errors.Is(err, context.Canceled) {
		t.Errorf("a caller that left: %d runs, %v", runs, err)
	}
}

func TestALockedOrderIsReadAfterWaiting(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		id := newOrder(t, db)
		const clients = 16
		var wait sync.WaitGroup
		for range clients {
			wait.Go(func() {
				err := db.Run(t.Context(), func(ctx context.Context, tx *store.Tx) error {
					// A plain read first must not freeze what the lock then reads.
					if _, err := tx.Order.Get(ctx, id); err != nil {
						return err
					}
					order, err := tx.LockOrder(ctx, id)
					if err != nil {
						return err
					}
					return tx.Order.UpdateOneID(id).SetPayable(order.Payable + 1).Exec(ctx)
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		if order, err := db.Client.Order.Get(t.Context(), id); err != nil ||
			order.Payable != clients {
			t.Errorf("%v, %v", order, err)
		}
		err := db.Run(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.LockOrder(ctx, globalid.New(globalid.Order))
			return err
		})
		if !fault.Is(err, fault.NotFound) {
			t.Errorf("no such order: %v", err)
		}
	})
}

func TestNotifiesAfterCommitOnly(t *testing.T) {
	t.Parallel()
	db := dbtest.Open(t, dbtest.SQLite)
	notified, unsubscribe := db.Commits.Subscribe()
	defer unsubscribe()
	for _, outcome := range []error{errPlain, nil, nil} {
		_ = db.Run(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			tx.NotifyAfterCommit()
			select {
			case <-notified:
				if outcome != nil {
					t.Error("subscribers were notified before the first commit")
				}
			default:
			}
			return outcome
		})
	}
	select {
	case <-notified:
	case <-time.After(patience):
		t.Error("subscribers were not notified")
	}
	unsubscribe()
	db.Commits.Notify()
	select {
	case <-notified:
		t.Error("a former subscriber was notified")
	default:
	}
}
