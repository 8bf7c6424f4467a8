package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"testing"

	"orderflow/internal/dbtest"
	"orderflow/internal/store"
)

// A connection keeps its statements: one that is running can be begun again beside itself, and many
// more than it keeps can be run, also while rows of the first are open.
func TestStatementsAreKept(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		for i := range 5 {
			db.Client.Setting.Create().SetID(fmt.Sprint("s", i)).SetValue(fmt.Sprint(i)).ExecX(ctx)
		}
		tx, err := db.SQL().BeginTx(ctx, nil)
		if err != nil {
			t.Fatal(err)
		}
		defer tx.Rollback()
		const query = "SELECT value FROM settings WHERE name >= ? ORDER BY name"
		values := func(from string, each func()) (all []string) {
			t.Helper()
			rows, err := tx.QueryContext(ctx, query, from)
			if err != nil {
				t.Fatal(err)
			}
			defer rows.Close()
			for rows.Next() {
				var value string
				if err := rows.Scan(&value); err != nil {
					t.Fatal(err)
				}
				all = append(all, value)
				each()
			}
			if err := rows.Err(); err != nil {
				t.Error(err)
			}
			return all
		}
		nested := func() {}
		if db.Dialect == dbtest.SQLite { // a MySQL connection has one result at a time
			nested = func() {
				if got := values("s3", func() {}); fmt.Sprint(got) != "[3 4]" {
					t.Errorf("inside of itself: %v", got)
				}
				for i := range 600 { // more than are kept
					var one int
					err := tx.QueryRowContext(ctx, fmt.Sprint("SELECT ", i)).Scan(&one)
					if err != nil || one != i {
						t.Fatalf("%d: %d, %v", i, one, err)
					}
				}
			}
		}
		for range 3 {
			if got := values("s2", nested); fmt.Sprint(got) != "[2 3 4]" {
				t.Errorf("got %v", got)
			}
		}
	})
}

// A statement that fails, or whose context has ended, can be run again.
func TestAKeptStatementRunsAgainAfterAFailure(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		const insert = "INSERT INTO settings (name, value) VALUES (?, ?)"
		write := func(ctx context.Context, name string) error {
			_, err := db.SQL().ExecContext(ctx, insert, name, "1")
			return err
		}
		for i := range 3 {
			if err := write(t.Context(), fmt.Sprint(i)); err != nil {
				t.Fatal(err)
			}
			if err := write(t.Context(), fmt.Sprint(i)); !store.IsDuplicate(err) {
				t.Errorf("a duplicate: %v", err)
			}
			over, cancel := context.WithCancel(t.Context())
			cancel()
			if err := write(over, "never"); !errors.Is(err, context.Canceled) {
				t.Errorf("a context that has ended: %v", err)
			}
		}
		var n int
		err := db.ReadSQL().QueryRowContext(t.Context(), "SELECT COUNT(*) FROM settings").Scan(&n)
		if err != nil || n != 3 {
			t.Errorf("%d rows, %v", n, err)
		}
		err = db.ReadSQL().QueryRowContext(t.Context(),
			"SELECT value FROM settings WHERE name = ?", "never").Scan(new(string))
		if !errors.Is(err, sql.ErrNoRows) {
			t.Errorf("%v", err)
		}
	})
}
