package payment

import (
	"context"

	entpayment "orderflow/ent/payment"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/order"
	"orderflow/internal/vocab"
)

// Abandon gives up the open attempt: once its channel signed that it is closed the order is
// PAYMENT_FAILED, and its stock is free. When it turns out to be paid, the payment counts.
//
// The order's buyer may call it. Faults: NOT_FOUND, ACTION_NOT_ALLOWED when no attempt is open.
// After commit the channel is called, for at most five seconds; CHANNEL_PENDING comes beside the
// order while it has not answered.
func (p *Payments) Abandon(ctx context.Context, id globalid.ID) (OrderResult, error) {
	viewer, err := viewerIn(ctx, vocab.Buyer)
	if err != nil {
		return OrderResult{}, err
	}
	var mine []globalid.ID
	ids, err := p.viewerAtDesk(ctx, id, viewer,
		func(ctx context.Context, d *desk) ([]globalid.ID, error) {
			mine, err = d.abandon(ctx)
			return []globalid.ID{id}, err
		})
	if err != nil {
		return OrderResult{}, err
	}
	p.hurry(ctx, mine)
	return p.unlessClosing(ctx, ids[0])
}

func (d *desk) abandon(ctx context.Context) ([]globalid.ID, error) {
	_, err := lifecycle.Trade.Next(
		d.l.Order.Status, vocab.AbandonPayment, vocab.Buyer, d.facts())
	if err != nil {
		return nil, order.NotAllowed(err)
	}
	mine, err := d.close(ctx, vocab.CloseAbandon, vocab.Buyer, true)
	if err != nil {
		return nil, err
	}
	// An attempt that is closing for another reason is now given up by the buyer as well.
	return mine, d.tx.Payment.Update().Where(
		entpayment.OrderID(d.l.Order.ID), entpayment.StatusEQ(vocab.AttemptClosing),
	).SetCloseCause(vocab.CloseAbandon).Exec(ctx)
}

// unlessClosing adds CHANNEL_PENDING while a channel owes the order the answer to a close.
func (p *Payments) unlessClosing(ctx context.Context, id globalid.ID) (OrderResult, error) {
	result := OrderResult{Order: id}
	closing, err := p.DB.Client.Payment.Query().Where(
		entpayment.OrderID(id), entpayment.StatusEQ(vocab.AttemptClosing)).Exist(ctx)
	if closing {
		result.Problem = pending()
	}
	return result, err
}
