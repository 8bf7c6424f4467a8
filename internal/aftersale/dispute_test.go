package aftersale_test

import (
	"testing"
	"time"

	"orderflow/internal/aftersale"
	"orderflow/internal/auth"
	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/vocab"
)

func TestAProposalIsAnswered(t *testing.T) {
	onEach(t, func(m *bazaar) {
		item := m.received(m.sku(3), 3)
		id := m.request(ask(item, vocab.ReturnAndRefund, 2))
		some, much := int64(300), int64(2*price+1)
		offer := aftersale.ProposeInput{AfterSale: id, Kind: vocab.RefundOnly,
			Lines: []document.ProposalLine{{Item: item.ID, Quantity: 2, Amount: &much}}}
		_, err := m.sales.Propose(m.seller, offer)
		m.refused(err, fault.LimitExceeded)
		offer.Lines[0].Amount = &some
		_, err = m.sales.Propose(m.keeper, offer)
		m.refused(err, fault.Forbidden)
		_, err = m.sales.Propose(m.seller, offer)
		m.must(err)
		m.is(id, vocab.AfterSaleAwaitingBuyer)
		m.dueIn(id, 7*day)
		m.holds(item, 1, price, 2)
		_, err = m.sales.AnswerProposal(m.buyer, id, false)
		m.must(err)
		m.is(id, vocab.AfterSaleAwaitingMerchant)
		m.dueIn(id, 48*time.Hour)
		_, err = m.sales.Propose(m.seller, offer)
		m.must(err)
		_, err = m.sales.AnswerProposal(m.buyer, id, true)
		m.must(err)
		m.refunds(item, some)
		a := m.is(id, vocab.AfterSaleCompleted)
		if a.Kind != vocab.RefundOnly || a.Amount != some || a.Proposal != nil {
			t.Errorf("request %+v", a)
		}
		m.holds(item, 1, 3*price-some, 0)
	})
}

func TestAProposalThatIsIgnoredWithdrawsTheRequest(t *testing.T) {
	onEach(t, func(m *bazaar) {
		item := m.received(m.sku(3), 3)
		id := m.request(ask(item, vocab.RefundOnly, 3))
		_, err := m.sales.Propose(m.seller, aftersale.ProposeInput{AfterSale: id,
			Kind:  vocab.ReturnAndRefund,
			Lines: []document.ProposalLine{{Item: item.ID, Quantity: 1}}})
		m.must(err)
		m.later(7 * day)
		m.is(id, vocab.AfterSaleWithdrawn)
		m.holds(item, 3, 3*price, 0)
	})
}

func TestARejectedRequestIsRevised(t *testing.T) {
	onEach(t, func(m *bazaar) {
		item := m.received(m.sku(3), 3)
		id := m.request(ask(item, vocab.RefundOnly, 3))
		m.reject(id)
		m.dueIn(id, 7*day)
		_, err := m.sales.Revise(m.buyer, aftersale.ReviseInput{AfterSale: id,
			RequestInput: ask(item, vocab.ReturnAndRefund, 2)})
		m.must(err)
		a := m.is(id, vocab.AfterSaleAwaitingMerchant)
		if a.Kind != vocab.ReturnAndRefund || a.Amount != 2*price || len(a.Edges.Lines) != 1 ||
			a.Rejection != nil {
			t.Errorf("request %+v", a)
		}
		m.holds(item, 1, price, 2)
		m.reject(id)
		m.later(7 * day)
		m.is(id, vocab.AfterSaleClosed)
		m.holds(item, 3, 3*price, 0)
		m.trade(item, vocab.Completed, 0)
		said := m.sale(id).QueryMessages().AllX(t.Context())
		if len(said) != 2 || said[0].Kind != vocab.MessageRefusal || said[0].Text != "worn" {
			t.Errorf("messages %v", said)
		}
	})
}

func TestARulingSaysWhoIsLiable(t *testing.T) {
	onEach(t, func(m *bazaar) {
		m.charge(600)
		item := m.received(m.sku(1), 1)
		id := m.request(ask(item, vocab.RefundOnly, 1))
		if a := m.sale(id); a.Freight != 0 {
			t.Errorf("freight %d", a.Freight)
		}
		m.reject(id)
		_, err := m.sales.Escalate(m.buyer, id, aftersale.Statement{})
		m.must(err)
		_, err = m.sales.Rule(m.seller, aftersale.RuleInput{AfterSale: id,
			Ruling: aftersale.RuledReturn, Liable: vocab.LiableShop})
		m.refused(err, fault.Forbidden)
		_, err = m.sales.Rule(m.judge, aftersale.RuleInput{AfterSale: id,
			Ruling: aftersale.RuledReturn, Liable: vocab.LiableShop})
		m.must(err)
		m.is(id, vocab.AfterSaleAwaitingReturn)
		m.send(id)
		m.must(m.back(id, item, 1, 0))
		m.refunds(item, price+600)
		m.trade(item, vocab.Closed, 0)
	})
}

func TestStaffForceAndOpenRequests(t *testing.T) {
	onEach(t, func(m *bazaar) {
		item := m.received(m.sku(3), 3)
		id := m.request(ask(item, vocab.Exchange, 1))
		_, err := m.sales.ForceRefund(m.seller, id, aftersale.Statement{})
		m.refused(err, fault.Forbidden)
		_, err = m.sales.ForceRefund(m.judge, id, aftersale.Statement{Text: "enough"})
		m.must(err)
		m.refunds(item, price)
		m.is(id, vocab.AfterSaleCompleted)
		opened, err := m.sales.OpenForBuyer(m.seller, ask(item, vocab.ReturnAndRefund, 1))
		m.must(err)
		m.is(opened, vocab.AfterSaleAwaitingReturn)
		given, err := m.sales.OpenForBuyer(m.seller, ask(item, vocab.RefundOnly, 1))
		m.must(err)
		m.refunds(item, 2*price)
		if a := m.is(given, vocab.AfterSaleCompleted); *a.Trigger != vocab.TriggerMerchant {
			t.Errorf("trigger %s", *a.Trigger)
		}
	})
}

func TestOthersSeeNothingOfARequest(t *testing.T) {
	onEach(t, func(m *bazaar) {
		item := m.received(m.sku(1), 1)
		id := m.request(ask(item, vocab.RefundOnly, 1))
		stranger := auth.With(t.Context(), &auth.Viewer{Subject: "x", Role: vocab.Merchant,
			StaffID: globalid.New(globalid.Staff), Shops: []globalid.ID{m.product.ID}})
		_, err := m.sales.Approve(stranger, aftersale.ApproveInput{AfterSale: id})
		m.refused(err, fault.NotFound)
		_, err = m.sales.Withdraw(t.Context(), id)
		m.refused(err, fault.Unauthenticated)
		results, err := m.sales.ApproveMany(m.seller,
			[]aftersale.ApproveInput{{AfterSale: id}, {AfterSale: id}})
		m.must(err)
		if results[0].Err != nil || !fault.Is(results[1].Err, fault.ActionNotAllowed) {
			t.Errorf("results %+v", results)
		}
	})
}
