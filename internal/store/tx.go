package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"entgo.io/ent/dialect"
	"github.com/go-sql-driver/mysql"
	"modernc.org/sqlite"

	"orderflow/ent"
	"orderflow/ent/order"
	"orderflow/ent/predicate"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
)

// Tx is the open transaction of one command, valid only within the function that it is passed to.
type Tx struct {
	*ent.Tx
	// Now is the business time of everything this command writes.
	Now time.Time
	// RealNow is the real time at which it began.
	RealNow time.Time

	dialect string
	raw     *observedTx // does not flush changes first
	changes *changes
	notify  bool
	last    []func(ctx context.Context, tx *Tx) error
	after   []func()
	probe   func(ctx context.Context, client *ent.Client) (bool, error)
}

const (
	// maxAttempts of one transaction: the first and three more.
	maxAttempts = 4
	// attemptTimeout bounds one of them. It outlasts the wait for a row that others have locked.
	attemptTimeout = 5 * time.Second
	// transactionTimeout bounds all of them.
	transactionTimeout = 12 * time.Second
)

// Run runs fn in a transaction and commits it. fn may run several times and must not keep anything
// of an earlier run: it runs again when others held its rows, and when its connection was lost
// before the COMMIT. An error of fn rolls back and is returned as it is. Run takes at most twelve
// seconds, whatever becomes of the database; Describe tells what an outage has caused.
func (db *DB) Run(ctx context.Context, fn func(ctx context.Context, tx *Tx) error) error {
	ctx, cancel := context.WithTimeout(ctx, transactionTimeout)
	defer cancel()
	for attempt := 1; ; attempt++ {
		err := db.runBounded(ctx, fn)
		if err == nil || attempt == maxAttempts || !db.again(err) {
			return err
		}
		pause := time.Duration(attempt) * (5*time.Millisecond + rand.N(20*time.Millisecond))
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		}
	}
}

// runBounded is one attempt of Run, within its time.
func (db *DB) runBounded(
	ctx context.Context, fn func(ctx context.Context, tx *Tx) error,
) error {
	ctx, cancel := context.WithTimeout(ctx, attemptTimeout)
	defer cancel()
	return db.runOnce(ctx, fn)
}

// again reports whether a transaction may run again after an error: nothing of it is stored, and
// another attempt may succeed.
func (db *DB) again(err error) bool {
	var commit *commitError
	switch {
	case retryable(err):
		return true
	case fault.All(err) != nil || !connectionLost(err):
		return false
	case errors.As(err, &commit) && unanswered(commit.error):
		return false // it may be stored
	}
	db.dropIdle()
	return true
}

// runOnce runs fn in one transaction.
func (db *DB) runOnce(ctx context.Context, fn func(ctx context.Context, tx *Tx) error) (err error) {
	now, err := db.Now(ctx)
	if err != nil {
		return err
	}
	tx := &Tx{Now: now, RealNow: db.RealNow(), dialect: db.Dialect,
		changes: &changes{byID: map[rowID]*tracked{}, beforeWrite: db.beforeWrite}}
	etx, err := db.Client.Tx(context.WithValue(ctx, beginContext{}, tx))
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	tx.Tx = etx
	defer func() {
		if p := recover(); p != nil {
			_ = etx.Rollback()
			panic(p)
		}
	}()
	err = fn(ctx, tx)
	if err == nil {
		err = tx.writeAll(ctx)
	}
	if err == nil && tx.raw.catalogue {
		err = raiseCatalogueVersion(ctx, tx.raw, tx.dialect)
	}
	if err != nil {
		if rerr := etx.Rollback(); rerr != nil && !errors.Is(rerr, sql.ErrTxDone) {
			return errors.Join(err, fmt.Errorf("rollback: %w", rerr))
		}
		return err
	}
	if err := etx.Commit(); err != nil {
		if !db.committed(ctx, tx, err) {
			return &commitError{err}
		}
	}
	for _, f := range tx.after {
		f()
	}
	if tx.notify {
		db.Commits.Notify()
	}
	db.announceDue(tx)
	return nil
}

// commitError is the error of a COMMIT.
type commitError struct{ error }

// Error implements error.
func (e *commitError) Error() string { return "commit: " + e.error.Error() }

// Unwrap returns what the database or the connection says.
func (e *commitError) Unwrap() error { return e.error }

