package sandbox

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	_ "modernc.org/sqlite" // the driver of the peers' databases

	"orderflow/internal/ownfile"
)

// engineSchema is the tables of the engine. Times are microseconds since 1970; 0 is none.
const engineSchema = `
CREATE TABLE IF NOT EXISTS messages (
	seq INTEGER PRIMARY KEY AUTOINCREMENT, thread TEXT NOT NULL, subject TEXT NOT NULL,
	url TEXT NOT NULL, body BLOB NOT NULL,
	state TEXT NOT NULL, tries INTEGER NOT NULL DEFAULT 0, next_at INTEGER NOT NULL,
	not_before INTEGER NOT NULL, held INTEGER NOT NULL, after_later INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS messages_to_send ON messages (state, next_at);
CREATE INDEX IF NOT EXISTS messages_of_thread ON messages (thread);
CREATE INDEX IF NOT EXISTS messages_of_subject ON messages (subject);
CREATE TABLE IF NOT EXISTS ordered_faults (
	seq INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, op TEXT NOT NULL,
	subject TEXT NOT NULL, times INTEGER NOT NULL, value INTEGER NOT NULL
) STRICT;
`

const inMemory = ":memory:" // has no file

// openDatabase opens the file. One connection makes every transaction the only one; what is
// committed with synchronous NORMAL survives a killed process.
func openDatabase(path, schema string) (*sql.DB, error) {
	if path != inMemory {
		if err := ownfile.Database(path); err != nil {
			return nil, fmt.Errorf("sandbox: database: %w", err)
		}
	}
	db, err := sql.Open("sqlite", path+"?_txlock=immediate&_pragma=busy_timeout(5000)"+
		"&_pragma=journal_mode(wal)&_pragma=synchronous(normal)&_pragma=foreign_keys(on)")
	if err != nil {
		return nil, fmt.Errorf("sandbox: database: %w", err)
	}
	db.SetMaxOpenConns(1)
	if _, err := db.Exec(schema); err != nil {
		return nil, errors.Join(fmt.Errorf("sandbox: database at %s: %w", path, err), db.Close())
	}
	return db, nil
}

// InTx runs do in a transaction, which is committed unless do fails.
func (p *Peer) InTx(ctx context.Context, do func(tx *sql.Tx) error) error {
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

// Micros returns a time as it is stored.
func Micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// FromMicros returns a time that was stored.
func FromMicros(at int64) time.Time {
	if at == 0 {
		return time.Time{}
	}
	return time.UnixMicro(at).UTC()
}
