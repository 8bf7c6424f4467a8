package store_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"entgo.io/ent/dialect/sql/schema"
	"entgo.io/ent/schema/field"

	"orderflow/ent/migrate"
	"orderflow/internal/dbtest"
	"orderflow/internal/globalid"
	"orderflow/internal/store"
)

// alike are texts that some collation takes for the same: they differ in padding, control
// characters, case, width, accent and composition.
var alike = []string{
	"e", "e ", "e  ", " e", "e\t", "e\x00", "E", "ｅ", "Ｅ", "é", "e\u0301", "e\u200b", "e\u00a0", "",
}

// Every text column of every table compares exactly, whether it is looked up or unique. The columns
// are those of the schema, so a new one is compared as well.
func TestTextComparesExactly(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		rows := &rowMaker{t: t, db: db}
		unique := 0
		for _, table := range migrate.Tables {
			rows.lookUpEach(table)
			for _, columns := range uniqueIndexes(table) {
				for _, column := range textColumns(columns) {
					unique++
					rows.insertEach(table, columns, column)
				}
			}
		}
		if unique < 20 {
			t.Errorf("only %d unique text columns were found", unique)
		}
	})
}

func textColumns(columns []*schema.Column) []*schema.Column {
	return slices.DeleteFunc(slices.Clone(columns), func(c *schema.Column) bool {
		return c.Type != field.TypeString
	})
}

func uniqueIndexes(table *schema.Table) (all [][]*schema.Column) {
	for _, c := range table.Columns {
		if c.Unique {
			all = append(all, []*schema.Column{c})
		}
	}
	for _, index := range table.Indexes {
		if index.Unique {
			all = append(all, index.Columns)
		}
	}
	return all
}

// rowMaker inserts rows of any table.
type rowMaker struct {
	t      *testing.T
	db     *store.DB
	serial int64
}

// insert adds a row with some values given; all others differ from row to row.
func (r *rowMaker) insert(table *schema.Table, given map[string]any) error {
	var names, marks []string
	var values []any
	for _, c := range table.Columns {
		value, found := given[c.Name]
		if !found {
			value = r.other(c)
		}
		names = append(names, "`"+c.Name+"`")
		marks, values = append(marks, "?"), append(values, value)
	}
	_, err := r.db.SQL().ExecContext(r.t.Context(), fmt.Sprintf("INSERT INTO `%s` (%s) VALUES (%s)",
		table.Name, strings.Join(names, ", "), strings.Join(marks, ", ")), values...)
	return err
}

func (r *rowMaker) other(c *schema.Column) any {
	r.serial++
	switch c.Type {
	case field.TypeString:
		text := fmt.Sprintf("%03x", r.serial)
		return text[len(text)-3:]
	case field.TypeBool:
		return false
	case field.TypeTime:
		return time.Unix(r.serial, 0).UTC()
	case field.TypeJSON:
		return "{}"
	case field.TypeUUID, field.TypeBytes:
		return globalid.New(globalid.Order)
	default:
		return r.serial
	}
}

// lookUpEach stores one row of each text and looks each up by each text column.
func (r *rowMaker) lookUpEach(table *schema.Table) {
	r.t.Helper()
	columns := textColumns(table.Columns)
	if len(columns) == 0 {
		return
	}
	for _, text := range alike {
		given := map[string]any{}
		for _, c := range columns {
			given[c.Name] = text
		}
		if err := r.insert(table, given); err != nil {
			r.t.Fatalf("%s with %q: %v", table.Name, text, err)
		}
	}
	for _, c := range columns {
		for _, text := range alike {
			var found int
			err := r.db.SQL().QueryRowContext(r.t.Context(), fmt.Sprintf(
				"SELECT COUNT(*) FROM `%s` WHERE `%s` = ?", table.Name, c.Name), text).Scan(&found)
			if err != nil || found != 1 {
				r.t.Errorf("%s.%s = %q: %d rows, %v; want its own alone",
					table.Name, c.Name, text, found, err)
			}
		}
	}
}

// insertEach stores rows that differ in one text column of a unique index alone, each twice.
func (r *rowMaker) insertEach(table *schema.Table, index []*schema.Column, column *schema.Column) {
	r.t.Helper()
	if _, err := r.db.SQL().ExecContext(r.t.Context(), "DELETE FROM `"+table.Name+"`"); err != nil {
		r.t.Fatal(err)
	}
	given := map[string]any{}
	for _, c := range index {
		given[c.Name] = r.other(c)
	}
	for _, text := range alike {
		given[column.Name] = text
		if err := r.insert(table, given); err != nil {
			r.t.Errorf("%s.%s = %q beside what looks like it: %v",
				table.Name, column.Name, text, err)
			continue
		}
		if err := r.insert(table, given); !store.IsDuplicate(err) {
			r.t.Errorf("%s.%s = %q twice: %v, want a duplicate",
				table.Name, column.Name, text, err)
		}
	}
}
