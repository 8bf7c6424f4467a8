package bench

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"entgo.io/ent/dialect/sql/schema"
	"entgo.io/ent/schema/field"

	"orderflow/ent/migrate"
	"orderflow/ent/order"
	"orderflow/internal/globalid"
	"orderflow/internal/seal"
)

// template is every row of one order that the server has made. Its copies differ in ids, numbers,
// times, buyer and feed positions. Columns are found by their type, so that it works for columns
// and tables that it has never heard of.
type template struct {
	ids       []globalid.ID // of the order's own rows, and its buyer last
	renewed   []string      // texts that are unique in their table
	positions []int64       // in the feed, ascending
	rows      []templateRow
}

type templateRow struct {
	table *schema.Table
	cells []cell
}

// cell makes the value of one column of a copy.
type cell func(c *orderCopy) any

// orderCopy is what is special about one copy.
type orderCopy struct {
	ids     []globalid.ID
	renewed []string
	shift   time.Duration // back in time
	head    int64         // of the feed before it
}

// newTemplate finds the rows that belong to an order: its own, those that name it, those that name
// these, and so on.
func newTemplate(
	tables map[*schema.Table][]tableRow, of, buyer globalid.ID, keys *seal.Keyring,
) (*template, error) {
	t := &template{ids: []globalid.ID{of}}
	owned := map[*schema.Table][]tableRow{}
	taken := map[*tableRow]bool{}
	for grown := true; grown; {
		grown = false
		for table, rows := range tables {
			for i := range rows {
				row := &rows[i]
				if taken[row] || !t.owns(table, *row) {
					continue
				}
				taken[row], grown = true, true
				owned[table] = append(owned[table], *row)
				if id, ok := row.id(table); ok && !slices.Contains(t.ids, id) {
					t.ids = append(t.ids, id)
				}
			}
		}
	}
	t.ids = append(t.ids, buyer)
	if len(owned[migrate.OrdersTable]) != 1 {
		return nil, fmt.Errorf("order %s is not in its table", of)
	}
	t.findUnique(owned)
	t.findPositions(owned)
	for _, table := range migrate.Tables {
		for _, row := range owned[table] {
			made, err := t.row(table, row, keys)
			if err != nil {
				return nil, fmt.Errorf("a row of %s: %w", table.Name, err)
			}
			t.rows = append(t.rows, made)
		}
	}
	return t, nil
}

// owns reports whether a row has one of the template's ids, in any column.
func (t *template) owns(table *schema.Table, row tableRow) bool {
	for i, column := range table.Columns {
		if id, ok := idOf(column, row[i]); ok && slices.Contains(t.ids, id) {
			return true
		}
	}
	return false
}

// findUnique notes the texts that a copy cannot repeat: those of unique indexes without an id of
// the order. A text that contains one of those, as a sub-order's number does, follows it.
func (t *template) findUnique(owned map[*schema.Table][]tableRow) {
	var found []string
	for table, rows := range owned {
		for _, key := range uniqueKeys(table) {
			for _, row := range rows {
				if text, ok := t.uniqueText(table, key, row); ok {
					found = append(found, text)
				}
			}
		}
	}
	slices.SortFunc(found, func(a, b string) int {
		return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(a, b))
	})
	for _, text := range found {
		if !slices.ContainsFunc(t.renewed, func(known string) bool {
			return strings.Contains(text, known)
		}) {
			t.renewed = append(t.renewed, text)
		}
	}
}

// uniqueText is the text of a row that makes it unique by a key, unless something else does.
func (t *template) uniqueText(
	table *schema.Table, key []*schema.Column, row tableRow,
) (text string, found bool) {
	for _, column := range key {
		value := row[slices.Index(table.Columns, column)]
		if id, ok := idOf(column, value); ok && slices.Contains(t.ids, id) {
			return "", false
		}
		if value == nil || isPosition(table, column) {
			return "", false
		}
		if column.Type == field.TypeString {
			text, found = textOf(value), true
		}
	}
	return text, found
}

