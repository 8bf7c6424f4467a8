package payment

import (
	"context"
	"unicode/utf8"

	"orderflow/ent"
	"orderflow/internal/auth"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/vocab"
)

// RetryRefund submits again, under the same number, a refund that the channel refused.
//
// Support and platform staff may call it. Faults: NOT_FOUND, ACTION_NOT_ALLOWED unless it is
// FAILED. After commit the runner submits it.
func (p *Payments) RetryRefund(ctx context.Context, id globalid.ID) (RefundResult, error) {
	return p.byStaff(ctx, id,
		func(ctx context.Context, s *session, r *ent.Refund, v *auth.Viewer) error {
			s.submitNow(r)
			r.Failure = ""
			return s.transitionRefund(r, refundStep{action: vocab.RetryRefund, by: v.Role})
		})
}

// PaidOutside begins the failure of a refund that was paid outside of its channel.
const PaidOutside = "paid outside: "

// maxProof is how long the proof of a payment outside of the channel may be, in characters.
const maxProof = 100

// ResolveRefund ends a refund that needs staff. With the proof of a payment outside of the channel
// it has succeeded. Without, staff made the channel pay: it is SUBMITTED, and the channel is
// queried.
//
// Support and platform staff may call it. Faults: NOT_FOUND, INVALID_INPUT, ACTION_NOT_ALLOWED
// unless it is NEEDS_STAFF. After commit the runner queries the channel, if the refund is not
// settled.
func (p *Payments) ResolveRefund(ctx context.Context, in ResolveInput) (RefundResult, error) {
	if utf8.RuneCountInString(in.PaidOutside) > maxProof {
		return RefundResult{}, fault.At("paidOutside", fault.InvalidInput,
			"The proof has at most %d characters.", maxProof)
	}
	return p.byStaff(ctx, in.Refund,
		func(ctx context.Context, s *session, r *ent.Refund, v *auth.Viewer) error {
			outside := in.PaidOutside != ""
			err := s.transitionRefund(r, refundStep{action: vocab.ResolveRefund, by: v.Role,
				facts: lifecycle.RefundFacts{PaidOutside: outside}})
			if err != nil {
				return err
			}
			if !outside {
				s.submitNow(r)
				return nil
			}
			endRefundIntent(r)
			r.SucceededAt, r.Failure = &s.Tx.Now, PaidOutside+in.PaidOutside
			return s.countRefund(ctx, r)
		})
}

// byStaff works on a refund as a command of support or platform staff.
func (p *Payments) byStaff(
	ctx context.Context, id globalid.ID,
	work func(ctx context.Context, s *session, r *ent.Refund, v *auth.Viewer) error,
) (RefundResult, error) {
	viewer, err := auth.Require(ctx, vocab.Support, vocab.Platform)
	if err != nil {
		return RefundResult{}, err
	}
	found, err := p.DB.Client.Refund.Get(ctx, id)
	if ent.IsNotFound(err) {
		return RefundResult{}, fault.New(fault.NotFound, "There is no such refund.")
	}
	if err != nil {
		return RefundResult{}, err
	}
	ids, err := p.command(ctx, found.OrderID, viewer,
		func(ctx context.Context, s *session) ([]globalid.ID, error) {
			r, err := s.refund(ctx, id)
			if err != nil {
				return nil, err
			}
			return []globalid.ID{id}, work(ctx, s, r, viewer)
		})
	if err != nil {
		return RefundResult{}, err
	}
	return RefundResult{Refund: ids[0]}, nil
}
