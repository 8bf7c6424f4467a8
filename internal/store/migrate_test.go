package store_test

import (
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"orderflow/internal/dbtest"
	"orderflow/internal/store"
)

// empty returns the names of databases without tables, one for each dialect of the run.
func empty(t *testing.T) map[string]string {
	t.Helper()
	names := map[string]string{"sqlite": "sqlite:" + filepath.Join(t.TempDir(), "deep", "new.db")}
	if dsn := dbtest.MySQLDSN(t); dsn != "" {
		names["mysql"] = "mysql:" + dsn
	}
	return names
}

func TestMigrateOnce(t *testing.T) {
	t.Parallel()
	for dialect, name := range empty(t) {
		t.Run(dialect, func(t *testing.T) {
			db := dbtest.OpenName(t, name)
			pending, err := db.Pending(t.Context())
			if err != nil || len(pending) == 0 {
				t.Fatalf("pending at first: %v, %v", pending, err)
			}
			applied, err := db.Migrate(t.Context())
			if err != nil || !slices.Equal(applied, pending) {
				t.Fatalf("applied %v of %v, %v", applied, pending, err)
			}
			if pending, err = db.Pending(t.Context()); err != nil || len(pending) > 0 {
				t.Errorf("pending afterwards: %v, %v", pending, err)
			}
			if applied, err = db.Migrate(t.Context()); err != nil || len(applied) > 0 {
				t.Errorf("applied again: %v, %v", applied, err)
			}
		})
	}
}

func TestABrokenMigrationIsContinued(t *testing.T) {
	t.Parallel()
	for dialect, name := range empty(t) {
		t.Run(dialect, func(t *testing.T) {
			db := dbtest.OpenName(t, name)
			missing, err := db.Pending(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			// The first migration makes this table in the midst of others.
			if _, err := db.SQL().Exec("CREATE TABLE stocks (x INT)"); err != nil {
				t.Fatal(err)
			}
			if applied, err := db.Migrate(t.Context()); err == nil {
				t.Fatalf("applied %v over a table of that name", applied)
			}
			if _, err := db.SQL().Exec("DROP TABLE stocks"); err != nil {
				t.Fatal(err)
			}
			if applied, err := db.Migrate(t.Context()); err != nil ||
				!slices.Equal(applied, missing) {
				t.Fatalf("applied %v, %v", applied, err)
			}
			if pending, err := db.Pending(t.Context()); err != nil || len(pending) > 0 {
				t.Errorf("pending afterwards: %v, %v", pending, err)
			}
			if _, err := db.Client.Stock.Query().Count(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestServersThatMigrateAtOnceWait(t *testing.T) {
	t.Parallel()
	for dialect, name := range empty(t) {
		t.Run(dialect, func(t *testing.T) {
			missing, err := dbtest.OpenName(t, name).Pending(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			var total atomic.Int64
			var wait sync.WaitGroup
			for range 3 {
				db := dbtest.OpenName(t, name, store.Options{MaxConns: 2})
				wait.Go(func() {
					applied, err := db.Migrate(t.Context())
					if err != nil {
						t.Error(err)
					}
					total.Add(int64(len(applied)))
				})
			}
			wait.Wait()
			if total.Load() != int64(len(missing)) {
				t.Errorf("%d migrations were applied, there are %d", total.Load(), len(missing))
			}
		})
	}
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"", "postgres:x", "sqlite:", "sqlite::memory:", "mysql:nonsense", "mysql:root@tcp(127.0.0.1:1)/x",
	} {
		if db, err := store.Open(t.Context(), name, store.Options{}); err == nil {
			t.Errorf("%q was opened", name)
			_ = db.Close()
		}
	}
}

func TestReadersOfSQLiteCannotWrite(t *testing.T) {
	t.Parallel()
	db := dbtest.Open(t, dbtest.SQLite)
	if _, err := db.ReadSQL().Exec("DELETE FROM settings"); err == nil {
		t.Error("a reader wrote")
	}
	if _, err := db.SQL().Exec("DELETE FROM settings"); err != nil {
		t.Error(err)
	}
}
