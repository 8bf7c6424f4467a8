package stock

import (
	"context"
	"fmt"

	"orderflow/ent"
	"orderflow/ent/reservation"
	entstock "orderflow/ent/stock"
	"orderflow/internal/event"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// Release gives HELD reservations back. The caller read them under the lock of their order. Fault:
// CONFLICT when one of them is no longer held; then the transaction must end.
func Release(
	ctx context.Context, tx *store.Tx, actor event.Actor, reservations []*ent.Reservation,
) error {
	if len(reservations) == 0 {
		return nil
	}
	released, err := lifecycle.Reservation.Next(vocab.ReservationHeld,
		vocab.ReleaseStock, vocab.System, lifecycle.NoFacts{})
	if err != nil {
		return err
	}
	ids := make([]globalid.ID, len(reservations))
	sums := make(map[globalid.ID]int64, len(reservations))
	for i, r := range reservations {
		ids[i] = r.ID
		sums[r.StockID] += r.Quantity
	}
	n, err := tx.Reservation.Update().Where(
		reservation.IDIn(ids...), reservation.StatusEQ(vocab.ReservationHeld),
	).SetStatus(released.To).Save(ctx)
	if err != nil {
		return fmt.Errorf("stock: release: %w", err)
	}
	if n != len(ids) {
		return fault.New(fault.Conflict, "The stock of this order was changed meanwhile.")
	}
	rows, err := load(ctx, tx, sums)
	if err != nil {
		return err
	}
	if err := giveBack(ctx, tx, rows, sums); err != nil {
		return err
	}
	shops := make(map[globalid.ID]globalid.ID, len(rows))
	for _, row := range rows {
		shops[row.ID] = row.ShopID
	}
	ledger := make([]*ent.StockMovementCreate, len(reservations))
	for i, r := range reservations {
		ledger[i] = movement(tx, actor, r.StockID, shops[r.StockID], vocab.StockReleased).
			SetReservedDelta(-r.Quantity).SetReservationID(r.ID)
	}
	return record(ctx, tx, ledger)
}

// ReleaseUnits gives back what is held for units of an item, wherever it is held. Left alone is
// what requests hold to send something again, and what the awaited transfers carry for units that
// lack. Units that hold none are passed over. Fault: CONFLICT as of Release.
func ReleaseUnits(
	ctx context.Context, tx *store.Tx, actor event.Actor, item globalid.ID, units int64,
	awaited []globalid.ID,
) error {
	held, err := tx.Reservation.Query().Where(reservation.ItemID(item),
		reservation.StatusEQ(vocab.ReservationHeld), forOrder,
		reservation.Or(reservation.TransferIDIsNil(), reservation.TransferIDNotIn(awaited...))).
		Order(ent.Asc(reservation.FieldID)).All(ctx)
	if err != nil {
		return fmt.Errorf("stock: release: %w", err)
	}
	parts, _, err := pick(ctx, tx, held, units)
	if err != nil {
		return err
	}
	return Release(ctx, tx, actor, parts)
}

// giveBack lowers reserved in every row. A row with less reserved than that breaks the ledger.
func giveBack(
	ctx context.Context, tx *store.Tx, rows []*ent.Stock, sums map[globalid.ID]int64,
) error {
	for _, row := range rows {
		sum := sums[row.ID]
		n, err := tx.Stock.Update().Where(entstock.ID(row.ID), entstock.ReservedGTE(sum)).
			AddReserved(-sum).Save(ctx)
		if err != nil {
			return fmt.Errorf("stock: release: %w", err)
		}
		if n == 0 {
			return fmt.Errorf("stock: row %s has less than %d reserved", row.ID, sum)
		}
	}
	return nil
}
