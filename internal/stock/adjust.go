package stock

import (
	"context"
	"fmt"
	"strings"

	"entgo.io/ent/dialect/sql"

	"orderflow/ent"
	"orderflow/ent/orderitem"
	"orderflow/ent/reservation"
	"orderflow/ent/sku"
	entstock "orderflow/ent/stock"
	"orderflow/ent/suborder"
	"orderflow/ent/warehouse"
	"orderflow/internal/event"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// Adjustment changes what a warehouse has of a sku by Delta units.
type Adjustment struct {
	Sku, Warehouse globalid.ID
	Delta          int64
	Note           string
}

// Adjust changes what a warehouse has of a sku and returns the stock row, which it makes when there
// is none. The caller has checked that the actor may. Faults: NOT_FOUND at sku or
// warehouse; INVALID_INPUT at delta when the warehouse does not have as much; STOCK_RESERVED at
// delta, naming sub-orders, when what is left would not do for what is reserved; CONFLICT.
func Adjust(
	ctx context.Context, tx *store.Tx, actor event.Actor, a Adjustment,
) (globalid.ID, error) {
	row, err := rowOf(ctx, tx, a.Sku, a.Warehouse)
	if err != nil {
		return globalid.ID{}, err
	}
	n, err := tx.Stock.Update().Where(entstock.ID(row.ID), available(-a.Delta)).
		AddOnHand(a.Delta).Save(ctx)
	if err != nil {
		return globalid.ID{}, fmt.Errorf("stock: adjust: %w", err)
	}
	if n == 0 {
		return globalid.ID{}, tooLittle(ctx, tx, row.ID, a.Delta)
	}
	movement := record(tx, actor, row, vocab.StockAdjusted)
	movement.OnHandDelta, movement.Note = a.Delta, a.Note
	return row.ID, nil
}

// rowOf reads the stock row, or makes an empty one. Two that make it at once get the same.
func rowOf(
	ctx context.Context, tx *store.Tx, skuID, warehouseID globalid.ID,
) (*ent.Stock, error) {
	find := tx.Stock.Query().Where(
		entstock.SkuID(skuID), entstock.WarehouseID(warehouseID))
	row, err := find.Clone().Only(ctx)
	if err == nil || !ent.IsNotFound(err) {
		return row, err
	}
	of, err := tx.Sku.Query().Where(sku.ID(skuID)).Only(ctx)
	if ent.IsNotFound(err) {
		return nil, fault.At("sku", fault.NotFound, "There is no such sku.")
	}
	if err != nil {
		return nil, err
	}
	known, err := tx.Warehouse.Query().Where(warehouse.ID(warehouseID)).Exist(ctx)
	if err != nil {
		return nil, err
	}
	if !known {
		return nil, fault.At("warehouse", fault.NotFound, "There is no such warehouse.")
	}
	err = store.InsertNew(ctx, tx, &ent.Stock{ID: globalid.New(globalid.Stock), SkuID: skuID,
		WarehouseID: warehouseID, ShopID: of.ShopID, CreatedAt: tx.Now})
	if err != nil {
		return nil, fmt.Errorf("stock: adjust: %w", err)
	}
	return find.Only(ctx)
}

// tooLittle explains why a row could not be lowered.
func tooLittle(ctx context.Context, tx *store.Tx, id globalid.ID, delta int64) error {
	row, err := tx.Stock.Get(ctx, id)
	if err != nil {
		return err
	}
	if row.OnHand+delta >= row.Reserved {
		return fault.New(fault.Conflict, "The stock was changed by somebody else meanwhile.")
	}
	if row.Reserved == 0 {
		return fault.At("delta", fault.InvalidInput,
			"The warehouse has %d of this sku; it cannot be lowered by %d.", row.OnHand, -delta)
	}
	numbers, err := holders(ctx, tx, id)
	if err != nil {
		return err
	}
	return fault.At("delta", fault.StockReserved,
		"The warehouse has %d of this sku, of which %d are reserved for sub-orders: %s.",
		row.OnHand, row.Reserved, strings.Join(numbers, ", "))
}

// holders names the oldest sub-orders that hold stock of a row.
func holders(ctx context.Context, tx *store.Tx, id globalid.ID) ([]string, error) {
	const most = 20
	return tx.SubOrder.Query().Where(
		suborder.HasItemsWith(func(s *sql.Selector) {
			held := sql.Table(reservation.Table)
			var holding []any
			for _, status := range vocab.Holding {
				holding = append(holding, status)
			}
			s.Where(sql.In(s.C(orderitem.FieldID), sql.Select(held.C(reservation.FieldItemID)).
				From(held).Where(sql.And(
				sql.EQ(held.C(reservation.FieldStockID), id),
				sql.In(held.C(reservation.FieldStatus), holding...),
			))))
		}),
	).Order(suborder.ByID()).Limit(most).Select(suborder.FieldNumber).Strings(ctx)
}

func available(quantity int64) func(*sql.Selector) {
	return func(s *sql.Selector) {
		s.Where(sql.P(func(b *sql.Builder) {
			b.Ident(s.C(entstock.FieldOnHand)).WriteString(" - ").
				Ident(s.C(entstock.FieldReserved)).WriteString(" >= ").Arg(quantity)
		}))
	}
}
