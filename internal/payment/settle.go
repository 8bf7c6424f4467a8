package payment

import (
	"context"

	"orderflow/ent"
	entpayment "orderflow/ent/payment"
	"orderflow/internal/globalid"
	"orderflow/internal/payment/channel"
	"orderflow/internal/vocab"
)

// Settle applies a channel's word about a payment, whether it came by notice, by query or as the
// answer to a close. Applying it again, late or out of order changes nothing. A number that is not
// ours is counted and logged as an alarm, and is no error.
//
// Whoever verified the word may call it; no viewer is needed.
func (p *Payments) Settle(
	ctx context.Context, from vocab.PaymentChannel, charge channel.Charge,
) error {
	known, err := p.settle(ctx, from, charge, nil)
	if err == nil && !known {
		p.Counters.UnknownPayments.Add(1)
		p.alarm(ctx, "the channel reports a payment that is not ours",
			"channel", from, "out_trade_no", charge.OutTradeNo, "state", charge.State,
			"transaction", charge.TransactionID, "amount", charge.Amount)
	}
	return err
}

// settle applies a channel's word about a payment of ours, and keeps the evidence if there is one
// with it. It reports false for a number that is not ours.
func (p *Payments) settle(
	ctx context.Context, from vocab.PaymentChannel, charge channel.Charge,
	evidence *ent.ChannelNotice,
) (known bool, err error) {
	id, order, err := p.find(ctx, from, charge.OutTradeNo)
	if err != nil || order.IsZero() {
		return false, err
	}
	return true, p.inSession(ctx, p.queues.settle, order, vocab.Channel,
		func(ctx context.Context, s *session) error {
			if evidence != nil {
				evidence.CreatedAt = s.Tx.Now
				s.Tx.Insert(evidence)
			}
			return s.settle(ctx, s.payment(id), charge)
		})
}

// find returns the attempt with that number and its order, or zero ids when there is none.
func (p *Payments) find(
	ctx context.Context, from vocab.PaymentChannel, outTradeNo string,
) (id, order globalid.ID, err error) {
	id, err = globalid.Parse(outTradeNo)
	if err != nil || id.Kind() != globalid.Payment {
		return id, order, nil //nolint:nilerr // a number of another form is not ours
	}
	if known, some := p.recent.Get(id); some && known.by == from {
		return id, known.order, nil
	}
	r, err := p.DB.Client.Payment.Query().Where(entpayment.ID(id), entpayment.ChannelEQ(from),
		entpayment.AttemptIDIsNil()).Only(ctx)
	if ent.IsNotFound(err) {
		return id, order, nil // the caller reports it
	}
	if err != nil {
		return id, order, err
	}
	return id, r.OrderID, nil
}

// alarm reports to staff what the system cannot put right by itself.
func (p *Payments) alarm(ctx context.Context, message string, about ...any) {
	p.Counters.Alarms.Add(1)
	p.Log.ErrorContext(ctx, message, about...)
}

// settle does with an attempt what its state at the channel requires; most pairs require nothing.
func (s *session) settle(ctx context.Context, r *ent.Payment, charge channel.Charge) error {
	if charge.State == channel.ChargePaid {
		return s.paid(ctx, r, charge)
	}
	opened, givenUp := vocab.AttemptOpened.Has(r.Status), vocab.GivenUp.Has(r.Status)
	gone := charge.State == channel.ChargeClosed || charge.State == channel.ChargeMissing
	failed := charge.State == channel.ChargeFailed
	switch {
	case failed && vocab.AttemptUnopened.Has(r.Status):
		// The answer to the opening was lost, but it was opened.
		if err := s.channelSettles(r, vocab.AnswerAttempt); err != nil {
			return err
		}
		return s.failed(ctx, r, "the payment failed")
	case failed && opened:
		return s.failed(ctx, r, "the payment failed")
	case charge.State == channel.ChargeClosed && opened:
		return s.closedByChannel(ctx, r)
	case gone && (givenUp || vocab.BeingClosed.Has(r.Status)):
		return s.closed(ctx, r, vocab.ConfirmAttemptClosed)
	case givenUp && (failed || charge.State == channel.ChargeUnpaid):
		return s.closed(ctx, r, vocab.ConfirmAttemptUnpaid)
	}
	return nil
}

func (s *session) channelSettles(r *ent.Payment, on vocab.AttemptAction) error {
	endIntent(r)
	return s.transition(r, attemptStep{action: on, by: vocab.Channel})
}

func (s *session) failed(ctx context.Context, r *ent.Payment, why string) error {
	if err := s.channelSettles(r, vocab.FailAttempt); err != nil {
		return err
	}
	r.Failure = why
	return s.ended(ctx)
}

func (s *session) closed(ctx context.Context, r *ent.Payment, on vocab.AttemptAction) error {
	if err := s.channelSettles(r, on); err != nil {
		return err
	}
	return s.ended(ctx)
}

// closedByChannel is the channel's own expiry, which is our deadline. Before it, somebody closed
// the payment at the channel: it has failed.
func (s *session) closedByChannel(ctx context.Context, r *ent.Payment) error {
	if !s.facts().DeadlinePassed {
		return s.failed(ctx, r, "closed at the channel")
	}
	cause := vocab.CloseExpire
	err := s.transition(r, attemptStep{vocab.CloseAttempt, vocab.Clock, string(cause)})
	if err != nil {
		return err
	}
	r.CloseCause = &cause
	return s.closed(ctx, r, vocab.ConfirmAttemptClosed)
}

// ended fails the order when its last attempt failed or was abandoned and none has been started
// since. After the deadline it is the clock's turn.
func (s *session) ended(ctx context.Context) error {
	facts := s.facts()
	if !vocab.AwaitingPayment.Has(s.Order.Status) || facts.AttemptOpen || facts.DeadlinePassed {
		return nil
	}
	var last *ent.Payment
	for _, r := range s.payments {
		if r.AttemptID == nil {
			last = r
		}
	}
	abandoned := vocab.AttemptEnded.Has(last.Status) && last.CloseCause != nil &&
		*last.CloseCause == vocab.CloseAbandon
	if !vocab.AttemptRefused.Has(last.Status) && !abandoned {
		return nil
	}
	return s.Fail(ctx, facts)
}
