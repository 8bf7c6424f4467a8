package aftersale_test

import (
	"slices"

	"orderflow/ent"
	"orderflow/internal/aftersale"
	"orderflow/internal/document"
	"orderflow/internal/vocab"
)

// goOn lets whoever has to do something about a request that is open do it.
func (s *story) goOn() {
	open := slices.DeleteFunc(s.requests(), func(a *ent.AfterSale) bool {
		return slices.Contains(vocab.AfterSaleFinal, a.Status) ||
			a.Status == vocab.AfterSaleRefunding
	})
	if len(open) == 0 {
		return
	}
	a := oneOf(s, "request", open...)
	var err error
	switch a.Status {
	case vocab.AfterSaleAwaitingMerchant:
		err = s.answer(a)
	case vocab.AfterSaleAwaitingBuyer:
		_, err = s.sales.AnswerProposal(s.buyer, a.ID, s.coin("accept"))
	case vocab.AfterSaleAwaitingChoice:
		_, err = s.sales.ChooseAfterInterception(s.buyer, a.ID,
			oneOf(s, "way", vocab.ByRefusal, vocab.ByReturn))
	case vocab.AfterSaleAwaitingReturn:
		_, err = s.sales.SubmitReturn(s.buyer, aftersale.SendInput{AfterSale: a.ID,
			Carrier: "YTO", TrackingNumber: "B" + s.label()})
	case vocab.AfterSaleReturnInTransit:
		err = s.inspect(a)
	case vocab.AfterSaleRejected:
		err = s.object(a)
	case vocab.AfterSaleReshipping:
		err = s.resendSome(a)
	case vocab.AfterSaleInArbitration:
		_, err = s.sales.Rule(s.judge, aftersale.RuleInput{AfterSale: a.ID,
			Ruling: oneOf(s, "ruling", aftersale.RuledRefund, aftersale.RuledReturn,
				aftersale.RuledReship, aftersale.RuledClose),
			Liable: oneOf(s, "liable", vocab.LiableShop, vocab.LiableBuyer)})
	default: // a courier has the next word
		s.answerInterception()
	}
	s.took(err)
}

// answer lets the shop answer.
func (s *story) answer(a *ent.AfterSale) error {
	var err error
	switch s.number("answer", 0, 3) {
	case 0:
		_, err = s.sales.Reject(s.seller, refusal(a.ID))
	case 1:
		offer := aftersale.ProposeInput{AfterSale: a.ID, Kind: oneOf(s, "kind", kinds...)}
		for _, line := range a.Edges.Lines {
			if offer.Lines != nil && s.coin("not this") {
				continue
			}
			one := document.ProposalLine{Item: line.ItemID}
			if offer.Kind != vocab.PriceDifference {
				one.Quantity = s.number("quantity", 1, max(1, line.Quantity))
			}
			if offer.Kind == vocab.PriceDifference || s.coin("part of the money") {
				amount := s.number("amount", 0, line.Amount)
				one.Amount = &amount
			}
			offer.Lines = append(offer.Lines, one)
		}
		_, err = s.sales.Propose(s.seller, offer)
	default:
		_, err = s.sales.Approve(s.keeper, aftersale.ApproveInput{AfterSale: a.ID})
	}
	return err
}

func (s *story) inspect(a *ent.AfterSale) error {
	var err error
	if s.number("refuse", 0, 3) == 0 {
		_, err = s.sales.RefuseReturn(s.keeper, refusal(a.ID))
	} else {
		_, err = s.sales.ConfirmReturn(s.keeper,
			aftersale.ReturnedInput{RejectInput: refusal(a.ID), Lines: s.found(a)})
	}
	return err
}

func (s *story) object(a *ent.AfterSale) error {
	var err error
	if s.coin("revise") {
		_, err = s.sales.Revise(s.buyer,
			aftersale.ReviseInput{AfterSale: a.ID, RequestInput: s.wish()})
	} else {
		_, err = s.sales.Escalate(s.buyer, a.ID, aftersale.Statement{})
	}
	return err
}

func (s *story) resendSome(a *ent.AfterSale) error {
	var err error
	switch s.number("resend", 0, 2) {
	case 0:
		_, err = s.sales.ConfirmReship(s.buyer, a.ID)
	case 1:
		_, err = s.sales.ChangeToRefund(s.buyer, a.ID)
	default:
		_, err = s.sales.Reship(s.keeper, a.ID)
	}
	return err
}
