package verify

import (
	"slices"

	"orderflow/ent"
	"orderflow/internal/globalid"
	"orderflow/internal/vocab"
)

// requestsAdd checks what each after-sale request holds.
func (r *run) requestsAdd() func(*orderData) {
	c := r.check(3, "after_sales.rows", "a request is the sum of its lines and freight, nothing "+
		"negative, in the order's currency; it has units unless it is about money alone, and the "+
		"goods that came back are among them")
	return func(b *orderData) {
		for _, a := range b.requests {
			c.Rows += 1 + int64(len(a.Edges.Lines))
			sum, fits := a.Freight, a.Freight >= 0 && a.Currency == b.Currency
			for _, line := range a.Edges.Lines {
				sum += line.Amount
				fits = fits && line.Amount >= 0 && line.Currency == a.Currency
				back := line.GoodQuantity + line.DamagedQuantity
				units := (a.Kind == vocab.PriceDifference) == (line.Quantity == 0)
				if !units || line.Quantity < 0 || line.GoodQuantity < 0 ||
					line.DamagedQuantity < 0 || back > line.Quantity {
					c.fail(line.ID, "%s of %d units; %d good and %d damaged ones came back", a.Kind,
						line.Quantity, line.GoodQuantity, line.DamagedQuantity)
				}
			}
			if !fits || a.Amount != sum || len(a.Edges.Lines) == 0 {
				c.fail(a.ID, "%d %s; %d lines and freight are %d", a.Amount, a.Currency,
					len(a.Edges.Lines), sum)
			}
		}
	}
}

// requestsRefund checks that the money of a request is held once: by itself, or by its refund.
func (r *run) requestsRefund() func(*orderData) {
	c := r.check(3, "refunds.causes", "a request that is REFUNDING, or was COMPLETED with a "+
		"refund, has one that is not CLOSED, of what it held, and no other has one; a shortage "+
		"likewise; they end when it SUCCEEDED")
	return func(b *orderData) {
		for _, a := range b.requests {
			c.Rows++
			found := b.liveRefunds(func(o *ent.Refund) *globalid.ID { return o.AfterSaleID }, a.ID)
			refunding := a.Status == vocab.AfterSaleRefunding
			wants := refunding || a.Status == vocab.AfterSaleCompleted && a.Trigger != nil
			if (a.Trigger != nil) != wants || (len(found) == 1) != wants || len(found) > 1 {
				c.fail(a.ID, "%s by %q, with %d refunds", a.Status, value(a.Trigger), len(found))
				continue
			}
			for _, refund := range found {
				succeeded := refund.Status == vocab.RefundSucceeded
				if refunding == succeeded || !gives(refund, a) {
					c.fail(a.ID, "%s by %s of %d with freight of %d; its refund %s by %s of %d, %d",
						a.Status, *a.Trigger, a.Amount, a.Freight, refund.Status,
						refund.Trigger, refund.Amount, refund.Freight)
				}
			}
		}
		for _, s := range b.shortages {
			c.Rows++
			b.shortageRefunds(c, s)
		}
	}
}

func (b *orderData) shortageRefunds(c *Check, s *ent.Shortage) {
	found := b.liveRefunds(func(o *ent.Refund) *globalid.ID { return o.ShortageID }, s.ID)
	refunding := s.Status == vocab.ShortageRefunding
	wants := refunding || s.Status == vocab.ShortageRefunded
	if (len(found) == 1) != wants || len(found) > 1 {
		c.fail(s.ID, "%s, with %d refunds", s.Status, len(found))
		return
	}
	for _, refund := range found {
		line := find(refund.Edges.Lines, func(line *ent.RefundLine) bool {
			return line.ItemID == s.ItemID
		})
		succeeded := refund.Status == vocab.RefundSucceeded
		if refunding == succeeded || refund.Trigger != vocab.TriggerShortage || line == nil ||
			line.Quantity != s.Quantity || !line.Unshipped {
			c.fail(s.ID, "%s of %d; its refund is %s by %s", s.Status, s.Quantity, refund.Status,
				refund.Trigger)
		}
	}
}

// liveRefunds are the live refunds of one cause.
func (b *orderData) liveRefunds(
	cause func(*ent.Refund) *globalid.ID, id globalid.ID,
) (found []*ent.Refund) {
	for _, refund := range b.refunds {
		if live(refund) && value(cause(refund)) == id {
			found = append(found, refund)
		}
	}
	return found
}

// gives reports whether a refund is of all that a request held.
func gives(refund *ent.Refund, a *ent.AfterSale) bool {
	lines := refund.Edges.Lines
	if refund.Amount != a.Amount || refund.Freight != a.Freight ||
		refund.Trigger != *a.Trigger || len(lines) != len(a.Edges.Lines) {
		return false
	}
	return !slices.ContainsFunc(a.Edges.Lines, func(held *ent.AfterSaleLine) bool {
		return !slices.ContainsFunc(lines, func(line *ent.RefundLine) bool {
			return line.ItemID == held.ItemID && line.Quantity == held.Quantity &&
				line.Amount == held.Amount &&
				line.Unshipped == (a.Goods == vocab.GoodsUnshipped)
		})
	})
}
