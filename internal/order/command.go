package order

import (
	"context"
	"slices"

	"orderflow/ent"
	"orderflow/internal/auth"
	"orderflow/internal/event"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// Command runs a viewer's command on an order, in one transaction: it locks the order, loads its
// parts, runs work on them, gives the order the status of its sub-orders, and writes what work
// changed and emitted. With an idempotency key on the context a repetition returns the ids of the
// first run. Every command of every noun on an order goes through here or through Run. Faults:
// NOT_FOUND when the viewer has no part in the order, IDEMPOTENCY_KEY_REUSED, CONFLICT.
func Command(
	ctx context.Context, db *store.DB, id globalid.ID, v *auth.Viewer,
	work func(ctx context.Context, l *Locked) ([]globalid.ID, error),
) ([]globalid.ID, error) {
	return CommandOnRow(ctx, db, id, v,
		func(ctx context.Context, l *Locked) ([]globalid.ID, error) {
			if err := l.Load(ctx); err != nil {
				return nil, err
			}
			return work(ctx, l)
		})
}

// CommandOnRow is Command for what mostly needs the order's own row: its parts are not loaded.
func CommandOnRow(
	ctx context.Context, db *store.DB, id globalid.ID, v *auth.Viewer,
	work func(ctx context.Context, l *Locked) ([]globalid.ID, error),
) ([]globalid.ID, error) {
	return commandOf(id, v, work).alone(ctx, db)
}

// Run is Command for what the clock, a channel or a courier does: without a viewer and without a
// key.
func Run(
	ctx context.Context, db *store.DB, id globalid.ID, actor event.Actor,
	work func(ctx context.Context, l *Locked) error,
) error {
	return RunOnRow(ctx, db, id, actor, func(ctx context.Context, l *Locked) error {
		if err := l.Load(ctx); err != nil {
			return err
		}
		return work(ctx, l)
	})
}

// RunOnRow is Run for what mostly needs the order's own row: its parts are not loaded.
func RunOnRow(
	ctx context.Context, db *store.DB, id globalid.ID, actor event.Actor,
	work func(ctx context.Context, l *Locked) error,
) error {
	_, err := runOf(id, actor, work).alone(store.WithoutKey(ctx), db)
	return err
}

// mustInvolve refuses a viewer who has no part in the order. Fault: NOT_FOUND.
func (l *Locked) mustInvolve(ctx context.Context, v *auth.Viewer) error {
	l.viewer = v
	if v.Concerns(l.Order.BuyerID, globalid.ID{}) {
		return nil
	}
	if err := l.Load(ctx); err != nil {
		return err
	}
	involved := slices.ContainsFunc(l.Subs, func(sub *ent.SubOrder) bool {
		return v.HasShop(sub.ShopID)
	})
	if !involved {
		return fault.New(fault.NotFound, "There is no such order.")
	}
	return nil
}

// RollUp gives the order the status that its sub-orders make. It has no event of its own: the
// sub-orders' events say it. Commands have it done at their end.
func (l *Locked) RollUp() {
	children := make([]lifecycle.Child, len(l.Subs))
	for i, sub := range l.Subs {
		children[i] = Child(sub)
	}
	status, reason := lifecycle.RollUp(children)
	if status == l.Order.Status {
		return
	}
	l.Order.Status = status
	if vocab.TradeClosed.Has(status) {
		l.Order.CloseReason, l.Order.ClosedAt = &reason, &l.Tx.Now
	}
}

// onSub runs a command of a viewer on one sub-order: it results in one id. Faults:
// UNAUTHENTICATED, FORBIDDEN, NOT_FOUND.
func (o *Orders) onSub(
	ctx context.Context, id globalid.ID, roles []vocab.Role,
	work func(ctx context.Context, l *Locked, sub *ent.SubOrder) (globalid.ID, error),
) (globalid.ID, error) {
	v, err := auth.Require(ctx, roles...)
	if err != nil {
		return globalid.ID{}, err
	}
	found, err := o.db.Client.SubOrder.Get(ctx, id)
	if ent.IsNotFound(err) || err == nil && !v.Concerns(found.BuyerID, found.ShopID) {
		return globalid.ID{}, fault.New(fault.NotFound, "There is no such sub-order.")
	}
	if err != nil {
		return globalid.ID{}, err
	}
	return o.onOrder(ctx, found.OrderID, v,
		func(ctx context.Context, l *Locked) (globalid.ID, error) {
			return work(ctx, l, l.Sub(id))
		})
}

// onOrder is Command with one id as its result.
func (o *Orders) onOrder(
	ctx context.Context, id globalid.ID, v *auth.Viewer,
	work func(ctx context.Context, l *Locked) (globalid.ID, error),
) (globalid.ID, error) {
	ids, err := Command(ctx, o.db, id, v,
		func(ctx context.Context, l *Locked) ([]globalid.ID, error) {
			result, err := work(ctx, l)
			return []globalid.ID{result}, err
		})
	if err != nil {
		return globalid.ID{}, err
	}
	return ids[0], nil
}
