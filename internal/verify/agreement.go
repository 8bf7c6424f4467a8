package verify

import (
	"orderflow/internal/globalid"
	"orderflow/internal/vocab"
)

// copiesAgree checks the columns that repeat a value of another row of the order. They decide who
// may see a row.
func (r *run) copiesAgree() func(*orderData) {
	c := r.check(8, "references.agree", "rows of an order name parts of the same order, and its "+
		"buyer and shops where they repeat them")
	return func(b *orderData) {
		shops := map[globalid.ID]bool{}
		for _, sub := range b.subs {
			c.Rows++
			shops[sub.ShopID] = true
			if sub.BuyerID != b.BuyerID {
				c.fail(sub.ID, "buyer %s, the order's is %s", sub.BuyerID, b.BuyerID)
			}
		}
		sole := b.SoleShopID != nil
		if sole != (len(shops) == 1) || sole && !shops[*b.SoleShopID] {
			c.fail(b.ID, "sole shop %q, its sub-orders are of %d shops",
				value(b.SoleShopID), len(shops))
		}
		b.itemsAgree(c)
		b.moneyAgrees(c)
		b.parcelsAgree(c)
		b.requestsAgree(c)
		for _, e := range b.events {
			c.Rows++
			if e.ShopID != nil && !shops[*e.ShopID] {
				c.fail(e.ID, "is for shop %s, which is not in the order", e.ShopID)
			}
		}
	}
}

func (b *orderData) itemsAgree(c *Check) {
	for _, it := range b.items {
		c.Rows++
		sub := b.sub(it.SubOrderID)
		if sub == nil || sub.ShopID != it.ShopID {
			c.fail(it.ID, "sub-order %s is of another order or shop", it.SubOrderID)
		}
		if it.GiftOfID != nil && b.item(*it.GiftOfID) == nil {
			c.fail(it.ID, "gift of %s, which is of another order", it.GiftOfID)
		}
	}
	for _, row := range b.reservations {
		c.Rows++
		if b.item(row.ItemID) == nil {
			c.fail(row.ID, "item %s is of another order", row.ItemID)
		}
	}
}

func (b *orderData) moneyAgrees(c *Check) {
	for _, p := range b.payments {
		c.Rows++
		if p.AttemptID != nil && b.payment(*p.AttemptID) == nil {
			c.fail(p.ID, "attempt %s is of another order", p.AttemptID)
		}
	}
	for _, refund := range b.refunds {
		c.Rows += 1 + int64(len(refund.Edges.Lines))
		if refund.PaymentID != nil && b.payment(*refund.PaymentID) == nil {
			c.fail(refund.ID, "payment %s is of another order", refund.PaymentID)
		}
		if refund.SubOrderID != nil {
			sub := b.sub(*refund.SubOrderID)
			if sub == nil || refund.ShopID == nil || sub.ShopID != *refund.ShopID {
				c.fail(refund.ID, "sub-order %s is of another order or shop", refund.SubOrderID)
			}
		}
		for _, line := range refund.Edges.Lines {
			it := b.item(line.ItemID)
			if it == nil || it.SubOrderID != line.SubOrderID {
				c.fail(line.ID, "item %s is of another order or sub-order", line.ItemID)
			}
		}
	}
}

func (b *orderData) parcelsAgree(c *Check) {
	for _, p := range b.shipments {
		c.Rows += 1 + int64(len(p.Edges.Items))
		for _, line := range p.Edges.Items {
			it, sub := b.item(line.ItemID), b.sub(line.SubOrderID)
			if it == nil || sub == nil || it.ShopID != p.ShopID || sub.ShopID != p.ShopID {
				c.fail(line.ID, "item %s or sub-order %s is of another order or shop",
					line.ItemID, line.SubOrderID)
			} else if p.Stage == vocab.StageHandedOver && it.SubOrderID != sub.ID {
				c.fail(line.ID, "item %s is in sub-order %s, not in %s",
					it.ID, it.SubOrderID, sub.ID)
			}
		}
	}
	for _, t := range b.transfers {
		c.Rows++
		it := b.item(value(t.ItemID))
		if it == nil || it.SkuID != t.SkuID || it.ShopID != t.ShopID {
			c.fail(t.ID, "item %s is of another order, sku or shop", value(t.ItemID))
		}
	}
}

// requestsAgree checks what requests and interceptions name. Items may go to another sub-order once
// a request came to nothing.
func (b *orderData) requestsAgree(c *Check) {
	for _, a := range b.requests {
		c.Rows += 1 + int64(len(a.Edges.Lines))
		for _, line := range a.Edges.Lines {
			it := b.item(line.ItemID)
			if it == nil || it.ShopID != a.ShopID || open(a) && it.SubOrderID != a.SubOrderID {
				c.fail(line.ID, "item %s is of another order, shop or sub-order", line.ItemID)
			}
		}
	}
	for _, i := range b.intercepts {
		c.Rows++
		if b.request(i.AfterSaleID) == nil || b.shipment(i.ShipmentID) == nil {
			c.fail(i.ID, "request %s or parcel %s is of another order", i.AfterSaleID, i.ShipmentID)
		}
	}
}
