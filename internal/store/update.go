package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"slices"
	"strings"

	"entgo.io/ent/dialect"

	"orderflow/internal/fault"
)

// updateRows bounds the rows of one statement whose values differ.
const updateRows = 64

// update is one statement: new values of the same columns for one or more rows.
type update struct {
	table   string
	columns []string
	guards  []string       // those of guards that change
	old     []driver.Value // their stored values, the same for all rows
	ids     []any
	values  [][]driver.Value // by row
}

// guards are the columns whose update has the stored value in its WHERE: a row that has another
// value by then is not changed, and the transaction is tried again, at last with CONFLICT.
var guards = []string{"status", "stage", "quantity"}

// change is what is to be written of a row that has these values now, or nil.
func (t *tracked) change(values []driver.Value) *update {
	u := &update{table: t.table, ids: []any{values[0]}, values: make([][]driver.Value, 1)}
	if t.stored == nil { // the columns of an insert are those of the table
		u.columns = t.columns
		return u
	}
	for i, column := range t.columns {
		if sameValue(t.stored[i], values[i]) {
			continue
		}
		u.columns = append(u.columns, column)
		u.values[0] = append(u.values[0], values[i])
		if slices.Contains(guards, column) {
			u.guards, u.old = append(u.guards, column), append(u.old, t.stored[i])
		}
	}
	if len(u.columns) == 0 {
		return nil
	}
	return u
}

// addUpdate adds a row's update, to the statement of another row when the same columns change.
func addUpdate(updates []*update, u *update) []*update {
	for _, other := range updates {
		if other.table == u.table && slices.Equal(other.columns, u.columns) &&
			slices.EqualFunc(other.old, u.old, sameValue) && len(other.ids) < updateRows {
			other.ids = append(other.ids, u.ids...)
			other.values = append(other.values, u.values...)
			return updates
		}
	}
	return append(updates, u)
}

func (u *update) exec(ctx context.Context, on dialect.ExecQuerier) error {
	var query strings.Builder
	var args []any
	query.WriteString("UPDATE `" + u.table + "` SET ")
	for i, column := range u.columns {
		if i > 0 {
			query.WriteString(", ")
		}
		value, valueArgs := u.value(i)
		query.WriteString("`" + column + "` = " + value)
		args = append(args, valueArgs...)
	}
	query.WriteString(" WHERE `id` IN (" + marks(len(u.ids)) + ")")
	args = append(args, u.ids...)
	for i, guard := range u.guards {
		// Not by =, for which SQLite would search an index over the column instead of the ids.
		query.WriteString(" AND NOT (`" + guard + "` <> ?)")
		args = append(args, u.old[i])
	}
	n, err := execUpdate(ctx, on, query.String(), args)
	if err != nil {
		return fmt.Errorf("update %s: %w", u.table, err)
	}
	if n != len(u.ids) {
		return errChanged
	}
	return nil
}

// execUpdate returns how many rows an update has found.
func execUpdate(
	ctx context.Context, on dialect.ExecQuerier, query string, args []any,
) (int, error) {
	var result sql.Result
	if err := on.Exec(ctx, query, args, &result); err != nil {
		return 0, err
	}
	n, err := result.RowsAffected()
	return int(n), err
}

// caseOfID is an expression with a value for each of n ids, given as pairs.
func caseOfID(n int) string {
	return "CASE `id`" + strings.Repeat(" WHEN ? THEN ?", n) + " END"
}

// Update writes what differs between two states of a row, by one statement without a transaction.
// What it makes due is found by NextDue alone. Fault: CONFLICT when a status is another by now.
func (db *DB) Update(ctx context.Context, before, after Row) error {
	t := newTracked(before)
	t.stored = t.values()
	t.row = after
	c := &changes{rows: []*tracked{t}, beforeWrite: db.beforeWrite}
	return c.flush(ctx, db.driver, nil)
}

// value is the new value of a column: one for all rows, or one by id.
func (u *update) value(column int) (expression string, args []any) {
	first := u.values[0][column]
	same := !slices.ContainsFunc(u.values, func(row []driver.Value) bool {
		return !sameValue(row[column], first)
	})
	if same {
		return "?", []any{first}
	}
	for i, row := range u.values {
		args = append(args, u.ids[i], row[column])
	}
	return caseOfID(len(u.ids)), args
}

// errChanged is returned when a row has another status than the one that the command decided on.
// The transaction is tried again.
var errChanged = fault.New(fault.Conflict, "It was changed meanwhile; read it again.")
