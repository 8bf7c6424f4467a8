package store_test

import (
	"context"
	"database/sql"
	"errors"
	"testing"

	"orderflow/internal/dbtest"
	"orderflow/internal/store"
)

// Counters see what goes through ent, through transactions and through the pools alike.
func TestCountersCountAtTheDriver(t *testing.T) {
	t.Parallel()
	for _, kind := range dbtest.Dialects(t) {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			counters := &store.Counters{}
			db := dbtest.Open(t, kind, store.Options{Counters: counters})
			last := counters.Counts()
			check := func(step string, statements, read, written int64, err error) {
				t.Helper()
				if err != nil {
					t.Fatalf("%s: %v", step, err)
				}
				now := counters.Counts()
				if got := now.Statements - last.Statements; got != statements {
					t.Errorf("%s: %d statements, want %d", step, got, statements)
				}
				if got := now.RowsRead - last.RowsRead; got != read {
					t.Errorf("%s: %d rows read, want %d", step, got, read)
				}
				if got := now.RowsWritten - last.RowsWritten; got != written {
					t.Errorf("%s: %d rows written, want %d", step, got, written)
				}
				checkBytes(t, kind, step, last, now)
				last = now
			}

			err := db.Run(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				return errors.Join(put(ctx, tx, "a"), put(ctx, tx, "b"))
			})
			check("a transaction", 4, 0, 2, err)
			settings, err := db.Client.Setting.Query().All(t.Context())
			check("a query", 1, int64(len(settings)), 0, err)
			refused := errors.New("no")
			err = db.Run(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				return errors.Join(put(ctx, tx, "c"), refused)
			})
			if !errors.Is(err, refused) {
				t.Fatal(err)
			}
			check("a rollback", 3, 0, 1, nil)
			result, err := db.SQL().ExecContext(t.Context(),
				"UPDATE settings SET value = ? WHERE name IN (?, ?)", "2", "a", "b")
			check("an update", 1, 0, 2, err)
			if n, err := result.RowsAffected(); err != nil || n != 2 {
				t.Errorf("the caller sees %d rows, %v", n, err)
			}
			var value string
			err = db.ReadSQL().QueryRowContext(t.Context(),
				"SELECT value FROM settings WHERE name = ?", "a").Scan(&value)
			check("a row", 1, 1, 0, err)
			err = db.ReadSQL().QueryRowContext(t.Context(),
				"SELECT value FROM settings WHERE name = ?", "c").Scan(&value)
			if !errors.Is(err, sql.ErrNoRows) {
				t.Fatal(err)
			}
			check("no row", 1, 0, 0, nil)
		})
	}
}

// checkBytes checks that a step moved bytes in both directions where there is a network.
func checkBytes(t *testing.T, kind, step string, before, after store.Counts) {
	t.Helper()
	if kind == dbtest.SQLite {
		if after.BytesSent != nil || after.BytesReceived != nil {
			t.Errorf("%s: an embedded database has bytes on a network", step)
		}
		return
	}
	if after.BytesSent == nil || after.BytesReceived == nil {
		t.Fatalf("%s: no bytes", step)
	}
	if *after.BytesSent <= *before.BytesSent || *after.BytesReceived <= *before.BytesReceived {
		t.Errorf("%s: from %d, %d to %d, %d bytes", step, *before.BytesSent,
			*before.BytesReceived, *after.BytesSent, *after.BytesReceived)
	}
}
