package payment

import (
	"context"

	"orderflow/ent"
	"orderflow/internal/auth"
	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/limit"
	"orderflow/internal/order"
	"orderflow/internal/vocab"
)

// Start makes the order payable through a channel, or returns the attempt that makes it so already.
// Another channel closes the first. In PAYMENT_FAILED it is the retry and reserves stock again.
//
// The order's buyer may call it. Faults: CHANNEL_UNAVAILABLE, NOT_FOUND, PAYMENT_DEADLINE_PASSED,
// ACTION_NOT_ALLOWED, OUT_OF_STOCK, TOO_MANY_UNPAID_UNITS, TOO_MANY. After commit the channel is
// called, for at most five seconds; beside the payment comes CHANNEL_PENDING while it has not
// answered (the runner goes on) and CHANNEL_REFUSED when it signed a refusal (start again).
func (p *Payments) Start(ctx context.Context, in StartInput) (StartResult, error) {
	viewer, err := auth.Require(ctx, vocab.Buyer)
	if err != nil {
		return StartResult{}, err
	}
	if p.Channels[in.Channel] == nil {
		return StartResult{}, fault.At("channel", fault.ChannelUnavailable,
			"This channel is not available here.")
	}
	var claimed []globalid.ID
	var made *ent.Payment
	ids, err := p.queues.start.CommandOnRow(ctx, in.Order, viewer, p.loaded(
		func(ctx context.Context, s *session) ([]globalid.ID, error) {
			id, held, err := s.start(ctx, in.Channel)
			s.Tx.AfterCommit(func() { claimed, made = held, s.callable(id, viewer.Subject) })
			return []globalid.ID{id}, err
		}))
	if err != nil {
		return StartResult{}, order.NameLacking(ctx, p.DB.Client, err)
	}
	p.callNow(ctx, claimed, made)
	if made != nil && vocab.AttemptOpened.Has(made.Status) {
		made.Edges = ent.PaymentEdges{} // what the channel needed
		return StartResult{Order: made.OrderID, Payment: made.ID, Row: made}, nil
	}
	return p.started(ctx, ids[0])
}

// callable is a copy of an attempt with what its channel needs of the order and the payer.
func (s *session) callable(id globalid.ID, payer string) *ent.Payment {
	row, order := *s.payment(id), *s.Order
	order.Edges.Buyer = &ent.Buyer{ID: order.BuyerID, Subject: payer}
	row.Edges.Order = &order
	return &row
}

// start returns the attempt to pay by, and the attempts whose channels are to be called now.
func (s *session) start(ctx context.Context, by vocab.PaymentChannel) (
	id globalid.ID, claimed []globalid.ID, err error,
) {
	facts := s.facts()
	if s.unpaid() && facts.DeadlinePassed {
		return id, nil, fault.New(fault.PaymentDeadline, "The time to pay this order is over.")
	}
	if vocab.Retryable.Has(s.Order.Status) {
		err = s.Retry(ctx, facts)
	} else {
		err = lifecycle.Check(
			lifecycle.Trade, s.Order.Status, vocab.StartPayment, vocab.Buyer, facts)
	}
	if err != nil {
		return id, nil, err
	}
	for _, r := range s.payments {
		if vocab.AttemptPayable.Has(r.Status) && r.Channel == by && r.Amount == s.Order.Payable {
			return r.ID, s.again(r), nil
		}
	}
	claimed, err = s.closeAttempts(closing{vocab.CloseOtherChannel, vocab.Buyer, true})
	if err != nil {
		return id, nil, err
	}
	// The new one is opened first: a channel that is left may be left because it does not answer.
	r, err := s.create(by)
	if err != nil {
		return id, nil, err
	}
	return r.ID, append([]globalid.ID{r.ID}, claimed...), nil
}

// again takes the claim of an attempt whose opening is still to be answered.
func (s *session) again(r *ent.Payment) (claimed []globalid.ID) {
	if !vocab.AttemptUnopened.Has(r.Status) || !s.free(r.ClaimedUntil) {
		return nil
	}
	r.ClaimedUntil = s.in(lease)
	return []globalid.ID{r.ID}
}

// create adds an attempt that its maker has claimed already.
func (s *session) create(by vocab.PaymentChannel) (*ent.Payment, error) {
	o := s.Order
	if err := limit.Attempts.OneMore(s.attemptsMade()); err != nil {
		return nil, err
	}
	r := &ent.Payment{ID: globalid.New(globalid.Payment), OrderID: o.ID, BuyerID: o.BuyerID,
		SoleShopID: o.SoleShopID, Channel: by,
		Currency: o.Currency, Amount: o.Payable, ExpiresAt: o.PayDueAt, CreatedAt: s.Tx.Now,
		NextAttemptAt: s.in(0), ClaimedUntil: s.in(lease)}
	taken, err := lifecycle.Take(lifecycle.Attempt, &r.Status, vocab.StartAttempt, vocab.Buyer,
		lifecycle.AttemptFacts{})
	if err != nil {
		return nil, err
	}
	s.Tx.Insert(r)
	s.Tx.AfterCommit(func() { s.recent.Add(r.ID, attempt{r.OrderID, r.Channel}) })
	s.payments = append(s.payments, r)
	s.Emit(taken.Emit, document.Payload{Payment: r.ID, To: string(taken.To), Amount: o.Payable,
		Currency: o.Currency})
	return r, nil
}

// attemptsMade counts the attempts of the order; second transactions on one are none.
func (s *session) attemptsMade() (n int) {
	for _, r := range s.payments {
		if r.AttemptID == nil {
			n++
		}
	}
	return n
}

// started reports how an attempt stands after its channel was called, or when a key is replayed.
func (p *Payments) started(ctx context.Context, id globalid.ID) (StartResult, error) {
	r, err := p.DB.Client.Payment.Get(ctx, id)
	if err != nil {
		return StartResult{}, err
	}
	result := StartResult{Order: r.OrderID, Payment: r.ID, Row: r}
	switch {
	case vocab.AttemptUnopened.Has(r.Status):
		result.Problem = pending()
	case vocab.AttemptRefused.Has(r.Status):
		result.Problem = fault.New(fault.ChannelRefused, "The payment channel refused: %s.",
			r.Failure)
	}
	return result, nil
}
