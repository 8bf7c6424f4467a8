package stock

import (
	"context"
	"errors"

	"orderflow/ent"
	"orderflow/ent/reservation"
	entstock "orderflow/ent/stock"
	"orderflow/internal/event"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// WriteDown takes units that an item holds at a warehouse out of its stock: somebody looked for
// them and they are not there. The hold on them is over. The caller holds the lock of the item's
// order and, with several items, goes by sku. Fault: CONFLICT when the item holds fewer there; then
// the transaction must end.
func WriteDown(
	ctx context.Context, tx *store.Tx, actor event.Actor, item, warehouse globalid.ID, units int64,
) error {
	parts, err := holds(ctx, tx, item, warehouse, units, forOrder)
	if err != nil {
		return err
	}
	return leave(ctx, tx, parts, vocab.ReleaseStock,
		func(r *ent.Reservation, row *ent.Stock) *ent.StockMovementCreate {
			return movement(tx, actor, row.ID, row.ShopID, vocab.StockLacking).
				SetReservationID(r.ID)
		})
}

// ReserveAt holds units for an item at a warehouse that is not its sub-order's. The caller holds
// the lock of the item's order. Fault: OUT_OF_STOCK when the warehouse has too few; then the
// transaction must end.
func ReserveAt(
	ctx context.Context, tx *store.Tx, actor event.Actor, item *ent.OrderItem,
	warehouse globalid.ID, units int64,
) error {
	lacks := fault.New(fault.OutOfStock, "That warehouse does not have %d of this sku.", units)
	row, err := tx.Stock.Query().Where(
		entstock.SkuID(item.SkuID), entstock.WarehouseID(warehouse)).Only(ctx)
	if ent.IsNotFound(err) {
		return lacks
	}
	if err != nil {
		return err
	}
	need := Need{Order: item.OrderID, Item: item.ID, Stock: row.ID, Quantity: units}
	err = Reserve(ctx, tx, actor, []Need{need})
	var short *Short
	if errors.As(err, &short) {
		return lacks
	}
	return err
}

// GiveUp releases what is set aside for a transfer and has not been sent: nobody waits for it any
// more. What has been sent is let go when it arrives. The caller holds the lock of the order.
func GiveUp(ctx context.Context, tx *store.Tx, actor event.Actor, transfer globalid.ID) error {
	rows, err := tx.Reservation.Query().Where(reservation.TransferID(transfer),
		reservation.StatusEQ(vocab.ReservationHeld)).
		Order(ent.Asc(reservation.FieldID)).All(ctx)
	if err != nil {
		return err
	}
	return Release(ctx, tx, actor, rows)
}
