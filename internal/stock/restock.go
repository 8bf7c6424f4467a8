package stock

import (
	"context"
	"fmt"

	entstock "orderflow/ent/stock"
	"orderflow/internal/event"
	"orderflow/internal/globalid"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// Return is what came back of a sku to a warehouse by a request.
type Return struct {
	Sku, Warehouse globalid.ID
	Quantity       int64 // units, at least 1
	AfterSale      globalid.ID
}

// Restock adds units that came back from a buyer to a warehouse's stock, in a row that it makes
// when there is none; damaged ones are adjusted away after that. The ledger's note names the
// request. The caller holds the lock of the order and, with several skus, goes by sku.
// Faults: NOT_FOUND at sku or warehouse.
func Restock(ctx context.Context, tx *store.Tx, actor event.Actor, in Return) error {
	if in.Quantity < 1 {
		return fmt.Errorf("stock: restock %d units of sku %s", in.Quantity, in.Sku)
	}
	row, err := rowOf(ctx, tx, in.Sku, in.Warehouse)
	if err != nil {
		return err
	}
	err = tx.Stock.Update().Where(entstock.ID(row.ID)).AddOnHand(in.Quantity).Exec(ctx)
	if err != nil {
		return fmt.Errorf("stock: restock: %w", err)
	}
	movement := record(tx, actor, row, vocab.StockReturned)
	movement.OnHandDelta, movement.Note = in.Quantity, in.AfterSale.String()
	return nil
}
