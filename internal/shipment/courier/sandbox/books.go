package sandbox

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	_ "modernc.org/sqlite" // the driver of the books
)

// Times are microseconds since 1970.
const schema = `
CREATE TABLE IF NOT EXISTS subscriptions (
	reference TEXT PRIMARY KEY, carrier TEXT NOT NULL, number TEXT NOT NULL,
	url TEXT NOT NULL, ended INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS events (
	seq INTEGER PRIMARY KEY, carrier TEXT NOT NULL, number TEXT NOT NULL,
	at INTEGER NOT NULL, stage TEXT NOT NULL, text TEXT NOT NULL, location TEXT NOT NULL,
	correction INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS events_of_parcel ON events (carrier, number);
CREATE TABLE IF NOT EXISTS interceptions (
	carrier TEXT NOT NULL, number TEXT NOT NULL, reason TEXT NOT NULL, state TEXT NOT NULL,
	PRIMARY KEY (carrier, number)
) STRICT;
CREATE TABLE IF NOT EXISTS pushes (
	seq INTEGER PRIMARY KEY AUTOINCREMENT, reference TEXT NOT NULL, url TEXT NOT NULL,
	body BLOB NOT NULL, state TEXT NOT NULL, tries INTEGER NOT NULL DEFAULT 0,
	next_at INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS pushes_to_send ON pushes (state, next_at);
CREATE INDEX IF NOT EXISTS pushes_of_parcel ON pushes (reference);
CREATE TABLE IF NOT EXISTS faults (
	seq INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, op TEXT NOT NULL,
	reference TEXT NOT NULL, times INTEGER NOT NULL
) STRICT;
`

// openBooks opens the file. One connection makes every transaction the only one; synchronous NORMAL
// outlives a killed process.
func openBooks(path string) (*sql.DB, error) {
	db, err := sql.Open("sqlite", path+"?_txlock=immediate&_pragma=busy_timeout(5000)"+
		"&_pragma=journal_mode(wal)&_pragma=synchronous(normal)")
	if err != nil {
		return nil, fmt.Errorf("sandbox: books: %w", err)
	}
	db.SetMaxOpenConns(1)
	if _, err := db.Exec(schema); err != nil {
		return nil, errors.Join(fmt.Errorf("sandbox: books at %s: %w", path, err), db.Close())
	}
	return db, nil
}

func (p *Peer) inTx(ctx context.Context, do func(tx *sql.Tx) error) error {
	tx, err := p.db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("sandbox: begin: %w", err)
	}
	defer tx.Rollback() //nolint:errcheck // after Commit it has nothing to do
	if err := do(tx); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("sandbox: commit: %w", err)
	}
	return nil
}

func micros(t time.Time) int64 { return t.UnixMicro() }

func fromMicros(at int64) time.Time { return time.UnixMicro(at).UTC() }
