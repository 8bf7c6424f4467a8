package verify

import (
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/terms"
)

// reservationsMove compares an order's reservations with their movements. What is held must agree
// on each stock row. What was ever taken agrees by sku alone: a line that is split hands
// reservations on to another line, and a transfer takes them to another row.
func (r *run) reservationsMove() func(*book) {
	c := r.check(1, "stock.ledger", "the movements of an order's reservations leave on each stock "+
		"row what the HELD ones hold there, and took of each sku what all of them took")
	type sums struct {
		last         globalid.ID
		rows, ledger int64
	}
	at := func(by map[globalid.ID]*sums, key, reservation globalid.ID) *sums {
		if by[key] == nil {
			by[key] = &sums{}
		}
		by[key].last = reservation
		return by[key]
	}
	return func(b *book) {
		held, taken := map[globalid.ID]*sums{}, map[globalid.ID]*sums{}
		sku := map[globalid.ID]globalid.ID{} // by reservation
		for _, m := range b.movements {
			at(held, m.stock, m.reservation).ledger += m.net
			c.Rows += m.rows
		}
		for _, row := range b.reservations {
			c.Rows++
			if row.Quantity < 1 {
				c.fail(row.ID, "quantity %d", row.Quantity)
			}
			if it := b.item(row.ItemID); it != nil {
				sku[row.ID] = it.SkuID
			}
			at(taken, sku[row.ID], row.ID).rows += row.Quantity
			if row.Status == lifecycle.ReservationHeld {
				at(held, row.StockID, row.ID).rows += row.Quantity
			}
		}
		for _, m := range b.movements {
			taken[sku[m.reservation]].ledger += m.taken
		}
		for _, s := range held {
			if s.rows != s.ledger {
				c.fail(s.last, "%d units are held on the stock row, movements left %d",
					s.rows, s.ledger)
			}
		}
		for _, s := range taken {
			if s.rows != s.ledger {
				c.fail(s.last, "reservations of %d units of the sku, movements took %d",
					s.rows, s.ledger)
			}
		}
	}
}

// unitsAreHeld finds what was sold without being there, and stock that nobody waits for. Between
// the request of a refund and its success the stock may be back already or not.
func (r *run) unitsAreHeld() func(*book) {
	c := r.check(1, "stock.held", "a paid order holds stock of each unit neither shipped nor taken "+
		"by a refund, or it is on its way between warehouses; an unpaid one what is deducted on "+
		"order; a failed or closed one none")
	return func(b *book) {
		holds := b.reserved(lifecycle.ReservationHeld)
		travels := b.reserved(lifecycle.ReservationInTransfer)
		for _, it := range b.items {
			c.Rows++
			var least, most int64
			switch {
			case b.paid():
				least = it.RefundableQuantity - it.ShippedQuantity
				most = max(0, it.Quantity-it.RefundedQuantity-it.ShippedQuantity)
			case b.Status == lifecycle.PendingPayment && it.DeductionMode == terms.OnOrder:
				least, most = it.Quantity, it.Quantity
			}
			// What was refunded while it travels is let go when it arrives.
			if held := holds[it.ID]; held+travels[it.ID] < least || held > most {
				c.fail(it.ID, "%d units are held and %d travel, want %d to %d",
					held, travels[it.ID], least, most)
			}
		}
	}
}

// reserved sums the order's reservations in a status by item.
func (b *book) reserved(status lifecycle.ReservationStatus) map[globalid.ID]int64 {
	units := map[globalid.ID]int64{}
	for _, row := range b.reservations {
		if row.Status == status {
			units[row.ItemID] += row.Quantity
		}
	}
	return units
}

// unitsOnce finds units that left twice, or without their stock.
func (r *run) unitsOnce() func(*book) {
	c := r.check(4, "units.once", "the shipped units of an item are those of its handed over "+
		"parcels and of its CONSUMED reservations; with those taken by refunds they are not more "+
		"than bought")
	return func(b *book) {
		taken, consumed := b.takenUnits(), b.reserved(lifecycle.ReservationConsumed)
		handed := map[globalid.ID]int64{}
		for _, p := range b.shipments {
			c.Rows += 1 + int64(len(p.Edges.Items))
			if p.Stage != lifecycle.StageHandedOver || p.Purpose != terms.OrderParcel {
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
			if it.ShippedQuantity < 0 || it.ShippedQuantity+taken[it.ID] > it.Quantity {
				c.fail(it.ID, "shipped %d, taken by refunds %d, bought %d",
					it.ShippedQuantity, taken[it.ID], it.Quantity)
			}
		}
	}
}

// takenUnits sums the units that live refunds take of each item.
func (b *book) takenUnits() map[globalid.ID]int64 {
	taken := map[globalid.ID]int64{}
	for _, refund := range b.refunds {
		if !live(refund) {
			continue
		}
		for _, line := range refund.Edges.Lines {
			taken[line.ItemID] += line.Quantity
		}
	}
	return taken
}
