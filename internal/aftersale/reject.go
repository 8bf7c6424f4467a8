package aftersale

import (
	"context"
	"slices"

	"orderflow/ent"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/vocab"
)

// RejectInput refuses a request or a return.
type RejectInput struct {
	AfterSale globalid.ID
	Reason    vocab.RejectionReason
	Statement
}

func (in RejectInput) check() error {
	var faults fault.List
	if !slices.Contains(rejections, in.Reason) {
		faults.Add("reason", fault.InvalidInput, "There is no such reason.")
	}
	in.Statement.check(&faults)
	return faults.Err()
}

// evidence is check for a refusal that has to show something.
func (in RejectInput) evidence() error {
	if err := in.check(); err != nil {
		return err
	}
	if len(in.Images) == 0 {
		return fault.At("images", fault.InvalidInput, "At least one image is needed.")
	}
	return nil
}

// Reject refuses what the buyer requests 拒绝.
//
// Merchants of the shop may call it. Faults besides the common ones:
// INVALID_INPUT, LIMIT_EXCEEDED. After commit the buyer's time to revise or escalate runs.
func (s *AfterSales) Reject(ctx context.Context, in RejectInput) (globalid.ID, error) {
	if err := in.check(); err != nil {
		return in.AfterSale, err
	}
	return s.command(ctx, in.AfterSale, answerers,
		func(ctx context.Context, s *session) error {
			return s.reject(ctx, vocab.RejectAfterSale, in)
		})
}

// RefuseReturn refuses what came back, or did not, with evidence 拒绝退货.
//
// Merchant and warehouse staff of the shop may call it. Faults besides the common ones:
// INVALID_INPUT, also without an image, LIMIT_EXCEEDED. After commit the buyer's time to escalate
// runs.
func (s *AfterSales) RefuseReturn(ctx context.Context, in RejectInput) (globalid.ID, error) {
	if err := in.evidence(); err != nil {
		return in.AfterSale, err
	}
	return s.command(ctx, in.AfterSale, handlers,
		func(ctx context.Context, s *session) error {
			return s.reject(ctx, vocab.RefuseReturn, in)
		})
}

func (s *session) reject(
	ctx context.Context, action vocab.AfterSaleAction, in RejectInput,
) error {
	s.addMessage(vocab.MessageRefusal, in.Statement)
	return s.transition(ctx, step{action: action, reason: string(in.Reason),
		change: func(a *ent.AfterSale) { a.Rejection = &in.Reason }})
}
