package payment

import (
	"context"
	"fmt"

	"orderflow/ent"
	entpayment "orderflow/ent/payment"
	entrefund "orderflow/ent/refund"
	"orderflow/ent/refundline"
	"orderflow/internal/event"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/order"
	"orderflow/internal/payment/channel"
	"orderflow/internal/vocab"
)

// closesAllowed is how many linked refunds of one amount the channel may close before staff must
// see to it.
const closesAllowed = 2

// SettleRefund applies a channel's word about a refund, as Settle does for payments.
func (p *Payments) SettleRefund(
	ctx context.Context, from vocab.PaymentChannel, result channel.RefundResult,
) error {
	r, err := p.findRefund(ctx, from, result.OutRefundNo)
	if err != nil {
		return err
	}
	if r == nil {
		p.Counters.UnknownPayments.Add(1)
		p.alarm(ctx, "the channel tells of a refund that is not ours", "channel", from,
			"out_refund_no", result.OutRefundNo, "state", result.State, "amount", result.Amount)
		return nil
	}
	return p.atRefund(ctx, r, vocab.Channel,
		func(ctx context.Context, d *desk, r *ent.Refund) error {
			return d.settleRefund(ctx, r, result)
		})
}

// findRefund returns the refund with that number at a channel, or nil.
func (p *Payments) findRefund(
	ctx context.Context, from vocab.PaymentChannel, outRefundNo string,
) (*ent.Refund, error) {
	id, err := globalid.Parse(outRefundNo)
	if err != nil || id.Kind() != globalid.Refund {
		return nil, nil //nolint:nilnil,nilerr // a number of another form is not ours
	}
	r, err := p.DB.Client.Refund.Query().Where(entrefund.ID(id),
		entrefund.HasPaymentWith(entpayment.ChannelEQ(from))).Only(ctx)
	if ent.IsNotFound(err) {
		return nil, nil //nolint:nilnil // the caller tells of it
	}
	return r, err
}

// atRefund works on a refund as it is under the lock of its order.
func (p *Payments) atRefund(
	ctx context.Context, seen *ent.Refund, by vocab.Role,
	work func(ctx context.Context, d *desk, r *ent.Refund) error,
) error {
	return p.atDesk(ctx, seen.OrderID, event.Actor{Role: by},
		func(ctx context.Context, d *desk) error {
			r, err := d.tx.Refund.Get(ctx, seen.ID)
			if err != nil {
				return err
			}
			return work(ctx, d, r)
		})
}

// moveRefund takes one row of the refund table; change adds to the update what comes with it.
func (d *desk) moveRefund(
	ctx context.Context, r *ent.Refund, on vocab.RefundAction, by vocab.Role,
	facts lifecycle.RefundFacts, change func(u *ent.RefundUpdate),
) error {
	next, err := lifecycle.Refund.Next(r.Status, on, by, facts)
	if err != nil {
		return order.NotAllowed(err)
	}
	update := d.tx.Refund.Update().SetStatus(next.To).
		Where(entrefund.ID(r.ID), entrefund.StatusEQ(r.Status)).ClearClaimedUntil()
	change(update)
	n, err := update.Save(ctx)
	if err != nil {
		return err
	}
	if n != 1 {
		return fault.New(fault.Conflict, "The refund was changed meanwhile; read it again.")
	}
	d.tell(r, next.Emit, r.Status, next.To)
	r.Status = next.To
	return nil
}

// settleRefund does with a refund what its state at the channel asks for.
func (d *desk) settleRefund(
	ctx context.Context, r *ent.Refund, result channel.RefundResult,
) error {
	switch r.Status {
	case vocab.RefundRequested, vocab.RefundUnknown, vocab.RefundSubmitted:
	default:
		d.contradicts(ctx, r, result)
		return nil
	}
	if result.State == channel.RefundMissing {
		if r.Status != vocab.RefundUnknown {
			return nil
		}
		return d.moveRefund(ctx, r, vocab.MissRefund, vocab.Channel,
			lifecycle.RefundFacts{}, d.soon)
	}
	if result.State == channel.RefundSucceeded {
		return d.refundSucceeded(ctx, r, result)
	}
	if r.Status != vocab.RefundSubmitted {
		err := d.moveRefund(ctx, r, vocab.AcceptRefund, vocab.Channel,
			lifecycle.RefundFacts{}, func(u *ent.RefundUpdate) {
				u.SetAttempts(0).SetNillableChannelRefundID(nonEmpty(result.RefundID)).
					SetNextAttemptAt(d.DB.RealNow().Add(pauseRefund(vocab.RefundSubmitted, 0)))
			})
		if err != nil {
			return err
		}
	}
	switch result.State {
	case channel.RefundClosed:
		return d.refundClosed(ctx, r)
	case channel.RefundAbnormal:
		d.alarm(ctx, "a refund cannot reach the buyer", "refund", r.ID, "order", r.OrderID)
		return d.moveRefund(ctx, r, vocab.ReportAbnormal, vocab.Channel,
			lifecycle.RefundFacts{}, restRefund)
	default:
		return nil
	}
}

