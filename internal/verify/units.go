package verify

import (
	"orderflow/internal/globalid"
	"orderflow/internal/vocab"
)

// unitsOnce finds units that left twice, or without their stock.
func (r *run) unitsOnce() func(*orderData) {
	c := r.check(4, "units.once", "the shipped units of an item are those of its handed over "+
		"parcels and of its CONSUMED reservations; with those that refunds and requests took "+
		"before they were shipped, and those that lack, they are not more than bought")
	return func(b *orderData) {
		refunds, consumed := b.itemRefunds(), b.reserved(vocab.ReservationConsumed, nil)
		handed := map[globalid.ID]int64{}
		for _, p := range b.shipments {
			c.Rows += 1 + int64(len(p.Edges.Items))
			if p.Stage != vocab.StageHandedOver || p.Purpose != vocab.OrderParcel {
				continue
			}
			for _, it := range p.Edges.Items {
				handed[it.ItemID] += it.Quantity
			}
		}
		for _, it := range b.items {
			c.Rows++
			if n := it.ShippedQuantity; n != handed[it.ID] || n != consumed[it.ID] {
				c.fail(it.ID, "shipped %d, in handed over parcels %d, out of stock %d",
					n, handed[it.ID], consumed[it.ID])
			}
			recalled := refunds.of(it).recalled
			if it.ShippedQuantity < 0 ||
				it.ShippedQuantity+recalled+it.ShortQuantity > it.Quantity {
				c.fail(it.ID, "shipped %d, taken unshipped %d, lacking %d, bought %d",
					it.ShippedQuantity, recalled, it.ShortQuantity, it.Quantity)
			}
		}
	}
}

// unitsPacked finds units that two parcels have. Units that were refunded after they were packed
// stay in their parcel until it is cancelled, so refunds do not count.
func (r *run) unitsPacked() func(*orderData) {
	c := r.check(4, "units.packed", "the units of an item in parcels that are not cancelled are not "+
		"more than bought; a parcel is handed over where its sub-orders are sent from")
	return func(b *orderData) {
		packed := map[globalid.ID]int64{}
		for _, p := range b.shipments {
			c.Rows += 1 + int64(len(p.Edges.Items))
			if p.Stage == vocab.StageCancelled || p.Purpose != vocab.OrderParcel {
				continue
			}
			for _, line := range p.Edges.Items {
				packed[line.ItemID] += line.Quantity
				if line.Quantity < 1 {
					c.fail(line.ID, "quantity %d", line.Quantity)
				}
				sub := b.sub(line.SubOrderID)
				if p.Stage == vocab.StageHandedOver && sub != nil &&
					sub.WarehouseID != p.WarehouseID {
					c.fail(p.ID, "sent from %s, its sub-order %s from %s",
						p.WarehouseID, sub.ID, sub.WarehouseID)
				}
			}
		}
		for _, it := range b.items {
			c.Rows++
			if packed[it.ID] > it.Quantity {
				c.fail(it.ID, "%d units in parcels, %d bought", packed[it.ID], it.Quantity)
			}
		}
	}
}
