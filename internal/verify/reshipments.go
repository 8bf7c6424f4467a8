package verify

import (
	"context"

	"orderflow/ent"
	"orderflow/internal/globalid"
	"orderflow/internal/vocab"
)

// reshipment sums what is reserved and sent for one line of a request, and what its parcels have.
type reshipment struct{ held, consumed, packed, handed int64 }

// reshipments checks the stock of what requests send in place of goods.
func (r *run) reshipments() func(*orderData) {
	c := r.check(1, "stock.again", "what is held for a request is of an open one that sends goods: "+
		"all units of its lines, of what is to be sent, where the sub-order was sent from; what "+
		"left the stock for it is in its parcels that were handed over")
	return func(b *orderData) {
		lines := map[globalid.ID]map[globalid.ID]*reshipment{} // by request and item
		for _, a := range b.requests {
			lines[a.ID] = map[globalid.ID]*reshipment{}
			for _, line := range a.Edges.Lines {
				lines[a.ID][line.ItemID] = &reshipment{}
			}
		}
		for _, row := range b.reservations {
			if row.AfterSaleID == nil {
				continue
			}
			c.Rows++
			n, a := lines[*row.AfterSaleID][row.ItemID], b.request(*row.AfterSaleID)
			switch {
			case row.Status == vocab.ReservationReleased:
			case n == nil:
				c.fail(row.ID, "%s for no line of request %s", row.Status, row.AfterSaleID)
			case row.Status == vocab.ReservationConsumed:
				n.consumed += row.Quantity
			case row.Status == vocab.ReservationHeld && b.fitsRequest(row, a):
				n.held += row.Quantity
			default:
				c.fail(row.ID, "%s for request %s, which is %s %s", row.Status, a.ID, a.Kind,
					a.Status)
			}
		}
		b.reshipmentParcels(c, lines)
		for _, a := range b.requests {
			for _, line := range a.Edges.Lines {
				c.Rows++
				if n := *lines[a.ID][line.ItemID]; !n.fits(a, line.Quantity) {
					c.fail(a.ID, "%s %s of %d units of %s: %d held, %d sent, %d packed, %d handed "+
						"over", a.Kind, a.Status, line.Quantity, line.ItemID, n.held, n.consumed,
						n.packed, n.handed)
				}
			}
		}
	}
}

// fitsRequest reports whether a reservation is of what an open request sends, at the warehouse that
// sends it.
func (b *orderData) fitsRequest(row *ent.Reservation, a *ent.AfterSale) bool {
	it, sub, at := b.item(row.ItemID), b.sub(a.SubOrderID), b.stocks[row.StockID]
	line := find(a.Edges.Lines,
		func(line *ent.AfterSaleLine) bool { return line.ItemID == row.ItemID })
	if it == nil || sub == nil || at == nil {
		return true // reported by references
	}
	sku := it.SkuID
	if line.ExchangeSkuID != nil {
		sku = *line.ExchangeSkuID
	}
	return holding(a) && reships(a) && at.SkuID == sku && at.WarehouseID == sub.WarehouseID
}

// reshipmentParcels counts the units in the parcels of requests, and checks whose parcels they are.
func (b *orderData) reshipmentParcels(c *Check, lines map[globalid.ID]map[globalid.ID]*reshipment) {
	for _, p := range b.shipments {
		c.Rows++
		if (p.Purpose == vocab.OrderParcel) != (p.AfterSaleID == nil) {
			c.fail(p.ID, "%s parcel of request %q", p.Purpose, value(p.AfterSaleID))
		}
		if p.Purpose != vocab.ReplacementParcel || p.Stage == vocab.StageCancelled {
			continue
		}
		for _, in := range p.Edges.Items {
			c.Rows++
			n := lines[value(p.AfterSaleID)][in.ItemID]
			switch {
			case n == nil:
				c.fail(p.ID, "has %s, which is of no line of its request", in.ItemID)
			case p.Stage == vocab.StageHandedOver:
				n.handed += in.Quantity
			default:
				n.packed += in.Quantity
			}
		}
	}
}

// fits reports whether what a line of a request reserves and has sent fits the request's status. A
// lost parcel is sent anew: then all units are reserved again.
func (n reshipment) fits(a *ent.AfterSale, units int64) bool {
	if n.consumed != n.handed || n.packed > n.held || n.held != 0 && n.held != units {
		return false
	}
	waits := a.Status == vocab.AfterSaleReshipping && n.handed == 0 || a.Kind == vocab.Exchange &&
		(a.Status == vocab.AfterSaleAwaitingReturn ||
			a.Status == vocab.AfterSaleReturnInTransit)
	return !waits || n.held == units
}

// returns compares the inspections of returns with the ledger.
func (r *run) returns(ctx context.Context) error {
	c := r.check(1, "stock.returns", "of each sku the units that came back are in the ledger as "+
		"RETURNED, and the damaged ones of them were written off")
	return r.each(ctx, `SELECT sku_id, SUM(back), SUM(damaged), SUM(shelved), SUM(off), COUNT(*)
		FROM (
			SELECT i.sku_id AS sku_id, l.good_quantity + l.damaged_quantity AS back,
				l.damaged_quantity AS damaged, 0 AS shelved, 0 AS off
			FROM after_sale_lines l JOIN order_items i ON i.id = l.item_id
			WHERE l.good_quantity + l.damaged_quantity > 0
			UNION ALL
			SELECT s.sku_id, 0, 0,
				CASE WHEN m.cause = 'RETURNED' THEN m.on_hand_delta ELSE 0 END,
				CASE WHEN m.cause = 'ADJUSTED' THEN -m.on_hand_delta ELSE 0 END
			FROM stock_movements m JOIN stocks s ON s.id = m.stock_id
			WHERE m.cause = 'RETURNED' OR
				m.cause = 'ADJUSTED' AND m.on_hand_delta < 0 AND m.note LIKE 'damaged %'
		) t GROUP BY sku_id ORDER BY sku_id`, nil,
		func(scan func(...any) error) error {
			var sku globalid.ID
			var back, damaged, shelved, off, rows int64
			if err := scan(&sku, &back, &damaged, &shelved, &off, &rows); err != nil {
				return err
			}
			c.Rows += rows
			r.rows += rows
			// Staff may have written the same note about other units.
			if shelved != back || off < damaged {
				c.fail(sku, "%d came back, %d of them damaged; the ledger has %d, %d", back,
					damaged, shelved, off)
			}
			return nil
		})
}
