package aftersale

import (
	"context"
	"fmt"
	"time"

	"orderflow/ent"
	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/limit"
	"orderflow/internal/order"
	"orderflow/internal/vocab"
)

// requestDraft is a request that is to be made, against the order as it is.
type requestDraft struct {
	client  *ent.Client
	l       *order.Locked
	sub     *ent.SubOrder
	terms   document.ShopPolicy
	earlier []*ent.AfterSale // all requests of the order, with their lines
	in      RequestInput
	by      vocab.Role // empty for the buyer who revises a request
	staffed bool       // by staff: also after the trade's success, and without a limit of requests
	late    bool       // its end was too long ago for its shop
	revised bool       // it was requested in time
	now     time.Time
	parcels parcelMemo
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

// resolve finds out what the request will be, or every fault of it.
func (d *requestDraft) resolve(ctx context.Context) (*plan, error) {
	p := &plan{}
	var known bool
	if p.kind, known = kindOf(d.in.Kind); !known {
		return nil, fault.At("kind", fault.InvalidInput, "There is no such kind.")
	}
	if err := d.eligible(); err != nil {
		return nil, err
	}
	if err := d.checkItems(); err != nil {
		return nil, err
	}
	if err := d.locate(ctx, p); err != nil {
		return nil, err
	}
	if !p.kind.takes(p.goods, d.in.Way) && (d.in.Way != "" || !d.noWay(p)) {
		return nil, fault.At("kind", fault.InvalidInput,
			"%s is not possible for goods that are %s and come back by %q.",
			p.kind.name, p.goods, d.in.Way)
	}
	if d.in.Way != "" {
		p.way = &d.in.Way
	}
	if err := d.claim(ctx, p); err != nil {
		return nil, err
	}
	if p.kind.refunds && p.kind.units {
		more := map[globalid.ID]int64{}
		for _, c := range p.claims {
			more[c.item.ID] = c.units
		}
		var err error
		p.freight, err = d.l.FreightDue(ctx, order.FreightClaim{
			Sub: d.sub, More: more, Liable: side(d.in.Reason, p.goods) == vocab.LiableShop})
		if err != nil {
			return nil, err
		}
	}
	if p.goods == vocab.GoodsUnshipped {
		packed, err := d.packed(ctx, p)
		p.selfApproved = err == nil && !packed
		return p, err
	}
	return p, nil
}

// noWay reports whether goods on their way need no way back: they are lost, or staff give the money
// without them.
func (d *requestDraft) noWay(p *plan) bool {
	return p.kind.name == vocab.RefundOnly && p.goods == vocab.GoodsInTransit &&
		(d.staffed || at(p.parcel, vocab.ParcelLost))
}

// someLines refuses no lines, and too many.
func someLines(n int) error {
	var faults fault.List
	if limit.RequestLines.Within(&faults, "lines", n); n == 0 {
		faults.Add("lines", fault.InvalidInput, "At least one line is needed.")
	}
	return faults.Err()
}

// checkItems finds lines that are not of the sub-order, or twice there.
func (d *requestDraft) checkItems() error {
	var faults fault.List
	if err := someLines(len(d.in.Lines)); err != nil {
		return err
	}
	seen := map[globalid.ID]bool{}
	for i, line := range d.in.Lines {
		item := d.l.Item(line.Item)
		if item == nil || item.SubOrderID != d.sub.ID || seen[line.Item] {
			faults.Add(fmt.Sprintf("lines[%d].item", i), fault.InvalidInput,
				"It must be an item of the sub-order, named once.")
		}
		seen[line.Item] = true
	}
	return faults.Err()
}

// claim finds out what the lines take.
func (d *requestDraft) claim(ctx context.Context, p *plan) error {
	var faults fault.List
	for i, line := range d.in.Lines {
		at := fmt.Sprintf("lines[%d].", i)
		c := claim{item: d.l.Item(line.Item), units: line.Quantity}
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
		err := d.exchangeSku(ctx, p, line, &c)
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
		if err := d.addGifts(ctx, p); err != nil {
			return err
		}
	}
	return d.fewEnough(p)
}

func mostMoney(item *ent.OrderItem, units int64) int64 {
	if units > item.RefundableQuantity {
		return 0
	}
	return order.Worth(item, units)
}

// exchangeSku checks what is wanted instead.
func (d *requestDraft) exchangeSku(ctx context.Context, p *plan, line Line, c *claim) error {
	if line.ExchangeSku.IsZero() {
		return nil
	}
	if p.kind.name != vocab.Exchange {
		return fault.New(fault.InvalidInput, "Only an exchange has another sku.")
	}
	wanted, err := d.client.Sku.Get(ctx, line.ExchangeSku)
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

// newDraft starts a request on a locked order.
func (s *AfterSales) newDraft(
	ctx context.Context, l *order.Locked, in RequestInput,
) (*requestDraft, error) {
	d := &requestDraft{client: l.Tx.Client(), l: l, sub: l.Sub(in.SubOrder), in: in,
		now: l.Tx.Now}
	return d, d.read(ctx)
}

// read reads what besides the order decides about the request.
func (d *requestDraft) read(ctx context.Context) (err error) {
	if d.terms, err = d.l.TermsOf(ctx, d.sub); err != nil {
		return err
	}
	d.earlier, err = requestsOf(ctx, d.l)
	return err
}
