package aftersale_test

import (
	"testing"
	"time"

	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/shipment"
	"orderflow/internal/vocab"
)

func TestAReportEndsTheHoldAndWritesTheStockDown(t *testing.T) {
	onMarkets(t, func(m *market) {
		sku := m.sku(1000, 10, vocab.OnOrder)
		p, id := m.short(sku, 5, 2)
		m.want(id, vocab.ShortageOpen, 2)
		m.wantStock(sku, m.south, 8, 3)
		p.wantItem(2, 3)
		s := m.db.Client.Shortage.GetX(t.Context(), id)
		if s.Cause != vocab.ShortAtPacking || s.WarehouseID != m.south.ID ||
			s.SubOrderID != p.sub().ID || s.BuyerID != p.sub().BuyerID {
			t.Errorf("shortage %+v", s)
		}
		// What lacks cannot be reported again, nor be closed, nor be packed.
		if _, err := p.report(4); !fault.Is(err, fault.InvalidInput) {
			t.Errorf("more than is left: %v", err)
		}
		_, err := m.shipments.Create(m.keeper(), shipment.CreateInput{
			Lines: []shipment.Line{{Item: p.item, Quantity: 4}}})
		if !fault.Is(err, fault.InvalidInput) {
			t.Errorf("packed: %v", err)
		}
		again, err := p.report(3)
		m.must(err)
		m.wantStock(sku, m.south, 5, 0)
		for _, one := range []globalid.ID{id, again} {
			m.must(p.choose(one, vocab.OptionRefund))
		}
		p.wantRefund(2000, 3000)
		p.moneyBack()
		p.wantSub(vocab.Closed)
		if r := *p.sub().CloseReason; r != vocab.OutOfStock {
			t.Errorf("closed for %s", r)
		}
	})
}

func TestAParcelWithWhatLacksIsNotHandedOver(t *testing.T) {
	onMarkets(t, func(m *market) {
		sku := m.sku(1000, 10, vocab.OnOrder)
		p := m.bought(sku, 5)
		parcel, err := m.shipments.Create(m.keeper(), shipment.CreateInput{
			Lines: []shipment.Line{{Item: p.item, Quantity: 5}}})
		m.must(err)
		id, err := p.report(2)
		m.must(err)
		handOver := func(parcel globalid.ID) error {
			_, err := m.shipments.HandOver(m.keeper(), shipment.LabelInput{Shipment: parcel,
				Carrier: "SF", TrackingNumber: "SF" + parcel.String()[4:20]})
			return err
		}
		if err := handOver(parcel); !fault.Is(err, fault.ActionNotAllowed) {
			t.Errorf("handed over: %v", err)
		}
		m.stock(sku, m.north, 10)
		if err := m.offer(id, vocab.OptionWarehouse); !fault.Is(err, fault.ActionNotAllowed) {
			t.Errorf("offered while they are in a parcel: %v", err)
		}
		_, err = m.shipments.Cancel(m.keeper(), parcel)
		m.must(err)
		m.must(m.offer(id, vocab.OptionWarehouse))
		parcel, err = m.shipments.Create(m.keeper(), shipment.CreateInput{
			Lines: []shipment.Line{{Item: p.item, Quantity: 3}}})
		m.must(err)
		m.must(handOver(parcel))
		p.wantSub(vocab.PartiallyShipped)
		// All that is left of the sub-order goes elsewhere: it is shipped.
		m.must(p.choose(id, vocab.OptionWarehouse))
		m.want(id, vocab.ShortageResolved, 2)
		p.wantSub(vocab.Shipped)
		p.wantItem(0, 0)
		m.wantStock(sku, m.north, 10, 2)
	})
}

