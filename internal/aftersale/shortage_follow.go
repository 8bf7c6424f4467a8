package aftersale

import (
	"context"

	"orderflow/ent"
	"orderflow/ent/shortage"
	"orderflow/internal/event"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/order"
	"orderflow/internal/stock"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// Refunded ends the shortage that a refund was of. Payments.Refunded calls it for every refund that
// succeeds; the caller writes the order's events.
func (s *Shortages) Refunded(
	ctx context.Context, tx *store.Tx, l *order.Locked, r *ent.Refund,
) error {
	if r.ShortageID == nil {
		return nil
	}
	row, err := tx.Shortage.Get(ctx, *r.ShortageID)
	if err != nil {
		return err
	}
	d := &shortageDesk{Shortages: s, tx: tx, l: l, row: row}
	return d.step(ctx, vocab.RefundShortage, vocab.System, lifecycle.ShortageFacts{}, nil)
}

// Arrived gives units that have arrived back to the item that waited for them; with the last one
// its shortage is over. Package transfer calls it for every order's transfer, before it holds the
// units at the target.
func (s *Shortages) Arrived(
	ctx context.Context, tx *store.Tx, l *order.Locked, t *ent.StockTransfer, units int64,
) error {
	d, err := s.of(ctx, tx, l, t)
	if err != nil || d == nil || d.row.Status != vocab.ShortageWaiting {
		return err
	}
	if err := l.Lack(ctx, tx, d.item(), -units); err != nil {
		return err
	}
	if units < d.row.Quantity {
		return tx.Shortage.Update().Where(shortage.ID(d.row.ID)).AddQuantity(-units).Exec(ctx)
	}
	return d.step(ctx, vocab.ReceiveUnits, vocab.System, lifecycle.ShortageFacts{}, nil)
}

// Missed opens a shortage again whose transfer came up short or was cancelled, and reports whether
// the transfer was asked for by one. Package transfer calls it for every order's transfer.
func (s *Shortages) Missed(
	ctx context.Context, tx *store.Tx, l *order.Locked, t *ent.StockTransfer,
) (bool, error) {
	d, err := s.of(ctx, tx, l, t)
	if err != nil || d == nil {
		return false, err
	}
	if d.row.Status != vocab.ShortageWaiting {
		return true, nil
	}
	if err := stock.GiveUp(ctx, tx, l.Log.Actor(), t.ID); err != nil {
		return true, err
	}
	return true, d.step(ctx, vocab.MissUnits, vocab.System, lifecycle.ShortageFacts{},
		func(u *ent.ShortageUpdate) {
			u.ClearTransferID().ClearOfferedWarehouseID().ClearOptions()
		})
}

// of returns the shortage that asked for a transfer, or nil.
func (s *Shortages) of(
	ctx context.Context, tx *store.Tx, l *order.Locked, t *ent.StockTransfer,
) (*shortageDesk, error) {
	row, err := tx.Shortage.Query().Where(shortage.TransferID(t.ID)).Only(ctx)
	if ent.IsNotFound(err) {
		return nil, nil //nolint:nilnil // most transfers are of no shortage
	}
	return &shortageDesk{Shortages: s, tx: tx, l: l, row: row}, err
}

// ClaimDue claims shortages that nobody has seen to in time, for RunDue. The runner calls it.
func (s *Shortages) ClaimDue(ctx context.Context, limit int) ([]globalid.ID, error) {
	now, err := s.db.Now(ctx)
	if err != nil {
		return nil, err
	}
	return s.db.Take(ctx, store.Claim{Table: shortage.Table,
		Where: "status IN (?, ?) AND due_at <= ?",
		Args:  []any{vocab.ShortageOpen, vocab.ShortageOffered, now},
		Order: shortage.FieldDueAt, Limit: limit, Lease: shortageLease})
}

// RunDue refunds a claimed shortage, unless somebody has seen to it meanwhile.
func (s *Shortages) RunDue(ctx context.Context, id globalid.ID) error {
	seen, err := s.db.Client.Shortage.Get(ctx, id)
	if err != nil {
		return err
	}
	return s.db.Run(ctx, func(ctx context.Context, tx *store.Tx) error {
		l, err := order.Lock(ctx, tx, seen.OrderID, event.Actor{Role: vocab.Clock})
		if err != nil {
			return err
		}
		row, err := tx.Shortage.Get(ctx, id)
		if err != nil {
			return err
		}
		d := &shortageDesk{Shortages: s, tx: tx, l: l, row: row}
		facts := lifecycle.ShortageFacts{
			DeadlinePassed: row.DueAt != nil && !tx.Now.Before(*row.DueAt)}
		if d.may(vocab.RunOutOfTime, vocab.Clock, facts) != nil {
			return tx.Shortage.Update().Where(shortage.ID(id)).ClearClaimedUntil().Exec(ctx)
		}
		err = d.refund(ctx, vocab.RunOutOfTime, vocab.Clock, facts)
		if err != nil {
			return err
		}
		return l.Write(ctx, tx)
	})
}