// contradicts raises an alarm when money moved for a refund that is settled otherwise.
func (d *desk) contradicts(ctx context.Context, r *ent.Refund, result channel.RefundResult) {
	if result.State == channel.RefundSucceeded && r.Status != vocab.RefundSucceeded {
		d.alarm(ctx, "a refund succeeded at the channel after it was given up here",
			"refund", r.ID, "status", r.Status, "order", r.OrderID)
	}
}

func (d *desk) refundSucceeded(
	ctx context.Context, r *ent.Refund, result channel.RefundResult,
) error {
	if result.Amount != r.Amount {
		d.alarm(ctx, "the channel refunded another amount", "refund", r.ID, "amount", r.Amount,
			"at the channel", result.Amount)
		return nil
	}
	err := d.moveRefund(ctx, r, vocab.SucceedRefund, vocab.Channel,
		lifecycle.RefundFacts{}, func(u *ent.RefundUpdate) {
			restRefund(u)
			u.SetSucceededAt(*instant(result.SucceededAt)).
				SetNillableChannelRefundID(nonEmpty(result.RefundID))
		})
	if err != nil {
		return err
	}
	return d.countRefund(ctx, r)
}

// countRefund tells the order that the money is back.
func (d *desk) countRefund(ctx context.Context, r *ent.Refund) error {
	lines, err := d.tx.RefundLine.Query().Where(refundline.RefundID(r.ID)).
		Order(ent.Asc(refundline.FieldID)).All(ctx)
	if err != nil {
		return err
	}
	return d.moneyBack(ctx, r, lines)
}

// moneyBack tells the order, and whoever asked for the refund, that the money is back.
func (d *desk) moneyBack(ctx context.Context, r *ent.Refund, lines []*ent.RefundLine) error {
	if err := d.l.RefundSucceeded(ctx, d.tx, r, lines); err != nil || d.Refunded == nil {
		return err
	}
	return d.Refunded(ctx, d.tx, d.l, r)
}

// refundClosed lets a refund with a new number take over the amount, up to the third.
func (d *desk) refundClosed(ctx context.Context, r *ent.Refund) error {
	closes := 0
	for earlier := r; earlier.ReplacesID != nil; closes++ {
		var err error
		if earlier, err = d.tx.Refund.Get(ctx, *earlier.ReplacesID); err != nil {
			return fmt.Errorf("payment: replaced refund: %w", err)
		}
	}
	third := closes >= closesAllowed
	err := d.moveRefund(ctx, r, vocab.CloseRefund, vocab.Channel,
		lifecycle.RefundFacts{ThirdClose: third}, restRefund)
	if err != nil {
		return err
	}
	if third {
		d.alarm(ctx, "a refund was closed three times", "refund", r.ID, "order", r.OrderID)
		return nil
	}
	return d.replace(ctx, r)
}

func (d *desk) replace(ctx context.Context, r *ent.Refund) error {
	lines, err := d.tx.RefundLine.Query().Where(refundline.RefundID(r.ID)).
		Order(ent.Asc(refundline.FieldID)).All(ctx)
	if err != nil {
		return err
	}
	a := ask{
		payment: d.row(*r.PaymentID), trigger: r.Trigger, amount: r.Amount, freight: r.Freight,
		replaces: &r.ID, cause: Cause{AfterSale: r.AfterSaleID, Shortage: r.ShortageID},
	}
	if r.SubOrderID != nil {
		a.sub = d.l.Sub(*r.SubOrderID)
	}
	for _, line := range lines {
		a.lines = append(a.lines, order.Hold{Item: d.l.Item(line.ItemID), Units: line.Quantity,
			Amount: line.Amount, Unshipped: line.Unshipped})
	}
	_, err = d.request(ctx, a)
	return err
}

// restRefund is for a refund of which the runner wants nothing more.
func restRefund(u *ent.RefundUpdate) { u.ClearNextAttemptAt().SetAttempts(0) }

// soon is for a refund whose next step is due at once.
func (d *desk) soon(u *ent.RefundUpdate) { u.SetNextAttemptAt(d.DB.RealNow()).SetAttempts(0) }

func nonEmpty(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}
