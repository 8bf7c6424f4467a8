package payment

import (
	"context"

	"orderflow/ent"
	entpayment "orderflow/ent/payment"
	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/order"
	"orderflow/internal/vocab"
)

// Start makes the order payable through a channel, or returns the attempt that makes it so already.
// Another channel closes the first. In PAYMENT_FAILED it is the retry and reserves stock again.
//
// The order's buyer may call it. Faults: CHANNEL_UNAVAILABLE, NOT_FOUND, PAYMENT_DEADLINE_PASSED,
// ACTION_NOT_ALLOWED, OUT_OF_STOCK. After commit the channel is called, for at most five seconds;
// beside the payment comes CHANNEL_PENDING while it has not answered (the runner goes on) and
// CHANNEL_REFUSED when it signed a refusal (start again).
func (p *Payments) Start(ctx context.Context, in StartInput) (StartResult, error) {
	viewer, err := viewerIn(ctx, vocab.Buyer)
	if err != nil {
		return StartResult{}, err
	}
	if p.Channels[in.Channel] == nil {
		return StartResult{}, fault.At("channel", fault.ChannelUnavailable,
			"This channel is not available here.")
	}
	var mine []globalid.ID
	ids, err := p.viewerAtDesk(ctx, in.Order, viewer,
		func(ctx context.Context, d *desk) ([]globalid.ID, error) {
			id, held, err := d.start(ctx, in.Channel)
			mine = held
			return []globalid.ID{id}, err
		})
	if err != nil {
		return StartResult{}, err
	}
	p.hurry(ctx, mine)
	return p.started(ctx, ids[0])
}

// start returns the attempt to pay by, and the attempts whose channels are to be called now.
func (d *desk) start(ctx context.Context, by vocab.PaymentChannel) (
	id globalid.ID, mine []globalid.ID, err error,
) {
	facts := d.facts()
	if d.waits() && facts.DeadlinePassed {
		return id, nil, fault.New(fault.PaymentDeadline, "The time to pay this order is over.")
	}
	if d.l.Order.Status == vocab.PaymentFailed {
		err = d.l.Retry(ctx, d.tx, facts)
	} else {
		_, err = lifecycle.Trade.Next(
			d.l.Order.Status, vocab.StartPayment, vocab.Buyer, facts)
	}
	if err != nil {
		return id, nil, order.NotAllowed(err)
	}
	for _, r := range d.rows {
		if payableAt(r) && r.Channel == by && r.Amount == d.l.Order.Payable {
			mine, err = d.again(ctx, r)
			return r.ID, mine, err
		}
	}
	if mine, err = d.close(ctx, vocab.CloseOtherChannel, vocab.Buyer, true); err != nil {
		return id, nil, err
	}
	// The new one is opened first: a channel that is left may be left because it does not answer.
	id = globalid.New(globalid.Payment)
	return id, append([]globalid.ID{id}, mine...), d.create(ctx, id, by)
}

// again takes the claim of an attempt whose opening is still to be answered.
func (d *desk) again(ctx context.Context, r *ent.Payment) ([]globalid.ID, error) {
	if r.Status != vocab.AttemptCreated || !d.free(r.ClaimedUntil) {
		return nil, nil
	}
	return []globalid.ID{r.ID}, d.tx.Payment.Update().Where(entpayment.ID(r.ID)).
		SetClaimedUntil(d.DB.RealNow().Add(lease)).Exec(ctx)
}

// create writes an attempt that its maker has claimed already.
func (d *desk) create(ctx context.Context, id globalid.ID, by vocab.PaymentChannel) error {
	next, err := lifecycle.Attempt.Next("", vocab.StartAttempt, vocab.Buyer,
		lifecycle.AttemptFacts{})
	if err != nil {
		return err
	}
	o, now := d.l.Order, d.DB.RealNow()
	d.l.Log.Add(next.Emit, document.Payload{
		Payment: id, To: string(next.To), Amount: o.Payable, Currency: o.Currency,
	})
	return d.tx.Payment.Create().SetID(id).SetOrderID(o.ID).SetChannel(by).SetStatus(next.To).
		SetCurrency(o.Currency).SetAmount(o.Payable).SetExpiresAt(o.PayDueAt).
		SetCreatedAt(d.tx.Now).SetNextAttemptAt(now).SetClaimedUntil(now.Add(lease)).Exec(ctx)
}

// started tells how an attempt stands after its channel was called, or when a key is replayed.
func (p *Payments) started(ctx context.Context, id globalid.ID) (StartResult, error) {
	r, err := p.DB.Client.Payment.Get(ctx, id)
	if err != nil {
		return StartResult{}, err
	}
	result := StartResult{Order: r.OrderID, Payment: r.ID}
	switch r.Status {
	case vocab.AttemptCreated:
		result.Problem = pending()
	case vocab.AttemptFailed:
		result.Problem = fault.New(fault.ChannelRefused, "The payment channel refused: %s.",
			r.Failure)
	}
	return result, nil
}
