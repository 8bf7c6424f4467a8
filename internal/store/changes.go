package store

import (
	"bytes"
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"slices"
	"strings"
	"time"

	"entgo.io/ent/dialect"

	"orderflow/internal/fault"
)

// Row is a row of any table, as ent generates them.
type Row interface {
	// Record returns the table and a value for each of its columns, the id first.
	Record() (table string, columns []string, values []any)
}

// InsertRows bounds a multi-row insert of any table: SQLite counts its variables.
const InsertRows = 200

// changes are the rows that one transaction tracks, each with its values as stored. Differences are
// written together: at the end of the transaction, or before a statement that names one of their
// tables.
type changes struct {
	rows        []*tracked
	byID        map[rowID]*tracked
	beforeWrite func(c Change) bool // of Options; may be nil
	written     []written
}

// Change is what is to be written of one row.
type Change struct {
	Row     Row
	Columns []string // those that have changed; all of a new row
	New     bool
}

type rowID struct{ table, id string }

type tracked struct {
	row     Row
	table   string
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
		tx.changes.byID[t.id()] = t
	}
}

// Delete makes the deletion of rows part of what the transaction writes.
func (tx *Tx) Delete(rows ...Row) {
	for _, row := range rows {
		tx.changes.track(row)
		tx.changes.byID[newTracked(row).id()].deleted = true
	}
}

// Flush writes the changes so far: to the named tables, or to all without a name. The end of the
// transaction flushes; a command calls it only when the order of statements matters.
func (tx *Tx) Flush(ctx context.Context, tables ...string) error {
	var named map[string]bool
	for _, table := range tables {
		if named == nil {
			named = map[string]bool{}
		}
		named[table] = true
	}
	return tx.changes.flush(ctx, tx.raw, named)
}

func newTracked(row Row) *tracked {
	table, columns, _ := row.Record()
	return &tracked{row: row, table: table, columns: columns}
}

func (t *tracked) values() []driver.Value {
	_, _, values := t.row.Record()
	stored := make([]driver.Value, len(values))
	for i, v := range values {
		stored[i] = storedValue(v)
	}
	return stored
}

func (t *tracked) id() rowID {
	_, _, values := t.row.Record()
	return rowID{t.table, fmt.Sprint(storedValue(values[0]))}
}