func TestTheRestIsShippedWhenTheMoneyIsBack(t *testing.T) {
	onMarkets(t, func(m *market) {
		p, id := m.short(m.sku(1000, 10, vocab.OnOrder), 5, 2)
		parcel, err := m.shipments.Create(m.keeper(), shipment.CreateInput{
			Lines: []shipment.Line{{Item: p.item, Quantity: 3}}})
		m.must(err)
		_, err = m.shipments.HandOver(m.keeper(), shipment.LabelInput{Shipment: parcel,
			Carrier: "SF", TrackingNumber: "SF1234567890"})
		m.must(err)
		p.wantSub(vocab.PartiallyShipped)
		_, err = m.shortages.Refund(m.merchant(), id)
		m.must(err)
		m.want(id, vocab.ShortageRefunding, 2)
		p.wantSub(vocab.PartiallyShipped)
		p.wantRefund(2000)
		p.moneyBack()
		m.want(id, vocab.ShortageRefunded, 2)
		p.wantSub(vocab.Shipped)
	})
}

func TestAPaidOrderThatGotTooLittleIsShort(t *testing.T) {
	onMarkets(t, func(m *market) {
		sku := m.sku(1000, 4, vocab.OnPayment)
		first := m.place(order.Line{Sku: sku.ID, Quantity: 3})
		second := m.place(order.Line{Sku: sku.ID, Quantity: 3})
		first.pay()
		second.pay()
		m.wantStock(sku, m.south, 4, 4)
		first.wantItem(0, 3)
		second.wantItem(2, 1)
		s := m.db.Client.Shortage.Query().OnlyX(t.Context())
		if s.Cause != vocab.ShortAtPayment || s.Status != vocab.ShortageOpen {
			t.Errorf("shortage %+v", s)
		}
		if n := len(second.refunds()); n != 0 {
			t.Errorf("%d refunds before the buyer could choose", n)
		}
		m.later(24*time.Hour - time.Minute)
		m.due()
		if s := m.db.Client.Shortage.GetX(t.Context(), s.ID); s.Status != vocab.ShortageOpen {
			t.Errorf("%s before its time", s.Status)
		}
		m.later(time.Minute)
		m.due()
		m.want(s.ID, vocab.ShortageRefunding, 2)
		second.wantItem(0, 1)
		second.wantRefund(2000)
		m.due()
		second.moneyBack()
		m.want(s.ID, vocab.ShortageRefunded, 2)
		second.wantSub(vocab.AwaitingShipment)
	})
}

func TestTheBuyerHasADayToChoose(t *testing.T) {
	onMarkets(t, func(m *market) {
		p, id := m.short(m.sku(1000, 10, vocab.OnOrder), 5, 5)
		m.later(20 * time.Hour)
		m.must(m.offer(id, vocab.OptionRefund))
		m.want(id, vocab.ShortageOffered, 5)
		m.later(23 * time.Hour)
		m.due()
		if got := m.db.Client.Shortage.GetX(t.Context(), id); got.Status !=
			vocab.ShortageOffered || got.ClaimedUntil != nil {
			t.Errorf("%s, claimed until %v", got.Status, got.ClaimedUntil)
		}
		m.later(time.Hour)
		m.due()
		m.want(id, vocab.ShortageRefunding, 5)
		p.wantRefund(5000)
		p.moneyBack()
		m.want(id, vocab.ShortageRefunded, 5)
		p.wantSub(vocab.Closed)
	})
}

func TestWhatCostNothingIsRefundedAtOnce(t *testing.T) {
	onMarkets(t, func(m *market) {
		p, id := m.short(m.sku(0, 10, vocab.OnOrder), 2, 2)
		m.must(p.choose(id, vocab.OptionRefund))
		m.want(id, vocab.ShortageRefunded, 2)
		p.wantRefund(0)
		p.wantSub(vocab.Closed)
	})
}

