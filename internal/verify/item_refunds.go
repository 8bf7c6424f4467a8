package verify

import (
	"orderflow/ent"
	"orderflow/internal/globalid"
	"orderflow/internal/vocab"
)

// itemRefunds sums the refunds and requests of one item. Money is minor units.
type itemRefunds struct {
	money, units            int64 // held by live refunds and open requests, each once
	recalled                int64 // of these units those that were not handed over
	refunded, refundedUnits int64 // of refunds that SUCCEEDED
	cancelled               int64 // of these units those that were not handed over
}

// orderRefunds are the sums of all items of an order, read from so many lines.
type orderRefunds struct {
	items map[globalid.ID]*itemRefunds
	rows  int64
}

func (t orderRefunds) of(it *ent.OrderItem) itemRefunds { return value(t.items[it.ID]) }

func (t *orderRefunds) at(item globalid.ID) *itemRefunds {
	t.rows++
	if t.items[item] == nil {
		t.items[item] = &itemRefunds{}
	}
	return t.items[item]
}

func (b *orderData) itemRefunds() orderRefunds {
	all := orderRefunds{items: map[globalid.ID]*itemRefunds{}}
	for _, refund := range b.refunds {
		for _, line := range refund.Edges.Lines {
			unshipped := int64(0)
			if line.Unshipped {
				unshipped = line.Quantity
			}
			t := all.at(line.ItemID)
			if live(refund) {
				t.money += line.Amount
				t.units += line.Quantity
				t.recalled += unshipped
			}
			if refund.Status == vocab.RefundSucceeded {
				t.refunded += line.Amount
				t.refundedUnits += line.Quantity
				t.cancelled += unshipped
			}
		}
	}
	for _, a := range b.requests {
		for _, line := range a.Edges.Lines {
			t := all.at(line.ItemID)
			if !holding(a) {
				continue
			}
			t.money += line.Amount
			t.units += line.Quantity
			if a.Goods == vocab.GoodsUnshipped {
				t.recalled += line.Quantity
			}
		}
	}
	return all
}

// unitsCounted compares the counters of an item with the rows that they count.
func (r *run) unitsCounted() func(*orderData) {
	c := r.check(4, "units.counted", "units recalled, cancelled, lacking, in open requests and "+
		"returned are those of the refunds, shortages and requests; of a parcel no unit is in two "+
		"requests, and no unit is taken as shipped that was not")
	return func(b *orderData) {
		refunds, rows := b.itemRefunds(), b.counted()
		c.Rows += refunds.rows + rows.rows
		for _, it := range b.items {
			c.Rows++
			t := refunds.of(it)
			if it.RecalledQuantity != t.recalled || it.CancelledQuantity != t.cancelled {
				c.fail(it.ID, "recalled %d, cancelled %d; refunds and requests have %d, %d",
					it.RecalledQuantity, it.CancelledQuantity, t.recalled, t.cancelled)
			}
			if it.ShortQuantity != rows.short[it.ID] ||
				it.AfterSaleQuantity != rows.requested[it.ID] ||
				it.ReturnedQuantity != rows.returned[it.ID] {
				c.fail(it.ID, "lacking %d, in requests %d, returned %d; want %d, %d, %d",
					it.ShortQuantity, it.AfterSaleQuantity, it.ReturnedQuantity,
					rows.short[it.ID], rows.requested[it.ID], rows.returned[it.ID])
			}
			if t.units-t.recalled > it.ShippedQuantity {
				c.fail(it.ID, "shipped %d, taken after that %d", it.ShippedQuantity,
					t.units-t.recalled)
			}
		}
		b.requestsFitParcels(c)
	}
}

// counters are the counters of items, derived from the rows.
type counters struct {
	short, requested, returned map[globalid.ID]int64 // by item
	rows                       int64
}

func (b *orderData) counted() counters {
	n := counters{short: map[globalid.ID]int64{}, requested: map[globalid.ID]int64{},
		returned: map[globalid.ID]int64{}}
	for _, s := range b.shortages {
		n.rows++
		if unresolved(s) {
			n.short[s.ItemID] += s.Quantity
		}
	}
	for _, a := range b.requests {
		n.rows += 1 + int64(len(a.Edges.Lines))
		for _, line := range a.Edges.Lines {
			n.returned[line.ItemID] += line.GoodQuantity + line.DamagedQuantity
			if open(a) {
				n.requested[line.ItemID] += line.Quantity
			}
		}
	}
	return n
}

// requestsFitParcels finds requests about more units than their parcel has. Those that ended
// without a refund do not count: they were withdrawn, or other units were sent.
func (b *orderData) requestsFitParcels(c *Check) {
	type parcelItem struct{ parcel, item globalid.ID }
	left := map[parcelItem]int64{}
	for _, p := range b.shipments {
		for _, line := range p.Edges.Items {
			left[parcelItem{p.ID, line.ItemID}] += line.Quantity
		}
	}
	for _, a := range b.requests {
		if a.ShipmentID == nil || !open(a) && a.Trigger == nil {
			continue
		}
		for _, line := range a.Edges.Lines {
			at := parcelItem{*a.ShipmentID, line.ItemID}
			if left[at] -= line.Quantity; left[at] < 0 {
				c.fail(a.ID, "%d units too many of %s are in requests about parcel %s",
					-left[at], line.ItemID, a.ShipmentID)
			}
		}
	}
}
