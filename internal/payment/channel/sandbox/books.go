package sandbox

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	_ "modernc.org/sqlite" // the driver of the books
)

// Times are microseconds since 1970; 0 is none.
const schema = `
CREATE TABLE IF NOT EXISTS charges (
	out_trade_no TEXT PRIMARY KEY,
	description TEXT NOT NULL, amount INTEGER NOT NULL, currency TEXT NOT NULL,
	account TEXT NOT NULL, payer TEXT NOT NULL, expires_at INTEGER NOT NULL,
	notify_url TEXT NOT NULL, state TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS transactions (
	seq INTEGER PRIMARY KEY, transaction_id TEXT NOT NULL UNIQUE,
	out_trade_no TEXT NOT NULL REFERENCES charges, amount INTEGER NOT NULL, paid_at INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS transactions_of_charge ON transactions (out_trade_no);
CREATE TABLE IF NOT EXISTS refunds (
	out_refund_no TEXT PRIMARY KEY, refund_id TEXT NOT NULL UNIQUE,
	out_trade_no TEXT NOT NULL REFERENCES charges, transaction_id TEXT NOT NULL,
	amount INTEGER NOT NULL, reason TEXT NOT NULL, notify_url TEXT NOT NULL, state TEXT NOT NULL,
	asked_at INTEGER NOT NULL, succeeded_at INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS refunds_of_transaction ON refunds (transaction_id);
CREATE TABLE IF NOT EXISTS notices (
	seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, out_trade_no TEXT NOT NULL,
	no TEXT NOT NULL, url TEXT NOT NULL, body BLOB NOT NULL,
	state TEXT NOT NULL, tries INTEGER NOT NULL DEFAULT 0, next_at INTEGER NOT NULL,
	not_before INTEGER NOT NULL, held INTEGER NOT NULL, after_later INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS notices_to_send ON notices (state, next_at);
CREATE INDEX IF NOT EXISTS notices_of_charge ON notices (out_trade_no);
CREATE TABLE IF NOT EXISTS faults (
	seq INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, op TEXT NOT NULL, no TEXT NOT NULL,
	times INTEGER NOT NULL, amount INTEGER NOT NULL, copies INTEGER NOT NULL, delay INTEGER NOT NULL
) STRICT;
`

// openBooks opens the file. One connection makes every transaction the only one; synchronous NORMAL
// outlives a killed process.
func openBooks(path string) (*sql.DB, error) {
	db, err := sql.Open("sqlite", path+"?_txlock=immediate&_pragma=busy_timeout(5000)"+
		"&_pragma=journal_mode(wal)&_pragma=synchronous(normal)&_pragma=foreign_keys(on)")
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

func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func fromMicros(at int64) time.Time {
	if at == 0 {
		return time.Time{}
	}
	return time.UnixMicro(at).UTC()
}
