package verify_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"entgo.io/ent/dialect"

	entevent "orderflow/ent/event"
	"orderflow/ent/migrate"
	"orderflow/internal/dbtest"
	"orderflow/internal/globalid"
	"orderflow/internal/store"
	"orderflow/internal/verify"
)

// damage breaks one thing in a sound database by plain SQL.
type damage struct {
	check string
	// do returns the id that the check must name.
	do func(w *wreck) string
	// also are checks that find it too, because the same thing is told in several places.
	also []string
}

// wreck is a world whose changes are undone.
type wreck struct {
	*world
	undo []func()
}

func (w *wreck) exec(query string, args ...any) {
	w.t.Helper()
	if _, err := w.db.SQL().ExecContext(w.ctx(), query, args...); err != nil {
		w.t.Fatalf("%s: %v", query, err)
	}
}

// set changes one column of the row with that key.
func (w *wreck) set(table, column string, key, to any) {
	w.t.Helper()
	by := "id"
	if table == "feed_entries" {
		by = "position"
	}
	var before any
	err := w.db.SQL().QueryRowContext(w.ctx(),
		"SELECT `"+column+"` FROM "+table+" WHERE "+by+" = ?", key).Scan(&before)
	if err != nil {
		w.t.Fatalf("%s %s: %v", table, column, err)
	}
	if text, ok := before.([]byte); ok && slices.Contains([]string{"shares", "facts"}, column) {
		before = string(text) // MySQL takes no bytes for JSON
	}
	update := "UPDATE " + table + " SET `" + column + "` = ? WHERE " + by + " = ?"
	w.exec(update, to, key)
	if column == "position" && by == "position" {
		key = to
	}
	w.undo = append(w.undo, func() { w.exec(update, before, key) })
}

// add adds to a number.
func (w *wreck) add(table, column string, id globalid.ID, n int64) string {
	w.t.Helper()
	update := "UPDATE " + table + " SET " + column + " = " + column + " + ? WHERE id = ?"
	w.exec(update, n, id)
	w.undo = append(w.undo, func() { w.exec(update, -n, id) })
	return id.String()
}

// dropIndex lets a table hold what a unique index over that column would refuse, and returns what
// brings the index back.
func (w *wreck) dropIndex(table, column string) (restore func()) {
	w.t.Helper()
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
			if w.db.Dialect == dialect.MySQL {
				drop += " ON " + table
			}
			w.exec(drop)
			return func() {
				w.exec("CREATE UNIQUE INDEX " + index.Name + " ON " + table + " (" +
					strings.Join(names, ", ") + ")")
			}
		}
	}
	w.t.Fatalf("no index on %s.%s", table, column)
	return nil
}

// event finds the event of an order with that sequence; counted from the end when negative.
func (w *wreck) event(m *made, sequence int) (globalid.ID, int64) {
	all := w.db.Client.Event.Query().Where(entevent.OrderID(m.ID)).AllX(w.ctx())
	if sequence < 0 {
		sequence += len(all) + 1
	}
	for _, e := range all {
		if *e.Sequence == int64(sequence) {
			if e.Position == nil {
				return e.ID, 0
			}
			return e.ID, *e.Position
		}
	}
	w.t.Fatalf("no event %d", sequence)
	return globalid.ID{}, 0
}

func (w *wreck) head() int64 { return w.db.Client.FeedHead.GetX(w.ctx(), 1).Position }

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
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		broken := map[string]bool{}
		for _, d := range slices.Concat(
			stockDamage, moneyDamage, historyDamage, feedDamage, holderDamage, statusDamage,
			heldDamage, countedDamage, reverseDamage,
		) {
			broken[d.check] = true
			k := &wreck{world: w}
			id := d.do(k)
			report := check(t, db)
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
		report := check(t, db)
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
