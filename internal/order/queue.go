package order

import (
	"context"
	"reflect"
	"slices"

	"orderflow/ent"
	"orderflow/internal/auth"
	"orderflow/internal/document"
	"orderflow/internal/event"
	"orderflow/internal/globalid"
	"orderflow/internal/limit"
	"orderflow/internal/store"
)

// command is a command on an order.
type command struct {
	order globalid.ID
	actor event.Actor
	work  func(ctx context.Context, l *Locked) ([]globalid.ID, error)
}

// commandOf is a command of a viewer.
func commandOf(
	id globalid.ID, v *auth.Viewer,
	work func(ctx context.Context, l *Locked) ([]globalid.ID, error),
) *command {
	return &command{id, event.ActorOf(v),
		func(ctx context.Context, l *Locked) ([]globalid.ID, error) {
			if err := l.mustInvolve(ctx, v); err != nil {
				return nil, err
			}
			if !v.SeesAllShops() {
				if err := limit.Events.OneMore(int(l.Order.EventSequence)); err != nil {
					return nil, err
				}
			}
			return work(ctx, l)
		}}
}

// runOf is what the clock, a channel or a courier does.
func runOf(
	id globalid.ID, actor event.Actor, work func(ctx context.Context, l *Locked) error,
) *command {
	return &command{id, actor, func(ctx context.Context, l *Locked) ([]globalid.ID, error) {
		return nil, work(ctx, l)
	}}
}

// alone runs the command in a transaction of its own.
func (c *command) alone(ctx context.Context, db *store.DB) ([]globalid.ID, error) {
	ids, _, err := db.Command(ctx,
		func(ctx context.Context, tx *store.Tx) ([]globalid.ID, error) {
			row, err := tx.LockOrder(ctx, c.order)
			if err != nil {
				return nil, err
			}
			return c.run(ctx, newLocked(tx, row, c.actor))
		})
	return ids, err
}

// run is what every command on an order has in common inside of its transaction.
func (c *command) run(ctx context.Context, l *Locked) ([]globalid.ID, error) {
	ids, err := c.work(ctx, l)
	if err != nil {
		return nil, err
	}
	if l.loaded { // else no sub-order has changed
		l.RollUp()
		l.setNextDue()
	}
	return ids, nil
}

// Queue runs commands of one kind on orders. Those that wait at the same moment run in one
// transaction: their orders are locked and their parts are read and written together. It is for
// frequent commands that change nothing but their order, its parts and the stock.
type Queue struct {
	db    *store.DB
	queue *store.Queue[*command]
}

// NewQueue returns a queue of commands on orders of a database.
func NewQueue(db *store.DB) *Queue {
	q := &Queue{db: db}
	alone := func(ctx context.Context, c *command) ([]globalid.ID, error) {
		return c.alone(ctx, db)
	}
	q.queue = store.NewQueue(db, alone, q.together)
	return q
}

// CommandOnRow is the function of that name, in the queue.
func (q *Queue) CommandOnRow(
	ctx context.Context, id globalid.ID, v *auth.Viewer,
	work func(ctx context.Context, l *Locked) ([]globalid.ID, error),
) ([]globalid.ID, error) {
	return q.queue.Do(ctx, commandOf(id, v, work))
}

// RunOnRow is the function of that name, in the queue.
func (q *Queue) RunOnRow(
	ctx context.Context, id globalid.ID, actor event.Actor,
	work func(ctx context.Context, l *Locked) error,
) error {
	_, err := q.queue.Do(store.WithoutKey(ctx), runOf(id, actor, work))
	return err
}

// together runs the commands of a batch, of which no two are on one order. Orders that others hold
// are passed over.
func (q *Queue) together(ctx context.Context, batch []*store.Waiting[*command]) {
	b := &batchOfOrders{rows: map[globalid.ID]*ent.Order{}, parts: map[reflect.Type]parts{},
		terms: map[policyOf]document.ShopPolicy{}}
	seen := map[globalid.ID]bool{}
	batch = slices.DeleteFunc(slices.Clone(batch), func(w *store.Waiting[*command]) bool {
		again := seen[w.Command.order]
		seen[w.Command.order] = true
		return again
	})
	for _, w := range batch {
		b.ids = append(b.ids, w.Command.order)
	}
	store.RunTogether(ctx, q.db, batch, b.lock, func(
		ctx context.Context, tx *store.Tx, w *store.Waiting[*command],
	) ([]globalid.ID, error) {
		row := b.rows[w.Command.order]
		if row == nil {
			w.Held = true
			return nil, errHeld
		}
		l := newLocked(tx, row, w.Command.actor)
		l.batch = b
		return w.Command.run(ctx, l)
	})
}
