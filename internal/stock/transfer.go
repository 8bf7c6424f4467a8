package stock

import (
	"context"
	"fmt"

	"orderflow/ent"
	"orderflow/ent/reservation"
	entstock "orderflow/ent/stock"
	"orderflow/internal/event"
	"orderflow/internal/fault"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// SetAside marks units that an order item holds at the source of a transfer: they wait to be sent
// by it, and nothing else takes them. The caller holds the lock of the order. Fault: CONFLICT when
// the item holds fewer there.
func SetAside(ctx context.Context, tx *store.Tx, t *ent.StockTransfer) error {
	parts, err := held(ctx, tx, Units{Item: *t.ItemID, Warehouse: t.FromWarehouseID,
		Quantity: t.Quantity})
	for _, r := range parts {
		r.TransferID = &t.ID
	}
	return err
}

// PutBack undoes SetAside: a transfer that has not sent anything was cancelled.
func PutBack(ctx context.Context, tx *store.Tx, t *ent.StockTransfer) error {
	rows, err := carried(ctx, tx, t, vocab.Holding)
	for _, r := range rows {
		r.TransferID = nil
	}
	return err
}

// Send takes the units of a transfer out of its source: of an order those set aside, which are
// IN_TRANSFER now; without an order what is available. Faults: CONFLICT when the order no longer
// holds all of them, OUT_OF_STOCK when the source has too few that are not reserved.
func Send(ctx context.Context, tx *store.Tx, actor event.Actor, t *ent.StockTransfer) error {
	if t.ItemID == nil {
		return sendFree(ctx, tx, actor, t)
	}
	rows, err := carried(ctx, tx, t, vocab.Holding)
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
	ledger, err := leave(tx, actor, rows,
		departure{vocab.TransferStock, vocab.TransferOut})
	for _, movement := range ledger {
		movement.TransferID = &t.ID
	}
	return err
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
	movement := record(tx, actor, row, vocab.TransferOut)
	movement.OnHandDelta, movement.TransferID = -t.Quantity, &t.ID
	return nil
}

// Arrive adds units of a transfer to the target's stock, in a row that it makes when there is none.
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
	enter := func(units, reserved int64) *ent.StockMovement {
		movement := record(tx, actor, row, vocab.TransferIn)
		movement.TransferID, movement.OnHandDelta, movement.ReservedDelta = &t.ID, units, reserved
		return movement
	}
	if t.ItemID == nil {
		enter(units, 0)
		return nil
	}
	kept, err := end(ctx, tx, t, vocab.ReceiveStock, wanted)
	if err != nil {
		return err
	}
	for _, r := range kept {
		r.StockID, r.TransferID = row.ID, nil
		enter(r.Quantity, r.Quantity).ReservationID = &r.ID
	}
	freed, err := end(ctx, tx, t, vocab.ReleaseStock, units-wanted)
	if err != nil {
		return err
	}
	for _, r := range freed {
		enter(r.Quantity, 0).ReservationID = &r.ID
	}
	return nil
}

// WriteOff ends the hold of an order item on units of a transfer that will not arrive. They left
// the source's stock when they were sent, so the ledger has nothing to record.
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
	rows, err := carried(ctx, tx, t, vocab.InTransfer)
	if err != nil {
		return nil, err
	}
	parts, rest := pick(tx, rows, units)
	if rest > 0 {
		return nil, fmt.Errorf("stock: transfer %s carries %d units fewer than said", t.ID, rest)
	}
	return parts, transition(parts, action)
}

// carried reads the reservations of a transfer in one of the statuses.
func carried(
	ctx context.Context, tx *store.Tx, t *ent.StockTransfer,
	statuses vocab.Group[vocab.ReservationStatus],
) ([]*ent.Reservation, error) {
	query := tx.Reservation.Query().Where(reservation.TransferID(t.ID),
		reservation.StatusIn(statuses...))
	if t.OrderID != nil {
		query.Where(reservation.OrderID(*t.OrderID)) // which has an index
	}
	rows, err := query.Order(ent.Asc(reservation.FieldID)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("stock: transfer: %w", err)
	}
	return store.TrackAll(tx, rows), nil
}
