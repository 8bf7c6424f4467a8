package verify

import (
	"orderflow/internal/globalid"
	"orderflow/internal/vocab"
)

// reservationLedger compares an order's reservations with their movements. What is held must agree
// on each stock row. What was ever taken agrees by sku alone: a line that is split hands
// reservations on to another line, and a transfer takes them to another row.
func (r *run) reservationLedger() func(*orderData) {
	c := r.check(1, "stock.ledger", "the movements of an order's reservations leave on each stock "+
		"row what the HELD ones hold there, and took of each sku what all of them took and sent "+
		"what is CONSUMED")
	return func(b *orderData) {
		held, taken, sent := sums{}, sums{}, sums{}
		sku := map[globalid.ID]globalid.ID{} // by reservation
		for _, m := range b.movements {
			held.at(m.stock, m.reservation).ledger += m.net
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
			taken.at(sku[row.ID], row.ID).rows += row.Quantity
			switch row.Status {
			case vocab.ReservationHeld:
				held.at(row.StockID, row.ID).rows += row.Quantity
			case vocab.ReservationConsumed:
				sent.at(sku[row.ID], row.ID).rows += row.Quantity
			}
		}
		for _, m := range b.movements {
			taken.at(sku[m.reservation], m.reservation).ledger += m.taken
			sent.at(sku[m.reservation], m.reservation).ledger += m.sent
		}
		held.compare(c, "%d units are held on the stock row, movements left %d")
		taken.compare(c, "reservations of %d units of the sku, movements took %d")
		sent.compare(c, "%d units of the sku are CONSUMED, movements sent %d")
	}
}

// sum counts the same units in rows and in the ledger.
type sum struct {
	last         globalid.ID // a reservation of it
	rows, ledger int64
}

type sums map[globalid.ID]*sum

func (s sums) at(key, reservation globalid.ID) *sum {
	if s[key] == nil {
		s[key] = &sum{}
	}
	s[key].last = reservation
	return s[key]
}

func (s sums) compare(c *Check, format string) {
	for _, one := range s {
		if one.rows != one.ledger {
			c.fail(one.last, format, one.rows, one.ledger)
		}
	}
}

// reservationPlaces checks where reservations are: what is to be sent from a warehouse must be held
// there.
func (r *run) reservationPlaces() func(*orderData) {
	c := r.check(1, "stock.places", "a HELD reservation is on a row of its item's sku where its "+
		"sub-order is sent from, or waits elsewhere for a transfer to there; one IN_TRANSFER is "+
		"of a SHIPPED transfer of its item")
	return func(b *orderData) {
		for _, row := range b.reservations {
			c.Rows++
			it, at := b.item(row.ItemID), b.stocks[row.StockID]
			if it == nil || at == nil {
				continue // reported by references
			}
			if row.AfterSaleID != nil {
				continue // of what is sent again, from any warehouse, maybe of another sku
			}
			t := b.transfer(value(row.TransferID))
			fits := true
			switch row.Status {
			case vocab.ReservationHeld:
				var warehouse globalid.ID
				if sub := b.sub(it.SubOrderID); sub != nil {
					warehouse = sub.WarehouseID
				}
				if t != nil {
					warehouse = t.FromWarehouseID
				}
				fits = at.SkuID == it.SkuID && at.WarehouseID == warehouse &&
					(t == nil || t.Status == vocab.TransferRequested)
			case vocab.ReservationInTransfer:
				fits = t != nil && t.Status == vocab.TransferShipped &&
					value(t.ItemID) == row.ItemID
			}
			if !fits {
				c.fail(row.ID, "%s at warehouse %s for transfer %q of item %s", row.Status,
					at.WarehouseID, value(row.TransferID), row.ItemID)
			}
		}
	}
}

// unitsReserved finds units that were sold without stock, and stock that is reserved for nobody.
// Between the request of a refund and its success the stock may be released already or not.
func (r *run) unitsReserved() func(*orderData) {
	c := r.check(1, "stock.held", "a paid order holds stock of each unit neither shipped nor taken "+
		"by a refund or a request nor lacking, or it is on its way between warehouses; an unpaid "+
		"one what is deducted on order; a failed or closed one none")
	return func(b *orderData) {
		awaited := b.awaited()
		holds := b.reserved(vocab.ReservationHeld, awaited)
		travels := b.reserved(vocab.ReservationInTransfer, awaited)
		for _, it := range b.items {
			c.Rows++
			var least, most int64
			switch {
			case b.paid():
				open := it.Quantity - it.ShippedQuantity - it.ShortQuantity
				least, most = open-it.RecalledQuantity, max(0, open-it.CancelledQuantity)
			case b.Status == vocab.PendingPayment && it.DeductionMode == vocab.OnOrder:
				least, most = it.Quantity, it.Quantity
			}
			// Units refunded while they travel are released when they arrive.
			if held := holds[it.ID]; held+travels[it.ID] < least || held > most {
				c.fail(it.ID, "%d units are held and %d travel, want %d to %d",
					held, travels[it.ID], least, most)
			}
		}
	}
}

// awaited are the transfers that shortages wait for: they carry missing units.
func (b *orderData) awaited() map[globalid.ID]bool {
	transfers := map[globalid.ID]bool{}
	for _, s := range b.shortages {
		if s.Status == vocab.ShortageWaiting && s.TransferID != nil {
			transfers[*s.TransferID] = true
		}
	}
	return transfers
}

// reserved sums the order's reservations in a status by item, without those of requests that send
// something again and without those of some transfers.
func (b *orderData) reserved(
	status vocab.ReservationStatus, without map[globalid.ID]bool,
) map[globalid.ID]int64 {
	units := map[globalid.ID]int64{}
	for _, row := range b.reservations {
		if row.Status == status && row.AfterSaleID == nil && !without[value(row.TransferID)] {
			units[row.ItemID] += row.Quantity
		}
	}
	return units
}
