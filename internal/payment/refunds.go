package payment

import (
	"context"
	"errors"
	"fmt"
	"time"

	"orderflow/ent"
	entrefund "orderflow/ent/refund"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/payment/channel"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// ClaimRefunds claims refunds whose next step is due, for RunRefund. The runner calls it.
func (p *Payments) ClaimRefunds(ctx context.Context, limit int) ([]globalid.ID, error) {
	return p.DB.Take(ctx, store.Claim{
		Table: entrefund.Table, Where: "next_attempt_at <= ?", Args: []any{p.DB.RealNow()},
		Order: "next_attempt_at", Limit: limit, Lease: lease,
	})
}

// RunRefund does the next step of a refund that the caller has claimed: REQUESTED is submitted (one
// of a payment at a time, with the channel's spacing), UNKNOWN and SUBMITTED are asked after.
func (p *Payments) RunRefund(ctx context.Context, id globalid.ID) error {
	r, err := p.DB.Client.Refund.Query().Where(entrefund.ID(id)).WithOrder().WithPayment().
		Only(ctx)
	if err != nil {
		return fmt.Errorf("refund %s: %w", id, err)
	}
	if r.NextAttemptAt == nil {
		return p.DB.Client.Refund.Update().Where(entrefund.ID(id)).ClearClaimedUntil().Exec(ctx)
	}
	port := p.Channels[r.Edges.Payment.Channel]
	if port == nil {
		return fmt.Errorf("refund %s: its channel is not offered here", id)
	}
	if r.Status == vocab.RefundRequested {
		ready, err := p.mayCall(ctx, r, port.Limits().RefundSpacing)
		if err != nil || !ready {
			return err
		}
	}
	call, done := context.WithTimeout(ctx, patience)
	defer done()
	var result channel.RefundResult
	if r.Status == vocab.RefundRequested {
		result, err = port.Refund(call, refundRequest(r))
	} else {
		result, err = port.QueryRefund(call, r.ID.String())
	}
	return p.refundAnswered(ctx, r, result, err, port.Limits().RefundSpacing)
}

// refundRequest is the same at every repetition. A second transaction of an attempt is known by the
// attempt's number.
func refundRequest(r *ent.Refund) channel.RefundRequest {
	paid := r.Edges.Payment
	number := paid.ID
	if paid.AttemptID != nil {
		number = *paid.AttemptID
	}
	return channel.RefundRequest{
		OutRefundNo: r.ID.String(), OutTradeNo: number.String(),
		TransactionID: *paid.TransactionID, Amount: r.Amount, Total: paid.PaidAmount,
		Currency: r.Currency, Account: r.Edges.Order.MerchantAccount, Reason: string(r.Trigger),
	}
}

// mayCall notes under the order's lock that this refund is submitted now, or plans it for later
// because another of the same payment is under way or was submitted a moment ago.
func (p *Payments) mayCall(
	ctx context.Context, seen *ent.Refund, spacing time.Duration,
) (ready bool, err error) {
	err = p.atRefund(ctx, seen, vocab.System,
		func(ctx context.Context, d *desk, r *ent.Refund) error {
			ready = false
			others, err := d.tx.Refund.Query().Where(entrefund.PaymentID(*r.PaymentID),
				entrefund.IDNEQ(r.ID), entrefund.SubmittedAtNotNil()).All(ctx)
			if err != nil {
				return err
			}
			now := d.DB.RealNow()
			later := now
			for _, other := range others {
				if t := freeAfter(other, now, spacing); t.After(later) {
					later = t
				}
			}
			update := d.tx.Refund.Update().Where(entrefund.ID(r.ID))
			ready = r.Status == vocab.RefundRequested && !later.After(now)
			switch {
			case ready:
				update.SetSubmittedAt(now)
			case r.Status == vocab.RefundRequested:
				update.ClearClaimedUntil().SetNextAttemptAt(later)
			default:
				update.ClearClaimedUntil()
			}
			return update.Exec(ctx)
		})
	return ready, err
}

// freeAfter tells when another refund of the payment lets the next one be submitted.
func freeAfter(other *ent.Refund, now time.Time, spacing time.Duration) time.Time {
	const look = 2 * time.Second
	underWay := other.Status == vocab.RefundRequested &&
		other.ClaimedUntil != nil && other.ClaimedUntil.After(now) &&
		other.SubmittedAt.Add(lease).After(now)
	after := other.SubmittedAt.Add(spacing)
	if underWay || other.Status == vocab.RefundUnknown {
		after = later(after, now.Add(look))
	}
	return after
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// refundAnswered applies what came of a call.
func (p *Payments) refundAnswered(
	ctx context.Context, asked *ent.Refund, result channel.RefundResult, failure error,
	spacing time.Duration,
) error {
	return p.atRefund(ctx, asked, vocab.Channel,
		func(ctx context.Context, d *desk, r *ent.Refund) error {
			var refusal *channel.Refusal
			if failure == nil {
				if err := d.settleRefund(ctx, r, result); err != nil {
					return err
				}
			}
			switch {
			case r.Status != asked.Status:
				return d.tx.Refund.Update().Where(entrefund.ID(r.ID)).ClearClaimedUntil().Exec(ctx)
			case r.Status != vocab.RefundRequested:
				return d.postponeRefund(ctx, r, failure)
			case !errors.As(failure, &refusal):
				return d.lost(ctx, r, failure)
			case refusal.Kind == channel.RefusedTooOften:
				wait := later(d.DB.RealNow().Add(spacing),
					d.DB.RealNow().Add(pauseRefund(r.Status, r.Attempts)))
				return d.tx.Refund.Update().Where(entrefund.ID(r.ID)).ClearClaimedUntil().
					SetAttempts(r.Attempts + 1).SetNextAttemptAt(wait).Exec(ctx)
			}
			d.alarm(ctx, "the channel refuses a refund", "refund", r.ID, "order", r.OrderID,
				"code", refusal.Code)
			return d.moveRefund(ctx, r, vocab.RefuseRefund, vocab.Channel,
				lifecycle.RefundFacts{}, func(u *ent.RefundUpdate) {
					restRefund(u)
					u.SetFailure(brief(refusal))
				})
		})
}

// lost is a submission without a signed answer: the channel is asked before anything else.
func (d *desk) lost(ctx context.Context, r *ent.Refund, failure error) error {
	d.Log.WarnContext(ctx, "a channel did not answer", "refund", r.ID, "error", failure)
	return d.moveRefund(ctx, r, vocab.LoseRefund, vocab.System, lifecycle.RefundFacts{},
		func(u *ent.RefundUpdate) {
			u.SetAttempts(0).
				SetNextAttemptAt(d.DB.RealNow().Add(pauseRefund(vocab.RefundUnknown, 0)))
		})
}

func (d *desk) postponeRefund(ctx context.Context, r *ent.Refund, failure error) error {
	if failure != nil {
		d.Log.WarnContext(ctx, "a channel did not answer", "refund", r.ID, "status", r.Status,
			"error", failure)
	}
	return d.tx.Refund.Update().Where(entrefund.ID(r.ID)).
		ClearClaimedUntil().SetAttempts(r.Attempts + 1).
		SetNextAttemptAt(d.DB.RealNow().Add(pauseRefund(r.Status, r.Attempts))).Exec(ctx)
}

// pauseRefund is pause for refunds.
func pauseRefund(status vocab.RefundStatus, before int) time.Duration {
	if status == vocab.RefundSubmitted {
		return growing(15*time.Second, 6*time.Hour, before)
	}
	return growing(2*time.Second, 10*time.Minute, before)
}
