package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"entgo.io/ent/dialect"
)

// InsertRows bounds a multi-row insert of any table: SQLite counts its variables.
const InsertRows = 200

// flushFor writes the pending changes to the tables that a statement names, so that it reads what
// the command has changed.
func (c *changes) flushFor(ctx context.Context, on dialect.ExecQuerier, query string) error {
	if c.batch != nil {
		if err := c.batch.flushFor(ctx, on, query); err != nil {
			return err
		}
	}
	named := map[string]bool{}
	look := func(table string) {
		if _, decided := named[table]; !decided {
			named[table] = mentions(query, table)
		}
	}
	for _, t := range c.rows {
		look(t.table)
	}
	for _, in := range c.increments {
		look(in.Table)
	}
	if len(named) == 0 {
		return nil
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
// changed ones, one statement for all in which the same columns have changed. Increments are last:
// others wait for their rows. Only the named tables, or all for nil.
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
		values := t.values()
		u := t.change(values)
		if u == nil {
			continue
		}
		isNew := t.stored == nil
		if c.beforeWrite != nil {
			approved := c.beforeWrite(Change{Row: t.row, Columns: u.columns, New: isNew})
			values = t.values() // of the row as it was altered
			u = t.change(values)
			if !approved {
				u = nil
			}
		}
		t.stored = values
		if u == nil {
			continue
		}
		c.written = append(c.written, written{t, u.columns})
		if isNew {
			inserts = append(inserts, t)
		} else {
			updates = addUpdate(updates, u)
		}
	}
	c.wrote = c.wrote || len(inserts)+len(updates) > 0
	if err := insertAll(ctx, on, inserts); err != nil {
		return err
	}
	for _, u := range updates {
		if err := u.exec(ctx, on); err != nil {
			return err
		}
	}
	return c.flushIncrements(ctx, on, named)
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
		delete(c.byID, t.rowID)
		return true
	})
	c.wrote = c.wrote || len(ids) > 0
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

func marks(n int) string { return strings.TrimSuffix(strings.Repeat("?, ", n), ", ") }

// InsertNew inserts rows of one table immediately and skips those that violate a unique index. It
// waits for another transaction that is inserting such a row.
func InsertNew[R Row](ctx context.Context, tx *Tx, rows ...R) error {
	all := make([]*tracked, len(rows))
	for i, row := range rows {
		all[i] = newTracked(row)
		all[i].stored = all[i].values()
	}
	tx.changes.wrote = true
	after := " ON CONFLICT DO NOTHING"
	if tx.Locks() {
		after = " ON DUPLICATE KEY UPDATE `" + all[0].columns[0] + "` = `" + all[0].columns[0] + "`"
	}
	return insertRows(ctx, tx.raw, all, after)
}
