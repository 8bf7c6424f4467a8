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
	"orderflow/internal/lifecycle"
)

// sendable tells how many units of each item can leave that warehouse: they are neither shipped nor
// refunded, and their stock is held there and waits for no transfer.
func (d *desk) sendable(
	ctx context.Context, items []*ent.OrderItem, warehouse globalid.ID,
) (map[globalid.ID]int64, error) {
	ids, skus := make([]globalid.ID, len(items)), make([]globalid.ID, len(items))
	for i, it := range items {
		ids[i], skus[i] = it.ID, it.SkuID
	}
	rows, err := d.tx.Stock.Query().Where(
		entstock.WarehouseID(warehouse), entstock.SkuIDIn(skus...)).IDs(ctx)
	if err != nil {
		return nil, err
	}
	leaving, err := d.tx.StockTransfer.Query().Where(stocktransfer.OrderID(d.l.Order.ID),
		stocktransfer.StatusEQ(lifecycle.TransferRequested)).IDs(ctx)
	if err != nil {
		return nil, err
	}
	held, err := d.tx.Reservation.Query().Where(reservation.ItemIDIn(ids...),
		reservation.StockIDIn(rows...), reservation.StatusEQ(lifecycle.ReservationHeld)).All(ctx)
	if err != nil {
		return nil, err
	}
	units := make(map[globalid.ID]int64, len(items))
	for _, r := range held {
		if r.TransferID == nil || !slices.Contains(leaving, *r.TransferID) {
			units[r.ItemID] += r.Quantity
		}
	}
	for _, it := range items {
		units[it.ID] = min(units[it.ID], d.l.Shippable(it))
	}
	return units, nil
}

// packable is what of sendable no unfinished parcel has.
func (d *desk) packable(
	ctx context.Context, items []*ent.OrderItem, warehouse globalid.ID,
) (map[globalid.ID]int64, error) {
	units, err := d.sendable(ctx, items, warehouse)
	if err != nil {
		return nil, err
	}
	asked := make([]globalid.ID, 0, len(units))
	for id := range units {
		asked = append(asked, id)
	}
	packed, err := d.tx.ShipmentItem.Query().Where(shipmentitem.ItemIDIn(asked...),
		shipmentitem.HasShipmentWith(
			entshipment.StageNotIn(lifecycle.StageCancelled, lifecycle.StageHandedOver),
		)).All(ctx)
	if err != nil {
		return nil, err
	}
	for _, p := range packed {
		units[p.ItemID] = max(0, units[p.ItemID]-p.Quantity)
	}
	return units, nil
}

// locked reports whether some unit of an unfinished parcel cannot be sent any more: it was
// refunded, or moved to another sub-order or warehouse.
func (d *desk) locked(ctx context.Context, p *ent.Shipment) (bool, error) {
	items := make([]*ent.OrderItem, len(p.Edges.Items))
	for i, it := range p.Edges.Items {
		items[i] = d.l.Item(it.ItemID)
		if items[i].SubOrderID != it.SubOrderID {
			return true, nil
		}
	}
	units, err := d.sendable(ctx, items, p.WarehouseID)
	if err != nil {
		return false, err
	}
	for _, it := range p.Edges.Items {
		if it.Quantity > units[it.ItemID] {
			return true, nil
		}
	}
	return false, nil
}
