package payment

import (
	"context"
	"errors"
	"fmt"
	"time"

	"orderflow/ent"
	entrefund "orderflow/ent/refund"
	"orderflow/internal/globalid"
	"orderflow/internal/payment/channel"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// RefundsDue are refunds whose next step is due, for RunRefund.
var RefundsDue = store.Due{Table: entrefund.Table, Column: entrefund.FieldNextAttemptAt,
	Real: true, Lease: lease}

// RunRefund does the next step of a refund that the caller has claimed: REQUESTED is submitted (one
// of a payment at a time, with the channel's spacing), UNKNOWN and SUBMITTED are queried.
func (p *Payments) RunRefund(ctx context.Context, id globalid.ID) error {
	r, err := p.DB.Client.Refund.Get(ctx, id)
	if err != nil {
		return fmt.Errorf("refund %s: %w", id, err)
	}
	if r.NextAttemptAt == nil {
		return p.DB.Client.Refund.Update().Where(entrefund.ID(id)).ClearClaimedUntil().Exec(ctx)
	}
	if vocab.RefundUnsubmitted.Has(r.Status) {
		return p.submitRefund(ctx, r)
	}
	paid, err := p.DB.Client.Payment.Get(ctx, *r.PaymentID)
	if err != nil {
		return fmt.Errorf("refund %s: %w", id, err)
	}
	port, err := p.portOf(r, paid)
	if err != nil {
		return err
	}
	call, done := context.WithTimeout(ctx, patience)
	defer done()
	result, err := port.QueryRefund(call, r.ID.String())
	p.report(ctx, paid.Channel, err)
	return p.refundAnswered(ctx, r, result, err, port.Limits().RefundSpacing)
}

func (p *Payments) submitRefund(ctx context.Context, r *ent.Refund) error {
	port, request, err := p.mayCall(ctx, r)
	if err != nil || port == nil {
		return err
	}
	call, done := context.WithTimeout(ctx, patience)
	defer done()
	result, err := port.Refund(call, request)
	p.report(ctx, port.Name(), err)
	return p.refundAnswered(ctx, r, result, err, port.Limits().RefundSpacing)
}

// portOf is the channel that a refund goes through: that of its payment.
func (p *Payments) portOf(r *ent.Refund, paid *ent.Payment) (channel.Port, error) {
	port := p.Channels[paid.Channel]
	if port == nil {
		return nil, fmt.Errorf("refund %s: its channel is not offered here", r.ID)
	}
	return port, nil
}

// channelRefund is the same at every repetition. A second transaction of an attempt is known by the
// attempt's number.
func (s *session) channelRefund(r *ent.Refund) channel.RefundRequest {
	paid := s.payment(*r.PaymentID)
	number := paid.ID
	if paid.AttemptID != nil {
		number = *paid.AttemptID
	}
	return channel.RefundRequest{
		OutRefundNo: r.ID.String(), OutTradeNo: number.String(),
		TransactionID: *paid.TransactionID, Amount: r.Amount, Total: paid.PaidAmount,
		Currency: r.Currency, Account: s.Order.MerchantAccount, Reason: string(r.Trigger),
	}
}

// mayCall notes under the order's lock that this refund is submitted now, and returns what to
// submit where; or, with a nil port, it plans the refund for later, because another of the same
// payment is under way or was submitted a moment ago.
func (p *Payments) mayCall(
	ctx context.Context, found *ent.Refund,
) (port channel.Port, request channel.RefundRequest, err error) {
	err = p.onRefund(ctx, found, vocab.System,
		func(_ context.Context, s *session, r *ent.Refund) (err error) {
			port, err = p.portOf(r, s.payment(*r.PaymentID))
			if err != nil {
				return err
			}
			now := s.DB.RealNow()
			later := s.mayFollow(r, now, port.Limits().RefundSpacing)
			if wanted := vocab.RefundUnsubmitted.Has(r.Status); !wanted || later.After(now) {
				port, r.ClaimedUntil = nil, nil
				if wanted {
					r.NextAttemptAt = &later
				}
				return nil
			}
			r.SubmittedAt, request = &now, s.channelRefund(r)
			return nil
		})
	return port, request, err
}

// mayFollow is when a refund may be submitted after the others of its payment, or now.
func (s *session) mayFollow(r *ent.Refund, now time.Time, spacing time.Duration) time.Time {
	later := now
	for _, other := range s.refunds {
		if other.ID == r.ID || other.SubmittedAt == nil || *other.PaymentID != *r.PaymentID {
			continue
		}
		if t := freeAfter(other, now, spacing); t.After(later) {
			later = t
		}
	}
	return later
}

// freeAfter is when the next refund of a payment may be submitted after another.
func freeAfter(other *ent.Refund, now time.Time, spacing time.Duration) time.Time {
	const look = 2 * time.Second
	underWay := vocab.RefundUnsubmitted.Has(other.Status) &&
		other.ClaimedUntil != nil && other.ClaimedUntil.After(now) &&
		other.SubmittedAt.Add(lease).After(now)
	after := other.SubmittedAt.Add(spacing)
	if underWay || vocab.RefundUncertain.Has(other.Status) {
		if soonest := now.Add(look); soonest.After(after) {
			return soonest
		}
	}
	return after
}

// refundAnswered applies what came of a call.
func (p *Payments) refundAnswered(
	ctx context.Context, called *ent.Refund, result channel.RefundResult, failure error,
	spacing time.Duration,
) error {
	return p.onRefund(ctx, called, vocab.Channel,
		func(ctx context.Context, s *session, r *ent.Refund) error {
			var refusal *channel.Refusal
			if failure == nil {
				if err := s.settleRefund(ctx, r, result); err != nil {
					return err
				}
			}
			switch {
			case r.Status != called.Status:
				r.ClaimedUntil = nil
				return nil
			case !vocab.RefundUnsubmitted.Has(r.Status):
				s.postponeRefund(ctx, r, failure)
				return nil
			case !errors.As(failure, &refusal):
				return s.lost(ctx, r, failure)
			case refusal.Kind == channel.RefusedTooOften:
				r.ClaimedUntil = nil
				r.NextAttemptAt = s.in(max(spacing, pauseRefund(r.Status, r.Attempts)))
				r.Attempts++
				return nil
			}
			s.alarm(ctx, "the channel refuses a refund", "refund", r.ID, "order", r.OrderID,
				"code", refusal.Code)
			endRefundIntent(r)
			r.Failure = brief(refusal)
			return s.transitionRefund(r,
				refundStep{action: vocab.RefuseRefund, by: vocab.Channel})
		})
}

// lost is a submission without a signed answer: the channel is queried before anything else.
func (s *session) lost(ctx context.Context, r *ent.Refund, failure error) error {
	s.Log.DebugContext(ctx, "a channel did not answer", "refund", r.ID, "error", failure)
	err := s.transitionRefund(r, refundStep{action: vocab.LoseRefund, by: vocab.System})
	if err != nil {
		return err
	}
	r.Attempts, r.NextAttemptAt = 0, s.in(pauseRefund(r.Status, 0))
	return nil
}

func (s *session) postponeRefund(ctx context.Context, r *ent.Refund, failure error) {
	if failure != nil {
		s.Log.DebugContext(ctx, "a channel did not answer", "refund", r.ID, "status", r.Status,
			"error", failure)
	}
	r.ClaimedUntil, r.NextAttemptAt = nil, s.in(pauseRefund(r.Status, r.Attempts))
	r.Attempts++
}

// pauseRefund is pause for refunds.
func pauseRefund(status vocab.RefundStatus, before int) time.Duration {
	if vocab.RefundAtChannel.Has(status) {
		return growing(15*time.Second, 6*time.Hour, before)
	}
	return growing(2*time.Second, 10*time.Minute, before)
}
