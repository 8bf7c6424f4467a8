package catalogue

import (
	"context"

	"orderflow/ent/sku"
	"orderflow/internal/audit"
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
		shop, err := in.shop(ctx, tx, viewer)
		if err != nil {
			return globalid.ID{}, err
		}
		id, err := stock.Adjust(ctx, tx, actor, stock.Adjustment{Sku: in.Sku,
			Warehouse: in.Warehouse, Delta: in.Delta, Note: in.Note})
		if err != nil {
			return id, err
		}
		return id, in.record(ctx, tx, shop, id)
	})
}

// shop returns the shop of the sku, if it is the viewer's.
func (in StockInput) shop(
	ctx context.Context, tx *store.Tx, viewer *auth.Viewer,
) (globalid.ID, error) {
	of, err := tx.Sku.Query().Where(sku.ID(in.Sku)).Only(ctx)
	if err != nil {
		return globalid.ID{}, notFoundAt(err, "sku")
	}
	if !viewer.HasShop(of.ShopID) {
		return globalid.ID{}, notFound("sku")
	}
	return of.ShopID, nil
}

// record adds the entry of the audit log: what the row has now, which this transaction has locked,
// and what it had before.
func (in StockInput) record(ctx context.Context, tx *store.Tx, shop, id globalid.ID) error {
	row, err := tx.Stock.Get(ctx, id)
	if err != nil {
		return err
	}
	return audit.Record(ctx, tx, audit.Entry{Shop: shop, Action: vocab.AuditAdjustStock,
		Subject: id, Change: audit.Change{
			Before: map[string]any{"onHand": row.OnHand - in.Delta},
			After:  map[string]any{"onHand": row.OnHand}}})
}
