package bench

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/sql/schema"
	"entgo.io/ent/schema/field"

	"orderflow/ent/migrate"
	"orderflow/internal/globalid"
	"orderflow/internal/store"
)

// tableRow has a value for each column of its table.
type tableRow []any

// id is the row's id, if its table has one of ours.
func (r tableRow) id(table *schema.Table) (globalid.ID, bool) {
	at := slices.IndexFunc(table.Columns, func(c *schema.Column) bool { return c.Name == "id" })
	if at < 0 {
		return globalid.ID{}, false
	}
	return idOf(table.Columns[at], r[at])
}

// idOf is the value of a column that holds an id.
func idOf(column *schema.Column, value any) (id globalid.ID, ok bool) {
	bytes, isBytes := value.([]byte)
	if column.Type != field.TypeUUID || !isBytes || id.Scan(bytes) != nil {
		return globalid.ID{}, false
	}
	return id, true
}

func textOf(value any) string {
	if bytes, ok := value.([]byte); ok {
		return string(bytes)
	}
	return fmt.Sprint(value)
}

func columnNames(table *schema.Table) string {
	names := make([]string, len(table.Columns))
	for i, column := range table.Columns {
		names[i] = "`" + column.Name + "`"
	}
	return strings.Join(names, ", ")
}

// readTables reads the whole database, which has nothing yet but the catalogue and the templates.
func readTables(ctx context.Context, db *store.DB) (map[*schema.Table][]tableRow, error) {
	tables := make(map[*schema.Table][]tableRow, len(migrate.Tables))
	for _, table := range migrate.Tables {
		query := "SELECT " + columnNames(table) + " FROM " + table.Name
		err := each(ctx, db.ReadSQL(), query, nil, func(rows *sql.Rows) error {
			row := make(tableRow, len(table.Columns))
			to := make([]any, len(row))
			for i := range row {
				to[i] = &row[i]
			}
			if err := rows.Scan(to...); err != nil {
				return err
			}
			tables[table] = append(tables[table], row)
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", table.Name, err)
		}
	}
	return tables, nil
}

// inserts are rows to be inserted, table by table.
type inserts struct {
	columns map[string]string // names
	args    map[string][]any
	width   map[string]int // columns of a row
	maxArgs int            // of a statement
}

func newInserts(db *store.DB) *inserts {
	// The SQLite driver looks at all arguments for each of them: many short statements are faster.
	maxArgs := 100
	if db.Dialect == dialect.MySQL {
		maxArgs = 30_000
	}
	return &inserts{columns: map[string]string{}, args: map[string][]any{},
		width: map[string]int{}, maxArgs: maxArgs}
}

// add adds a row; columns are the same for all rows of a table.
func (b *inserts) add(table, columns string, values ...any) {
	b.columns[table], b.width[table] = columns, len(values)
	b.args[table] = append(b.args[table], values...)
}

// addCopy adds the rows of a copy of an order.
func (b *inserts) addCopy(t *template, c *orderCopy) {
	for _, row := range t.rows {
		name := row.table.Name
		if b.columns[name] == "" {
			b.columns[name], b.width[name] = columnNames(row.table), len(row.cells)
		}
		for _, value := range row.cells {
			b.args[name] = append(b.args[name], value(c))
		}
	}
}

// write inserts all rows and forgets them.
func (b *inserts) write(ctx context.Context, tx *sql.Tx) error {
	for table, args := range b.args {
		width := b.width[table]
		row := "(" + strings.TrimSuffix(strings.Repeat("?,", width), ",") + ")"
		for part := range slices.Chunk(args, max(b.maxArgs/width, 1)*width) {
			query := "INSERT INTO " + table + " (" + b.columns[table] + ") VALUES " +
				strings.TrimSuffix(strings.Repeat(row+",", len(part)/width), ",")
			if _, err := tx.ExecContext(ctx, query, part...); err != nil {
				return fmt.Errorf("insert into %s: %w", table, err)
			}
		}
		b.args[table] = args[:0]
	}
	return nil
}
