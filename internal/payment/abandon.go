package payment

import (
	"context"

	entpayment "orderflow/ent/payment"
	"orderflow/internal/auth"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/vocab"
)

// Abandon gives up the open attempt: once its channel signed that it is closed the order is
// PAYMENT_FAILED, and its stock is free. When it turns out to be paid, the payment counts.
//
// The order's buyer may call it. Faults: NOT_FOUND, ACTION_NOT_ALLOWED when no attempt is open.
// After commit the channel is called, for at most five seconds; CHANNEL_PENDING comes beside the
// order while it has not answered.
func (p *Payments) Abandon(ctx context.Context, id globalid.ID) (OrderResult, error) {
	viewer, err := auth.Require(ctx, vocab.Buyer)
	if err != nil {
		return OrderResult{}, err
	}
	var claimed []globalid.ID
	ids, err := p.command(ctx, id, viewer,
		func(_ context.Context, s *session) ([]globalid.ID, error) {
			held, err := s.abandon()
			s.Tx.AfterCommit(func() { claimed = held })
			return []globalid.ID{id}, err
		})
	if err != nil {
		return OrderResult{}, err
	}
	p.callNow(ctx, claimed, nil)
	return p.unlessClosing(ctx, ids[0])
}

func (s *session) abandon() ([]globalid.ID, error) {
	err := lifecycle.Check(
		lifecycle.Trade, s.Order.Status, vocab.AbandonPayment, vocab.Buyer, s.facts())
	if err != nil {
		return nil, err
	}
	claimed, err := s.closeAttempts(closing{vocab.CloseAbandon, vocab.Buyer, true})
	if err != nil {
		return nil, err
	}
	for _, r := range s.payments {
		// An attempt that is closing for another reason is now given up by the buyer as well.
		if vocab.BeingClosed.Has(r.Status) {
			cause := vocab.CloseAbandon
			r.CloseCause = &cause
		}
	}
	return claimed, nil
}

// unlessClosing adds CHANNEL_PENDING while a channel owes the order the answer to a close.
func (p *Payments) unlessClosing(ctx context.Context, id globalid.ID) (OrderResult, error) {
	result := OrderResult{Order: id}
	closing, err := p.DB.Client.Payment.Query().Where(
		entpayment.OrderID(id), entpayment.StatusIn(vocab.BeingClosed...)).Exist(ctx)
	if closing {
		result.Problem = pending()
	}
	return result, err
}
