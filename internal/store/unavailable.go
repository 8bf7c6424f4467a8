package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"log/slog"
	"net"
	"os"
	"time"

	"github.com/go-sql-driver/mysql"
	"modernc.org/sqlite"

	"orderflow/ent/setting"
	"orderflow/internal/fault"
)

// retryAfter is in how many seconds a caller of a database that does not answer may come again.
const retryAfter = 2

// Describe returns the fault of an error that an outage of the database has caused, or nil for any
// other: UNAVAILABLE. Whoever sends the same again may succeed.
func Describe(err error) *fault.Error {
	if err == nil || fault.All(err) != nil {
		return nil
	}
	var unclear *commitError
	message := "The database does not answer; send it again."
	switch {
	case errors.As(err, &unclear) && unanswered(unclear.error):
		message = "The connection was lost while the change was stored; send it again with the same " +
			"idempotency key to learn what became of it."
	case !refusesAll(err) && !connectionLost(err):
		return nil
	}
	f := fault.New(fault.Unavailable, "%s", message)
	f.RetryAfter = retryAfter
	return f
}

// LogLevel is that of an error about one row or message that is tried again: an outage of the
// database is logged by the lanes, once, and not for each row.
func LogLevel(err error) slog.Level {
	if Describe(err) != nil {
		return slog.LevelDebug
	}
	return slog.LevelError
}

// refusesAll reports whether the database answers, but takes nothing at present: it shuts down, has
// too many connections, is read-only or has no space.
func refusesAll(err error) bool {
	var my *mysql.MySQLError
	if errors.As(err, &my) {
		switch my.Number {
		case 1021, 1114, // no space on the disk, the table is full
			1040, 1203, 1226, // too many connections
			1053, 1077, 1927, 3169, // it shuts down, or ended the connection
			1290, 1792, 1836, // it is read-only
			1205, 3024: // it waited in vain, or for too long
			return true
		}
		return false
	}
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		switch lite.Code() & 0xff {
		case 5, 6, 8, 10, 13, 14, 23: // busy, locked, read-only, I/O, full, cannot open, not allowed
			return true
		}
	}
	return false
}

// connectionLost reports whether a statement has failed because its connection did, or because the
// time for it was over.
func connectionLost(err error) bool {
	var network net.Error
	for _, lost := range []error{driver.ErrBadConn, mysql.ErrInvalidConn, sql.ErrConnDone,
		sql.ErrTxDone, io.EOF, io.ErrUnexpectedEOF, os.ErrDeadlineExceeded, context.DeadlineExceeded} {
		if errors.Is(err, lost) {
			return true
		}
	}
	return errors.As(err, &network)
}

// CheckWritable writes a row, the same for all servers, to find out whether the database takes
// writes.
func (db *DB) CheckWritable(ctx context.Context) error {
	_, err := db.Client.ExecContext(ctx, "REPLACE INTO "+setting.Table+" ("+setting.FieldID+", "+
		setting.FieldValue+") VALUES (?, ?)", "written_at", db.RealNow().Format(time.RFC3339))
	return err
}
