package verify

import (
	"context"
	"strings"

	"entgo.io/ent/dialect/sql/schema"

	"orderflow/ent/migrate"
	"orderflow/internal/globalid"
)

// keys looks for values that a unique index should have refused. A dump that is loaded with the
// checks off, or a damaged index, can cause them. Each index is read in its own order.
func (r *run) keys(ctx context.Context) error {
	c := r.check(8, "keys.unique", "what is unique by the schema is there once: a channel's "+
		"transaction, a number, a buyer's coupon, an event in the feed")
	for i, table := range migrate.Tables {
		for _, index := range table.Indexes {
			if !index.Unique {
				continue
			}
			if err := r.key(ctx, c, table.Name, index.Columns); err != nil {
				return err
			}
		}
		r.progress("keys", i+1, len(migrate.Tables))
	}
	return nil
}

func (r *run) key(ctx context.Context, c *Check, table string, key []*schema.Column) error {
	names := make([]string, len(key))
	for i, column := range key {
		names[i] = "`" + column.Name + "`"
	}
	columns := strings.Join(names, ", ")
	filled := strings.Join(names, " IS NOT NULL AND ") + " IS NOT NULL"
	var rows int64
	err := r.conn.QueryRowContext(ctx,
		"SELECT COUNT(*) FROM "+table+" WHERE "+filled).Scan(&rows)
	if err != nil {
		return err
	}
	c.Rows += rows
	r.rows += rows
	// Some row of those that share the values, and how many they are.
	return r.each(ctx, "SELECT MIN(id), COUNT(*) FROM "+table+" WHERE "+filled+
		" GROUP BY "+columns+" HAVING COUNT(*) > 1", nil,
		func(scan func(...any) error) error {
			var id globalid.ID
			var times int64
			err := scan(&id, &times)
			c.fail(id, "%d rows of %s have the same %s", times, table,
				strings.ReplaceAll(columns, "`", ""))
			return err
		})
}
