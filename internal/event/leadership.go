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

// leadership is a sequencer's candidacy for the lease on MySQL or MariaDB, bound to one connection.
// Batches run on no other connection, and only while the head's row names this holder: so a
// connection that holds the row's lock for long is the one that the row names.
type leadership struct {
	s       *Sequencer
	conn    *sql.Conn
	holder  string
	held    bool
	checked time.Time // when held was last confirmed
}

func (s *Sequencer) newLeadership(ctx context.Context) (*leadership, error) {
	conn, err := s.db.SQL().Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("sequencer: %w", err)
	}
	l := &leadership{s: s, conn: conn, holder: s.opts.Holder + "/" + rand.Text()[:16]}
	// A batch takes milliseconds: after a second of waiting for the head its holder hangs.
	if _, err := conn.ExecContext(ctx, "SET SESSION innodb_lock_wait_timeout = 1"); err != nil {
		l.resign(ctx)
		return nil, fmt.Errorf("sequencer: %w", err)
	}
	return l, nil
}

// resign releases the lease, which this sequencer may have without knowing it when its last
// statement was cut off, and closes the connection, which must not be reused while the head's row
// may still name it.
func (l *leadership) resign(ctx context.Context) {
	_ = l.conn.Raw(func(any) error { return driver.ErrBadConn })
	_ = l.conn.Close()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	_, err := l.s.db.SQL().ExecContext(ctx,
		"UPDATE feed_heads SET lease_until = NULL WHERE id = ? AND holder = ?", headID, l.holder)
	if err != nil {
		l.s.opts.Log.WarnContext(ctx, "the sequencer's lease has to run out", "error", err)
	}
}

// tryBatch runs one batch if this sequencer holds the lease or can acquire it.
func (l *leadership) tryBatch(ctx context.Context) (int, error) {
	n, err := l.step(ctx)
	l.s.feed.hub.lead(l.held)
	if lockWaitTimeout(err) {
		return 0, l.evict(ctx)
	}
	return n, err
}

// step reads, in one statement, whether there is something to do, whether the lease is free, and
// the feed's epoch; a sequencer without the lease does so rarely. The lease runs by the database's
// clock; the process's own only decides when to renew it.
func (l *leadership) step(ctx context.Context) (int, error) {
	now := time.Now()
	if !l.held && now.Sub(l.checked) < l.s.opts.Lease/4 {
		return 0, nil
	}
	var free, some bool
	var epoch int64
	// Unlike the update this does not wait for a running batch.
	err := l.conn.QueryRowContext(ctx, "SELECT "+ours+", "+unsequencedExist+", epoch"+
		" FROM feed_heads WHERE id = ?", l.holder, headID).Scan(&free, &some, &epoch)
	if err != nil {
		l.held = false
		return 0, fmt.Errorf("sequencer's lease: %w", err)
	}
	l.s.feed.hub.setEpoch(epoch)
	if !free || !l.held || now.Sub(l.checked) >= l.s.opts.Lease/2 {
		if l.held, l.checked = false, now; !free {
			return 0, nil
		}
		if l.held, err = l.acquire(ctx); err != nil {
			return 0, err
		}
	}
	if !l.held || !some {
		return 0, nil
	}
	return l.batch(ctx)
}

// ours is the condition that the holder, its argument, may have the lease.
const ours = "(lease_until IS NULL OR lease_until < UTC_TIMESTAMP(6) OR holder = ?)"

// acquire acquires the lease or renews it.
func (l *leadership) acquire(ctx context.Context) (bool, error) {
	result, err := l.conn.ExecContext(ctx, "UPDATE feed_heads SET connection = CONNECTION_ID(),"+
		" lease_until = UTC_TIMESTAMP(6) + INTERVAL ? MICROSECOND, holder = ?"+
		" WHERE id = ? AND "+ours, l.s.opts.Lease.Microseconds(), l.holder, headID, l.holder)
	if err != nil {
		return false, fmt.Errorf("sequencer's lease: %w", err)
	}
	rows, err := result.RowsAffected()
	if err != nil {
		return false, fmt.Errorf("sequencer's lease: %w", err)
	}
	return rows == 1, nil
}

// batch is one transaction. It has no effect when another server holds the lease.
func (l *leadership) batch(ctx context.Context) (n int, err error) {
	tx, err := l.conn.BeginTx(ctx, nil)
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
	if holder != l.holder {
		l.held = false
		return 0, nil
	}
	if n, err = assignPositions(ctx, tx, head, l.s.opts.Batch); err != nil {
		return 0, err
	}
	if err = tx.Commit(); err != nil {
		return 0, fmt.Errorf("sequencer: %w", err)
	}
	return n, nil
}

// evict kills the connection that holds the lock of the head although its lease has expired: its
// process hangs or its host is gone. Its batch is rolled back.
func (l *leadership) evict(ctx context.Context) error {
	var connection int64
	err := l.conn.QueryRowContext(ctx, "SELECT connection FROM feed_heads WHERE id = ?"+
		" AND holder <> ? AND lease_until < UTC_TIMESTAMP(6)", headID, l.holder).Scan(&connection)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("sequencer: %w", err)
	}
	_, err = l.conn.ExecContext(ctx, "KILL "+strconv.FormatInt(connection, 10))
	var my *mysql.MySQLError
	if errors.As(err, &my) && my.Number == unknownThread {
		return nil
	}
	if err != nil {
		return fmt.Errorf("sequencer: end connection %d: %w", connection, err)
	}
	l.s.opts.Log.WarnContext(ctx, "ended the connection of a sequencer that hung",
		"connection", connection)
	return nil
}

const unknownThread = 1094

func lockWaitTimeout(err error) bool {
	const lockWait = 1205
	var my *mysql.MySQLError
	return errors.As(err, &my) && my.Number == lockWait
}
