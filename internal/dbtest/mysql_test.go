package dbtest_test

import (
	"database/sql"
	"os"
	"slices"
	"testing"

	"github.com/go-sql-driver/mysql"

	"orderflow/internal/dbtest"
	"orderflow/internal/dbtest/server"
)

// Not parallel: it sets the environment.
func TestDialectsOfARun(t *testing.T) {
	for _, c := range []struct {
		dsn, only string
		want      []string
	}{
		{"", "", []string{dbtest.SQLite}},
		{"", dbtest.SQLite, []string{dbtest.SQLite}},
		{"root@tcp(127.0.0.1:1)/", "", []string{dbtest.SQLite, dbtest.MySQL}},
		{"root@tcp(127.0.0.1:1)/", dbtest.SQLite, []string{dbtest.SQLite}},
		{"root@tcp(127.0.0.1:1)/", dbtest.MySQL, []string{dbtest.MySQL}},
	} {
		t.Setenv(server.Variable, c.dsn)
		t.Setenv(server.OnlyVariable, c.only)
		if got := dbtest.Dialects(t); !slices.Equal(got, c.want) {
			t.Errorf("server %q, only %q: dialects %v, want %v", c.dsn, c.only, got, c.want)
		}
	}
}

func TestDatabaseOfItsOwn(t *testing.T) {
	t.Parallel()
	if os.Getenv(server.Variable) == "" {
		if dsn := dbtest.MySQLDSN(t); dsn != "" {
			t.Errorf("without a server: DSN %q", dsn)
		}
		return
	}
	var names []string
	t.Run("two tests", func(t *testing.T) {
		for range 2 {
			names = append(names, newTable(t, dbtest.MySQLDSN(t)))
		}
		if names[0] == names[1] {
			t.Errorf("both got %s", names[0])
		}
	})
	for _, name := range names {
		if existing(t, name) {
			t.Errorf("%s is still there", name)
		}
	}
}

// newTable proves that the database is empty and usable, and returns its name.
func newTable(t *testing.T, dsn string) string {
	t.Helper()
	db := open(t, dsn)
	if _, err := db.Exec("CREATE TABLE mine (id INT PRIMARY KEY)"); err != nil {
		t.Fatal(err)
	}
	cfg, err := mysql.ParseDSN(dsn)
	if err != nil {
		t.Fatal(err)
	}
	return cfg.DBName
}

func existing(t *testing.T, name string) bool {
	t.Helper()
	var n int
	err := open(t, os.Getenv(server.Variable)).QueryRow(
		"SELECT COUNT(*) FROM information_schema.schemata WHERE schema_name = ?", name).Scan(&n)
	if err != nil {
		t.Fatal(err)
	}
	return n > 0
}

func open(t *testing.T, dsn string) *sql.DB {
	t.Helper()
	db, err := sql.Open("mysql", dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}
