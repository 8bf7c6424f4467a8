package order

import (
	"context"
	"slices"

	"orderflow/ent"
	"orderflow/ent/suborder"
	"orderflow/internal/auth"
	"orderflow/internal/document"
	"orderflow/internal/event"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// Step is one row of the trade table to be taken by a paid sub-order.
type Step struct {
	Action vocab.TradeAction
	By     vocab.Role
	Facts  lifecycle.TradeFacts
	Told   document.Payload // what the event says beyond the sub-order and its statuses
	// Change adds what else changes in the sub-order's row; it may be nil.
	Change func(update *ent.SubOrderUpdate)
}

// Step lets a paid sub-order go one step: its row and its event. The caller rolls the order up when
// the status may have changed. Fault: ACTION_NOT_ALLOWED.
func (l *Locked) Step(ctx context.Context, tx *store.Tx, sub *ent.SubOrder, s Step) error {
	row, err := lifecycle.Trade.Next(sub.Status, s.Action, s.By, s.Facts)
	if err != nil {
		return NotAllowed(err)
	}
	update := tx.SubOrder.Update().Where(suborder.ID(sub.ID), suborder.StatusEQ(sub.Status)).
		SetStatus(row.To)
	if s.Change != nil {
		s.Change(update)
	}
	if n, err := update.Save(ctx); err != nil || n != 1 {
		return conflictOr(err)
	}
	s.Told.SubOrder, s.Told.From, s.Told.To = sub.ID, string(sub.Status), string(row.To)
	sub.Status = row.To
	if row.Emit != "" {
		l.Log.AddFor(sub.ShopID, row.Emit, s.Told)
	}
	return nil
}

// viewerIn returns who asks when it has one of the roles. Faults: UNAUTHENTICATED, FORBIDDEN.
func viewerIn(ctx context.Context, roles ...vocab.Role) (*auth.Viewer, error) {
	v := auth.From(ctx)
	if v == nil {
		return nil, fault.New(fault.Unauthenticated, "A token is needed.")
	}
	if !slices.Contains(roles, v.Role) {
		return nil, fault.New(fault.Forbidden, "The role %s may never do this.", v.Role)
	}
	return v, nil
}

// OfViewer reports whether a sub-order is the viewer's business.
func OfViewer(v *auth.Viewer, sub *ent.SubOrder) bool {
	return v.IsBuyer() && v.BuyerID == sub.BuyerID || v.HasShop(sub.ShopID)
}

// atSub runs a command of a viewer on one paid sub-order, under the lock of its order: it is
// idempotent and gives one id. Faults: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND.
func (o *Orders) atSub(
	ctx context.Context, id globalid.ID, roles []vocab.Role,
	work func(ctx context.Context, tx *store.Tx, l *Locked, sub *ent.SubOrder) (globalid.ID, error),
) (globalid.ID, error) {
	v, err := viewerIn(ctx, roles...)
	if err != nil {
		return globalid.ID{}, err
	}
	found, err := o.db.Client.SubOrder.Get(ctx, id)
	if ent.IsNotFound(err) || err == nil && !OfViewer(v, found) {
		return globalid.ID{}, fault.New(fault.NotFound, "There is no such sub-order.")
	}
	if err != nil {
		return globalid.ID{}, err
	}
	return o.atOrder(ctx, found.OrderID, ActorOf(v),
		func(ctx context.Context, tx *store.Tx, l *Locked) (globalid.ID, error) {
			return work(ctx, tx, l, l.Sub(id))
		})
}

// atOrder locks an order, works on it and writes its events, as an idempotent command.
func (o *Orders) atOrder(
	ctx context.Context, id globalid.ID, actor event.Actor,
	work func(ctx context.Context, tx *store.Tx, l *Locked) (globalid.ID, error),
) (globalid.ID, error) {
	ids, _, err := o.db.Command(ctx,
		func(ctx context.Context, tx *store.Tx) ([]globalid.ID, error) {
			l, err := Lock(ctx, tx, id, actor)
			if err != nil {
				return nil, err
			}
			result, err := work(ctx, tx, l)
			if err != nil {
				return nil, err
			}
			return []globalid.ID{result}, l.Write(ctx, tx)
		})
	return first(ids), err
}