func uniqueKeys(table *schema.Table) (keys [][]*schema.Column) {
	for _, index := range table.Indexes {
		if index.Unique {
			keys = append(keys, index.Columns)
		}
	}
	for _, column := range table.Columns {
		if column.Unique {
			keys = append(keys, []*schema.Column{column})
		}
	}
	return keys
}

func (t *template) findPositions(owned map[*schema.Table][]tableRow) {
	for table, rows := range owned {
		for i, column := range table.Columns {
			for _, row := range rows {
				position, ok := row[i].(int64)
				if ok && isPosition(table, column) && !slices.Contains(t.positions, position) {
					t.positions = append(t.positions, position)
				}
			}
		}
	}
	slices.Sort(t.positions)
}

// isPosition reports whether a column is an event's place in the feed.
func isPosition(table *schema.Table, column *schema.Column) bool {
	return column.Name == "position" && table != migrate.FeedHeadsTable
}

func (t *template) row(
	table *schema.Table, row tableRow, keys *seal.Keyring,
) (templateRow, error) {
	made := templateRow{table: table, cells: make([]cell, len(row))}
	for i, column := range table.Columns {
		made.cells[i] = t.cell(table, column, row[i])
		sealed, ok := row[i].([]byte)
		if !ok || column.Type != field.TypeBytes {
			continue
		}
		if reseal := t.reseal(column, sealed, keys); reseal != nil {
			made.cells[i] = reseal
		} else if table == migrate.OrdersTable && column.Name == order.FieldAddress {
			return made, errors.New("the address does not open")
		}
	}
	return made, nil
}

// reseal is for what is sealed for one of the order's rows, with or without the column's name; nil
// for all else.
func (t *template) reseal(column *schema.Column, sealed []byte, keys *seal.Keyring) cell {
	for own, id := range t.ids {
		for _, name := range []string{"", column.Name} {
			plain, err := keys.Open(sealed, append(id[:], name...))
			if err == nil {
				return func(c *orderCopy) any {
					return keys.Seal(plain, append(c.ids[own][:], name...))
				}
			}
		}
	}
	return nil
}

// cell is for everything that is not sealed.
func (t *template) cell(table *schema.Table, column *schema.Column, value any) cell {
	if id, ok := idOf(column, value); ok {
		if at := slices.Index(t.ids, id); at >= 0 {
			return func(c *orderCopy) any { return c.ids[at][:] }
		}
	}
	switch v := value.(type) {
	case time.Time:
		return func(c *orderCopy) any { return v.Add(-c.shift) }
	case int64:
		if at := slices.Index(t.positions, v); isPosition(table, column) && at >= 0 {
			return func(c *orderCopy) any { return c.head + int64(at) + 1 }
		}
	case string:
		return t.text(v)
	case []byte:
		if column.Type != field.TypeUUID && column.Type != field.TypeBytes {
			return t.text(string(v)) // MySQL refuses JSON that is sent as bytes
		}
	}
	return func(*orderCopy) any { return value }
}

// text replaces the ids and the unique texts in a text.
func (t *template) text(text string) cell {
	var replaced []string
	var values []func(c *orderCopy) string
	for i, id := range t.ids {
		replaced = append(replaced, id.String())
		values = append(values, func(c *orderCopy) string { return c.ids[i].String() })
	}
	for i, old := range t.renewed {
		replaced = append(replaced, old)
		values = append(values, func(c *orderCopy) string { return c.renewed[i] })
	}
	for i, old := range replaced {
		before, after, found := strings.Cut(text, old)
		if found {
			head, value, tail := t.text(before), values[i], t.text(after)
			return func(c *orderCopy) any {
				return head(c).(string) + value(c) + tail(c).(string)
			}
		}
	}
	return func(*orderCopy) any { return text }
}
