package aftersale

import (
	"context"

	"orderflow/ent"
	entaftersale "orderflow/ent/aftersale"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/vocab"
)

// ReviseInput is another request after a refusal: SubOrder is that of the request and may be left
// out.
type ReviseInput struct {
	AfterSale globalid.ID
	RequestInput
}

// Revise requests something else, or shows more, after the shop refused 修改申请. What the request
// holds is taken anew.
//
// The buyer may call it before goods have gone back. Faults besides the common ones: those of
// Request. After commit the shop's time to answer runs.
func (s *AfterSales) Revise(ctx context.Context, in ReviseInput) (globalid.ID, error) {
	if err := in.check(); err != nil {
		return in.AfterSale, err
	}
	return s.command(ctx, in.AfterSale, []vocab.Role{vocab.Buyer},
		func(ctx context.Context, s *session) error {
			in.SubOrder = s.Row.SubOrderID
			if s.allowed(vocab.ReviseAfterSale, s.Actor.Role) {
				if err := s.oneMoreRound(ctx); err != nil {
					return err
				}
				if err := s.replaceRequest(ctx, in.RequestInput); err != nil {
					return err
				}
			}
			return s.transition(ctx, step{action: vocab.ReviseAfterSale,
				reason: string(in.Reason)})
		})
}

// replaceRequest gives back what the request holds and takes what is requested now.
func (s *session) replaceRequest(ctx context.Context, in RequestInput) error {
	s.releaseLines()
	draft, err := s.newDraft(ctx, s.Locked, in)
	if err != nil {
		return err
	}
	draft.revised = true
	p, err := draft.resolve(ctx)
	if err != nil {
		return err
	}
	a, liable := s.Row, side(in.Reason, p.goods)
	a.Kind, a.Goods, a.Way, a.Reason = p.kind.name, p.goods, p.way, in.Reason
	a.Text = s.keys.SealText(in.Text, a.ID, entaftersale.FieldText)
	a.Liable, a.Rejection, a.ShipmentID = &liable, nil, nil
	if p.parcel != nil {
		a.ShipmentID = &p.parcel.ID
	}
	s.Parcel = p.parcel
	if err := s.take(ctx, p.claims); err != nil {
		return err
	}
	s.addMessage(vocab.MessageRequest, in.Statement)
	return nil
}

// Escalate leaves the decision to the platform 申请平台介入.
//
// The buyer may call it after a refusal. Faults besides the common ones: INVALID_INPUT,
// LIMIT_EXCEEDED. After commit staff have time to rule.
func (s *AfterSales) Escalate(
	ctx context.Context, id globalid.ID, said Statement,
) (globalid.ID, error) {
	var faults fault.List
	said.check(&faults)
	if err := faults.Err(); err != nil {
		return id, err
	}
	return s.command(ctx, id, []vocab.Role{vocab.Buyer},
		func(ctx context.Context, s *session) error {
			s.addMessage(vocab.MessageEvidence, said)
			return s.transition(ctx, step{action: vocab.EscalateAfterSale})
		})
}

// Ruling is what staff decide.
type Ruling string

// The rulings.
const (
	RuledRefund Ruling = "REFUND"
	RuledReturn Ruling = "RETURN_AND_REFUND"
	RuledReship Ruling = "RESHIP"
	RuledClose  Ruling = "CLOSE"
)

// RuleInput decides a dispute. Liable bears the freight.
type RuleInput struct {
	AfterSale globalid.ID
	Ruling    Ruling
	Liable    vocab.LiableSide
	Statement
}

// Rule decides a dispute, for good 平台判定.
//
// Support and platform staff may call it. Faults besides the common ones: INVALID_INPUT,
// LIMIT_EXCEEDED, OUT_OF_STOCK. After commit as Approve, or nothing follows.
func (s *AfterSales) Rule(ctx context.Context, in RuleInput) (globalid.ID, error) {
	action, known := map[Ruling]vocab.AfterSaleAction{
		RuledRefund: vocab.RuleForRefund, RuledReturn: vocab.RuleForReturn,
		RuledReship: vocab.RuleForReship, RuledClose: vocab.RuleAgainst,
	}[in.Ruling]
	var faults fault.List
	if !known {
		faults.Add("ruling", fault.InvalidInput, "There is no such ruling.")
	}
	if in.Liable != vocab.LiableBuyer && in.Liable != vocab.LiableShop {
		faults.Add("liable", fault.InvalidInput, "It must be BUYER or SHOP.")
	}
	in.check(&faults)
	if err := faults.Err(); err != nil {
		return in.AfterSale, err
	}
	return s.command(ctx, in.AfterSale, staff, func(ctx context.Context, s *session) error {
		s.addMessage(vocab.MessageRuling, in.Statement)
		return s.transition(ctx, step{action: action, reason: string(in.Liable),
			trigger: vocab.TriggerRuled, change: func(a *ent.AfterSale) {
				a.Liable = &in.Liable
				if in.Ruling == RuledReturn {
					a.Kind = vocab.ReturnAndRefund
					returnByBuyer(a)
				}
			}})
	})
}
