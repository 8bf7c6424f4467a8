package transfer

import (
	"context"

	"orderflow/ent"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/order"
	"orderflow/internal/stock"
	"orderflow/internal/vocab"
)

// RequestFor makes a transfer of units that an item lacks, from a warehouse that has them to the
// one that sends the item's sub-order. They are reserved at the source and wait there to be sent.
// It is part of the transaction that has locked the order, on behalf of the shop, which offered it.
// Fault: OUT_OF_STOCK; then the transaction must end.
func RequestFor(
	ctx context.Context, l *order.Locked, item *ent.OrderItem, from globalid.ID, units int64,
) (*ent.StockTransfer, error) {
	row := &ent.StockTransfer{ID: globalid.New(globalid.StockTransfer), ShopID: item.ShopID,
		SkuID: item.SkuID, OrderID: &l.Order.ID, ItemID: &item.ID, FromWarehouseID: from,
		ToWarehouseID: l.Sub(item.SubOrderID).WarehouseID, Quantity: units, CreatedAt: l.Tx.Now}
	taken, err := lifecycle.Take(lifecycle.Transfer, &row.Status, vocab.RequestTransfer,
		vocab.Merchant, lifecycle.TransferFacts{})
	if err != nil {
		return nil, err
	}
	l.Tx.Insert(row)
	err = stock.ReserveSku(ctx, l.Tx, l.Actor, stock.SkuNeed{Order: item.OrderID, Item: item.ID,
		Sku: item.SkuID, Warehouse: from, Quantity: units})
	if err != nil {
		return nil, err
	}
	if err := stock.SetAside(ctx, l.Tx, row); err != nil {
		return nil, err
	}
	s := &session{tx: l.Tx, order: l, actor: l.Actor}
	s.emit(row, taken, units)
	return row, nil
}
