package verify

import (
	"orderflow/ent"
	"orderflow/internal/globalid"
	"orderflow/internal/vocab"
)

// taken is what refunds and requests have taken of one item. Money is minor units.
type taken struct {
	money, units    int64 // held by live refunds and open requests, each once
	recalled        int64 // of these units those that were not handed over
	back, backUnits int64 // of refunds that SUCCEEDED
	cancelled       int64 // of these units those that were not handed over
}

// takings is what is taken of each item of an order, read from so many lines.
type takings struct {
	items map[globalid.ID]*taken
	rows  int64
}

func (t takings) of(it *ent.OrderItem) taken { return value(t.items[it.ID]) }

func (t *takings) at(item globalid.ID) *taken {
	t.rows++
	if t.items[item] == nil {
		t.items[item] = &taken{}
	}
	return t.items[item]
}

func (b *book) taken() takings {
	all := takings{items: map[globalid.ID]*taken{}}
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
				t.back += line.Amount
				t.backUnits += line.Quantity
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
func (r *run) unitsCounted() func(*book) {
	c := r.check(4, "units.counted", "units recalled, cancelled, lacking, in open requests and "+
		"returned are those of the refunds, shortages and requests; of a parcel no unit is in two "+
		"requests, and no unit is taken as shipped that was not")
	return func(b *book) {
		taken, rows := b.taken(), b.counted()
		c.Rows += taken.rows + rows.rows
		for _, it := range b.items {
			c.Rows++
			t := taken.of(it)
			if it.RecalledQuantity != t.recalled || it.CancelledQuantity != t.cancelled {
				c.fail(it.ID, "recalled %d, cancelled %d; refunds and requests have %d, %d",
					it.RecalledQuantity, it.CancelledQuantity, t.recalled, t.cancelled)
			}
			if it.ShortQuantity != rows.short[it.ID] ||
				it.AfterSaleQuantity != rows.asked[it.ID] ||
				it.ReturnedQuantity != rows.returned[it.ID] {
				c.fail(it.ID, "lacking %d, in requests %d, returned %d; want %d, %d, %d",
					it.ShortQuantity, it.AfterSaleQuantity, it.ReturnedQuantity,
					rows.short[it.ID], rows.asked[it.ID], rows.returned[it.ID])
			}
			if t.units-t.recalled > it.ShippedQuantity {
				c.fail(it.ID, "shipped %d, taken after that %d", it.ShippedQuantity,
					t.units-t.recalled)
			}
		}
		b.parcelsHave(c)
	}
}

// counters are what an item counts, derived from the rows.
type counters struct {
	short, asked, returned map[globalid.ID]int64 // by item
	rows                   int64
}

func (b *book) counted() counters {
	n := counters{short: map[globalid.ID]int64{}, asked: map[globalid.ID]int64{},
		returned: map[globalid.ID]int64{}}
	for _, s := range b.shortages {
		n.rows++
		if lacking(s) {
			n.short[s.ItemID] += s.Quantity
		}
	}
	for _, a := range b.requests {
		n.rows += 1 + int64(len(a.Edges.Lines))
		for _, line := range a.Edges.Lines {
			n.returned[line.ItemID] += line.GoodQuantity + line.DamagedQuantity
			if open(a) {
				n.asked[line.ItemID] += line.Quantity
			}
		}
	}
	return n
}

// parcelsHave finds requests about more units than their parcel has. Those that ended without a
// refund do not count: they came to nothing, or the buyer has other units now.
func (b *book) parcelsHave(c *Check) {
	type place struct{ parcel, item globalid.ID }
	left := map[place]int64{}
	for _, p := range b.shipments {
		for _, line := range p.Edges.Items {
			left[place{p.ID, line.ItemID}] += line.Quantity
		}
	}
	for _, a := range b.requests {
		if a.ShipmentID == nil || !open(a) && a.Trigger == nil {
			continue
		}
		for _, line := range a.Edges.Lines {
			at := place{*a.ShipmentID, line.ItemID}
			if left[at] -= line.Quantity; left[at] < 0 {
				c.fail(a.ID, "%d units too many of %s are in requests about parcel %s",
					-left[at], line.ItemID, a.ShipmentID)
			}
		}
	}
}