func TestAnotherWarehouseSendsWhatLacks(t *testing.T) {
	onMarkets(t, func(m *market) {
		sku := m.sku(1000, 10, vocab.OnOrder)
		p, id := m.short(sku, 5, 2)
		m.stock(sku, m.north, 3)
		m.must(m.offer(id, vocab.OptionWarehouse, vocab.OptionTransfer))
		m.must(p.choose(id, vocab.OptionWarehouse))
		m.want(id, vocab.ShortageResolved, 2)
		p.wantItem(0, 3)
		m.wantStock(sku, m.north, 3, 2)
		subs := m.db.Client.Order.GetX(t.Context(), p.order).QuerySubOrders().AllX(t.Context())
		if len(subs) != 2 {
			t.Fatalf("%d sub-orders, want 2", len(subs))
		}
		for _, sub := range subs {
			wants := map[globalid.ID]int64{m.south.ID: 3000, m.north.ID: 2000}
			if sub.Status != vocab.AwaitingShipment ||
				sub.GoodsPayable != wants[sub.WarehouseID] {
				t.Errorf("sub-order %s of %d", sub.Status, sub.GoodsPayable)
			}
		}
	})
}

func TestAWholeSubOrderGoesToAnotherWarehouse(t *testing.T) {
	onMarkets(t, func(m *market) {
		sku := m.sku(1000, 10, vocab.OnOrder)
		p, id := m.short(sku, 5, 5)
		m.stock(sku, m.north, 5)
		m.must(m.offer(id, vocab.OptionWarehouse))
		m.must(p.choose(id, vocab.OptionWarehouse))
		if p.sub().WarehouseID != m.north.ID {
			t.Error("the sub-order is still in the south")
		}
		if n := m.db.Client.SubOrder.Query().CountX(t.Context()); n != 1 {
			t.Errorf("%d sub-orders", n)
		}
		m.wantStock(sku, m.north, 5, 5)
		m.wantStock(sku, m.south, 5, 0)
	})
}

func TestWhatTheOtherWarehouseSoldMeanwhile(t *testing.T) {
	onMarkets(t, func(m *market) {
		sku := m.sku(1000, 10, vocab.OnOrder)
		p, id := m.short(sku, 5, 2)
		m.stock(sku, m.north, 2)
		m.must(m.offer(id, vocab.OptionWarehouse, vocab.OptionTransfer))
		m.stock(sku, m.north, -1)
		for _, choice := range []vocab.ShortageOption{
			vocab.OptionWarehouse, vocab.OptionTransfer,
		} {
			if err := p.choose(id, choice); !fault.Is(err, fault.OutOfStock) {
				t.Errorf("%s: %v", choice, err)
			}
		}
		m.want(id, vocab.ShortageOffered, 2)
		m.wantStock(sku, m.north, 1, 0)
		m.must(p.choose(id, vocab.OptionRefund))
		p.moneyBack()
		m.want(id, vocab.ShortageRefunded, 2)
	})
}

func TestAGiftComesBackWithWhatLacks(t *testing.T) {
	onMarkets(t, func(m *market) {
		sku, gift := m.sku(1000, 10, vocab.OnOrder), m.sku(90, 10, vocab.OnOrder)
		m.db.Client.Promotion.Create().SetShopID(m.shop.ID).SetCode("gift").SetTitle("gift").
			SetKind(vocab.Gift).SetScope(vocab.ItemScope).SetFunder(vocab.FundedByShop).
			SetRule(document.PromotionRule{Skus: []globalid.ID{sku.ID}, Gift: gift.ID,
				GiftQuantity: 1, GiftEvery: 1}).SetStartsAt(m.now().Add(-time.Hour)).
			SetEndsAt(m.now().Add(time.Hour)).SaveX(t.Context())
		p, id := m.short(sku, 2, 2)
		m.wantStock(gift, m.south, 10, 2)
		m.must(p.choose(id, vocab.OptionRefund))
		m.wantStock(gift, m.south, 10, 0)
		p.moneyBack()
		p.wantSub(vocab.Closed)
		if lines := p.refunds()[0].Edges.Lines; len(lines) != 2 {
			t.Errorf("%d refund lines, want item and gift", len(lines))
		}
	})
}
