package store_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"orderflow/ent"
	"orderflow/internal/dbtest"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/store"
)

// task is a command that adds a setting of its name and takes units of a stock row.
type task struct {
	ctx   context.Context
	name  string
	units int64
	do    func(ctx context.Context, tx *store.Tx) error // more of it; nil for nothing

	ids   []globalid.ID
	err   error
	panic any
}

func (c *task) work(
	ctx context.Context, tx *store.Tx, row globalid.ID,
) ([]globalid.ID, error) {
	id := globalid.New(globalid.Order)
	tx.Insert(&ent.Setting{ID: c.name, Value: id.String()})
	if c.units != 0 {
		tx.Add(reserving, row, c.units)
	}
	if c.do == nil {
		return []globalid.ID{id}, nil
	}
	return []globalid.ID{id}, c.do(ctx, tx)
}

// queueEnv is a queue of tasks on a database.
type queueEnv struct {
	*testing.T
	db         *store.DB
	statements dbtest.Statements
	queue      *store.Queue[*task]
	stock      *ent.Stock
}

func eachQueue(t *testing.T, test func(e *queueEnv)) {
	t.Helper()
	for _, dialect := range dbtest.Dialects(t) {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			e := &queueEnv{T: t, stock: newStock(10)}
			e.db = dbtest.Open(t, dialect, store.Options{Observe: e.statements.Observe})
			insert(t, e.db, e.stock)
			e.queue = store.NewQueue(e.db,
				func(ctx context.Context, c *task) ([]globalid.ID, error) {
					ids, _, err := e.db.Command(ctx,
						func(ctx context.Context, tx *store.Tx) ([]globalid.ID, error) {
							return c.work(ctx, tx, e.stock.ID)
						})
					return ids, err
				},
				func(ctx context.Context, batch []*store.Waiting[*task]) {
					store.RunTogether(ctx, e.db, batch, nil, func(
						ctx context.Context, tx *store.Tx, w *store.Waiting[*task],
					) ([]globalid.ID, error) {
						return w.Command.work(ctx, tx, e.stock.ID)
					})
				})
			test(e)
		})
	}
}

// run gives tasks to the queue, one after the other while nothing runs, then lets it run, and
// returns the statements from then on.
func (e *queueEnv) run(tasks ...*task) []string {
	e.Helper()
	release := e.db.HoldSlots()
	var all sync.WaitGroup
	for i, c := range tasks {
		if c.ctx == nil {
			c.ctx = e.Context()
		}
		all.Go(func() {
			defer func() { c.panic = recover() }()
			c.ids, c.err = e.queue.Do(c.ctx, c)
		})
		dbtest.AwaitQueued(e.T, e.db, i+1)
	}
	e.statements.Take()
	release()
	all.Wait()
	return e.statements.Take()
}

// expect checks that a task is done, once, with the ids that its caller got; or refused, and has
// left nothing.
func (e *queueEnv) expect(c *task, refusal fault.Code) {
	e.Helper()
	row, err := e.db.Client.Setting.Get(e.Context(), c.name)
	switch {
	case refusal != "":
		if !fault.Is(c.err, refusal) || !ent.IsNotFound(err) {
			e.Errorf("%s: %v, want %s; its row: %v, %v", c.name, c.err, refusal, row, err)
		}
	case c.err != nil || err != nil:
		e.Errorf("%s: %v; its row: %v", c.name, c.err, err)
	case len(c.ids) != 1 || row.Value != c.ids[0].String():
		e.Errorf("%s: the caller got %v, the row is of %s", c.name, c.ids, row.Value)
	}
}

func (e *queueEnv) reserved(want int64) {
	e.Helper()
	if got := e.db.Client.Stock.GetX(e.Context(), e.stock.ID).Reserved; got != want {
		e.Errorf("%d reserved, want %d", got, want)
	}
}

func begun(statements []string) (n int) {
	for _, query := range statements {
		if query == "BEGIN" {
			n++
		}
	}
	return n
}

// batch are tasks that can be done together.
func batch(prefix string, n int) []*task {
	tasks := make([]*task, n)
	for i := range tasks {
		tasks[i] = &task{name: fmt.Sprint(prefix, i)}
	}
	return tasks
}

func TestWhatWaitsRunsTogether(t *testing.T) {
	t.Parallel()
	eachQueue(t, func(e *queueEnv) {
		all := batch("c", 16)
		for _, c := range all[:10] {
			c.units = 1
		}
		// BEGIN, one insert, one update of the stock, COMMIT.
		if statements := e.run(all...); len(statements) != 4 {
			e.Errorf("%d statements:\n%s", len(statements), strings.Join(statements, "\n"))
		}
		for _, c := range all {
			e.expect(c, "")
		}
		e.reserved(10)
		if statements := e.run(batch("d", 17)...); begun(statements) != 2 { // 16 at most
			e.Errorf("17 in %d transactions", begun(statements))
		}
		alone := &task{name: "alone"}
		alone.ids, alone.err = e.queue.Do(e.Context(), alone)
		e.expect(alone, "")
	})
}

