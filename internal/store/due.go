package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"orderflow/ent/setting"
)

// Due describes which rows of a table are due. One description serves the claim (DB.Take), the poll
// (DB.NextDue) and what a commit makes due (DB.OnDue). The table has the columns of an intent.
type Due struct {
	Table string
	// Column is the time from which a row is due: business time, or real time where Real is true.
	Column string
	Real   bool
	// Statuses are those of due rows; none means any.
	Statuses []string
	// Postponed is a column with a real time until which a row waits; empty means that none waits.
	Postponed string
	// Lease is how long a claim lasts, in real time. An expired claim may be taken over.
	Lease time.Duration
}

const (
	statusColumn  = "status"
	claimedColumn = "claimed_until"
)

// Statuses are the members of a group of statuses, for a Due.
func Statuses[S ~string](group []S) []string {
	all := make([]string, len(group))
	for i, status := range group {
		all[i] = string(status)
	}
	return all
}

// moment is one instant in both times.
type moment struct{ business, real time.Time }

// of is the moment in the time of a description's column.
func (m moment) of(d Due) time.Time {
	if d.Real {
		return m.real
	}
	return m.business
}

// candidates is the condition of rows that are due at some time, whatever their column says.
func (d Due) candidates() (where string, args []any) {
	var all []string
	if len(d.Statuses) > 0 {
		all = append(all, statusColumn+" IN ("+marks(len(d.Statuses))+")")
		for _, status := range d.Statuses {
			args = append(args, status)
		}
	}
	return strings.Join(append(all, d.Column), " AND "), args
}

// due is the condition of rows that are due at a moment and not claimed.
func (d Due) due(at moment) (where string, args []any) {
	where, args = d.candidates()
	where, args = where+" <= ?", append(args, at.of(d))
	if d.Postponed != "" {
		where += " AND (" + d.Postponed + " IS NULL OR " + d.Postponed + " <= ?)"
		args = append(args, at.real)
	}
	return where + " AND (" + claimedColumn + " IS NULL OR " + claimedColumn + " <= ?)",
		append(args, at.real)
}

// next is a scalar subquery: the time of a row that is due at a moment, else the earliest time
// within a horizon after it, else NULL. Neither part reads more than what is due by then.
func (d Due) next(at moment, within time.Duration) (query string, args []any) {
	where, args := d.due(at)
	query = "(SELECT " + d.Column + " FROM " + d.Table + " WHERE " + where + " LIMIT 1)"
	if within <= 0 {
		return query, args
	}
	where, soon := d.candidates()
	query = "COALESCE(" + query + ", (SELECT MIN(" + d.Column + ") FROM " + d.Table + " WHERE " +
		where + " > ? AND " + d.Column + " <= ?))"
	return query, append(append(args, soon...), at.of(d), at.of(d).Add(within))
}

// NextDue returns for each description when to claim its rows, in real time: a time that has passed
// when some are due, else the earliest at which some become due within the horizon, else the zero
// time. Rows whose claim or postponement ends within the horizon are not foreseen. It is one
// statement, and another when a simulated clock was moved meanwhile.
func (db *DB) NextDue(
	ctx context.Context, within time.Duration, dues ...Due,
) ([]time.Time, error) {
	if len(dues) == 0 {
		return nil, nil
	}
	for {
		assumed := time.Duration(db.due.offset.Load())
		times, offset, err := db.nextDue(ctx, assumed, within, dues)
		if err != nil || offset == assumed {
			return times, err
		}
		db.due.offset.Store(int64(offset))
	}
}

func (db *DB) nextDue(
	ctx context.Context, assumed, within time.Duration, dues []Due,
) (times []time.Time, offset time.Duration, err error) {
	now := moment{real: db.RealNow()}
	now.business = now.real.Add(assumed)
	columns, args := []string{"NULL"}, []any(nil)
	if db.simulated {
		columns[0] = "(SELECT " + setting.FieldValue + " FROM " + setting.Table + " WHERE " +
			setting.FieldID + " = ?)"
		args = append(args, offsetSetting)
	}
	for _, d := range dues {
		query, more := d.next(now, within)
		columns, args = append(columns, query), append(args, more...)
	}
	rows, err := db.Client.QueryContext(ctx, "SELECT "+strings.Join(columns, ", "), args...)
	if err != nil {
		return nil, 0, err
	}
	defer rows.Close()
	values := make([]any, len(columns))
	into := make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	if !rows.Next() {
		return nil, 0, errors.Join(errors.New("no answer"), rows.Err())
	}
	if err := rows.Scan(into...); err != nil {
		return nil, 0, err
	}
	if offset, err = offsetOf(values[0]); err != nil {
		return nil, 0, err
	}
	times = make([]time.Time, len(dues))
	for i, d := range dues {
		if times[i], err = timeOf(values[i+1]); err != nil {
			return nil, 0, fmt.Errorf("due rows of %s: %w", d.Table, err)
		}
		if !d.Real && !times[i].IsZero() {
			times[i] = times[i].Add(-assumed)
		}
	}
	return times, offset, rows.Err()
}

func offsetOf(value any) (time.Duration, error) {
	text := textOf(value)
	if text == "" {
		return 0, nil
	}
	ns, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("clock offset: %w", err)
	}
	return time.Duration(ns), nil
}

// timeOf is the time that a subquery has returned: SQLite does not know that it is one. NULL is the
// zero time.
func timeOf(value any) (time.Time, error) {
	if at, ok := value.(time.Time); ok {
		return at, nil
	}
	text := textOf(value)
	if text == "" {
		return time.Time{}, nil
	}
	return time.Parse("2006-01-02 15:04:05.999999999-07:00", text)
}

func textOf(value any) string {
	switch value := value.(type) {
	case string:
		return value
	case []byte:
		return string(value)
	default:
		return ""
	}
}

// after is the real time from which a row with these values is due, at the earliest now; false when
// it does not become due.
func (d Due) after(now moment, value func(column string) any) (time.Time, bool) {
	column, ok := value(d.Column).(time.Time)
	if !ok || len(d.Statuses) > 0 &&
		!slices.Contains(d.Statuses, fmt.Sprint(value(statusColumn))) {
		return time.Time{}, false
	}
	at := now.real.Add(column.Sub(now.of(d)))
	if until, ok := value(d.Postponed).(time.Time); ok && until.After(at) {
		at = until
	}
	if until, ok := value(claimedColumn).(time.Time); ok && until.After(at) {
		at = until
	}
	return at, true
}
