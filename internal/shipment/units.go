package shipment

import (
	"context"
	"slices"

	"orderflow/ent"
	"orderflow/ent/reservation"
	entshipment "orderflow/ent/shipment"
	"orderflow/ent/shipmentitem"
	entstock "orderflow/ent/stock"
	"orderflow/ent/stocktransfer"
	"orderflow/internal/globalid"
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

// sendable says how many units of each item can leave that warehouse: they are neither shipped nor
// refunded, and their stock is held there and waits for no transfer.
func (s *session) sendable(
	ctx context.Context, items []*ent.OrderItem, warehouse globalid.ID,
) (map[globalid.ID]int64, error) {
	ids := make([]globalid.ID, len(items))
	for i, it := range items {
		ids[i] = it.ID
	}
	held, err := heldUnits(ctx, s.Tx.Client(), ids)
	if err != nil {
		return nil, err
	}
	units := make(map[globalid.ID]int64, len(items))
	for _, it := range items {
		at := place{item: it.ID, sku: it.SkuID, warehouse: warehouse}
		units[it.ID] = min(held[at], order.Shippable(it))
	}
	return units, nil
}

// packable is what of sendable no unfinished parcel has.
func (s *session) packable(
	ctx context.Context, items []*ent.OrderItem, warehouse globalid.ID,
) (map[globalid.ID]int64, error) {
	units, err := s.sendable(ctx, items, warehouse)
	if err != nil {
		return nil, err
	}
	ids := make([]globalid.ID, 0, len(units))
	for id := range units {
		ids = append(ids, id)
	}
	packed, err := s.Tx.ShipmentItem.Query().Where(shipmentitem.ItemIDIn(ids...),
		shipmentitem.HasShipmentWith(entshipment.PurposeEQ(vocab.OrderParcel),
			entshipment.StageIn(vocab.InWarehouse...))).All(ctx)
	if err != nil {
		return nil, err
	}
	for _, p := range packed {
		units[p.ItemID] = max(0, units[p.ItemID]-p.Quantity)
	}
	return units, nil
}
