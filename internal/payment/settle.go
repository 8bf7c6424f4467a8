package payment

import (
	"context"

	"orderflow/ent"
	entpayment "orderflow/ent/payment"
	"orderflow/internal/event"
	"orderflow/internal/globalid"
	"orderflow/internal/payment/channel"
	"orderflow/internal/vocab"
)

// Settle applies a channel's word about a payment, whether it came by notice, by query or as the
// answer to a close. Applying it again, late or out of order changes nothing. A number that is not
// ours is counted and logged as an alarm, and is no error.
//
// Whoever verified the word may call it; no viewer is needed.
func (p *Payments) Settle(ctx context.Context, from vocab.PaymentChannel, charge channel.Charge) error {
	r, err := p.find(ctx, from, charge.OutTradeNo)
	if err != nil {
		return err
	}
	if r == nil {
		p.Counters.UnknownPayments.Add(1)
		p.alarm(ctx, "the channel tells of a payment that is not ours",
			"channel", from, "out_trade_no", charge.OutTradeNo, "state", charge.State,
			"transaction", charge.TransactionID, "amount", charge.Amount)
		return nil
	}
	return p.atDesk(ctx, r.OrderID, event.Actor{Role: vocab.Channel},
		func(ctx context.Context, d *desk) error {
			return d.settle(ctx, d.row(r.ID), charge)
		})
}

// find returns the attempt with that number, or nil.
func (p *Payments) find(
	ctx context.Context, from vocab.PaymentChannel, outTradeNo string,
) (*ent.Payment, error) {
	id, err := globalid.Parse(outTradeNo)
	if err != nil || id.Kind() != globalid.Payment {
		return nil, nil //nolint:nilnil,nilerr // a number of another form is not ours
	}
	r, err := p.DB.Client.Payment.Query().Where(entpayment.ID(id), entpayment.ChannelEQ(from),
		entpayment.AttemptIDIsNil()).Only(ctx)
	if ent.IsNotFound(err) {
		return nil, nil //nolint:nilnil // the caller tells of it
	}
	return r, err
}

// alarm tells staff of something that the system cannot put right by itself.
func (p *Payments) alarm(ctx context.Context, message string, about ...any) {
	p.Counters.Alarms.Add(1)
	p.Log.ErrorContext(ctx, message, about...)
}

// settle does with an attempt what its state at the channel asks for; most pairs ask for nothing.
func (d *desk) settle(ctx context.Context, r *ent.Payment, charge channel.Charge) error {
	if charge.State == channel.ChargePaid {
		return d.paid(ctx, r, charge)
	}
	type pair struct {
		status vocab.AttemptStatus
		state  channel.ChargeState
	}
	switch (pair{r.Status, charge.State}) {
	case pair{vocab.AttemptCreated, channel.ChargeFailed}:
		// The answer to the opening was lost, but it was opened.
		if err := d.channelMoves(ctx, r, vocab.AnswerAttempt); err != nil {
			return err
		}
		return d.failed(ctx, r, "the payment failed")
	case pair{vocab.AttemptOpen, channel.ChargeFailed}:
		return d.failed(ctx, r, "the payment failed")
	case pair{vocab.AttemptOpen, channel.ChargeClosed}:
		return d.closedByChannel(ctx, r)
	case pair{vocab.AttemptClosing, channel.ChargeClosed},
		pair{vocab.AttemptClosing, channel.ChargeMissing},
		pair{vocab.AttemptUnknown, channel.ChargeClosed},
		pair{vocab.AttemptUnknown, channel.ChargeMissing}:
		return d.closed(ctx, r, vocab.ConfirmAttemptClosed)
	case pair{vocab.AttemptUnknown, channel.ChargeUnpaid},
		pair{vocab.AttemptUnknown, channel.ChargeFailed}:
		return d.closed(ctx, r, vocab.ConfirmAttemptUnpaid)
	}
	return nil
}

func (d *desk) channelMoves(
	ctx context.Context, r *ent.Payment, on vocab.AttemptAction,
) error {
	return d.move(ctx, r, on, vocab.Channel, "", rest)
}

func (d *desk) failed(ctx context.Context, r *ent.Payment, why string) error {
	err := d.move(ctx, r, vocab.FailAttempt, vocab.Channel, "",
		func(u *ent.PaymentUpdate) {
			rest(u)
			u.SetFailure(why)
		})
	if err != nil {
		return err
	}
	return d.ended(ctx)
}

func (d *desk) closed(ctx context.Context, r *ent.Payment, on vocab.AttemptAction) error {
	if err := d.channelMoves(ctx, r, on); err != nil {
		return err
	}
	return d.ended(ctx)
}

// closedByChannel is the channel's own expiry, which is our deadline. Before it, somebody closed
// the payment at the channel: it has failed.
func (d *desk) closedByChannel(ctx context.Context, r *ent.Payment) error {
	if !d.facts().DeadlinePassed {
		return d.failed(ctx, r, "closed at the channel")
	}
	cause := vocab.CloseExpire
	err := d.move(ctx, r, vocab.CloseAttempt, vocab.Clock, string(cause),
		func(u *ent.PaymentUpdate) { u.SetCloseCause(cause) })
	if err != nil {
		return err
	}
	r.CloseCause = &cause
	return d.closed(ctx, r, vocab.ConfirmAttemptClosed)
}

// ended fails the order when its last attempt failed or was abandoned and none has been started
// since. After the deadline it is the clock's turn.
func (d *desk) ended(ctx context.Context) error {
	facts := d.facts()
	if d.l.Order.Status != vocab.PendingPayment || facts.AttemptOpen || facts.DeadlinePassed {
		return nil
	}
	var last *ent.Payment
	for _, r := range d.rows {
		if r.AttemptID == nil {
			last = r
		}
	}
	abandoned := last.Status == vocab.AttemptClosed && last.CloseCause != nil &&
		*last.CloseCause == vocab.CloseAbandon
	if last.Status != vocab.AttemptFailed && !abandoned {
		return nil
	}
	return d.l.Fail(ctx, d.tx, facts)
}