func (c *changes) track(row Row) Row {
	t := newTracked(row)
	if known := c.byID[t.id()]; known != nil {
		return known.row
	}
	t.stored = t.values()
	c.rows = append(c.rows, t)
	c.byID[t.id()] = t
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

// flushFor writes the pending changes to the tables that a statement names, so that it reads what
// the command has changed.
func (c *changes) flushFor(ctx context.Context, on dialect.ExecQuerier, query string) error {
	if len(c.rows) == 0 {
		return nil
	}
	named := map[string]bool{}
	for _, t := range c.rows {
		if _, decided := named[t.table]; !decided {
			named[t.table] = mentions(query, t.table)
		}
	}
	return c.flush(ctx, on, named)
}

// mentions reports whether a statement names a table: orders is not named by sub_orders.
func mentions(query, table string) bool {
	isWord := func(i int) bool {
		return i >= 0 && i < len(query) && (query[i] == '_' || query[i] >= 'a' && query[i] <= 'z')
	}
	for from := 0; ; {
		i := strings.Index(query[from:], table)
		if i < 0 {
			return false
		}
		i += from
		from = i + len(table)
		if !isWord(i-1) && !isWord(from) {
			return true
		}
	}
}

// flush deletes rows, then inserts new ones, one multi-row insert for each table, then updates
// changed ones, one statement for all with the same change. Only the named tables, or all for nil.
func (c *changes) flush(
	ctx context.Context, on dialect.ExecQuerier, named map[string]bool,
) error {
	if err := c.deleteRows(ctx, on, named); err != nil {
		return err
	}
	var inserts []*tracked
	var updates []*update
	for _, t := range c.rows {
		if named != nil && !named[t.table] {
			continue
		}
		u := t.change()
		if u == nil {
			continue
		}
		isNew := t.stored == nil
		approved := c.beforeWrite == nil ||
			c.beforeWrite(Change{Row: t.row, Columns: u.columns, New: isNew})
		if c.beforeWrite != nil {
			u = t.change() // of the row as it was altered
		}
		t.stored = t.values()
		if !approved || u == nil {
			continue
		}
		c.written = append(c.written, written{t, u.columns})
		if isNew {
			inserts = append(inserts, t)
		} else {
			updates = addUpdate(updates, u)
		}
	}
	if err := insertAll(ctx, on, inserts); err != nil {
		return err
	}
	for _, u := range updates {
		if err := u.exec(ctx, on); err != nil {
			return err
		}
	}
	return nil
}

// deleteRows deletes the rows marked as deleted and stops tracking them.
func (c *changes) deleteRows(
	ctx context.Context, on dialect.ExecQuerier, named map[string]bool,
) error {
	ids := map[string][]any{}
	c.rows = slices.DeleteFunc(c.rows, func(t *tracked) bool {
		if !t.deleted || named != nil && !named[t.table] {
			return false
		}
		if t.stored != nil {
			ids[t.table] = append(ids[t.table], t.stored[0])
		}
		delete(c.byID, t.id())
		return true
	})
	for table, rows := range ids {
		query := "DELETE FROM `" + table + "` WHERE `id` IN (" + marks(len(rows)) + ")"
		if err := on.Exec(ctx, query, rows, nil); err != nil {
			return fmt.Errorf("delete from %s: %w", table, err)
		}
	}
	return nil
}

func insertAll(ctx context.Context, on dialect.ExecQuerier, rows []*tracked) error {
	for len(rows) > 0 {
		table := rows[0].table
		var same []*tracked
		rows = slices.DeleteFunc(rows, func(t *tracked) bool {
			if t.table == table {
				same = append(same, t)
			}
			return t.table == table
		})
		for part := range slices.Chunk(same, InsertRows) {
			if err := insertRows(ctx, on, part, ""); err != nil {
				return err
			}
		}
	}
	return nil
}

// insertRows inserts rows of one table; after is the end of the statement.
func insertRows(
	ctx context.Context, on dialect.ExecQuerier, rows []*tracked, after string,
) error {
	columns := rows[0].columns
	mark := "(" + marks(len(columns)) + ")"
	args := make([]any, 0, len(rows)*len(columns))
	for _, t := range rows {
		for _, v := range t.stored {
			args = append(args, v)
		}
	}
	query := "INSERT INTO `" + rows[0].table + "` (`" + strings.Join(columns, "`, `") +
		"`) VALUES " + strings.TrimSuffix(strings.Repeat(mark+", ", len(rows)), ", ") + after
	if err := on.Exec(ctx, query, args, nil); err != nil {
		return fmt.Errorf("insert into %s: %w", rows[0].table, err)
	}
	return nil
}

// update is one statement: the same new values for one or more rows.
type update struct {
	table   string
	columns []string
	values  []driver.Value
	guards  []string       // those of guards that change
	old     []driver.Value // their stored values
	ids     []any
}

// guards are the columns whose update has the stored value in its WHERE: a row that has another
// value by then is not changed, and the transaction is tried again, at last with CONFLICT.
var guards = []string{"status", "stage", "quantity"}

// change is what is to be written of a row, or nil.
func (t *tracked) change() *update {
	values := t.values()
	u := &update{table: t.table, ids: []any{values[0]}}
	for i, column := range t.columns {
		if t.stored != nil && sameValue(t.stored[i], values[i]) {
			continue
		}
		u.columns = append(u.columns, column)
		u.values = append(u.values, values[i])
		if t.stored != nil && slices.Contains(guards, column) {
			u.guards, u.old = append(u.guards, column), append(u.old, t.stored[i])
		}
	}
	if len(u.columns) == 0 {
		return nil
	}
	return u
}

// addUpdate adds a row's update, to the statement of another row when the change is the same.
func addUpdate(updates []*update, u *update) []*update {
	for _, other := range updates {
		if other.table == u.table && slices.Equal(other.columns, u.columns) &&
			slices.EqualFunc(other.old, u.old, sameValue) &&
			slices.EqualFunc(other.values, u.values, sameValue) {
			other.ids = append(other.ids, u.ids...)
			return updates
		}
	}
	return append(updates, u)
}

func (u *update) exec(ctx context.Context, on dialect.ExecQuerier) error {
	var args []any
	for _, v := range u.values {
		args = append(args, v)
	}
	query := "UPDATE `" + u.table + "` SET `" + strings.Join(u.columns, "` = ?, `") +
		"` = ? WHERE `id` IN (" + marks(len(u.ids)) + ")"
	args = append(args, u.ids...)
	for i, guard := range u.guards {
		query += " AND `" + guard + "` = ?"
		args = append(args, u.old[i])
	}
	var result sql.Result
	if err := on.Exec(ctx, query, args, &result); err != nil {
		return fmt.Errorf("update %s: %w", u.table, err)
	}
	n, err := result.RowsAffected()
	if err != nil {
		return fmt.Errorf("update %s: %w", u.table, err)
	}
	if n != int64(len(u.ids)) {
		return errChanged
	}
	return nil
}

// errChanged is returned when a row has another status than the one that the command decided on.
// The transaction is tried again.
var errChanged = fault.New(fault.Conflict, "It was changed meanwhile; read it again.")

func marks(n int) string { return strings.TrimSuffix(strings.Repeat("?, ", n), ", ") }

// InsertNew inserts rows of one table immediately and skips those that violate a unique index. It
// waits for another transaction that is inserting such a row.
func InsertNew[R Row](ctx context.Context, tx *Tx, rows ...R) error {
	all := make([]*tracked, len(rows))
	for i, row := range rows {
		all[i] = newTracked(row)
		all[i].stored = all[i].values()
	}
	after := " ON CONFLICT DO NOTHING"
	if tx.Locks() {
		after = " ON DUPLICATE KEY UPDATE `" + all[0].columns[0] + "` = `" + all[0].columns[0] + "`"
	}
	return insertRows(ctx, tx.raw, all, after)
}
