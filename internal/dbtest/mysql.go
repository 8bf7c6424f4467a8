package dbtest

import (
	"os"
	"slices"
	"testing"

	"orderflow/internal/dbtest/server"
)

// The dialects a test can run on.
const (
	SQLite = "sqlite"
	MySQL  = "mysql" // MySQL or MariaDB, whichever the run found
)

// Dialects returns what this run can test on: SQLite, and MySQL when it has a server. OnlyVariable
// names the one dialect of a run that is about one.
func Dialects(t testing.TB) []string {
	t.Helper()
	all := []string{SQLite}
	if os.Getenv(server.Variable) != "" {
		all = append(all, MySQL)
	}
	only := os.Getenv(server.OnlyVariable)
	if only == "" {
		return all
	}
	if !slices.Contains(all, only) {
		t.Fatalf("%s=%s, and this run has %v", server.OnlyVariable, only, all)
	}
	return []string{only}
}

// MySQLDSN makes an empty database for this test alone and returns its DSN; it returns "" when the
// run has no server. The database is dropped when the test ends, so close what is open on it in a
// later Cleanup: a transaction left open makes the drop fail and the test with it.
func MySQLDSN(t testing.TB) string {
	t.Helper()
	dsn := os.Getenv(server.Variable)
	if dsn == "" {
		return ""
	}
	fresh, drop, err := server.NewDatabase(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := drop(); err != nil {
			t.Error(err)
		}
	})
	return fresh
}
