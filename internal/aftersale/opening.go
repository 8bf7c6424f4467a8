package aftersale

import (
	"context"
	"fmt"
	"time"

	"orderflow/ent"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/vocab"
)

// opening is a request that is to be made, against the order as it is.
type opening struct {
	client  *ent.Client
	l       *order.Locked
	sub     *ent.SubOrder
	shop    *ent.Shop
	in      RequestInput
	staffed bool // staff ask: also after the trade's success, and without a limit of requests
	revised bool // it was asked for in time
	now     time.Time
}

// plan is what a request will be.
type plan struct {
	kind         kind
	goods        vocab.GoodsPlace
	way          *vocab.WayBack
	parcel       *ent.Shipment
	claims       []claim
	freight      int64
	selfApproved bool
}

// total is the money of a plan.
func (p *plan) total() int64 {
	sum := p.freight
	for _, c := range p.claims {
		sum += c.amount
	}
	return sum
}

// plan finds out what the request will be, or every fault of it.
func (o *opening) plan(ctx context.Context) (*plan, error) {
	p := &plan{}
	var known bool
	if p.kind, known = kindOf(o.in.Kind); !known {
		return nil, fault.At("kind", fault.InvalidInput, "There is no such kind.")
	}
	if err := o.mayAsk(); err != nil {
		return nil, err
	}
	if err := o.checkItems(); err != nil {
		return nil, err
	}
	if err := o.locate(ctx, p); err != nil {
		return nil, err
	}
	if !p.kind.takes(p.goods, o.in.Way) && (o.in.Way != "" || !o.noWay(p)) {
		return nil, fault.At("kind", fault.InvalidInput,
			"%s is not possible for goods that are %s and come back by %q.",
			p.kind.name, p.goods, o.in.Way)
	}
	if o.in.Way != "" {
		p.way = &o.in.Way
	}
	if err := o.claim(ctx, p); err != nil {
		return nil, err
	}
	if p.kind.refunds && p.kind.units {
		more := map[globalid.ID]int64{}
		for _, c := range p.claims {
			more[c.item.ID] = c.units
		}
		var err error
		p.freight, err = o.l.FreightDue(ctx, o.client, order.FreightAsk{
			Sub: o.sub, More: more, Liable: side(o.in.Reason, p.goods) == vocab.LiableShop})
		if err != nil {
			return nil, err
		}
	}
	if p.goods == vocab.GoodsUnshipped {
		packed, err := o.packed(ctx, p)
		p.selfApproved = err == nil && !packed
		return p, err
	}
	return p, nil
}

// noWay reports whether goods on their way need no way back: they are lost, or staff give the money
// without them.
func (o *opening) noWay(p *plan) bool {
	return p.kind.name == vocab.RefundOnly && p.goods == vocab.GoodsInTransit &&
		(o.staffed || at(p.parcel, vocab.CarrierLost))
}

// mayAsk tells whether the sub-order is in a state in which something can be asked.
func (o *opening) mayAsk() error {
	switch o.sub.Status {
	case vocab.AwaitingShipment, vocab.PartiallyShipped, vocab.Shipped:
		return nil
	case vocab.Received:
		if o.staffed || o.revised || o.sub.CompleteDueAt == nil || o.now.Before(*o.sub.CompleteDueAt) {
			return nil
		}
		return fault.New(fault.ActionNotAllowed, "The time to ask for this is over.")
	case vocab.Completed:
		if o.staffed {
			return nil
		}
	}
	return fault.New(fault.ActionNotAllowed,
		"Nothing can be asked for in the status %s.", o.sub.Status)
}

// checkItems finds lines that are not of the sub-order, or twice there.
func (o *opening) checkItems() error {
	var faults fault.List
	if len(o.in.Lines) == 0 || len(o.in.Lines) > maxEntries {
		return fault.At("lines", fault.InvalidInput, "1 to %d lines are needed.", maxEntries)
	}
	seen := map[globalid.ID]bool{}
	for i, line := range o.in.Lines {
		item := o.l.Item(line.Item)
		if item == nil || item.SubOrderID != o.sub.ID || seen[line.Item] {
			faults.Add(fmt.Sprintf("lines[%d].item", i), fault.InvalidInput,
				"It must be an item of the sub-order, named once.")
		}
		seen[line.Item] = true
	}
	return faults.Err()
}

// claim finds out what the lines take.
func (o *opening) claim(ctx context.Context, p *plan) error {
	var faults fault.List
	for i, line := range o.in.Lines {
		at := fmt.Sprintf("lines[%d].", i)
		c := claim{item: o.l.Item(line.Item), units: line.Quantity}
		most := mostMoney(c.item, c.units)
		if !p.kind.units {
			most = c.item.Refundable
		}
		c.amount = most
		if line.Amount != nil {
			c.amount = *line.Amount
		}
		fixed := p.goods == vocab.GoodsUnshipped || p.kind.reships
		switch {
		case !p.kind.units && line.Amount == nil:
			faults.Add(at+"amount", fault.InvalidInput, "The difference is needed.")
		case c.amount < 0 || c.amount > most || !p.kind.units && c.amount == 0:
			faults.Add(at+"amount", fault.LimitExceeded, "At most %d can be refunded.", most)
		case fixed && c.amount != most:
			faults.Add(at+"amount", fault.InvalidInput, "These units come with all of their money.")
		}
		err := o.exchangeSku(ctx, p, line, &c)
		if err != nil && fault.All(err) == nil {
			return err
		}
		for _, f := range fault.All(err) {
			faults.Add(at+"exchangeSku", f.Code, "%s", f.Message)
		}
		p.claims = append(p.claims, c)
	}
	if err := faults.Err(); err != nil {
		return err
	}
	if p.kind.refunds && p.kind.units {
		if err := o.addGifts(ctx, p); err != nil {
			return err
		}
	}
	return o.fewEnough(ctx, p)
}

func mostMoney(item *ent.OrderItem, units int64) int64 {
	if units > item.RefundableQuantity {
		return 0
	}
	return order.Worth(item, units)
}

// exchangeSku checks what is wanted instead.
func (o *opening) exchangeSku(ctx context.Context, p *plan, line Line, c *claim) error {
	if line.ExchangeSku.IsZero() {
		return nil
	}
	if p.kind.name != vocab.Exchange {
		return fault.New(fault.InvalidInput, "Only an exchange has another sku.")
	}
	wanted, err := o.client.Sku.Get(ctx, line.ExchangeSku)
	if ent.IsNotFound(err) || err == nil && wanted.ProductID != c.item.ProductID {
		return fault.New(fault.NotFound, "The product has no such sku.")
	}
	if err != nil {
		return err
	}
	if wanted.Price != c.item.UnitPrice && wanted.ID != c.item.SkuID {
		return fault.New(fault.InvalidInput, "Its price is not that of the item.")
	}
	c.sku = &wanted.ID
	return nil
}
