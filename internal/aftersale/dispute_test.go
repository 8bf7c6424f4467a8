package aftersale_test

import (
	"testing"
	"time"

	"orderflow/internal/aftersale"
	"orderflow/internal/auth"
	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/ordertest"
	"orderflow/internal/vocab"
)

func TestAProposalIsAnswered(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		item := e.BuyAndReceive(e.Sku(3), 3)
		id := e.Request(ordertest.RequestFor(item, vocab.ReturnAndRefund, 2))
		some, much := int64(300), int64(2*price+1)
		offer := aftersale.ProposeInput{AfterSale: id, Kind: vocab.RefundOnly,
			Lines: []document.ProposalLine{{Item: item.ID, Quantity: 2, Amount: &much}}}
		_, err := e.AfterSales.Propose(e.Merchant, offer)
		e.WantFault(err, fault.LimitExceeded)
		offer.Lines[0].Amount = &some
		_, err = e.AfterSales.Propose(e.Warehouse, offer)
		e.WantFault(err, fault.Forbidden)
		_, err = e.AfterSales.Propose(e.Merchant, offer)
		e.Must(err)
		e.WantAfterSale(id, vocab.AfterSaleAwaitingBuyer)
		wantDueIn(e, id, 7*day)
		wantLeft(e, item, 1, price, 2)
		_, err = e.AfterSales.AnswerProposal(e.Buyer, id, false)
		e.Must(err)
		e.WantAfterSale(id, vocab.AfterSaleAwaitingMerchant)
		wantDueIn(e, id, 48*time.Hour)
		_, err = e.AfterSales.Propose(e.Merchant, offer)
		e.Must(err)
		_, err = e.AfterSales.AnswerProposal(e.Buyer, id, true)
		e.Must(err)
		wantRefundedInAll(e, some)
		a := e.WantAfterSale(id, vocab.AfterSaleCompleted)
		if a.Kind != vocab.RefundOnly || a.Amount != some || a.Proposal != nil {
			t.Errorf("request %+v", a)
		}
		wantLeft(e, item, 1, 3*price-some, 0)
	})
}

func TestAProposalThatIsIgnoredWithdrawsTheRequest(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		item := e.BuyAndReceive(e.Sku(3), 3)
		id := e.Request(ordertest.RequestFor(item, vocab.RefundOnly, 3))
		_, err := e.AfterSales.Propose(e.Merchant, aftersale.ProposeInput{AfterSale: id,
			Kind:  vocab.ReturnAndRefund,
			Lines: []document.ProposalLine{{Item: item.ID, Quantity: 1}}})
		e.Must(err)
		e.Later(7 * day)
		e.WantAfterSale(id, vocab.AfterSaleWithdrawn)
		wantLeft(e, item, 3, 3*price, 0)
	})
}

func TestARejectedRequestIsRevised(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		item := e.BuyAndReceive(e.Sku(3), 3)
		id := e.Request(ordertest.RequestFor(item, vocab.RefundOnly, 3))
		e.Reject(id)
		wantDueIn(e, id, 7*day)
		_, err := e.AfterSales.Revise(e.Buyer, aftersale.ReviseInput{AfterSale: id,
			RequestInput: ordertest.RequestFor(item, vocab.ReturnAndRefund, 2)})
		e.Must(err)
		a := e.WantAfterSale(id, vocab.AfterSaleAwaitingMerchant)
		if a.Kind != vocab.ReturnAndRefund || a.Amount != 2*price || len(a.Edges.Lines) != 1 ||
			a.Rejection != nil {
			t.Errorf("request %+v", a)
		}
		wantLeft(e, item, 1, price, 2)
		e.Reject(id)
		e.Later(7 * day)
		e.WantAfterSale(id, vocab.AfterSaleClosed)
		wantLeft(e, item, 3, 3*price, 0)
		wantTrade(e, item, vocab.Completed, 0)
		messages := e.AfterSale(id).QueryMessages().AllX(t.Context())
		if len(messages) != 2 || messages[0].Kind != vocab.MessageRefusal ||
			e.Open(messages[0].Text, messages[0].ID, "text") != "worn" {
			t.Errorf("messages %v", messages)
		}
	})
}

