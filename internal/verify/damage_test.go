package verify_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"entgo.io/ent/dialect"

	entevent "orderflow/ent/event"
	"orderflow/ent/migrate"
	"orderflow/internal/globalid"
	"orderflow/internal/ordertest"
	"orderflow/internal/verify"
)

// damage breaks one thing in a sound database by plain SQL.
type damage struct {
	check string
	// do returns the id that the check must name.
	do func(w *damaged) string
	// also are checks that find it too, because the same thing is row in several places.
	also []string
}

// damaged is a fixture whose changes are undone.
type damaged struct {
	*fixture
	undo []func()
}

func (w *damaged) exec(query string, args ...any) {
	w.T.Helper()
	if _, err := w.DB.SQL().ExecContext(w.ctx(), query, args...); err != nil {
		w.T.Fatalf("%s: %v", query, err)
	}
}

// set changes one column of the row with that key.
func (w *damaged) set(table, column string, key, to any) {
	w.T.Helper()
	var before any
	err := w.DB.SQL().QueryRowContext(w.ctx(),
		"SELECT `"+column+"` FROM "+table+" WHERE id = ?", key).Scan(&before)
	if err != nil {
		w.T.Fatalf("%s %s: %v", table, column, err)
	}
	if text, ok := before.([]byte); ok && slices.Contains([]string{"shares", "payload"}, column) {
		before = string(text) // MySQL takes no bytes for JSON
	}
	update := "UPDATE " + table + " SET `" + column + "` = ? WHERE id = ?"
	w.exec(update, to, key)
	w.undo = append(w.undo, func() { w.exec(update, before, key) })
}

// add adds to a number.
func (w *damaged) add(table, column string, id globalid.ID, n int64) string {
	w.T.Helper()
	update := "UPDATE " + table + " SET " + column + " = " + column + " + ? WHERE id = ?"
	w.exec(update, n, id)
	w.undo = append(w.undo, func() { w.exec(update, -n, id) })
	return id.String()
}

// dropIndex drops the unique index over that column, and returns what creates it again.
func (w *damaged) dropIndex(table, column string) (restore func()) {
	w.T.Helper()
	for _, t := range migrate.Tables {
		for _, index := range t.Indexes {
			if t.Name != table || index.Columns[len(index.Columns)-1].Name != column {
				continue
			}
			names := make([]string, len(index.Columns))
			for i, c := range index.Columns {
				names[i] = c.Name
			}
			drop := "DROP INDEX " + index.Name
			if w.DB.Dialect == dialect.MySQL {
				drop += " ON " + table
			}
			w.exec(drop)
			return func() {
				w.exec("CREATE UNIQUE INDEX " + index.Name + " ON " + table + " (" +
					strings.Join(names, ", ") + ")")
			}
		}
	}
	w.T.Fatalf("no index on %s.%s", table, column)
	return nil
}

// event finds the event of an order with that sequence; counted from the end when negative.
func (w *damaged) event(m *orderRows, sequence int) (globalid.ID, int64) {
	all := w.DB.Client.Event.Query().Where(entevent.OrderID(m.ID)).AllX(w.ctx())
	if sequence < 0 {
		sequence += len(all) + 1
	}
	for _, row := range all {
		if *row.Sequence == int64(sequence) {
			if row.Position == nil {
				return row.ID, 0
			}
			return row.ID, *row.Position
		}
	}
	w.T.Fatalf("no event %d", sequence)
	return globalid.ID{}, 0
}

func (w *damaged) head() int64 { return w.DB.Client.FeedHead.GetX(w.ctx(), 1).Position }

func violations(report verify.Report) string {
	var text strings.Builder
	for _, c := range report.Checks {
		for _, v := range c.Violations {
			fmt.Fprintf(&text, "\n%s: %s %s", c.Name, v.ID, v.Detail)
		}
	}
	return text.String()
}

// Each damage is found by its check, and by no other than those it names; and every check finds
// one.
func TestDamageIsFound(t *testing.T) {
	each(t, func(t *testing.T, e *ordertest.Env) {
		w := newFixture(e)
		broken := map[string]bool{}
		for _, d := range slices.Concat(
			stockDamage, moneyDamage, historyDamage, feedDamage, holderDamage, statusDamage,
			heldDamage, countedDamage, reverseDamage, billDamage, auditDamage,
		) {
			broken[d.check] = true
			k := &damaged{fixture: w}
			id := d.do(k)
			report := check(t, e.DB)
			got, want := failing(report), append(d.also, d.check)
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Errorf("%s: failing %v:%s", d.check, got, violations(report))
			}
			for _, c := range report.Checks {
				named := false
				for _, v := range c.Violations {
					named = named || v.ID == id
				}
				if c.Name == d.check && !named {
					t.Errorf("%s does not name %s: %+v", d.check, id, c.Violations)
				}
			}
			for _, undo := range slices.Backward(k.undo) {
				undo()
			}
		}
		report := check(t, e.DB)
		if !report.OK() {
			t.Errorf("still failing at the end: %v", failing(report))
		}
		for _, c := range report.Checks {
			if !broken[c.Name] {
				t.Errorf("nothing was broken for %s", c.Name)
			}
		}
	})
}
