package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"entgo.io/ent/dialect"

	"orderflow/internal/globalid"
)

// Increment is an addition to columns of a table that many transactions make to the same rows. None
// of them reads a row to change it; one statement adds to all rows of a transaction.
type Increment struct {
	Table   string
	Columns []string // the same is added to each
	// Bound is a condition on the row as it was, in which @ stands for what is added.
	Bound string
	// Most and Pace are for AddPaced. Most is a column that must not be more than the row is allowed.
	// Pace is a column with a time, in microseconds: it is raised to the time of the transaction where
	// it is earlier, and by the steps, and must not be more than PaceWithin ahead then.
	Most, Pace string
	PaceWithin time.Duration
	// Refused is the error of a transaction of which a row does not fulfil the bound.
	Refused func(added map[globalid.ID]int64) error
}

// increments is what one transaction adds, by row.
type increments struct {
	*Increment
	added map[globalid.ID]int64
	paced map[globalid.ID]Paced // of AddPaced
	now   time.Time             // of the transaction
}

// Paced is what else an addition with a pace says.
type Paced struct {
	Step time.Duration
	Most int64 // that the column Most may have
}

// Add makes an addition to a row part of what the transaction writes: after all else, because
// others wait for the row until the commit, or before a statement that names the table.
func (tx *Tx) Add(in *Increment, row globalid.ID, n int64) { tx.changes.add(in, row, n) }

// AddPaced is Add for an increment with a pace. Of several additions to a row the steps add up, and
// the least of what is allowed counts.
func (tx *Tx) AddPaced(in *Increment, row globalid.ID, n int64, p Paced) {
	known := tx.changes.add(in, row, n)
	known.now = tx.Now
	known.addPaced(row, p)
}

func (in *increments) addPaced(row globalid.ID, p Paced) {
	if earlier, several := in.paced[row]; several {
		p = Paced{Step: earlier.Step + p.Step, Most: min(earlier.Most, p.Most)}
	}
	in.paced[row] = p
}

func (c *changes) add(in *Increment, row globalid.ID, n int64) *increments {
	for _, known := range c.increments {
		if known.Increment == in {
			known.added[row] += n
			return known
		}
	}
	added := &increments{Increment: in, added: map[globalid.ID]int64{row: n},
		paced: map[globalid.ID]Paced{}}
	c.increments = append(c.increments, added)
	return added
}

// addAll adds what another transaction within this one adds.
func (c *changes) addAll(in *increments) {
	for row, n := range in.added {
		known := c.add(in.Increment, row, n)
		if p, paced := in.paced[row]; paced {
			known.now = in.now
			known.addPaced(row, p)
		}
	}
}

// flushIncrements writes the additions to the named tables, or to all for nil.
func (c *changes) flushIncrements(
	ctx context.Context, on dialect.ExecQuerier, named map[string]bool,
) error {
	var due []*increments
	c.increments = slices.DeleteFunc(c.increments, func(in *increments) bool {
		if named != nil && !named[in.Table] {
			return false
		}
		if c.beforeWrite == nil || c.beforeWrite(Change{Increment: in.Increment}) {
			due = append(due, in)
		}
		return true
	})
	c.wrote = c.wrote || len(due) > 0
	for _, in := range due {
		if err := in.exec(ctx, on); err != nil {
			return err
		}
	}
	return nil
}

// exec is one statement, which locks the rows by their ids.
func (in *increments) exec(ctx context.Context, on dialect.ExecQuerier) error {
	ids := slices.SortedFunc(maps.Keys(in.added), globalid.ID.Compare)
	delta, deltaArgs := byRow(ids, func(id globalid.ID) int64 { return in.added[id] })
	var args []any
	sets := make([]string, len(in.Columns), len(in.Columns)+1)
	for i, column := range in.Columns {
		sets[i] = "`" + column + "` = `" + column + "` + " + delta
		args = append(args, deltaArgs...)
	}
	where, whereArgs := strings.ReplaceAll(in.Bound, "@", delta),
		slices.Repeat(deltaArgs, strings.Count(in.Bound, "@"))
	if in.Pace != "" {
		var set string
		var setArgs []any
		set, setArgs, where, whereArgs = in.pacing(ids)
		sets, args = append(sets, set), append(args, setArgs...)
	}
	query := "UPDATE `" + in.Table + "` SET " + strings.Join(sets, ", ") +
		" WHERE `id` IN (" + marks(len(ids)) + ") AND " + where
	args = append(args, anys(ids)...)
	n, err := execUpdate(ctx, on, query, append(args, whereArgs...))
	if err != nil {
		return fmt.Errorf("add to %s: %w", in.Table, err)
	}
	if n != len(ids) {
		return in.Refused(in.added)
	}
	return nil
}

// pacing is the assignment to the column of the pace, and the condition of an increment with one.
func (in *increments) pacing(ids []globalid.ID) (
	set string, setArgs []any, where string, whereArgs []any,
) {
	step, stepArgs := byRow(ids, func(id globalid.ID) int64 {
		return in.paced[id].Step.Microseconds()
	})
	most, mostArgs := byRow(ids, func(id globalid.ID) int64 { return in.paced[id].Most })
	now := in.now.UnixMicro()
	pace := "`" + in.Pace + "`"
	set = pace + " = CASE WHEN " + pace + " > ? THEN " + pace + " ELSE ? END + " + step
	where = "`" + in.Most + "` <= " + most + " AND " + pace + " + " + step + " <= ?"
	return set, append([]any{now, now}, stepArgs...), where,
		slices.Concat(mostArgs, stepArgs, []any{now + in.PaceWithin.Microseconds()})
}

// byRow is an expression with a number for each row.
func byRow(ids []globalid.ID, of func(globalid.ID) int64) (expression string, args []any) {
	if len(ids) == 1 {
		return "?", []any{of(ids[0])}
	}
	for _, id := range ids {
		args = append(args, id, of(id))
	}
	return caseOfID(len(ids)), args
}