func TestARulingNamesWhoIsLiable(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		e.ChargeFreight(600, 0)
		item := e.BuyAndReceive(e.Sku(1), 1)
		id := e.Request(ordertest.RequestFor(item, vocab.RefundOnly, 1))
		if a := e.AfterSale(id); a.Freight != 0 {
			t.Errorf("freight %d", a.Freight)
		}
		e.Reject(id)
		_, err := e.AfterSales.Escalate(e.Buyer, id, aftersale.Statement{})
		e.Must(err)
		_, err = e.AfterSales.Rule(e.Merchant, aftersale.RuleInput{AfterSale: id,
			Ruling: aftersale.RuledReturn, Liable: vocab.LiableShop})
		e.WantFault(err, fault.Forbidden)
		_, err = e.AfterSales.Rule(e.Support, aftersale.RuleInput{AfterSale: id,
			Ruling: aftersale.RuledReturn, Liable: vocab.LiableShop})
		e.Must(err)
		e.WantAfterSale(id, vocab.AfterSaleAwaitingReturn)
		e.SubmitReturn(id)
		e.Must(e.ConfirmReturn(id, item, 1, 0))
		wantRefundedInAll(e, price+600)
		wantTrade(e, item, vocab.Closed, 0)
	})
}

func TestStaffForceAndOpenRequests(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		item := e.BuyAndReceive(e.Sku(3), 3)
		id := e.Request(ordertest.RequestFor(item, vocab.Exchange, 1))
		_, err := e.AfterSales.ForceRefund(e.Merchant, id, aftersale.Statement{})
		e.WantFault(err, fault.Forbidden)
		_, err = e.AfterSales.ForceRefund(e.Support, id, aftersale.Statement{Text: "enough"})
		e.Must(err)
		wantRefundedInAll(e, price)
		e.WantAfterSale(id, vocab.AfterSaleCompleted)
		opened, err := e.AfterSales.OpenForBuyer(e.Merchant,
			ordertest.RequestFor(item, vocab.ReturnAndRefund, 1))
		e.Must(err)
		e.WantAfterSale(opened, vocab.AfterSaleAwaitingReturn)
		given, err := e.AfterSales.OpenForBuyer(e.Merchant,
			ordertest.RequestFor(item, vocab.RefundOnly, 1))
		e.Must(err)
		wantRefundedInAll(e, 2*price)
		if a := e.WantAfterSale(given, vocab.AfterSaleCompleted); *a.Trigger != vocab.TriggerMerchant {
			t.Errorf("trigger %s", *a.Trigger)
		}
	})
}

func TestOthersSeeNothingOfARequest(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		item := e.BuyAndReceive(e.Sku(1), 1)
		id := e.Request(ordertest.RequestFor(item, vocab.RefundOnly, 1))
		stranger := auth.With(t.Context(), &auth.Viewer{Subject: "x", Role: vocab.Merchant,
			StaffID: globalid.New(globalid.Staff), Shops: []globalid.ID{e.Product.ID}})
		_, err := e.AfterSales.Approve(stranger, aftersale.ApproveInput{AfterSale: id})
		e.WantFault(err, fault.NotFound)
		_, err = e.AfterSales.Withdraw(t.Context(), id)
		e.WantFault(err, fault.Unauthenticated)
		results, err := e.AfterSales.ApproveMany(e.Merchant,
			[]aftersale.ApproveInput{{AfterSale: id}, {AfterSale: id}})
		e.Must(err)
		if results[0].Err != nil || !fault.Is(results[1].Err, fault.ActionNotAllowed) {
			t.Errorf("results %+v", results)
		}
	})
}

// A request shows a shop the receiver again: long after the trade only support can open one.
func TestAShopOpensNoRequestLongAfterTheTrade(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		item := e.BuyAndReceive(e.Sku(6), 3)
		e.Later(8 * day)
		if sub := e.SubOrder(item.SubOrderID); sub.Status != vocab.Completed {
			t.Fatalf("the trade is %s", sub.Status)
		}
		in := ordertest.RequestFor(item, vocab.Reship, 1)
		in.Reason = vocab.ReasonMissing
		e.MustID(e.AfterSales.OpenForBuyer(e.Merchant, in))
		e.Move(aftersale.OpenDays * day)
		_, err := e.AfterSales.OpenForBuyer(e.Merchant, in)
		e.WantFault(err, fault.ActionNotAllowed)
		e.MustID(e.AfterSales.OpenForBuyer(e.Support, in))
	})
}
