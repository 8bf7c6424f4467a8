package aftersale_test

import (
	"testing"
	"time"

	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/vocab"
)

const day = 24 * time.Hour

func TestUnshippedUnitsAreRefundedAtOnce(t *testing.T) {
	onEach(t, func(m *bazaar) {
		m.charge(800)
		sku := m.sku(5)
		item := m.paid(sku, 3)
		picked := m.pack(item, 3)
		in := ask(item, vocab.RefundOnly, 1)
		preview, err := m.sales.RefundPreview(m.buyer, in)
		m.must(err)
		if preview.Total != price || preview.Freight != 0 || !preview.SelfApproved ||
			preview.Goods != vocab.GoodsUnshipped || preview.Lines[0].MostUnshipped != 3 ||
			preview.Lines[0].MostAmount != price || preview.RefundsLeft != 6 || preview.NearLimit {
			t.Errorf("preview %+v", preview)
		}
		first := m.request(in)
		m.is(first, vocab.AfterSaleRefunding)
		m.holds(item, 2, 2*price, 1)
		m.stocked(sku, 5, 2)
		m.trade(item, vocab.AwaitingShipment, 1)
		if _, err := m.parcels.Pack(m.keeper, picked); err == nil {
			t.Error("a parcel with the refunded unit can be packed")
		}
		m.refunds(item, price)
		m.is(first, vocab.AfterSaleCompleted)
		m.trade(item, vocab.AwaitingShipment, 0)
		// The last units take the freight with them.
		preview, err = m.sales.RefundPreview(m.buyer, ask(item, vocab.RefundOnly, 2))
		m.must(err)
		rest := m.request(ask(item, vocab.RefundOnly, 2))
		a := m.is(rest, vocab.AfterSaleRefunding)
		if a.Amount != 2*price+800 || a.Freight != 800 || preview.Total != a.Amount ||
			!preview.NearLimit {
			t.Errorf("request %+v, preview %+v", a, preview)
		}
		m.refunds(item, 3*price+800)
		m.is(rest, vocab.AfterSaleCompleted)
		m.trade(item, vocab.Closed, 0)
		if got := *m.sub(item).CloseReason; got != vocab.Refunded {
			t.Errorf("closed by %s", got)
		}
		m.stocked(sku, 5, 0)
		m.holds(item, 0, 0, 0)
	})
}

func TestPackedUnitsWaitForTheWarehouse(t *testing.T) {
	onEach(t, func(m *bazaar) {
		sku := m.sku(9)
		item := m.paid(sku, 3)
		parcel := m.pack(item, 2)
		_, err := m.parcels.Pack(m.keeper, parcel)
		m.must(err)
		m.is(m.request(ask(item, vocab.RefundOnly, 1)), vocab.AfterSaleRefunding)
		asked := m.request(ask(item, vocab.RefundOnly, 2))
		m.is(asked, vocab.AfterSaleAwaitingMerchant)
		m.dueIn(asked, day)
		m.stocked(sku, 9, 2)
		m.reject(asked)
		_, err = m.sales.Withdraw(m.buyer, asked)
		m.must(err)
		m.is(asked, vocab.AfterSaleWithdrawn)
		m.holds(item, 2, 2*price, 1)
		again := m.request(ask(item, vocab.RefundOnly, 2))
		m.later(day)
		a := m.is(again, vocab.AfterSaleCompleted)
		if *a.Trigger != vocab.TriggerOverdue {
			t.Errorf("trigger %s", *a.Trigger)
		}
		m.trade(item, vocab.Closed, 0)
		m.refunds(item, 3*price)
		m.stocked(sku, 9, 0)
	}, document.ShopPolicy{AutoApproveUntil: "PACKED"})
}

func TestARequestIsAboutUnshippedOrHandedOverUnits(t *testing.T) {
	onEach(t, func(m *bazaar) {
		item := m.paid(m.sku(3), 3)
		m.track(m.shipped(item, 1), vocab.CarrierDelivered)
		_, err := m.sales.Request(m.buyer, ask(item, vocab.RefundOnly, 3))
		m.refused(err, fault.MixedQuantity)
		_, err = m.sales.Request(m.buyer, ask(item, vocab.RefundOnly, 4))
		m.refused(err, fault.LimitExceeded)
		handed := ask(item, vocab.RefundOnly, 1)
		handed.Goods = vocab.GoodsReceived
		id := m.request(handed)
		a := m.is(id, vocab.AfterSaleAwaitingMerchant)
		if a.Goods != vocab.GoodsReceived {
			t.Errorf("goods %s", a.Goods)
		}
		m.dueIn(id, 2*day)
		_, err = m.sales.Request(m.buyer, handed)
		m.refused(err, fault.LimitExceeded)
		m.request(ask(item, vocab.RefundOnly, 2))
		m.refunds(item, 2*price)
		m.trade(item, vocab.Shipped, 1)
		m.approve(id)
		m.refunds(item, 3*price)
		m.trade(item, vocab.Closed, 0)
	})
}

func TestARefundThatFailsLeavesTheRequestRefunding(t *testing.T) {
	onEach(t, func(m *bazaar) {
		item := m.paid(m.sku(1), 1)
		m.bank.be(refuses)
		id := m.request(ask(item, vocab.RefundOnly, 1))
		m.run()
		m.is(id, vocab.AfterSaleRefunding)
		m.trade(item, vocab.AwaitingShipment, 1)
		m.bank.be(pays)
		_, err := m.pays.RetryRefund(m.judge, m.sale(id).QueryRefunds().OnlyIDX(t.Context()))
		m.must(err)
		m.refunds(item, price)
		m.is(id, vocab.AfterSaleCompleted)
		m.trade(item, vocab.Closed, 0)
	})
}

func TestFiveFruitlessRequestsAreEnough(t *testing.T) {
	onEach(t, func(m *bazaar) {
		item := m.received(m.sku(1), 1)
		for range 5 {
			_, err := m.sales.Withdraw(m.buyer, m.request(ask(item, vocab.RefundOnly, 1)))
			m.must(err)
		}
		_, err := m.sales.Request(m.buyer, ask(item, vocab.RefundOnly, 1))
		m.refused(err, fault.LimitExceeded)
		m.holds(item, 1, price, 0)
		m.trade(item, vocab.Received, 0)
	})
}

func TestWhatCostNothingIsBackAtOnce(t *testing.T) {
	onEach(t, func(m *bazaar) {
		sku := m.sku(1)
		sku = sku.Update().SetPrice(0).SaveX(t.Context())
		item := m.placed(sku, 1)
		id := m.request(ask(item, vocab.RefundOnly, 1))
		m.is(id, vocab.AfterSaleCompleted)
		m.trade(item, vocab.Closed, 0)
		m.stocked(sku, 1, 0)
	})
}

func TestGiftsComeBackWithTheirItem(t *testing.T) {
	onEach(t, func(m *bazaar) {
		sku, gift := m.sku(2), m.sku(2)
		m.give(sku.ID, gift.ID)
		item := m.paid(sku, 2)
		m.request(ask(item, vocab.RefundOnly, 1))
		m.stocked(gift, 2, 2)
		preview, err := m.sales.RefundPreview(m.buyer, ask(item, vocab.RefundOnly, 1))
		m.must(err)
		if len(preview.Lines) != 2 || preview.Lines[1].Quantity != 2 || preview.Total != price {
			t.Errorf("preview %+v", preview)
		}
		m.request(ask(item, vocab.RefundOnly, 1))
		m.refunds(item, 2*price)
		m.stocked(gift, 2, 0)
		m.trade(item, vocab.Closed, 0)
	})
}
