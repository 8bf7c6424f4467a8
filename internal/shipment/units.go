package shipment

import (
	"context"
	"slices"

	"orderflow/ent"
	"orderflow/ent/reservation"
	entstock "orderflow/ent/stock"
	"orderflow/ent/stocktransfer"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/order"
	"orderflow/internal/vocab"
)

// place is where units of a sku are held for an item: for its order, or for a request that sends
// something again in place of it.
type place struct{ item, sku, warehouse, afterSale globalid.ID }

// heldUnits sums what is held for items, without what waits to be sent by a transfer.
func heldUnits(
	ctx context.Context, client *ent.Client, items []globalid.ID,
) (map[place]int64, error) {
	held, err := client.Reservation.Query().Where(reservation.ItemIDIn(items...),
		reservation.StatusIn(vocab.Holding...)).All(ctx)
	if err != nil || len(held) == 0 {
		return nil, err
	}
	var transfers []globalid.ID
	rows := make([]globalid.ID, len(held))
	for i, r := range held {
		rows[i] = r.StockID
		if r.TransferID != nil {
			transfers = append(transfers, *r.TransferID)
		}
	}
	stocks, err := client.Stock.Query().Where(entstock.IDIn(rows...)).All(ctx)
	if err != nil {
		return nil, err
	}
	at := make(map[globalid.ID]*ent.Stock, len(stocks))
	for _, row := range stocks {
		at[row.ID] = row
	}
	var leaving []globalid.ID
	if len(transfers) > 0 {
		leaving, err = client.StockTransfer.Query().Where(stocktransfer.IDIn(transfers...),
			stocktransfer.StatusIn(vocab.TransferUnsent...)).IDs(ctx)
		if err != nil {
			return nil, err
		}
	}
	units := map[place]int64{}
	for _, r := range held {
		if r.TransferID != nil && slices.Contains(leaving, *r.TransferID) {
			continue
		}
		row := at[r.StockID]
		where := place{item: r.ItemID, sku: row.SkuID, warehouse: row.WarehouseID}
		if r.AfterSaleID != nil {
			where.afterSale = *r.AfterSaleID
		}
		units[where] += r.Quantity
	}
	return units, nil
}

// Sendable says how many units of each item can leave a warehouse: they are neither shipped nor
// refunded, and their stock is held there and waits for no transfer.
func Sendable(
	ctx context.Context, client *ent.Client, items []*ent.OrderItem,
	warehouse func(*ent.OrderItem) globalid.ID,
) (map[globalid.ID]int64, error) {
	ids := make([]globalid.ID, len(items))
	for i, it := range items {
		ids[i] = it.ID
	}
	held, err := heldUnits(ctx, client, ids)
	if err != nil {
		return nil, err
	}
	units := make(map[globalid.ID]int64, len(items))
	for _, it := range items {
		at := place{item: it.ID, sku: it.SkuID, warehouse: warehouse(it)}
		units[it.ID] = min(held[at], order.Shippable(it))
	}
	return units, nil
}

// LookAt adds to the facts of a sub-order whether some of the units of its items that can leave the
// warehouse are left, and whether some are in no parcel.
func LookAt(
	facts *lifecycle.TradeFacts, sendable map[globalid.ID]int64, unsent order.Unsent,
	items []*ent.OrderItem,
) {
	facts.NothingThere, facts.NothingToPack = true, true
	for _, it := range items {
		units := sendable[it.ID]
		facts.NothingThere = facts.NothingThere && units == 0
		facts.NothingToPack = facts.NothingToPack && units <= unsent.Packed(it.ID)
	}
}

// packable says how many units of each item of the order can go into a parcel at a warehouse now:
// they can leave it, and are in no unfinished parcel.
func (s *session) packable(
	ctx context.Context, warehouse globalid.ID,
) (map[globalid.ID]int64, error) {
	unsent, err := order.ReadUnsent(ctx, s.Tx.Client(), s.Items...)
	if err != nil {
		return nil, err
	}
	units, err := Sendable(ctx, s.Tx.Client(), s.Items,
		func(*ent.OrderItem) globalid.ID { return warehouse })
	for id := range units {
		units[id] = max(0, units[id]-unsent.Packed(id))
	}
	return units, err
}
