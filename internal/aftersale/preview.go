package aftersale

import (
	"context"

	"orderflow/ent/orderitem"
	entpayment "orderflow/ent/payment"
	entrefund "orderflow/ent/refund"
	"orderflow/ent/suborder"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/vocab"
)

// Preview is what a request would get. Amounts are minor units.
type Preview struct {
	Goods        vocab.GoodsPlace
	Lines        []PreviewLine // those named, then the gifts that come back with them
	Freight      int64
	Total        int64
	Currency     string
	SelfApproved bool // nobody has to answer
	// RefundsLeft is how many more refunds the channel takes of the payment, -1 for any number;
	// NearLimit warns when few are left.
	RefundsLeft int
	NearLimit   bool
}

// PreviewLine is what a line would get, and the most it could.
type PreviewLine struct {
	Item          globalid.ID
	Quantity      int64
	Amount        int64
	MostUnshipped int64 // units
	MostHanded    int64 // units
	MostAmount    int64 // for the quantity, of a price difference for the line
}

// RefundPreview tells what Request would take for the same input: line by line, with the freight.
//
// The buyer, merchants of the shop, support and platform staff may call it. Faults: those of
// Request. It changes nothing.
func (s *AfterSales) RefundPreview(ctx context.Context, in RequestInput) (*Preview, error) {
	v, err := actingRole(ctx, vocab.Buyer, vocab.Merchant, vocab.Support,
		vocab.Platform)
	if err != nil {
		return nil, err
	}
	if err := in.check(); err != nil {
		return nil, err
	}
	if _, err := s.subOf(ctx, v, in.SubOrder); err != nil {
		return nil, err
	}
	o, err := s.peek(ctx, in)
	if err != nil {
		return nil, err
	}
	o.staffed = v.IsStaff()
	p, err := o.plan(ctx)
	if err != nil {
		return nil, err
	}
	result := &Preview{Goods: p.goods, Freight: p.freight, Total: p.total(),
		Currency: o.sub.Currency, SelfApproved: p.selfApproved}
	for _, c := range p.claims {
		most := mostMoney(c.item, c.units)
		if !p.kind.units {
			most = c.item.Refundable
		}
		result.Lines = append(result.Lines, PreviewLine{Item: c.item.ID, Quantity: c.units,
			Amount: c.amount, MostUnshipped: o.l.Shippable(c.item),
			MostHanded: o.l.Returnable(c.item), MostAmount: most})
	}
	return result, s.refundsLeft(ctx, o.l.Order.ID, result)
}

// peek is opening outside of the order's lock.
func (s *AfterSales) peek(ctx context.Context, in RequestInput) (*opening, error) {
	client := s.db.Client
	sub, err := client.SubOrder.Get(ctx, in.SubOrder)
	if err != nil {
		return nil, err
	}
	l := &order.Locked{}
	if l.Order, err = client.Order.Get(ctx, sub.OrderID); err != nil {
		return nil, err
	}
	l.Subs, err = client.SubOrder.Query().Where(suborder.OrderID(sub.OrderID)).
		Order(suborder.ByID()).All(ctx)
	if err != nil {
		return nil, err
	}
	l.Items, err = client.OrderItem.Query().Where(orderitem.OrderID(sub.OrderID)).
		Order(orderitem.ByID()).All(ctx)
	if err != nil {
		return nil, err
	}
	o := &opening{client: client, l: l, sub: l.Sub(sub.ID), in: in}
	if o.now, err = s.db.Now(ctx); err != nil {
		return nil, err
	}
	o.shop, err = client.Shop.Get(ctx, sub.ShopID)
	return o, err
}

// refundsLeft tells how near the payment is to its channel's limit of refunds.
func (s *AfterSales) refundsLeft(ctx context.Context, order globalid.ID, p *Preview) error {
	const few = 5
	p.RefundsLeft = -1
	paid, err := s.db.Client.Payment.Query().Where(entpayment.OrderID(order),
		entpayment.VerdictEQ(vocab.Counted)).All(ctx)
	if err != nil || len(paid) == 0 {
		return err
	}
	port := s.payments.Channels[paid[0].Channel]
	if port == nil || port.Limits().RefundsPerPayment == 0 {
		return nil
	}
	made, err := s.db.Client.Refund.Query().Where(entrefund.PaymentID(paid[0].ID)).Count(ctx)
	p.RefundsLeft = max(0, port.Limits().RefundsPerPayment-made)
	p.NearLimit = p.RefundsLeft <= few
	return err
}
