package store

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"orderflow/ent/idempotencykey"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
)

var (
	errNothingDone = errors.New("store: no command of the batch can be done together")
	errOverlap     = errors.New("store: two commands of a batch change one row")
	errPanic       = errors.New("store: a command of the batch panicked")
)

// RunTogether runs the commands of a batch in one transaction, after prepare (nil for nothing),
// each with its own Tx, and sets the outcome of those that it has done. A command that is refused,
// or whose key was used before, is left out and has written nothing; any other error, also of a
// command that had to write before its end, undoes all. A command must not change rows that others
// of the batch change, other than by increments.
func RunTogether[T any](
	ctx context.Context, db *DB, batch []*Waiting[T],
	prepare func(ctx context.Context, tx *Tx) error,
	work func(ctx context.Context, tx *Tx, w *Waiting[T]) ([]globalid.ID, error),
) {
	members := make([]*member, len(batch))
	for i, w := range batch {
		members[i] = &member{ctx: w.Ctx,
			work: func(ctx context.Context, tx *Tx) ([]globalid.ID, error) {
				tx.AfterCommit(func() { w.Done = true }) // whatever follows the commit
				return work(ctx, tx, w)
			}}
	}
	done, err := db.together(ctx, members, prepare)
	for i, w := range batch {
		if slices.Contains(done, members[i]) {
			w.Done, w.IDs, w.Err = true, members[i].ids, err
		}
	}
}

// member is one of several commands in one transaction.
type member struct {
	ctx  context.Context //nolint:containedctx // of its caller
	work func(ctx context.Context, tx *Tx) ([]globalid.ID, error)
	ids  []globalid.ID
}

// key is the idempotency key of the command, if it has one.
func (m *member) key() (key Key, keyed bool) {
	key, keyed = m.ctx.Value(keyContext{}).(Key)
	return key, keyed
}

// together returns the commands that are committed; or, with an error, those of which nobody can
// tell.
func (db *DB) together(
	ctx context.Context, members []*member, prepare func(ctx context.Context, tx *Tx) error,
) (done []*member, err error) {
	err = db.runOnce(ctx, func(ctx context.Context, tx *Tx) error {
		used, err := usedKeys(ctx, tx, members)
		if err == nil && prepare != nil {
			err = prepare(ctx, tx)
		}
		if err != nil {
			return err
		}
		for _, m := range members {
			key, keyed := m.key()
			if keyed && used[key.id()] {
				continue
			}
			ok, err := db.runMember(ctx, tx, m)
			if err != nil {
				return err
			}
			if ok {
				done = append(done, m)
				used[key.id()] = true
			}
		}
		if len(done) == 0 {
			return errNothingDone
		}
		return nil
	})
	var unclear *commitError
	if err == nil || errors.As(err, &unclear) && unanswered(unclear.error) {
		return done, err
	}
	return nil, nil
}

// usedKeys are the members' idempotency keys under which a command has run.
func usedKeys(
	ctx context.Context, tx *Tx, members []*member,
) (map[globalid.ID]bool, error) {
	var keys []globalid.ID
	for _, m := range members {
		if key, keyed := m.key(); keyed {
			keys = append(keys, key.id())
		}
	}
	used := map[globalid.ID]bool{}
	if len(keys) == 0 {
		return used, nil
	}
	found, err := tx.IdempotencyKey.Query().Where(idempotencykey.IDIn(keys...)).IDs(ctx)
	for _, id := range found {
		used[id] = true
	}
	return used, err
}

// runMember runs one command on a transaction of its own within the batch's, and makes what it
// changed part of the batch.
func (db *DB) runMember(ctx context.Context, tx *Tx, m *member) (done bool, err error) {
	own := &Tx{Now: tx.Now, RealNow: tx.RealNow, dialect: tx.dialect, raw: tx.raw, changes: &changes{
		byID: map[rowID]*tracked{}, beforeWrite: db.beforeWrite, batch: tx.changes}}
	own.Tx, err = db.Client.Tx(context.WithValue(ctx, beginContext{}, own))
	if err != nil {
		return false, err
	}
	m.ids, err = m.call(ctx, own)
	switch {
	case err != nil && (own.changes.wrote || len(fault.All(err)) == 0):
		return false, err
	case err != nil:
		return false, nil //nolint:nilerr // its caller will get it, alone
	}
	if key, keyed := m.key(); keyed {
		db.keep(own, key, m.ids)
	}
	if err := tx.changes.merge(own.changes); err != nil {
		return false, err
	}
	// The first of each member marks it as done, before any other is called.
	tx.after = slices.Insert(append(tx.after, own.after[1:]...), 0, own.after[0])
	tx.last = append(tx.last, own.last...)
	tx.notify = tx.notify || own.notify
	if own.probe != nil {
		tx.probe = own.probe
	}
	return true, nil
}

// call runs the work. Where it panics it will do so again on its caller's goroutine, alone.
func (m *member) call(ctx context.Context, tx *Tx) (ids []globalid.ID, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: %v", errPanic, p)
		}
	}()
	return m.work(memberContext{Context: ctx, values: m.ctx}, tx)
}

// memberContext has the values of a command's caller, and ends with the batch.
type memberContext struct {
	context.Context
	values context.Context //nolint:containedctx // it is a context
}

// Value implements context.Context.
func (c memberContext) Value(key any) any { return c.values.Value(key) }

// merge adds what a member has changed to what the batch writes.
func (c *changes) merge(member *changes) error {
	for _, t := range member.rows {
		known := c.byID[t.rowID]
		switch {
		case known == nil:
			c.rows = append(c.rows, t)
			c.byID[t.rowID] = t
		case t.changes() && known.changes():
			return errOverlap
		case t.changes():
			known.deleted, known.row, known.stored = t.deleted, t.row, t.stored
		}
	}
	for _, in := range member.increments {
		c.addAll(in)
	}
	c.written = append(c.written, member.written...)
	return nil
}

// changes reports whether something of the row is still to be written.
func (t *tracked) changes() bool { return t.deleted || t.change(t.values()) != nil }