// One of a batch that is refused, in whatever way, writes nothing and disturbs nobody.
func TestOneOfABatchIsRefused(t *testing.T) {
	t.Parallel()
	refusal := fault.New(fault.NotSold, "no")
	for name, poison := range map[string]struct {
		task         *task
		code         fault.Code
		transactions int // 2: the batch and the one; more: all by themselves
	}{
		"by its rules": {&task{do: func(context.Context, *store.Tx) error {
			return refusal
		}}, fault.NotSold, 2},
		"when it has written": {&task{do: func(ctx context.Context, tx *store.Tx) error {
			return errors.Join(put(ctx, tx, "written"), refusal)
		}}, fault.NotSold, 17},
		"by the stock": {&task{units: 11, do: func(context.Context, *store.Tx) error {
			return nil
		}}, fault.Internal, 17},
		"by the database": {&task{do: func(ctx context.Context, tx *store.Tx) error {
			return tx.Setting.UpdateOneID("nothing").SetValue("1").Exec(ctx)
		}}, fault.Internal, 17},
		"by a unique index": {&task{do: func(_ context.Context, tx *store.Tx) error {
			tx.Insert(&ent.Setting{ID: "there", Value: "twice"})
			return nil
		}}, fault.Internal, 17},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			eachQueue(t, func(e *queueEnv) {
				insert(t, e.db, &ent.Setting{ID: "there", Value: "1"})
				all := batch("c", 16)
				poisoned := *poison.task
				poisoned.name = "poisoned"
				all[7] = &poisoned
				statements := e.run(all...)
				for _, c := range all {
					if c == &poisoned {
						e.expect(c, poison.code)
					} else {
						e.expect(c, "")
					}
				}
				if n := begun(statements); n != poison.transactions {
					e.Errorf("%d transactions, want %d", n, poison.transactions)
				}
				e.reserved(0)
				if has(t, e.db, "written") {
					e.Error("what it wrote before its refusal is there")
				}
			})
		})
	}
}

// What waits for rows that others hold does not keep everything else from running.
func TestASlowCommandKeepsNoSlot(t *testing.T) {
	t.Parallel()
	eachQueue(t, func(e *queueEnv) {
		began, stop := make(chan struct{}), make(chan struct{})
		slow := store.NewQueue(e.db, func(context.Context, int) ([]globalid.ID, error) {
			began <- struct{}{}
			<-stop
			return nil, nil
		}, nil)
		var stuck sync.WaitGroup
		for i := range 8 { // many more than there are slots
			stuck.Go(func() { _, _ = slow.Do(e.Context(), i) })
			<-began
		}
		c := &task{name: "quick"}
		c.ids, c.err = e.queue.Do(e.Context(), c)
		e.expect(c, "")
		close(stop)
		stuck.Wait()
	})
}

func TestOneOfABatchPanics(t *testing.T) {
	t.Parallel()
	eachQueue(t, func(e *queueEnv) {
		for name, broken := range map[string]func(context.Context, *store.Tx) error{
			"in its work": func(context.Context, *store.Tx) error { panic("broken") },
			"when it is written": func(_ context.Context, tx *store.Tx) error {
				tx.Insert(brokenRow{})
				return nil
			},
		} {
			all := batch(name, 3)
			all[1].do = broken
			e.run(all...)
			e.expect(all[0], "")
			e.expect(all[2], "")
			if all[1].panic != "broken" || has(t, e.db, all[1].name) {
				e.Errorf("%s: its caller recovered %v", name, all[1].panic)
			}
		}
	})
}

// What panics after the commit is not done again.
func TestABatchPanicsAfterItsCommit(t *testing.T) {
	t.Parallel()
	eachQueue(t, func(e *queueEnv) {
		all := batch("c", 3)
		all[0].do = func(_ context.Context, tx *store.Tx) error {
			tx.AfterCommit(func() { panic("broken") })
			return nil
		}
		statements := e.run(all...)
		for _, c := range all {
			if c.panic != "broken" || !has(t, e.db, c.name) {
				e.Errorf("%s: %v", c.name, c.panic)
			}
		}
		if n := begun(statements); n != 1 {
			e.Errorf("%d transactions", n)
		}
	})
}

// brokenRow cannot be written.
type brokenRow struct{}

func (brokenRow) Key() (table string, id any) { return "settings", "broken" }

func (brokenRow) Record() (table string, columns []string, values []any) { panic("broken") }

