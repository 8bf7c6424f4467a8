package shortage

import (
	"context"

	"orderflow/ent"
	"orderflow/ent/shortage"
	"orderflow/internal/order"
	"orderflow/internal/stock"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// PaidShort opens a shortage for each item of which a paid order got too little. Package payment
// calls it.
func (s *Shortages) PaidShort(
	ctx context.Context, l *order.Locked, missing []order.Missing,
) error {
	return s.openAll(ctx, l, vocab.ShortAtPayment, missing)
}

// Refunded ends the shortage that a refund was of. Package payment calls it for every refund that
// succeeds.
func (s *Shortages) Refunded(ctx context.Context, l *order.Locked, r *ent.Refund) error {
	if r.ShortageID == nil {
		return nil
	}
	session, err := s.load(ctx, l, *r.ShortageID)
	if err != nil {
		return err
	}
	return session.transition(ctx, step{action: vocab.RefundShortage, by: vocab.System})
}

// UnitsArrived gives units that have arrived back to the item that waited for them; with the last
// one its shortage is over. Package transfer calls it for every order's transfer, before it holds
// the units at the target.
func (s *Shortages) UnitsArrived(
	ctx context.Context, l *order.Locked, t *ent.StockTransfer, units int64,
) error {
	session, err := s.of(ctx, l, t)
	if err != nil || session == nil || !vocab.AwaitingUnits.Has(session.row.Status) {
		return err
	}
	order.MarkShort(session.item(), -units)
	if units < session.row.Quantity {
		session.row.Quantity -= units
		return nil
	}
	return session.transition(ctx, step{action: vocab.ReceiveUnits, by: vocab.System})
}

// UnitsMissed opens a shortage again whose transfer came up short or was cancelled, and reports
// whether the transfer was requested by one. Package transfer calls it for every order's transfer.
func (s *Shortages) UnitsMissed(
	ctx context.Context, l *order.Locked, t *ent.StockTransfer,
) (bool, error) {
	session, err := s.of(ctx, l, t)
	if err != nil || session == nil {
		return false, err
	}
	row := session.row
	if !vocab.AwaitingUnits.Has(row.Status) {
		return true, nil
	}
	if err := stock.ReleaseTransfer(ctx, l.Tx, l.Actor, l.Order.ID, t.ID); err != nil {
		return true, err
	}
	row.TransferID, row.OfferedWarehouseID, row.Options = nil, nil, nil
	return true, session.transition(ctx, step{action: vocab.MissUnits, by: vocab.System})
}

// UnitsLost opens a shortage of the units of an order that a transfer has lost. Package transfer
// calls it.
func (s *Shortages) UnitsLost(
	ctx context.Context, l *order.Locked, missing []order.Missing,
) error {
	return s.openAll(ctx, l, vocab.ShortTransfer, missing)
}

// of returns the shortage that requested a transfer, or nil.
func (s *Shortages) of(
	ctx context.Context, l *order.Locked, t *ent.StockTransfer,
) (*session, error) {
	row, err := l.Tx.Shortage.Query().Where(shortage.TransferID(t.ID)).Only(ctx)
	if ent.IsNotFound(err) {
		return nil, nil //nolint:nilnil // most transfers are of no shortage
	}
	if err != nil {
		return nil, err
	}
	return &session{Shortages: s, Locked: l, row: store.Track(l.Tx, row)}, nil
}
