package dbtest

import (
	"os"
	"path/filepath"
	"testing"

	"orderflow/internal/dbtest/server"
	"orderflow/internal/store"
)

// Each runs the test once on every dialect of this run, each time with a database of its own.
func Each(t *testing.T, test func(t *testing.T, db *store.DB)) {
	t.Helper()
	EachName(t, func(t *testing.T, name string) { test(t, OpenName(t, name)) })
}

// EachName is Each for tests that open their database several times, by what Name returns.
func EachName(t *testing.T, test func(t *testing.T, name string)) {
	t.Helper()
	for _, dialect := range Dialects(t) {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			test(t, Name(t, dialect))
		})
	}
}

// Open makes a migrated database for this test alone and closes it when the test ends. Without
// options the clock is a simulated one.
func Open(t testing.TB, dialect string, opts ...store.Options) *store.DB {
	t.Helper()
	return OpenName(t, Name(t, dialect), opts...)
}

// Name makes a migrated database for this test alone and returns what store.Open opens it by; for
// tests that open it several times.
func Name(t testing.TB, dialect string) string {
	t.Helper()
	if dialect == SQLite {
		body, err := sqliteTemplate()
		if err != nil {
			t.Fatalf("template database: %v", err)
		}
		path := filepath.Join(t.TempDir(), "test.db")
		if err := os.WriteFile(path, body, 0o600); err != nil {
			t.Fatal(err)
		}
		return "sqlite:" + path
	}
	dsn := MySQLDSN(t)
	if dsn == "" {
		t.Fatalf("this run has no server for %q", dialect)
	}
	schema, err := mysqlTemplate()
	if err == nil {
		err = inDatabase(dsn, schema...)
	}
	if err != nil {
		t.Fatalf("template database: %v", err)
	}
	return "mysql:" + dsn
}

// OpenName opens a database of Name and closes it when the test ends.
func OpenName(t testing.TB, name string, opts ...store.Options) *store.DB {
	t.Helper()
	o := store.Options{SimulatedClock: true}
	if len(opts) > 0 {
		o = opts[0]
	}
	db, err := store.Open(t.Context(), name, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("close the database: %v", err)
		}
	})
	return db
}

// OwnServer is Name on a MySQL or MariaDB that the test has for itself. restart kills that server,
// as a crash does, and starts it again; it keeps what was committed.
func OwnServer(t testing.TB) (name string, restart func()) {
	t.Helper()
	own, err := server.Private(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(own.Stop)
	settle := func() {
		t.Helper()
		err := inDatabase(own.DSN, "SET GLOBAL innodb_flush_log_at_trx_commit = 2")
		if err != nil {
			t.Fatal(err)
		}
	}
	settle()
	dsn, _, err := server.NewDatabase(t.Context(), own.DSN)
	if err != nil {
		t.Fatal(err)
	}
	schema, err := mysqlTemplate()
	if err == nil {
		err = inDatabase(dsn, schema...)
	}
	if err != nil {
		t.Fatalf("template database: %v", err)
	}
	return "mysql:" + dsn, func() {
		t.Helper()
		if err := own.Restart(t.Context()); err != nil {
			t.Fatal(err)
		}
		settle()
	}
}
