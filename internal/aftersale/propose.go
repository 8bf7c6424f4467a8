package aftersale

import (
	"context"
	"fmt"

	"orderflow/ent"
	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/limit"
	"orderflow/internal/money"
	"orderflow/internal/vocab"
)

// ProposeInput is what a shop offers instead. Lines of the request that it does not name are given
// up.
type ProposeInput struct {
	AfterSale globalid.ID
	Kind      vocab.AfterSaleKind
	Lines     []document.ProposalLine
	Statement
}

// Propose offers the buyer something else 商家提议.
//
// A merchant of the shop may call it. Faults besides the common ones: INVALID_INPUT,
// LIMIT_EXCEEDED, TOO_MANY. After commit the buyer's time to answer runs; without an answer the
// request is withdrawn.
func (s *AfterSales) Propose(ctx context.Context, in ProposeInput) (globalid.ID, error) {
	var faults fault.List
	in.check(&faults)
	if err := faults.Err(); err != nil {
		return in.AfterSale, err
	}
	return s.command(ctx, in.AfterSale, []vocab.Role{vocab.Merchant},
		func(ctx context.Context, s *session) error {
			proposal := &document.Proposal{Kind: in.Kind, Lines: in.Lines}
			if _, err := s.offered(proposal); err != nil {
				return err
			}
			if err := s.oneMoreRound(ctx); err != nil {
				return err
			}
			s.addMessage(vocab.MessageProposal, in.Statement)
			return s.transition(ctx, step{action: vocab.ProposeAfterSale,
				reason: string(in.Kind),
				change: func(a *ent.AfterSale) { a.Proposal = proposal }})
		})
}

// oneMoreRound refuses another revision or offer in a request that had enough of them.
func (s *session) oneMoreRound(ctx context.Context) error {
	return s.OneMore(ctx, limit.Rounds,
		func(p document.Payload) bool { return p.AfterSale == s.Row.ID },
		vocab.EventAfterSaleProposed, vocab.EventAfterSaleRevised)
}

// offered finds out what a proposal takes, or what is wrong with it.
func (s *session) offered(p *document.Proposal) ([]claim, error) {
	k, known := kindOf(p.Kind)
	way := s.wayOf(k)
	named := vocab.WayBack("")
	if way != nil {
		named = *way
	}
	lost := s.Row.Goods == vocab.GoodsInTransit && k.name == vocab.RefundOnly && way == nil
	if !known || !k.takes(s.Row.Goods, named) && !lost ||
		k.name == vocab.Exchange && s.Row.Kind != vocab.Exchange {
		return nil, fault.At("kind", fault.InvalidInput, "It cannot be proposed for these goods.")
	}
	var faults fault.List
	if err := someLines(len(p.Lines)); err != nil {
		return nil, err
	}
	var claims []claim
	seen := map[globalid.ID]bool{}
	for i, line := range p.Lines {
		at := fmt.Sprintf("lines[%d]", i)
		held := s.line(line.Item)
		if held == nil || seen[line.Item] {
			faults.Add(at+".item", fault.InvalidInput,
				"It must be an item of the request, named once.")
			continue
		}
		seen[line.Item] = true
		c, err := s.offeredLine(k, held, line)
		for _, f := range fault.All(err) {
			faults.Add(at+"."+f.Field, f.Code, "%s", f.Message)
		}
		claims = append(claims, c)
	}
	return claims, faults.Err()
}

// offeredLine finds out what a line of a proposal takes, of what would be left without the request.
func (s *session) offeredLine(
	k kind, held *ent.AfterSaleLine, line document.ProposalLine,
) (claim, error) {
	item := s.Item(held.ItemID)
	c := claim{item: item, units: line.Quantity}
	most := item.Refundable + held.Amount
	if k.units {
		if line.Quantity < 1 || line.Quantity > held.Quantity {
			return c, fault.At("quantity", fault.LimitExceeded,
				"The request is about %d units.", held.Quantity)
		}
		most = money.Portion(most, line.Quantity, item.RefundableQuantity+held.Quantity)
	} else if line.Quantity != 0 || line.Amount == nil || *line.Amount == 0 {
		return c, fault.At("amount", fault.InvalidInput, "It is about money alone.")
	}
	if k.reships {
		c.sku = held.ExchangeSkuID
	}
	c.amount = most
	if line.Amount == nil {
		return c, nil
	}
	c.amount = *line.Amount
	if c.amount < 0 || c.amount > most {
		return c, fault.At("amount", fault.LimitExceeded, "At most %d can be refunded.", most)
	}
	if (k.reships || s.Row.Goods == vocab.GoodsUnshipped) && c.amount != most {
		return c, fault.At("amount", fault.InvalidInput,
			"These units come with all of their money.")
	}
	return c, nil
}

// line returns the request's line of an item, or nil.
func (s *session) line(item globalid.ID) *ent.AfterSaleLine {
	for _, line := range s.lines {
		if line.ItemID == item {
			return line
		}
	}
	return nil
}

// wayOf is how goods come back when the request becomes one of that kind.
func (s *session) wayOf(k kind) *vocab.WayBack {
	back := vocab.ByReturn
	switch {
	case s.Row.Goods != vocab.GoodsInTransit:
		return nil
	case k.returns:
		return &back
	case s.Row.Way != nil && *s.Row.Way == vocab.ByReturn:
		return nil // the buyer keeps what arrives
	default:
		return s.Row.Way
	}
}

// AnswerProposal accepts or refuses what the shop offered. Accepted, the request becomes what was
// offered and is approved with that; refused, it stands as it was.
//
// The buyer may call it. Faults besides the common ones: OUT_OF_STOCK. After commit as Approve, or
// the shop's time to answer begins anew.
func (s *AfterSales) AnswerProposal(
	ctx context.Context, id globalid.ID, accept bool,
) (globalid.ID, error) {
	return s.command(ctx, id, []vocab.Role{vocab.Buyer},
		func(ctx context.Context, s *session) error {
			forget := func(a *ent.AfterSale) { a.Proposal = nil }
			if !accept || s.Row.Proposal == nil {
				return s.transition(ctx, step{action: vocab.RefuseProposal, change: forget})
			}
			claims, err := s.offered(s.Row.Proposal)
			if err != nil {
				return err
			}
			if err := s.become(ctx, s.Row.Proposal.Kind, claims); err != nil {
				return err
			}
			return s.transition(ctx, step{action: vocab.AcceptProposal,
				trigger: vocab.TriggerApproved, change: forget})
		})
}

// become gives the request another kind and takes what that needs.
func (s *session) become(
	ctx context.Context, name vocab.AfterSaleKind, claims []claim,
) error {
	k, _ := kindOf(name)
	s.Row.Kind, s.Row.Way = name, s.wayOf(k)
	s.releaseLines()
	return s.take(ctx, claims)
}
