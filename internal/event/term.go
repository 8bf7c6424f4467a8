package event

import (
	"context"
	"crypto/rand"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/go-sql-driver/mysql"
)

// term is the time of one connection of a sequencer on MySQL or MariaDB. Batches run on no other
// connection, and only while the head's row names this term: so whoever holds the row's lock for
// long is the connection that the row names.
type term struct {
	s      *Sequencer
	conn   *sql.Conn
	holder string
	held   bool
	looked time.Time // when held was last made sure of
}

func (s *Sequencer) begin(ctx context.Context) (*term, error) {
	conn, err := s.db.SQL().Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("sequencer: %w", err)
	}
	t := &term{s: s, conn: conn, holder: s.opts.Holder + "/" + rand.Text()[:16]}
	// A batch takes milliseconds: who waits a second for the head waits for a holder that hangs.
	if _, err := conn.ExecContext(ctx, "SET SESSION innodb_lock_wait_timeout = 1"); err != nil {
		t.end(ctx)
		return nil, fmt.Errorf("sequencer: %w", err)
	}
	return t, nil
}

// end gives the lease back if it can and closes the connection, which must not serve anybody else
// while the head's row may still name it.
func (t *term) end(ctx context.Context) {
	_ = t.conn.Raw(func(any) error { return driver.ErrBadConn })
	_ = t.conn.Close()
	if !t.held {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	_, err := t.s.db.SQL().ExecContext(ctx,
		"UPDATE feed_heads SET lease_until = NULL WHERE id = ? AND holder = ?", headID, t.holder)
	if err != nil {
		t.s.opts.Log.WarnContext(ctx, "the sequencer's lease has to run out", "error", err)
	}
}

// turn places one batch if the lease is ours or can be had.
func (t *term) turn(ctx context.Context) (int, error) {
	held, err := t.hold(ctx)
	if err == nil && !held {
		return 0, nil
	}
	var placed int
	if err == nil {
		placed, err = t.batch(ctx)
	}
	if lockWaitTimeout(err) {
		return 0, t.evict(ctx)
	}
	return placed, err
}

// hold takes the lease or renews it in time. The clock is the database's; the process's own only
// tells when to look again.
func (t *term) hold(ctx context.Context) (bool, error) {
	now := time.Now()
	if now.Sub(t.looked) < t.s.opts.Lease/4 {
		return t.held, nil
	}
	t.held = false
	const ours = "(lease_until IS NULL OR lease_until < UTC_TIMESTAMP(6) OR holder = ?)"
	var free bool
	// This does not wait for a batch that is under way, as the update would.
	err := t.conn.QueryRowContext(ctx,
		"SELECT "+ours+" FROM feed_heads WHERE id = ?", t.holder, headID).Scan(&free)
	if err != nil {
		return false, fmt.Errorf("sequencer's lease: %w", err)
	}
	if free {
		result, err := t.conn.ExecContext(ctx, "UPDATE feed_heads SET connection = CONNECTION_ID(),"+
			" lease_until = UTC_TIMESTAMP(6) + INTERVAL ? MICROSECOND, holder = ?"+
			" WHERE id = ? AND "+ours, t.s.opts.Lease.Microseconds(), t.holder, headID, t.holder)
		if err != nil {
			return false, fmt.Errorf("sequencer's lease: %w", err)
		}
		rows, err := result.RowsAffected()
		if err != nil {
			return false, fmt.Errorf("sequencer's lease: %w", err)
		}
		t.held = rows == 1
	}
	t.looked = now
	return t.held, nil
}

// batch is one transaction. It ends without effect when another server has taken over.
func (t *term) batch(ctx context.Context) (placed int, err error) {
	if some, err := anyUnplaced(ctx, t.conn); err != nil || !some {
		return 0, err
	}
	tx, err := t.conn.BeginTx(ctx, nil)
	if err != nil {
		return 0, fmt.Errorf("sequencer: %w", err)
	}
	defer func() {
		if rerr := tx.Rollback(); rerr != nil && !errors.Is(rerr, sql.ErrTxDone) {
			err = errors.Join(err, rerr)
		}
	}()
	var head int64
	var holder string
	err = tx.QueryRowContext(ctx,
		"SELECT position, holder FROM feed_heads WHERE id = ? FOR UPDATE", headID).Scan(&head, &holder)
	if err != nil {
		return 0, fmt.Errorf("sequencer: %w", err)
	}
	if holder != t.holder {
		t.held = false
		return 0, nil
	}
	if placed, err = place(ctx, tx, head, t.s.opts.Batch); err != nil {
		return 0, err
	}
	if err = tx.Commit(); err != nil {
		return 0, fmt.Errorf("sequencer: %w", err)
	}
	return placed, nil
}

// evict ends the connection that holds the head although its lease has run out: its process is
// stopped or gone without a word. Its batch is rolled back.
func (t *term) evict(ctx context.Context) error {
	var connection int64
	err := t.conn.QueryRowContext(ctx, "SELECT connection FROM feed_heads WHERE id = ?"+
		" AND holder <> ? AND lease_until < UTC_TIMESTAMP(6)", headID, t.holder).Scan(&connection)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("sequencer: %w", err)
	}
	_, err = t.conn.ExecContext(ctx, "KILL "+strconv.FormatInt(connection, 10))
	var my *mysql.MySQLError
	if errors.As(err, &my) && my.Number == unknownThread {
		return nil
	}
	if err != nil {
		return fmt.Errorf("sequencer: end connection %d: %w", connection, err)
	}
	t.s.opts.Log.WarnContext(ctx, "ended the connection of a sequencer that hung",
		"connection", connection)
	return nil
}

const unknownThread = 1094

func lockWaitTimeout(err error) bool {
	const lockWait = 1205
	var my *mysql.MySQLError
	return errors.As(err, &my) && my.Number == lockWait
}
