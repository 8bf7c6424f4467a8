package dbtest

import (
	"os"
	"testing"

	"orderflow/internal/dbtest/server"
)

// The dialects a test can run on.
const (
	SQLite = "sqlite"
	MySQL  = "mysql" // MySQL or MariaDB, whichever the run found
)

// Dialects returns what this run can test on: always SQLite, and MySQL when it has a server.
func Dialects(t testing.TB) []string {
	t.Helper()
	if os.Getenv(server.Variable) == "" {
		return []string{SQLite}
	}
	return []string{SQLite, MySQL}
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
