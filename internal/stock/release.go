package stock

import (
	"context"
	"fmt"
	"slices"

	"orderflow/ent"
	"orderflow/ent/reservation"
	"orderflow/internal/event"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// Release gives reservations back. The caller read them under the lock of their order. Fault:
// CONFLICT when one of them is no longer held; then the transaction must end.
func Release(tx *store.Tx, actor event.Actor, reservations []*ent.Reservation) error {
	store.TrackAll(tx, reservations)
	if err := transition(reservations, vocab.ReleaseStock); err != nil {
		return err
	}
	for _, r := range reservations {
		recordOf(tx, actor, r, vocab.StockReleased).ReservedDelta = -r.Quantity
		tx.Add(releasing, r.StockID, -r.Quantity)
	}
	return nil
}

// ReleaseUnits gives back what is held for units of an item, wherever it is held, out of what is
// held for its order. Left alone is what requests hold to send something again, and what the
// awaited transfers carry for units that lack. Units that hold none are passed over. Faults as of
// Release.
func ReleaseUnits(
	tx *store.Tx, actor event.Actor, held []*ent.Reservation, item globalid.ID, units int64,
	awaited []globalid.ID,
) error {
	var own []*ent.Reservation
	for _, r := range store.TrackAll(tx, held) {
		if r.ItemID == item && vocab.Holding.Has(r.Status) && r.AfterSaleID == nil &&
			(r.TransferID == nil || !slices.Contains(awaited, *r.TransferID)) {
			own = append(own, r)
		}
	}
	parts, _ := pick(tx, own, units)
	return Release(tx, actor, parts)
}

// ReleaseFor gives back all that is still held for what a request sends again. The caller holds the
// lock of the order.
func ReleaseFor(
	ctx context.Context, tx *store.Tx, actor event.Actor, order, afterSale globalid.ID,
) error {
	held, err := tx.Reservation.Query().Where(
		reservation.OrderID(order), reservation.AfterSaleID(afterSale),
		reservation.StatusIn(vocab.Holding...)).Order(ent.Asc(reservation.FieldID)).All(ctx)
	if err != nil {
		return fmt.Errorf("stock: %w", err)
	}
	return Release(tx, actor, held)
}

// ReleaseTransfer gives back what is set aside for a transfer and has not been sent: nobody waits
// for it any more. What has been sent is freed when it arrives. The caller holds the lock of the
// order.
func ReleaseTransfer(
	ctx context.Context, tx *store.Tx, actor event.Actor, order, transfer globalid.ID,
) error {
	rows, err := tx.Reservation.Query().Where(
		reservation.OrderID(order), reservation.TransferID(transfer),
		reservation.StatusIn(vocab.Holding...)).Order(ent.Asc(reservation.FieldID)).All(ctx)
	if err != nil {
		return err
	}
	return Release(tx, actor, rows)
}

// transition takes a row of the reservation table with each of the tracked reservations.
func transition(rows []*ent.Reservation, action vocab.ReservationAction) error {
	for _, r := range rows {
		_, err := lifecycle.Take(
			lifecycle.Reservation, &r.Status, action, vocab.System, lifecycle.NoFacts{})
		if fault.Is(err, fault.ActionNotAllowed) {
			err = fault.New(fault.Conflict, "The stock of this order was changed meanwhile.")
		}
		if err != nil {
			return err
		}
	}
	return nil
}
