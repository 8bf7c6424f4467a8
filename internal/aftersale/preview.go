package aftersale

import (
	"context"

	entpayment "orderflow/ent/payment"
	entrefund "orderflow/ent/refund"
	"orderflow/internal/auth"
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

// RefundPreview is what Request would take for the same input: line by line, with the freight.
//
// The buyer, merchants of the shop, support and platform staff may call it. Faults: those of
// Request. It changes nothing.
func (s *AfterSales) RefundPreview(ctx context.Context, in RequestInput) (*Preview, error) {
	v, err := auth.Require(ctx, vocab.Buyer, vocab.Merchant, vocab.Support,
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
	d, err := s.readDraft(ctx, in)
	if err != nil {
		return nil, err
	}
	d.askedBy(s, v)
	p, err := d.resolve(ctx)
	if err != nil {
		return nil, err
	}
	result := d.preview(p)
	return result, s.refundsLeft(ctx, d.l.Order.ID, result)
}

// preview is what a plan gives.
func (d *requestDraft) preview(p *plan) *Preview {
	result := &Preview{Goods: p.goods, Freight: p.freight, Total: p.total(),
		Currency: d.sub.Currency, SelfApproved: p.selfApproved, RefundsLeft: -1}
	for _, c := range p.claims {
		most := mostMoney(c.item, c.units)
		if !p.kind.units {
			most = c.item.Refundable
		}
		result.Lines = append(result.Lines, PreviewLine{Item: c.item.ID, Quantity: c.units,
			Amount: c.amount, MostUnshipped: order.Shippable(c.item),
			MostHanded: order.Returnable(c.item), MostAmount: most})
	}
	return result
}

// readDraft starts a request outside of the order's lock, to see what it would be.
func (s *AfterSales) readDraft(ctx context.Context, in RequestInput) (*requestDraft, error) {
	client := s.db.Client
	sub, err := client.SubOrder.Get(ctx, in.SubOrder)
	if err != nil {
		return nil, err
	}
	l, err := order.Read(ctx, client, sub.OrderID)
	if err != nil {
		return nil, err
	}
	d := &requestDraft{client: client, l: l, sub: l.Sub(sub.ID), in: in}
	if d.now, err = s.db.Now(ctx); err != nil {
		return nil, err
	}
	return d, d.read(ctx)
}

// refundsLeft finds how near the payment is to its channel's limit of refunds.
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
