package store

import (
	"bytes"
	"database/sql/driver"
	"fmt"
	"time"
)

// Row is a row of any table, as ent generates them.
type Row interface {
	// Key returns the table and the id, which is comparable.
	Key() (table string, id any)
	// Record returns the table and a value for each of its columns, the id first.
	Record() (table string, columns []string, values []any)
}

// changes are the rows that one transaction tracks, each with its values as stored. Differences are
// written together: at the end of the transaction, or before a statement that names one of their
// tables.
type changes struct {
	rows        []*tracked
	byID        map[rowID]*tracked
	increments  []*increments
	beforeWrite func(c Change) bool // of Options; may be nil
	written     []written
	wrote       bool     // something was written before the end
	batch       *changes // of the transaction that this is a part of; nil without
}

// Change is what is to be written of one row, or by an increment.
type Change struct {
	Row       Row
	Columns   []string // those that have changed; all of a new row
	New       bool
	Increment *Increment // instead of a row
}

type rowID struct {
	table string
	id    any
}

type tracked struct {
	rowID
	row     Row
	columns []string
	stored  []driver.Value // nil: not inserted yet
	deleted bool
}

// Track makes a row that the transaction has read part of what it writes: later changes to its
// fields are written with the command's other changes. For a row that is tracked already it returns
// the tracked one. Columns that hold documents must be replaced, never changed in place.
func Track[R Row](tx *Tx, row R) R { return tx.changes.track(row).(R) }

// TrackAll is Track for the rows of a query.
func TrackAll[R Row](tx *Tx, rows []R) []R {
	for i, row := range rows {
		rows[i] = Track(tx, row)
	}
	return rows
}

// Insert makes new rows part of what the transaction writes. The caller sets their ids; changes to
// them until they are written are part of the insert.
func (tx *Tx) Insert(rows ...Row) {
	for _, row := range rows {
		t := newTracked(row)
		tx.changes.rows = append(tx.changes.rows, t)
		tx.changes.byID[t.rowID] = t
	}
}

// Delete makes the deletion of rows part of what the transaction writes.
func (tx *Tx) Delete(rows ...Row) {
	for _, row := range rows {
		tx.changes.track(row)
		tx.changes.byID[idOf(row)].deleted = true
	}
}

func idOf(row Row) rowID {
	table, id := row.Key()
	return rowID{table, id}
}

func newTracked(row Row) *tracked { return &tracked{rowID: idOf(row), row: row} }

// values are the columns of the row as it is now.
func (t *tracked) values() []driver.Value {
	_, columns, values := t.row.Record()
	t.columns = columns
	stored := make([]driver.Value, len(values))
	for i, v := range values {
		stored[i] = storedValue(v)
	}
	return stored
}

func (c *changes) track(row Row) Row {
	if known := c.byID[idOf(row)]; known != nil {
		return known.row
	}
	t := newTracked(row)
	t.stored = t.values()
	c.rows = append(c.rows, t)
	c.byID[t.rowID] = t
	return row
}

// storedValue is a column's value as the driver passes it to the database, to be compared.
func storedValue(v any) driver.Value {
	stored, err := driver.DefaultParameterConverter.ConvertValue(v)
	if err != nil {
		panic(fmt.Errorf("store: a column of type %T: %w", v, err)) // the schema has no such column
	}
	if b, ok := stored.([]byte); ok && b == nil {
		return nil
	}
	return stored
}

func sameValue(a, b driver.Value) bool {
	switch a := a.(type) {
	case []byte:
		b, ok := b.([]byte)
		return ok && bytes.Equal(a, b)
	case time.Time:
		b, ok := b.(time.Time)
		return ok && a.Equal(b)
	default:
		return a == b
	}
}
