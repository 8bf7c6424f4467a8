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

// SetAside marks units that an order item holds at the source of a transfer: they wait to be sent
// by it, and nothing else takes them. The caller holds the lock of the order. Fault: CONFLICT when
// the item holds fewer there.
func SetAside(ctx context.Context, tx *store.Tx, t *ent.StockTransfer) error {
	parts, err := holds(ctx, tx, *t.ItemID, t.FromWarehouseID, t.Quantity, forOrder)
	if err != nil {
		return err
	}
	return change(ctx, parts, tx.Reservation.Update().SetTransferID(t.ID))
}

// PutBack undoes SetAside: a transfer that has not sent anything was cancelled.
func PutBack(ctx context.Context, tx *store.Tx, t *ent.StockTransfer) error {
	rows, err := travelling(ctx, tx, t, vocab.ReservationHeld)
	if err != nil || len(rows) == 0 {
		return err
	}
	return change(ctx, rows, tx.Reservation.Update().ClearTransferID())
}

// Send takes the units of a transfer out of its source: of an order those set aside, which are
// IN_TRANSFER now; without an order what is available. Faults: CONFLICT when the order no longer
// holds all of them, OUT_OF_STOCK when the source has too few that are not reserved.
func Send(ctx context.Context, tx *store.Tx, actor event.Actor, t *ent.StockTransfer) error {
	if t.ItemID == nil {
		return sendFree(ctx, tx, actor, t)
	}
	rows, err := travelling(ctx, tx, t, vocab.ReservationHeld)
	if err != nil {
		return err
	}
	var units int64
	for _, r := range rows {
		units += r.Quantity
	}
	if units != t.Quantity {
		return fault.New(fault.Conflict,
			"The order holds only %d of the %d units by now; cancel the transfer.",
			units, t.Quantity)
	}
	return leave(ctx, tx, rows, vocab.TransferStock,
		func(r *ent.Reservation, row *ent.Stock) *ent.StockMovementCreate {
			return movement(tx, actor, row.ID, row.ShopID, vocab.TransferOut).
				SetReservationID(r.ID).SetTransferID(t.ID)
		})
}

func sendFree(ctx context.Context, tx *store.Tx, actor event.Actor, t *ent.StockTransfer) error {
	lacks := fault.New(fault.OutOfStock,
		"The source does not have %d of this sku that are not reserved.", t.Quantity)
	row, err := tx.Stock.Query().Where(
		entstock.SkuID(t.SkuID), entstock.WarehouseID(t.FromWarehouseID)).Only(ctx)
	if ent.IsNotFound(err) {
		return lacks
	}
	if err != nil {
		return err
	}
	n, err := tx.Stock.Update().Where(entstock.ID(row.ID), available(t.Quantity)).
		AddOnHand(-t.Quantity).Save(ctx)
	if err != nil {
		return fmt.Errorf("stock: transfer: %w", err)
	}
	if n == 0 {
		return lacks
	}
	return record(ctx, tx, []*ent.StockMovementCreate{
		movement(tx, actor, row.ID, row.ShopID, vocab.TransferOut).
			SetOnHandDelta(-t.Quantity).SetTransferID(t.ID),
	})
}

// Arrive puts units of a transfer on the target's shelf, in a row that it makes when there is none.
// wanted of them are HELD there for the order item that they travel for; the rest is available, and
// the item's hold on it is over. Without an order wanted is 0.
func Arrive(
	ctx context.Context, tx *store.Tx, actor event.Actor, t *ent.StockTransfer,
	units, wanted int64,
) error {
	row, err := rowOf(ctx, tx, t.SkuID, t.ToWarehouseID)
	if err != nil {
		return err
	}
	err = tx.Stock.Update().Where(entstock.ID(row.ID)).AddOnHand(units).AddReserved(wanted).Exec(ctx)
	if err != nil {
		return fmt.Errorf("stock: transfer: %w", err)
	}
	var ledger []*ent.StockMovementCreate
	enter := func(units, reserved int64) *ent.StockMovementCreate {
		one := movement(tx, actor, row.ID, row.ShopID, vocab.TransferIn).SetTransferID(t.ID).
			SetOnHandDelta(units).SetReservedDelta(reserved)
		ledger = append(ledger, one)
		return one
	}
	if t.ItemID == nil {
		enter(units, 0)
		return record(ctx, tx, ledger)
	}
	kept, err := end(ctx, tx, t, vocab.ReceiveStock, wanted)
	if err != nil {
		return err
	}
	if len(kept) > 0 {
		if err := tx.Reservation.Update().Where(reservation.IDIn(idsOf(kept)...)).
			SetStockID(row.ID).ClearTransferID().Exec(ctx); err != nil {
			return fmt.Errorf("stock: transfer: %w", err)
		}
	}
	for _, r := range kept {
		enter(r.Quantity, r.Quantity).SetReservationID(r.ID)
	}
	freed, err := end(ctx, tx, t, vocab.ReleaseStock, units-wanted)
	if err != nil {
		return err
	}
	for _, r := range freed {
		enter(r.Quantity, 0).SetReservationID(r.ID)
	}
	return record(ctx, tx, ledger)
}

// WriteOff ends the hold of an order item on units of a transfer that will not arrive. They left
// the source's stock when they were sent, so the ledger has nothing to tell.
func WriteOff(ctx context.Context, tx *store.Tx, t *ent.StockTransfer, units int64) error {
	if t.ItemID == nil {
		return nil
	}
	_, err := end(ctx, tx, t, vocab.ReleaseStock, units)
	return err
}

// end takes IN_TRANSFER reservations of a transfer that sum to units out of it, and returns them.
func end(
	ctx context.Context, tx *store.Tx, t *ent.StockTransfer, action vocab.ReservationAction,
	units int64,
) ([]*ent.Reservation, error) {
	if units == 0 {
		return nil, nil
	}
	next, err := lifecycle.Reservation.Next(
		vocab.ReservationInTransfer, action, vocab.System, lifecycle.NoFacts{})
	if err != nil {
		return nil, err
	}
	rows, err := travelling(ctx, tx, t, vocab.ReservationInTransfer)
	if err != nil {
		return nil, err
	}
	parts, rest, err := pick(ctx, tx, rows, units)
	if err != nil {
		return nil, err
	}
	if rest > 0 {
		return nil, fmt.Errorf("stock: transfer %s carries %d units fewer than told", t.ID, rest)
	}
	return parts, change(ctx, parts, tx.Reservation.Update().SetStatus(next.To))
}

// travelling reads the reservations of a transfer in that status.
func travelling(
	ctx context.Context, tx *store.Tx, t *ent.StockTransfer, status vocab.ReservationStatus,
) ([]*ent.Reservation, error) {
	rows, err := tx.Reservation.Query().Where(
		reservation.TransferID(t.ID), reservation.StatusEQ(status),
	).Order(ent.Asc(reservation.FieldID)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("stock: transfer: %w", err)
	}
	return rows, nil
}

func idsOf(rows []*ent.Reservation) []globalid.ID {
	ids := make([]globalid.ID, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	return ids
}
