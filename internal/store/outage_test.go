package store_test

import (
	"context"
	"testing"
	"time"

	"orderflow/internal/dbtest"
	"orderflow/internal/fault"
	"orderflow/internal/store"
)

// throughProxy runs a test on MySQL with a proxy between, if this run has one.
func throughProxy(t *testing.T, test func(t *testing.T, db *store.DB, proxy *dbtest.Proxy)) {
	t.Helper()
	t.Parallel()
	dbtest.EachProxied(t, func(t *testing.T, proxy *dbtest.Proxy, name string) {
		test(t, dbtest.OpenName(t, name, store.Options{Patience: time.Second}), proxy)
	})
}

func wantUnavailable(t *testing.T, what string, err error) {
	t.Helper()
	f := store.Describe(err)
	if f == nil || f.Code != fault.Unavailable || f.RetryAfter == 0 {
		t.Errorf("%s: %v (%v)", what, err, f)
	}
}

// The network has forgotten the connections of the pool. Nothing hangs, and what is safe is done on
// a fresh one.
func TestForgottenConnections(t *testing.T) {
	throughProxy(t, func(t *testing.T, db *store.DB, proxy *dbtest.Proxy) {
		has(t, db, "before")
		proxy.SwallowPresent()
		if has(t, db, "none") {
			t.Error("a setting that nobody wrote")
		}
		proxy.SwallowPresent()
		err := db.Run(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			return put(ctx, tx, "one")
		})
		if err != nil || !has(t, db, "one") {
			t.Errorf("a transaction: %v", err)
		}
	})
}

// A connection that breaks before the COMMIT leaves nothing: the transaction runs again, once more
// on a fresh connection.
func TestABrokenTransactionRunsAgain(t *testing.T) {
	throughProxy(t, func(t *testing.T, db *store.DB, proxy *dbtest.Proxy) {
		for name, lose := range map[string]func(){
			"cut": proxy.Cut, "swallowed": proxy.SwallowPresent,
		} {
			runs := 0
			err := db.Run(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				if err := put(ctx, tx, name); err != nil {
					return err
				}
				if runs++; runs == 1 {
					lose()
				}
				_, err := tx.Order.Query().Exist(ctx)
				return err
			})
			if err != nil || runs != 2 || !has(t, db, name) {
				t.Errorf("%s: %d runs, %v", name, runs, err)
			}
		}
	})
}

// A database that says nothing is told from one that refuses, and every wait for it ends.
func TestASilentDatabase(t *testing.T) {
	throughProxy(t, func(t *testing.T, db *store.DB, proxy *dbtest.Proxy) {
		has(t, db, "before")
		proxy.Swallow()
		_, err := db.Client.Setting.Query().Exist(t.Context())
		wantUnavailable(t, "a read", err)
		err = db.Run(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			return put(ctx, tx, "one")
		})
		wantUnavailable(t, "a transaction", err)
		wantUnavailable(t, "a check", db.CheckWritable(t.Context()))
		_, err = db.NextDue(t.Context(), time.Second, ordersDue)
		wantUnavailable(t, "a look", err)
		proxy.Pass()
		if err := db.CheckWritable(t.Context()); err != nil {
			t.Errorf("after it: %v", err)
		}
	})
}

// A database that is read-only answers every read and takes no write.
func TestAReadOnlyDatabase(t *testing.T) {
	t.Parallel()
	db := dbtest.Open(t, dbtest.SQLite)
	if err := db.CheckWritable(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := db.SQL().ExecContext(t.Context(), "PRAGMA query_only = 1"); err != nil {
		t.Fatal(err)
	}
	wantUnavailable(t, "a check", db.CheckWritable(t.Context()))
	err := db.Run(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		return put(ctx, tx, "one")
	})
	wantUnavailable(t, "a transaction", err)
	if has(t, db, "one") {
		t.Error("it was written")
	}
}

// What the database answers about a statement is no outage.
func TestRefusalsAreNoOutage(t *testing.T) {
	t.Parallel()
	for _, dialect := range dbtest.Dialects(t) {
		db := dbtest.Open(t, dialect)
		_, err := db.SQL().ExecContext(t.Context(), "SELECT nonsense FROM settings")
		if f := store.Describe(err); err == nil || f != nil {
			t.Errorf("%s: %v is %v", dialect, err, f)
		}
		err = fault.New(fault.NotFound, "There is none.")
		if f := store.Describe(err); f != nil {
			t.Errorf("%s: %v is %v", dialect, err, f)
		}
	}
}