// What several want of the last units is given to those who came first.
func TestTheFirstOfABatchGetTheLastUnits(t *testing.T) {
	t.Parallel()
	eachQueue(t, func(e *queueEnv) {
		all := batch("c", 16)
		for _, c := range all {
			c.units = 2
		}
		e.run(all...)
		for i, c := range all {
			if i < 5 { // of 10 units
				e.expect(c, "")
			} else if !errors.Is(c.err, errBound) || has(t, e.db, c.name) {
				e.Errorf("%s: %v", c.name, c.err)
			}
		}
		e.reserved(10)
	})
}

func TestKeysInABatch(t *testing.T) {
	t.Parallel()
	eachQueue(t, func(e *queueEnv) {
		with := func(c *task, k store.Key) *task {
			c.ctx = store.WithKey(e.Context(), k)
			return c
		}
		first := with(&task{name: "first"}, key("used", 1))
		e.run(first)
		all := batch("c", 16)
		for i, c := range all {
			with(c, key(fmt.Sprint(i), 1))
		}
		again := with(all[3], key("used", 1))
		reused := with(all[4], key("used", 2))
		twin := with(all[6], key("5", 1))
		e.run(all...)
		e.expect(reused, fault.IdempotencyKeyReused)
		for _, c := range all {
			if c != again && c != reused && c != twin && c != all[5] {
				e.expect(c, "")
			}
		}
		if again.err != nil || !slices.Equal(again.ids, first.ids) || has(t, e.db, again.name) {
			e.Errorf("a used key: %v, %v, want %v", again.ids, again.err, first.ids)
		}
		if twin.err != nil || !slices.Equal(twin.ids, all[5].ids) ||
			has(t, e.db, twin.name) == has(t, e.db, all[5].name) {
			e.Errorf("two of one key: %v and %v, %v", twin.ids, all[5].ids, twin.err)
		}
	})
}

// A client that leaves takes its command along when it has not begun, and no other's.
func TestAClientLeavesTheQueue(t *testing.T) {
	t.Parallel()
	eachQueue(t, func(e *queueEnv) {
		all := batch("c", 4)
		waiting, leave := context.WithCancel(e.Context())
		running, leaveLate := context.WithCancel(e.Context())
		all[1].ctx, all[2].ctx = waiting, running
		all[2].do = func(ctx context.Context, _ *store.Tx) error {
			leaveLate()
			return ctx.Err()
		}
		release := e.db.HoldSlots()
		var others sync.WaitGroup
		left := make(chan struct{})
		for i, c := range all {
			if c.ctx == nil {
				c.ctx = e.Context()
			}
			done := others.Done
			if i == 1 {
				done = func() { close(left) }
			} else {
				others.Add(1)
			}
			go func() {
				defer done()
				c.ids, c.err = e.queue.Do(c.ctx, c)
			}()
			dbtest.AwaitQueued(t, e.db, i+1)
		}
		leave()
		<-left
		release()
		others.Wait()
		if !errors.Is(all[1].err, context.Canceled) || has(t, e.db, all[1].name) {
			e.Errorf("who left early: %v", all[1].err)
		}
		for _, c := range []*task{all[0], all[2], all[3]} {
			e.expect(c, "")
		}
	})
}

// Two of a batch that change one row cannot be done together.
func TestCommandsOfABatchOnOneRow(t *testing.T) {
	t.Parallel()
	eachQueue(t, func(e *queueEnv) {
		shared := newPayment(globalid.New(globalid.Order))
		insert(t, e.db, shared)
		all := batch("c", 4)
		for _, c := range all {
			c.do = func(ctx context.Context, tx *store.Tx) error {
				row, err := tx.Payment.Get(ctx, shared.ID)
				if err == nil {
					store.Track(tx, row).Failure += "x"
				}
				return err
			}
		}
		e.run(all...)
		for _, c := range all {
			e.expect(c, "")
		}
		if got := paymentsOf(t, e.db, shared.ID)[0].Failure; got != "xxxx" {
			e.Errorf("%q", got)
		}
	})
}

// A command reads what those before it in the batch have changed, and undoing it undoes nothing of
// theirs.
func TestACommandReadsWhatTheBatchHasChanged(t *testing.T) {
	t.Parallel()
	eachQueue(t, func(e *queueEnv) {
		all := batch("c", 3)
		all[1].do = func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Setting.Get(ctx, all[0].name)
			return err
		}
		all[2].do = func(ctx context.Context, tx *store.Tx) error {
			return fault.New(fault.NotSold, "no")
		}
		e.run(all...)
		e.expect(all[0], "")
		e.expect(all[1], "")
		e.expect(all[2], fault.NotSold)
	})
}
