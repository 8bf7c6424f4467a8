package transfer

import (
	"context"

	"orderflow/ent"
	"orderflow/ent/stocktransfer"
	"orderflow/internal/audit"
	"orderflow/internal/auth"
	"orderflow/internal/document"
	"orderflow/internal/event"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/order"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// session is one transaction on a transfer.
type session struct {
	*Transfers
	tx    *store.Tx
	order *order.Locked // that the transfer is for; nil for none
	actor event.Actor
}

// command runs a command of a viewer on a transfer: it is idempotent and results in one id. With an
// order the order is locked.
func (t *Transfers) command(
	ctx context.Context, v *auth.Viewer, of *globalid.ID,
	work func(ctx context.Context, s *session) (globalid.ID, error),
) (globalid.ID, error) {
	run := func(ctx context.Context, tx *store.Tx, l *order.Locked) ([]globalid.ID, error) {
		id, err := work(ctx, &session{Transfers: t, tx: tx, order: l, actor: event.ActorOf(v)})
		return []globalid.ID{id}, err
	}
	var ids []globalid.ID
	var err error
	if of != nil {
		ids, err = order.Command(ctx, t.db, *of, v,
			func(ctx context.Context, l *order.Locked) ([]globalid.ID, error) {
				return run(ctx, l.Tx, l)
			})
	} else {
		ids, _, err = t.db.Command(ctx,
			func(ctx context.Context, tx *store.Tx) ([]globalid.ID, error) {
				return run(ctx, tx, nil)
			})
	}
	if err != nil {
		return globalid.ID{}, err
	}
	return ids[0], nil
}

// onTransfer is command for a transfer that exists, which it locks.
func (t *Transfers) onTransfer(
	ctx context.Context, id globalid.ID,
	work func(ctx context.Context, s *session, row *ent.StockTransfer) error,
) (globalid.ID, error) {
	v, err := permit(ctx)
	if err != nil {
		return id, err
	}
	found, err := t.db.Client.StockTransfer.Query().Where(stocktransfer.ID(id)).Only(ctx)
	if ent.IsNotFound(err) || err == nil && !v.HasShop(found.ShopID) {
		return id, fault.New(fault.NotFound, "There is no such transfer.")
	}
	if err != nil {
		return id, err
	}
	return t.command(ctx, v, found.OrderID,
		func(ctx context.Context, s *session) (globalid.ID, error) {
			query := s.tx.StockTransfer.Query().Where(stocktransfer.ID(id))
			if s.tx.Locks() {
				query.ForUpdate()
			}
			row, err := query.Only(ctx)
			if err != nil {
				return id, err
			}
			return id, work(ctx, s, store.Track(s.tx, row))
		})
}

// transition changes the status of a transfer and tells of it, with the number of units that it is
// about.
func (s *session) transition(
	ctx context.Context, row *ent.StockTransfer, action vocab.TransferAction, units int64,
	facts lifecycle.TransferFacts,
) error {
	taken, err := lifecycle.Take(lifecycle.Transfer, &row.Status, action, s.actor.Role, facts)
	if err != nil {
		return err
	}
	s.emit(row, taken, units)
	return s.record(ctx, row, action, audit.Change{
		Before: map[string]any{"status": taken.From},
		After:  map[string]any{"status": taken.To, "quantity": units}})
}

// emit adds an event to the order's, or to those of the shop alone.
func (s *session) emit(
	row *ent.StockTransfer, taken lifecycle.Taken[vocab.TransferStatus], units int64,
) {
	payload := document.Payload{
		Transfer: row.ID, From: string(taken.From), To: string(taken.To), Quantity: units,
		Skus: []globalid.ID{row.SkuID},
	}
	if s.order == nil {
		event.EmitForShop(s.tx, s.actor,
			event.Draft{Shop: row.ShopID, Name: taken.Emit, Payload: payload})
		return
	}
	s.order.EmitFor(row.ShopID, taken.Emit, payload)
}

// audited are the entries of the audit log about transfers without an order. Those for one are in
// the order's events.
var audited = map[vocab.TransferAction]vocab.AuditAction{
	vocab.RequestTransfer: vocab.AuditRequestTransfer, vocab.ShipTransfer: vocab.AuditShipTransfer,
	vocab.ReceiveTransfer: vocab.AuditReceiveTransfer, vocab.CancelTransfer: vocab.AuditCancelTransfer,
}

func (s *session) record(
	ctx context.Context, row *ent.StockTransfer, action vocab.TransferAction, change audit.Change,
) error {
	if s.order != nil {
		return nil
	}
	return audit.Record(ctx, s.tx, audit.Entry{
		Shop: row.ShopID, Action: audited[action], Subject: row.ID, Change: change})
}
