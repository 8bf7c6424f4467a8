package payment

import (
	"context"
	"unicode/utf8"

	"orderflow/ent"
	"orderflow/ent/refund"
	"orderflow/internal/auth"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/text"
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

// OutsideAlone is up to which amount, in minor units of the currency and of all refunds of an order
// together, one person may end a refund as paid outside, unless Payments say otherwise.
const OutsideAlone = 100_000

// ResolveRefund deals with a refund that needs staff. Without the proof of a payment outside of the
// channel staff made the channel pay: it is SUBMITTED, and the channel is queried. With the proof
// it has succeeded; above the amount that one person may end so, it waits for ApproveRefund by
// another, and whoever resolves it once more puts that in place of what waits.
//
// Support and platform staff may call it. Faults: NOT_FOUND, INVALID_INPUT, ACTION_NOT_ALLOWED
// unless it is NEEDS_STAFF. After commit the runner queries the channel, if the refund is not
// settled.
func (p *Payments) ResolveRefund(ctx context.Context, in ResolveInput) (RefundResult, error) {
	if utf8.RuneCountInString(in.PaidOutside) > maxProof {
		return RefundResult{}, fault.At("paidOutside", fault.InvalidInput,
			"The proof has at most %d characters.", maxProof)
	}
	if wrong := text.WrongLine(in.PaidOutside); wrong != "" {
		return RefundResult{}, fault.At("paidOutside", fault.InvalidInput, "%s", wrong)
	}
	return p.byStaff(ctx, in.Refund,
		func(ctx context.Context, s *session, r *ent.Refund, v *auth.Viewer) error {
			outside := in.PaidOutside != ""
			alone, err := s.paidOutsideBefore(ctx)
			if err != nil {
				return err
			}
			two := alone+r.Amount > p.OutsideAlone
			err = s.transitionRefund(r, refundStep{action: vocab.ResolveRefund, by: v.Role,
				facts: lifecycle.RefundFacts{PaidOutside: outside, TwoNeeded: two}})
			if err != nil {
				return err
			}
			r.OutsideProof, r.OutsideBy, r.OutsideAt = "", nil, nil
			switch {
			case !outside:
				s.submitNow(r)
				return nil
			case two:
				r.OutsideProof, r.OutsideBy, r.OutsideAt = in.PaidOutside, &v.StaffID, &s.Tx.Now
				return nil
			}
			return s.paidOutside(ctx, r, in.PaidOutside)
		})
}

// ApproveInput approves that a refund was paid outside. It names the proof, so that nobody approves
// another than the one that was looked at.
type ApproveInput struct {
	Refund      globalid.ID
	PaidOutside string
}

// ApproveRefund is the second person's word that a refund was paid outside of its channel: it has
// succeeded.
//
// Support and platform staff may call it. Faults: NOT_FOUND; SECOND_PERSON when the viewer said so
// first, in whatever role; ACTION_NOT_ALLOWED when nobody did, or with another proof.
func (p *Payments) ApproveRefund(ctx context.Context, in ApproveInput) (RefundResult, error) {
	return p.byStaff(ctx, in.Refund,
		func(ctx context.Context, s *session, r *ent.Refund, v *auth.Viewer) error {
			waits := r.OutsideProof != ""
			if waits {
				if err := auth.OtherThan(ctx, s.Tx.Client(), v, *r.OutsideBy); err != nil {
					return err
				}
			}
			if waits && r.OutsideProof != in.PaidOutside {
				return fault.At("paidOutside", fault.ActionNotAllowed,
					"Another proof waits to be approved.")
			}
			err := s.transitionRefund(r, refundStep{action: vocab.ApproveRefund, by: v.Role,
				facts: lifecycle.RefundFacts{OtherAsked: waits}})
			if err != nil {
				return err
			}
			r.OutsideProof = ""
			return s.paidOutside(ctx, r, in.PaidOutside)
		})
}

// paidOutsideBefore is what the order's refunds that ended as paid outside come to: several do not
// make a sum that one could not end by oneself.
func (s *session) paidOutsideBefore(ctx context.Context) (sum int64, err error) {
	ended, err := s.Tx.Refund.Query().Where(refund.OrderID(s.Order.ID),
		refund.FailureHasPrefix(PaidOutside)).All(ctx)
	for _, r := range ended {
		sum += r.Amount
	}
	return sum, err
}

// paidOutside ends a refund that has succeeded without its channel.
func (s *session) paidOutside(ctx context.Context, r *ent.Refund, proof string) error {
	endRefundIntent(r)
	r.SucceededAt, r.Failure = &s.Tx.Now, PaidOutside+proof
	return s.countRefund(ctx, r)
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
