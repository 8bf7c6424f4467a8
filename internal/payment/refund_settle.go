package payment

import (
	"context"
	"fmt"
	"slices"

	"orderflow/ent"
	entpayment "orderflow/ent/payment"
	entrefund "orderflow/ent/refund"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/order"
	"orderflow/internal/payment/channel"
	"orderflow/internal/store"
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
		p.alarm(ctx, "the channel reports a refund that is not ours", "channel", from,
			"out_refund_no", result.OutRefundNo, "state", result.State, "amount", result.Amount)
		return nil
	}
	return p.onRefund(ctx, r, vocab.Channel,
		func(ctx context.Context, s *session, r *ent.Refund) error {
			return s.settleRefund(ctx, r, result)
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
		return nil, nil //nolint:nilnil // the caller reports it
	}
	return r, err
}

// onRefund works on a refund as it is under the lock of its order.
func (p *Payments) onRefund(
	ctx context.Context, found *ent.Refund, by vocab.Role,
	work func(ctx context.Context, s *session, r *ent.Refund) error,
) error {
	return p.inSession(ctx, p.queues.refund, found.OrderID, by,
		func(ctx context.Context, s *session) error {
			r, err := s.refund(ctx, found.ID)
			if err != nil {
				return err
			}
			return work(ctx, s, r)
		})
}

// refund reads a refund of the order, with its lines, and the order's parts, which refunds take
// from.
func (s *session) refund(ctx context.Context, id globalid.ID) (*ent.Refund, error) {
	if err := s.Load(ctx); err != nil {
		return nil, err
	}
	refunds, err := order.Parts(ctx, s.Locked,
		func(r *ent.Refund) (id, order globalid.ID) { return r.ID, r.OrderID },
		func(ctx context.Context, c *ent.Client, orders []globalid.ID) ([]*ent.Refund, error) {
			return c.Refund.Query().Where(entrefund.OrderIDIn(orders...)).
				WithLines().All(ctx)
		})
	if err != nil {
		return nil, err
	}
	for _, r := range refunds {
		slices.SortFunc(r.Edges.Lines, func(a, b *ent.RefundLine) int { return a.ID.Compare(b.ID) })
	}
	s.refunds = refunds
	i := slices.IndexFunc(refunds, func(r *ent.Refund) bool { return r.ID == id })
	if i < 0 {
		return nil, fmt.Errorf("payment: %s is not of the order", id)
	}
	row := store.Track(s.Tx, refunds[i])
	row.Edges = refunds[i].Edges
	return row, nil
}

// refundStep is one row of the refund table to be taken.
type refundStep struct {
	action vocab.RefundAction
	by     vocab.Role
	facts  lifecycle.RefundFacts
}

// transitionRefund changes the status of a refund, ends its claim and emits the event.
func (s *session) transitionRefund(r *ent.Refund, step refundStep) error {
	taken, err := lifecycle.Take(lifecycle.Refund, &r.Status, step.action, step.by, step.facts)
	if err != nil {
		return err
	}
	r.ClaimedUntil = nil
	s.emitRefund(r, taken)
	return nil
}

// settleRefund does with a refund what its state at the channel requires.
func (s *session) settleRefund(
	ctx context.Context, r *ent.Refund, result channel.RefundResult,
) error {
	if !vocab.RefundUnsettled.Has(r.Status) {
		s.contradicts(ctx, r, result)
		return nil
	}
	if result.State == channel.RefundMissing {
		if !vocab.RefundUncertain.Has(r.Status) {
			return nil
		}
		s.submitNow(r)
		return s.transitionRefund(r,
			refundStep{action: vocab.MissRefund, by: vocab.Channel})
	}
	if result.State == channel.RefundSucceeded {
		return s.refundSucceeded(ctx, r, result)
	}
	if !vocab.RefundAtChannel.Has(r.Status) {
		err := s.transitionRefund(r, refundStep{action: vocab.AcceptRefund, by: vocab.Channel})
		if err != nil {
			return err
		}
		r.Attempts, r.NextAttemptAt = 0, s.in(pauseRefund(r.Status, 0))
		if result.RefundID != "" {
			r.ChannelRefundID = &result.RefundID
		}
	}
	switch result.State {
	case channel.RefundClosed:
		return s.refundClosed(ctx, r)
	case channel.RefundAbnormal:
		s.alarm(ctx, "a refund cannot reach the buyer", "refund", r.ID, "order", r.OrderID)
		endRefundIntent(r)
		return s.transitionRefund(r,
			refundStep{action: vocab.ReportAbnormal, by: vocab.Channel})
	default:
		return nil
	}
}

