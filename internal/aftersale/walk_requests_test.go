package aftersale_test

import (
	"slices"

	"orderflow/ent"
	"orderflow/internal/aftersale"
	"orderflow/internal/document"
	"orderflow/internal/vocab"
)

// proceed does what an open request waits for.
func (w *walk) proceed() {
	open := slices.DeleteFunc(w.requests(), func(a *ent.AfterSale) bool {
		return slices.Contains(vocab.AfterSaleFinal, a.Status) ||
			a.Status == vocab.AfterSaleRefunding
	})
	if len(open) == 0 {
		return
	}
	a := oneOf(w, "request", open...)
	var err error
	switch a.Status {
	case vocab.AfterSaleAwaitingMerchant:
		err = w.answer(a)
	case vocab.AfterSaleAwaitingBuyer:
		_, err = w.AfterSales.AnswerProposal(w.Buyer, a.ID, w.coin("accept"))
	case vocab.AfterSaleAwaitingChoice:
		_, err = w.AfterSales.ChooseAfterInterception(w.Buyer, a.ID,
			oneOf(w, "way", vocab.ByRefusal, vocab.ByReturn))
	case vocab.AfterSaleAwaitingReturn:
		_, err = w.AfterSales.SubmitReturn(w.Buyer, aftersale.SendInput{AfterSale: a.ID,
			Carrier: "YTO", TrackingNumber: "B" + w.label()})
	case vocab.AfterSaleReturnInTransit:
		err = w.inspect(a)
	case vocab.AfterSaleRejected:
		err = w.dispute(a)
	case vocab.AfterSaleReshipping:
		err = w.reshipped(a)
	case vocab.AfterSaleInArbitration:
		_, err = w.AfterSales.Rule(w.Support, aftersale.RuleInput{AfterSale: a.ID,
			Ruling: oneOf(w, "ruling", aftersale.RuledRefund, aftersale.RuledReturn,
				aftersale.RuledReship, aftersale.RuledClose),
			Liable: oneOf(w, "liable", vocab.LiableShop, vocab.LiableBuyer)})
	default: // it waits for a courier
		w.answerInterception()
	}
	w.allowed(err)
}

// answer answers a request as the shop.
func (w *walk) answer(a *ent.AfterSale) error {
	var err error
	switch w.number("answer", 0, 3) {
	case 0:
		_, err = w.AfterSales.Reject(w.Merchant, refusal(a.ID))
	case 1:
		offer := aftersale.ProposeInput{AfterSale: a.ID, Kind: oneOf(w, "kind", kinds...)}
		for _, line := range a.Edges.Lines {
			if offer.Lines != nil && w.coin("not this") {
				continue
			}
			one := document.ProposalLine{Item: line.ItemID}
			if offer.Kind != vocab.PriceDifference {
				one.Quantity = w.number("quantity", 1, max(1, line.Quantity))
			}
			if offer.Kind == vocab.PriceDifference || w.coin("part of the money") {
				amount := w.number("amount", 0, line.Amount)
				one.Amount = &amount
			}
			offer.Lines = append(offer.Lines, one)
		}
		_, err = w.AfterSales.Propose(w.Merchant, offer)
	default:
		_, err = w.AfterSales.Approve(w.Warehouse, aftersale.ApproveInput{AfterSale: a.ID})
	}
	return err
}

func (w *walk) inspect(a *ent.AfterSale) error {
	var err error
	if w.number("refuse", 0, 3) == 0 {
		_, err = w.AfterSales.RefuseReturn(w.Warehouse, refusal(a.ID))
	} else {
		_, err = w.AfterSales.ConfirmReturn(w.Warehouse,
			aftersale.ReturnedInput{RejectInput: refusal(a.ID), Lines: w.inspected(a)})
	}
	return err
}

func (w *walk) dispute(a *ent.AfterSale) error {
	var err error
	if w.coin("revise") {
		_, err = w.AfterSales.Revise(w.Buyer,
			aftersale.ReviseInput{AfterSale: a.ID, RequestInput: w.randomRequest()})
	} else {
		_, err = w.AfterSales.Escalate(w.Buyer, a.ID, aftersale.Statement{})
	}
	return err
}

func (w *walk) reshipped(a *ent.AfterSale) error {
	var err error
	switch w.number("resend", 0, 2) {
	case 0:
		_, err = w.AfterSales.ConfirmReship(w.Buyer, a.ID)
	case 1:
		_, err = w.AfterSales.ChangeToRefund(w.Buyer, a.ID)
	default:
		_, err = w.AfterSales.Reship(w.Warehouse, a.ID)
	}
	return err
}
