package verify

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"orderflow/internal/globalid"
)

// zeroID is the value of a required column that names no row.
const zeroID = "x'00000000000000000000000000000000'"

// test is one condition on the rows of one table.
type test struct {
	check  *Check
	rows   string // SQL: not NULL in the rows that it is about
	broken string // SQL: true in those of which it does not hold
	value  string // SQL: what to show of such a row
	text   bool   // whether that is text, not an id
	says   string // what is wrong with it
}

// tables runs all tests of a table in one scan of it, and only a table with violations is read
// again. The scan is in the order of the primary key: no index has all columns.
func (r *run) tables(ctx context.Context) error {
	tests, joins := r.tests()
	for i, table := range slices.Sorted(maps.Keys(tests)) {
		if err := r.table(ctx, table, joins[table], tests[table]); err != nil {
			return err
		}
		r.progress("tables", i+1, len(tests))
	}
	return nil
}

// tests returns the tests of each table, and the joins that they need.
func (r *run) tests() (tests map[string][]test, joins map[string]string) {
	words := r.check(7, "statuses.known", "every status, kind and cause is a word of its closed list")
	exist := r.check(8, "references.exist", "every reference names a row that exists")
	copied := r.check(8, "references.copies",
		"shops and products that a row repeats are those of the row that it names")
	tests, joins = map[string][]test{}, map[string]string{}
	for _, ref := range references {
		alias := fmt.Sprintf("p%d", len(tests[ref.table]))
		joins[ref.table] += fmt.Sprintf(" LEFT JOIN %s %s ON %s.id = c.%s",
			ref.to, alias, alias, ref.column)
		named := "c." + ref.column
		if ref.orNone {
			named = "NULLIF(" + named + ", " + zeroID + ")"
		}
		tests[ref.table] = append(tests[ref.table], test{check: exist, rows: named,
			broken: named + " IS NOT NULL AND " + alias + ".id IS NULL", value: named,
			says: ref.table + "." + ref.column + " names %s, which is not in " + ref.to})
		for _, column := range ref.copies {
			own, other := "c."+column, alias+"."+column
			tests[ref.table] = append(tests[ref.table], test{check: copied, rows: other,
				broken: own + " <> " + other, value: own,
				says: ref.table + "." + column + " is %s, not that of its " + ref.column})
		}
	}
	for _, v := range vocabularies {
		tests[v.table] = append(tests[v.table], v.test(words, ""))
	}
	for _, v := range provinces {
		tests[v.table] = append(tests[v.table], v.test(words, " AND c.region LIKE 'CN%'"))
	}
	return tests, joins
}

// test is that the column holds one of the words, in the rows of a condition.
func (v vocabulary) test(known *Check, where string) test {
	// TRIGGER is a reserved word. ANSI quotes are not on in MySQL, backquotes work in SQLite too.
	column := "c.`" + v.column + "`"
	return test{check: known, rows: column,
		broken: column + " NOT IN ('" + strings.Join(v.words, "', '") + "')" + where,
		value:  column, text: true, says: v.table + "." + v.column + " is %q"}
}

func (r *run) table(ctx context.Context, name, joins string, tests []test) error {
	from := name + " c" + joins
	var columns strings.Builder
	counts := make([]int64, 1+2*len(tests))
	to := []any{&counts[0]}
	for i, t := range tests {
		fmt.Fprintf(&columns, ", COUNT(%s), COUNT(CASE WHEN %s THEN 1 END)", t.rows, t.broken)
		to = append(to, &counts[1+2*i], &counts[2+2*i])
	}
	query := "SELECT COUNT(*)" + columns.String() + " FROM " + from
	if err := r.conn.QueryRowContext(ctx, query).Scan(to...); err != nil {
		return err
	}
	r.rows += counts[0]
	for i, t := range tests {
		t.check.Rows += counts[1+2*i]
		if counts[2+2*i] == 0 {
			continue
		}
		if err := r.broken(ctx, from, t); err != nil {
			return err
		}
	}
	return nil
}

// broken lists the rows of which a test does not hold.
func (r *run) broken(ctx context.Context, from string, t test) error {
	return r.each(ctx, "SELECT c.id, "+t.value+" FROM "+from+" WHERE "+t.broken, nil,
		func(scan func(...any) error) error {
			var id, names globalid.ID
			var text string
			if t.text {
				err := scan(&id, &text)
				t.check.fail(id, t.says, text)
				return err
			}
			err := scan(&id, &names)
			t.check.fail(id, t.says, names)
			return err
		})
}
