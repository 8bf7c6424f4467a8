package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

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
	// Refused is the error of a transaction of which a row does not fulfil the bound.
	Refused func(added map[globalid.ID]int64) error
}

// increments is what one transaction adds, by row.
type increments struct {
	*Increment
	added map[globalid.ID]int64
}

// Add makes an addition to a row part of what the transaction writes: after all else, because
// others wait for the row until the commit, or before a statement that names the table.
func (tx *Tx) Add(in *Increment, row globalid.ID, n int64) { tx.changes.add(in, row, n) }

func (c *changes) add(in *Increment, row globalid.ID, n int64) {
	for _, known := range c.increments {
		if known.Increment == in {
			known.added[row] += n
			return
		}
	}
	c.increments = append(c.increments, &increments{in, map[globalid.ID]int64{row: n}})
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
	cases := make([]any, 0, 2*len(ids))
	for _, id := range ids {
		cases = append(cases, id, in.added[id])
	}
	delta, deltaArgs := caseOfID(len(ids)), cases
	if len(ids) == 1 {
		delta, deltaArgs = "?", cases[1:]
	}
	var args []any
	sets := make([]string, len(in.Columns))
	for i, column := range in.Columns {
		sets[i] = "`" + column + "` = `" + column + "` + " + delta
		args = append(args, deltaArgs...)
	}
	query := "UPDATE `" + in.Table + "` SET " + strings.Join(sets, ", ") +
		" WHERE `id` IN (" + marks(len(ids)) + ") AND " + strings.ReplaceAll(in.Bound, "@", delta)
	args = append(args, anys(ids)...)
	args = append(args, slices.Repeat(deltaArgs, strings.Count(in.Bound, "@"))...)
	n, err := execUpdate(ctx, on, query, args)
	if err != nil {
		return fmt.Errorf("add to %s: %w", in.Table, err)
	}
	if n != len(ids) {
		return in.Refused(in.added)
	}
	return nil
}