// committed reports whether a COMMIT that failed took effect. Only a lost connection leaves that
// open; then it is decided by reading, on a fresh connection, a row that this transaction alone can
// have written.
func (db *DB) committed(ctx context.Context, tx *Tx, err error) bool {
	if tx.probe == nil || !unanswered(err) {
		return false
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	// A server that has not noticed the loss yet may still be committing: try for a second.
	for range 20 {
		found, perr := tx.probe(ctx, db.Client)
		if perr == nil && found {
			return true
		}
		select {
		case <-time.After(50 * time.Millisecond):
		case <-ctx.Done():
			return false
		}
	}
	return false
}

// ProbeCommitBy sets how the outcome of a COMMIT is found out when its connection is lost: by a row
// that this transaction alone writes. The last call counts. Events and idempotency keys call it; a
// command does not need to.
func (tx *Tx) ProbeCommitBy(exists func(ctx context.Context, client *ent.Client) (bool, error)) {
	tx.probe = exists
}

// NotifyAfterCommit wakes the subscribers of DB.Commits once this transaction is committed.
func (tx *Tx) NotifyAfterCommit() { tx.notify = true }

// AfterCommit has f called once the transaction is committed, and not when it is rolled back, tried
// again, or found to repeat an earlier one: for what a command passes to its caller beside its ids.
func (tx *Tx) AfterCommit(f func()) { tx.after = append(tx.after, f) }

// Last has f called when all changes of the transaction are written: for what locks a row that
// many commands want, so that none waits for another row while it holds that one.
func (tx *Tx) Last(f func(ctx context.Context, tx *Tx) error) { tx.last = append(tx.last, f) }

// writeAll writes all changes, and then what is to be written last.
func (tx *Tx) writeAll(ctx context.Context) error {
	if err := tx.changes.flush(ctx, tx.raw, nil); err != nil {
		return err
	}
	for _, f := range tx.last {
		if err := f(ctx, tx); err != nil {
			return err
		}
	}
	return nil
}

// Flush writes the changes of a table so far. The end of the transaction writes all; a command
// calls it only for an error that it is to see.
func (tx *Tx) Flush(ctx context.Context, table string) error {
	return tx.changes.flush(ctx, tx.raw, map[string]bool{table: true})
}

// Locks reports whether the database has row locks; SQLite has one writer instead.
func (tx *Tx) Locks() bool { return tx.dialect == dialect.MySQL }

// LockOrder locks an order for the rest of the transaction: the first statement of every command on
// an existing order. Fault: NOT_FOUND when there is none that fulfils where.
func (tx *Tx) LockOrder(
	ctx context.Context, id globalid.ID, where ...predicate.Order,
) (*ent.Order, error) {
	query := tx.Order.Query().Where(order.ID(id)).Where(where...)
	if tx.Locks() {
		query.ForUpdate()
	}
	found, err := query.Only(ctx)
	if ent.IsNotFound(err) {
		return nil, fault.New(fault.NotFound, "There is no such order.")
	}
	return found, err
}

func retryable(err error) bool {
	if errors.Is(err, errChanged) {
		return true
	}
	var my *mysql.MySQLError
	if errors.As(err, &my) {
		const deadlock, lockWait, changedSinceRead = 1213, 1205, 1020
		return my.Number == deadlock || my.Number == lockWait || my.Number == changedSinceRead
	}
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		const busy, locked = 5, 6
		primary := lite.Code() & 0xff
		return primary == busy || primary == locked
	}
	return false
}

// unanswered reports whether the database has not said what became of a COMMIT.
func unanswered(err error) bool {
	var my *mysql.MySQLError
	if errors.As(err, &my) {
		return false // the server answered
	}
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		return false
	}
	return !errors.Is(err, sql.ErrTxDone) || errors.Is(err, driver.ErrBadConn)
}

// IsDuplicate reports whether err is a violation of a unique index.
func IsDuplicate(err error) bool {
	var my *mysql.MySQLError
	if errors.As(err, &my) {
		const duplicateEntry = 1062
		return my.Number == duplicateEntry
	}
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		const uniqueViolation, primaryKeyViolation = 2067, 1555
		return lite.Code() == uniqueViolation || lite.Code() == primaryKeyViolation
	}
	return false
}
