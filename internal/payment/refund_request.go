package payment

import (
	"context"
	"fmt"

	"orderflow/ent"
	"orderflow/internal/document"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/order"
	"orderflow/internal/vocab"
)

// refundRequest is a refund to be made: of a whole payment, or of lines of one sub-order.
type refundRequest struct {
	payment  *ent.Payment // nil when nothing was paid
	trigger  vocab.RefundTrigger
	sub      *ent.SubOrder // nil for a whole payment
	lines    []order.Hold
	amount   int64 // of everything, freight included; minor units
	freight  int64
	replaces *globalid.ID
	cause    Cause
}

// Cause is the request or the shortage that a refund is of; both are nil for one that the system or
// the merchant made.
type Cause struct{ AfterSale, Shortage *globalid.ID }

// refundWhole gives back a payment that does not count.
func (s *session) refundWhole(
	ctx context.Context, paid *ent.Payment, trigger vocab.RefundTrigger,
) error {
	_, err := s.request(ctx, refundRequest{
		payment: paid, trigger: trigger, amount: paid.PaidAmount})
	return err
}

// reportMissing reports what an order lacks that was paid just now.
func (s *session) reportMissing(ctx context.Context, missing []order.Missing) error {
	if len(missing) == 0 {
		return nil
	}
	return s.Hooks.PaidShort(ctx, s.Locked, missing)
}

// Held is a refund of what a request or a shortage holds of one sub-order.
type Held struct {
	SubOrder *ent.SubOrder
	Trigger  vocab.RefundTrigger
	Cause    Cause
	Holds    []order.Hold // taken already
	Freight  int64        // taken already; minor units
}

// RefundHeld refunds what is held, in the transaction that has locked the order, and returns the
// refund; one of 0 has succeeded with that. After commit the runner submits the refund. When it
// succeeds, Hooks.Refunded is called.
func (p *Payments) RefundHeld(
	ctx context.Context, l *order.Locked, held Held,
) (*ent.Refund, error) {
	s, err := p.load(ctx, l)
	if err != nil {
		return nil, err
	}
	r := refundRequest{payment: s.counted(), trigger: held.Trigger, sub: held.SubOrder,
		lines: held.Holds, amount: held.Freight, freight: held.Freight, cause: held.Cause}
	for _, h := range held.Holds {
		r.amount += h.Amount
	}
	return s.request(ctx, r)
}

// addUnits takes units of an item into the request of its sub-order. With the last unit of an item
// what was given with it comes back too, as far as it is here.
func (s *session) addUnits(
	ctx context.Context, requests *[]*refundRequest, item *ent.OrderItem, units int64,
) error {
	if units = min(units, item.RefundableQuantity); units == 0 {
		return nil // a gift that came back with its item
	}
	amount := order.Worth(item, units)
	hold := order.Hold{Item: item, Units: units, Amount: amount, Unshipped: true}
	if err := order.Take(hold); err != nil {
		return err
	}
	r := requestOf(requests, s.Sub(item.SubOrderID))
	r.amount += amount
	r.lines = append(r.lines, hold)
	if item.RefundableQuantity > 0 {
		return nil
	}
	for _, gift := range s.Gifts(item) {
		here := min(gift.RefundableQuantity, order.Shippable(gift))
		if err := s.Unreserve(ctx, order.Hold{Item: gift, Units: here}); err != nil {
			return err
		}
		if err := s.addUnits(ctx, requests, gift, here); err != nil {
			return err
		}
	}
	return nil
}

func requestOf(requests *[]*refundRequest, sub *ent.SubOrder) *refundRequest {
	for _, r := range *requests {
		if r.sub.ID == sub.ID {
			return r
		}
	}
	r := &refundRequest{sub: sub}
	*requests = append(*requests, r)
	return r
}

// requestAll adds the freight that comes back, which is known only when all units are taken, and
// makes the refunds, in the order of the requests.
func (s *session) requestAll(
	ctx context.Context, requests []*refundRequest,
) ([]*ent.Refund, error) {
	for _, r := range requests {
		freight, err := s.TakeFreight(ctx, order.FreightClaim{Sub: r.sub})
		if err != nil {
			return nil, err
		}
		r.freight = freight
		r.amount += freight
	}
	refunds := make([]*ent.Refund, len(requests))
	for i, r := range requests {
		var err error
		if refunds[i], err = s.request(ctx, *r); err != nil {
			return nil, err
		}
	}
	return refunds, nil
}

// request adds a refund; one of 0 has succeeded in this transaction.
func (s *session) request(ctx context.Context, in refundRequest) (*ent.Refund, error) {
	r := &ent.Refund{ID: globalid.New(globalid.Refund), OrderID: s.Order.ID,
		BuyerID: s.Order.BuyerID, SoleShopID: s.Order.SoleShopID,
		Trigger: in.trigger, Currency: s.Order.Currency, Amount: in.amount, Freight: in.freight,
		ReplacesID: in.replaces, AfterSaleID: in.cause.AfterSale, ShortageID: in.cause.Shortage,
		CreatedAt: s.Tx.Now}
	taken, err := lifecycle.Take(lifecycle.Refund, &r.Status, vocab.RequestRefund, vocab.System,
		lifecycle.RefundFacts{NothingToMove: in.amount == 0})
	if err != nil {
		return nil, fmt.Errorf("payment: refund: %w", err)
	}
	if in.sub != nil {
		r.SubOrderID, r.ShopID = &in.sub.ID, &in.sub.ShopID
	}
	if vocab.RefundPaid.Has(r.Status) {
		r.SucceededAt = &s.Tx.Now
	} else {
		r.PaymentID, r.Currency, r.NextAttemptAt = &in.payment.ID, in.payment.Currency, s.in(0)
	}
	s.Tx.Insert(r)
	lines := s.addLines(r, in.lines)
	s.emitRefund(r, taken)
	if vocab.RefundPaid.Has(r.Status) {
		return r, s.refunded(ctx, r, lines)
	}
	return r, nil
}

func (s *session) addLines(r *ent.Refund, holds []order.Hold) []*ent.RefundLine {
	lines := make([]*ent.RefundLine, len(holds))
	for i, h := range holds {
		lines[i] = &ent.RefundLine{ID: globalid.New(globalid.RefundLine), RefundID: r.ID,
			ItemID: h.Item.ID, SubOrderID: h.Item.SubOrderID, BuyerID: h.Item.BuyerID,
			ShopID: h.Item.ShopID, Quantity: h.Units,
			Unshipped: h.Unshipped, Amount: h.Amount, Currency: h.Item.Currency,
			CreatedAt: s.Tx.Now}
		s.Tx.Insert(lines[i])
	}
	return lines
}

// emitRefund emits a refund's event: to its shop, or to the whole order.
func (s *session) emitRefund(r *ent.Refund, taken lifecycle.Taken[vocab.RefundStatus]) {
	payload := document.Payload{
		Refund: r.ID, From: string(taken.From), To: string(taken.To), Reason: string(r.Trigger),
		Amount: r.Amount, Currency: r.Currency,
	}
	if r.PaymentID != nil {
		payload.Payment = *r.PaymentID
	}
	if r.ShopID == nil {
		s.Emit(taken.Emit, payload)
		return
	}
	payload.SubOrder = *r.SubOrderID
	s.EmitFor(*r.ShopID, taken.Emit, payload)
}
