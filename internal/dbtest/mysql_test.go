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

func TestDatabaseOfItsOwn(t *testing.T) {
	t.Parallel()
	if os.Getenv(server.Variable) == "" {
		if dsn := dbtest.MySQLDSN(t); dsn != "" {
			t.Errorf("without a server: DSN %q", dsn)
		}
		if got := dbtest.Dialects(t); !slices.Equal(got, []string{dbtest.SQLite}) {
			t.Errorf("without a server: dialects %v", got)
		}
		return
	}
	if got := dbtest.Dialects(t); !slices.Equal(got, []string{dbtest.SQLite, dbtest.MySQL}) {
		t.Errorf("dialects %v", got)
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
