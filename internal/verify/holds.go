package verify

import (
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/terms"
)

// place is where an item's stock is.
type place struct{ item, stock globalid.ID }

// reservationsMove compares reservations with their movements by item and stock row: a part that
// was split off a reservation has no movement of its own before it is released.
func (r *run) reservationsMove() func(*book) {
	c := r.check(1, "stock.ledger", "the movements of an item's reservations on a stock row take "+
		"what all of them took, and leave what the HELD ones hold")
	type sums struct {
		last                         globalid.ID
		quantity, held, taken, moved int64
	}
	return func(b *book) {
		at := map[place]*sums{}
		of := map[globalid.ID]*sums{}
		for _, row := range b.reservations {
			key := place{row.ItemID, row.StockID}
			if at[key] == nil {
				at[key] = &sums{}
			}
			s := at[key]
			of[row.ID], s.last = s, row.ID
			s.quantity += row.Quantity
			if row.Status == lifecycle.ReservationHeld {
				s.held += row.Quantity
			}
			if row.Quantity < 1 {
				c.fail(row.ID, "quantity %d", row.Quantity)
			}
			c.Rows++
		}
		for _, m := range b.movements {
			of[m.reservation].taken += m.taken
			of[m.reservation].moved += m.net
			c.Rows += m.rows
		}
		for _, s := range at {
			if s.quantity != s.taken || s.held != s.moved {
				c.fail(s.last, "reservations of %d units, %d held; movements took %d and left %d",
					s.quantity, s.held, s.taken, s.moved)
			}
		}
	}
}

// unitsAreHeld finds what was sold without being there, and stock that nobody waits for. Between
// the request of a refund and its success the stock may be back already or not.
func (r *run) unitsAreHeld() func(*book) {
	c := r.check(1, "stock.held", "a paid order holds stock of each unit neither shipped nor taken "+
		"by a refund; an unpaid one what is deducted on order; a failed or closed one none")
	return func(b *book) {
		holds := map[globalid.ID]int64{}
		for _, row := range b.reservations {
			if row.Status == lifecycle.ReservationHeld {
				holds[row.ItemID] += row.Quantity
			}
		}
		for _, it := range b.items {
			c.Rows++
			var least, most int64
			switch {
			case b.paid():
				least = it.RefundableQuantity - it.ShippedQuantity
				most = it.Quantity - it.RefundedQuantity - it.ShippedQuantity
			case b.Status == lifecycle.PendingPayment && it.DeductionMode == terms.OnOrder:
				least, most = it.Quantity, it.Quantity
			}
			if holds[it.ID] < least || holds[it.ID] > most {
				c.fail(it.ID, "%d units are held, want %d to %d", holds[it.ID], least, most)
			}
		}
	}
}

// unitsOnce is trivial until parcels exist, but for its counters.
func (r *run) unitsOnce() func(*book) {
	c := r.check(4, "units.once", "shipped units and units taken by refunds are not more than bought")
	return func(b *book) {
		taken := b.takenUnits()
		for _, it := range b.items {
			c.Rows++
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