// contradicts raises an alarm when money moved for a refund that is settled otherwise.
func (s *session) contradicts(ctx context.Context, r *ent.Refund, result channel.RefundResult) {
	if result.State == channel.RefundSucceeded && !vocab.RefundPaid.Has(r.Status) {
		s.alarm(ctx, "a refund succeeded at the channel after it was given up here",
			"refund", r.ID, "status", r.Status, "order", r.OrderID)
	}
}

func (s *session) refundSucceeded(
	ctx context.Context, r *ent.Refund, result channel.RefundResult,
) error {
	if result.Amount != r.Amount {
		s.alarm(ctx, "the channel refunded another amount", "refund", r.ID, "amount", r.Amount,
			"at the channel", result.Amount)
		return nil
	}
	err := s.transitionRefund(r, refundStep{action: vocab.SucceedRefund, by: vocab.Channel})
	if err != nil {
		return err
	}
	endRefundIntent(r)
	r.SucceededAt = stored(result.SucceededAt)
	if result.RefundID != "" {
		r.ChannelRefundID = &result.RefundID
	}
	return s.countRefund(ctx, r)
}

// countRefund counts a refund whose money is back.
func (s *session) countRefund(ctx context.Context, r *ent.Refund) error {
	return s.refunded(ctx, r, r.Edges.Lines)
}

// refunded counts a refund in the order and calls whoever requested it.
func (s *session) refunded(ctx context.Context, r *ent.Refund, lines []*ent.RefundLine) error {
	if err := s.RefundSucceeded(ctx, r, lines); err != nil {
		return err
	}
	return s.Hooks.Refunded(ctx, s.Locked, r)
}

// refundClosed makes a refund with a new number for the amount, up to the third.
func (s *session) refundClosed(ctx context.Context, r *ent.Refund) error {
	closes := 0
	for earlier := r; earlier.ReplacesID != nil; closes++ {
		var err error
		if earlier, err = s.Tx.Refund.Get(ctx, *earlier.ReplacesID); err != nil {
			return fmt.Errorf("payment: replaced refund: %w", err)
		}
	}
	third := closes >= closesAllowed
	endRefundIntent(r)
	err := s.transitionRefund(r, refundStep{action: vocab.CloseRefund, by: vocab.Channel,
		facts: lifecycle.RefundFacts{ThirdClose: third}})
	if err != nil {
		return err
	}
	if third {
		s.alarm(ctx, "a refund was closed three times", "refund", r.ID, "order", r.OrderID)
		return nil
	}
	return s.replace(ctx, r)
}

func (s *session) replace(ctx context.Context, r *ent.Refund) error {
	next := refundRequest{
		payment: s.payment(*r.PaymentID), trigger: r.Trigger, amount: r.Amount,
		freight: r.Freight, replaces: &r.ID,
		cause: Cause{AfterSale: r.AfterSaleID, Shortage: r.ShortageID},
	}
	if r.SubOrderID != nil {
		next.sub = s.Sub(*r.SubOrderID)
	}
	for _, line := range r.Edges.Lines {
		next.lines = append(next.lines, order.Hold{Item: s.Item(line.ItemID),
			Units: line.Quantity, Amount: line.Amount, Unshipped: line.Unshipped})
	}
	_, err := s.request(ctx, next)
	return err
}

// endRefundIntent is for a refund that needs no further step.
func endRefundIntent(r *ent.Refund) { r.NextAttemptAt, r.Attempts = nil, 0 }

// submitNow is for a refund whose next step is due at once.
func (s *session) submitNow(r *ent.Refund) { r.NextAttemptAt, r.Attempts = s.in(0), 0 }
