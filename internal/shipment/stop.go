package shipment

import (
	"context"
	"slices"

	"orderflow/ent"
	"orderflow/ent/orderitem"
	entshipment "orderflow/ent/shipment"
	"orderflow/ent/suborder"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/vocab"
)

// Stopped says which of these parcels must not go on: they are not handed over, and some of their
// units cannot be sent any more (a request or a refund took them, they are lacking, they moved to
// another sub-order or warehouse), or a sub-order of theirs is on hold. What is left to do with one
// is to cancel it, or to wait until the hold is released.
//
// Anybody who may see the parcels may call it; the answer is as of now, and the commands look again
// under the order's lock.
func (s *Shipments) Stopped(
	ctx context.Context, ids ...globalid.ID,
) (map[globalid.ID]bool, error) {
	client := s.db.Client
	rows, err := client.Shipment.Query().Where(entshipment.IDIn(ids...),
		entshipment.StageIn(vocab.InWarehouse...)).
		WithItems().All(ctx)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	// What is on hold is left out: in a parcel it cannot be sent.
	items, err := client.OrderItem.Query().Where(orderitem.IDIn(itemsOf(rows)...),
		orderitem.HasSubOrderWith(suborder.HeldAtIsNil())).All(ctx)
	if err != nil {
		return nil, err
	}
	return stopped(ctx, client, items, rows...)
}

// onHold reports whether a sub-order that a parcel has units of is on hold. What a request sends
// again is none of it.
func (s *session) onHold(p *ent.Shipment) bool {
	return p.Purpose == vocab.OrderParcel &&
		slices.ContainsFunc(subsOf(p), func(id globalid.ID) bool { return s.Sub(id).HeldAt != nil })
}

// stopped is Stopped for parcels whose order items the caller has read, those that can be sent.
func stopped(
	ctx context.Context, client *ent.Client, items []*ent.OrderItem, rows ...*ent.Shipment,
) (map[globalid.ID]bool, error) {
	held, err := heldUnits(ctx, client, itemsOf(rows))
	if err != nil {
		return nil, err
	}
	byID := make(map[globalid.ID]*ent.OrderItem, len(items))
	for _, it := range items {
		byID[it.ID] = it
	}
	atAll := map[place]int64{} // of all skus
	for at, units := range held {
		at.sku = globalid.ID{}
		atAll[at] += units
	}
	found := map[globalid.ID]bool{}
	for _, p := range rows {
		for _, line := range p.Edges.Items {
			item, at := byID[line.ItemID], place{item: line.ItemID, warehouse: p.WarehouseID}
			if p.Purpose == vocab.ReplacementParcel {
				at.afterSale = *p.AfterSaleID
			} else if item == nil || item.SubOrderID != line.SubOrderID ||
				line.Quantity > order.Shippable(item) {
				found[p.ID] = true
			}
			if line.Quantity > atAll[at] {
				found[p.ID] = true
			}
		}
	}
	return found, nil
}

func itemsOf(rows []*ent.Shipment) []globalid.ID {
	var items []globalid.ID
	for _, p := range rows {
		for _, line := range p.Edges.Items {
			items = append(items, line.ItemID)
		}
	}
	return items
}
