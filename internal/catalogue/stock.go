package catalogue

import (
	"context"

	"orderflow/ent/sku"
	"orderflow/internal/auth"
	"orderflow/internal/event"
	"orderflow/internal/globalid"
	"orderflow/internal/stock"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// StockInput is a change of what a warehouse holds of a sku.
type StockInput struct {
	Sku       globalid.ID
	Warehouse globalid.ID
	Delta     int64 // units: positive for received, negative for lost
	Note      string
}

// Validate returns all faults of the fields.
func (in StockInput) Validate() error {
	var c check
	c.number("delta", in.Delta, -maxQuantity, maxQuantity)
	if in.Delta == 0 {
		c.wrong("delta", "A change of 0 is none.")
	}
	c.optional("note", in.Note, maxNote)
	return c.faults.Err()
}

// AdjustStock changes what a warehouse holds of a sku and returns the id of the stock row. MERCHANT
// or WAREHOUSE of the sku's shop, or PLATFORM. Faults: INVALID_INPUT, NOT_FOUND, STOCK_RESERVED,
// CONFLICT; see stock.Adjust.
func (c *Catalogue) AdjustStock(ctx context.Context, in StockInput) (globalid.ID, error) {
	viewer, err := auth.Require(ctx, vocab.Merchant, vocab.Warehouse, vocab.Platform)
	if err != nil {
		return globalid.ID{}, err
	}
	if err := in.Validate(); err != nil {
		return globalid.ID{}, err
	}
	actor := event.ActorOf(viewer)
	return c.command(ctx, func(ctx context.Context, tx *store.Tx) (globalid.ID, error) {
		if err := in.visible(ctx, tx, viewer); err != nil {
			return globalid.ID{}, err
		}
		return stock.Adjust(ctx, tx, actor, stock.Adjustment{Sku: in.Sku,
			Warehouse: in.Warehouse, Delta: in.Delta, Note: in.Note})
	})
}

func (in StockInput) visible(ctx context.Context, tx *store.Tx, viewer *auth.Viewer) error {
	of, err := tx.Sku.Query().Where(sku.ID(in.Sku)).Only(ctx)
	if err != nil {
		return notFoundAt(err, "sku")
	}
	if !viewer.HasShop(of.ShopID) {
		return notFound("sku")
	}
	return nil
}
