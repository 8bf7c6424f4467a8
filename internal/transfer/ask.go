package transfer

import (
	"context"

	"orderflow/ent"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/order"
	"orderflow/internal/stock"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// Ask makes a transfer of units that an item lacks, from a warehouse that has them to the one that
// sends the item's sub-order. They are reserved at the source and wait there to be sent. It is part
// of the transaction that has locked the order, on behalf of the shop, which offered it; the caller
// writes the order's events. Fault: OUT_OF_STOCK; then the transaction must end.
func Ask(
	ctx context.Context, tx *store.Tx, l *order.Locked, item *ent.OrderItem, from globalid.ID,
	units int64,
) (*ent.StockTransfer, error) {
	d := &desk{tx: tx, l: l, actor: l.Log.Actor()}
	next, err := lifecycle.Transfer.Next(
		"", vocab.RequestTransfer, vocab.Merchant, lifecycle.TransferFacts{})
	if err != nil {
		return nil, order.NotAllowed(err)
	}
	row, err := tx.StockTransfer.Create().SetID(globalid.New(globalid.StockTransfer)).
		SetShopID(item.ShopID).SetSkuID(item.SkuID).SetOrderID(item.OrderID).SetItemID(item.ID).
		SetFromWarehouseID(from).SetToWarehouseID(l.Sub(item.SubOrderID).WarehouseID).
		SetStatus(next.To).SetQuantity(units).SetCreatedAt(tx.Now).Save(ctx)
	if err != nil {
		return nil, err
	}
	if err := stock.ReserveAt(ctx, tx, d.actor, item, from, units); err != nil {
		return nil, err
	}
	if err := stock.SetAside(ctx, tx, row); err != nil {
		return nil, err
	}
	return row, d.tell(ctx, row, next.Emit, "", units)
}
