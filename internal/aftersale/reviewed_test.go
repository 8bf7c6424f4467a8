package aftersale_test

import (
	"testing"
	"time"

	"orderflow/internal/aftersale"
	"orderflow/internal/document"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// TestATradeClosesWithTheLastOfItsMoney: a price difference that is asked for beside the return of
// all units keeps the sub-order open until that money, too, is back or free again.
func TestATradeClosesWithTheLastOfItsMoney(t *testing.T) {
	onEach(t, func(m *bazaar) {
		item := m.received(m.sku(1), 1)
		some := int64(300)
		difference := ask(item, vocab.PriceDifference, 0)
		difference.Lines[0].Amount = &some
		first := m.request(difference)
		second := m.request(ask(item, vocab.RefundOnly, 1))
		m.approve(second)
		m.run()
		m.is(second, vocab.AfterSaleCompleted)
		m.trade(item, vocab.Received, 1)
		m.approve(first)
		m.run()
		m.is(first, vocab.AfterSaleCompleted)
		m.trade(item, vocab.Closed, 0)
		m.refunds(item, price)
	})
}

// TestWhatTheBuyerWillNotGetIsNotForgotten: the buyer takes back a request about a parcel that has
// turned back in the meantime, while the platform decides.
func TestWhatTheBuyerWillNotGetIsNotForgotten(t *testing.T) {
	onEach(t, func(m *bazaar) {
		item, parcel, id := m.underWay(vocab.AfterSaleRejected)
		_, err := m.sales.Escalate(m.buyer, id, aftersale.Statement{Text: "Please"})
		m.must(err)
		m.track(parcel, vocab.CarrierReturned)
		_, err = m.sales.Rule(m.as(vocab.Platform), aftersale.RuleInput{AfterSale: id,
			Ruling: aftersale.RuledClose, Liable: vocab.LiableBuyer})
		m.must(err)
		m.is(id, vocab.AfterSaleClosed)
		m.trade(item, vocab.Shipped, 1)
		m.later(3*day + time.Minute)
		m.trade(item, vocab.Closed, 0)
		m.refunds(item, 2*price)
	})
}

// TestCancelledGoodsAreNobodysFault: a reason that blames the shop brings the freight of sent goods
// back with none that are still here.
func TestCancelledGoodsAreNobodysFault(t *testing.T) {
	onEach(t, func(m *bazaar) {
		m.charge(500)
		item := m.paid(m.sku(2), 2)
		m.shipped(item, 1)
		in := ask(item, vocab.RefundOnly, 1)
		in.Reason, in.Goods = vocab.ReasonQuality, vocab.GoodsUnshipped
		if a := m.sale(m.request(in)); *a.Liable != vocab.LiableBuyer {
			t.Errorf("%s is liable for goods that were not sent", *a.Liable)
		}
	})
}

// TestABulkOfApprovalsIsDoneOnce: what became of an entry the first time stays so.
func TestABulkOfApprovalsIsDoneOnce(t *testing.T) {
	onEach(t, func(m *bazaar) {
		first, second := m.received(m.sku(1), 1), m.received(m.sku(1), 1)
		one := m.request(ask(first, vocab.RefundOnly, 1))
		two := m.request(ask(second, vocab.RefundOnly, 1))
		_, err := m.sales.Withdraw(m.buyer, two)
		m.must(err)
		key := store.WithKey(m.seller, store.Key{Viewer: "clerk", Mutation: "approveAfterSales",
			Key: "bulk"})
		for range 2 {
			results, err := m.sales.ApproveMany(key,
				[]aftersale.ApproveInput{{AfterSale: one}, {AfterSale: two}})
			m.must(err)
			if results[0].Err != nil || results[1].Err == nil {
				t.Errorf("results %v and %v", results[0].Err, results[1].Err)
			}
		}
		if n := m.sub(first).QueryAfterSales().OnlyX(t.Context()).QueryRefunds().
			CountX(t.Context()); n != 1 {
			t.Errorf("%d refunds, want 1", n)
		}
	})
}

// TestAReturnIsConfirmedInTheShopsTime: the days after a return was delivered are the shop's own.
func TestAReturnIsConfirmedInTheShopsTime(t *testing.T) {
	onEach(t, func(m *bazaar) {
		m.db.Client.Shop.Update().SetPolicy(document.ShopPolicy{InspectReturnDays: 10}).
			ExecX(t.Context())
		item := m.received(m.sku(1), 1)
		id := m.request(ask(item, vocab.ReturnAndRefund, 1))
		m.approve(id)
		parcel := m.send(id)
		m.track(parcel, vocab.CarrierDelivered)
		m.dueIn(id, 10*day)
	})
}
