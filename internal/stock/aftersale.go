package stock

import (
	"context"
	"errors"
	"fmt"

	"orderflow/ent"
	"orderflow/ent/reservation"
	entstock "orderflow/ent/stock"
	"orderflow/internal/event"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// Restock puts units that came back from a buyer on a warehouse's shelf, in a row that it makes
// when there is none; damaged ones are adjusted away after that. The ledger's note names the
// request. The caller holds the lock of the order and, with several skus, goes by (sku, warehouse).
// Faults: NOT_FOUND at sku or warehouse.
func Restock(
	ctx context.Context, tx *store.Tx, actor event.Actor, sku, warehouse globalid.ID,
	units int64, afterSale globalid.ID,
) error {
	if units < 1 {
		return fmt.Errorf("stock: restock %d units of sku %s", units, sku)
	}
	row, err := rowOf(ctx, tx, sku, warehouse)
	if err != nil {
		return err
	}
	if err := tx.Stock.Update().Where(entstock.ID(row.ID)).AddOnHand(units).Exec(ctx); err != nil {
		return fmt.Errorf("stock: restock: %w", err)
	}
	return record(ctx, tx, []*ent.StockMovementCreate{
		movement(tx, actor, row.ID, row.ShopID, vocab.StockReturned).
			SetOnHandDelta(units).SetNote(afterSale.String()),
	})
}

// ReserveFor holds units of a sku at a warehouse for what a request sends again in place of an
// item, which may be of another sku. The caller holds the lock of the order and, with several skus,
// goes by (sku, warehouse). Fault: OUT_OF_STOCK when the warehouse has too few; the rows are as
// they were then.
func ReserveFor(
	ctx context.Context, tx *store.Tx, actor event.Actor, order, item, sku, warehouse globalid.ID,
	units int64, afterSale globalid.ID,
) error {
	lacks := fault.New(fault.OutOfStock, "The warehouse does not have %d of this sku.", units)
	row, err := tx.Stock.Query().
		Where(entstock.SkuID(sku), entstock.WarehouseID(warehouse)).Only(ctx)
	if ent.IsNotFound(err) {
		return lacks
	}
	if err != nil {
		return err
	}
	err = Reserve(ctx, tx, actor, []Need{
		{Order: order, Item: item, Stock: row.ID, Quantity: units, AfterSale: afterSale},
	})
	var short *Short
	if errors.As(err, &short) {
		return lacks
	}
	return err
}

// ReleaseFor gives back all that is still held for what a request sends again. The caller holds the
// lock of the order.
func ReleaseFor(
	ctx context.Context, tx *store.Tx, actor event.Actor, afterSale globalid.ID,
) error {
	held, err := tx.Reservation.Query().Where(reservation.AfterSaleID(afterSale),
		reservation.StatusEQ(vocab.ReservationHeld)).
		Order(ent.Asc(reservation.FieldID)).All(ctx)
	if err != nil {
		return fmt.Errorf("stock: %w", err)
	}
	return Release(ctx, tx, actor, held)
}

// ShipFor is Ship for units that a request holds: they were handed over to a courier in place of
// an item.
func ShipFor(
	ctx context.Context, tx *store.Tx, actor event.Actor, afterSale, item, warehouse globalid.ID,
	units int64,
) error {
	parts, err := holds(ctx, tx, item, warehouse, units, reservation.AfterSaleID(afterSale))
	if err != nil {
		return err
	}
	return ship(ctx, tx, actor, parts)
}
