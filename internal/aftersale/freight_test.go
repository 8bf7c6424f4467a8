package aftersale_test

import (
	"testing"
	"time"

	"orderflow/internal/document"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/payment"
	"orderflow/internal/vocab"
)

// half is an order of two packed units with a freight of 500, of which one is requested.
func (m *bazaar) half() (item, waiting globalid.ID) {
	m.t.Helper()
	m.charge(500)
	it := m.paid(m.sku(2), 2)
	_, err := m.parcels.Pack(m.keeper, m.pack(it, 1))
	m.must(err)
	_, err = m.parcels.Pack(m.keeper, m.pack(it, 1))
	m.must(err)
	waiting = m.request(ask(it, vocab.RefundOnly, 1))
	m.is(waiting, vocab.AfterSaleAwaitingMerchant)
	return it.ID, waiting
}

var untilPacked = document.ShopPolicy{AutoApproveUntil: "PACKED"}

func TestTheFreightWaitsForTheLastDecision(t *testing.T) {
	onEach(t, func(m *bazaar) {
		id, waiting := m.half()
		item := m.db.Client.OrderItem.GetX(t.Context(), id)
		last := m.request(ask(item, vocab.RefundOnly, 1))
		m.approve(last)
		m.refunds(item, price)
		m.approve(waiting)
		m.refunds(item, 2*price+500)
		if a := m.sale(waiting); a.Freight != 500 || a.Amount != price+500 {
			t.Errorf("request %+v", a)
		}
		m.trade(item, vocab.Closed, 0)
	}, untilPacked)
}

func TestWhatIsShippedAllTheSameHasItsFreight(t *testing.T) {
	for name, refund := range map[string]func(m *bazaar, item globalid.ID){
		"request": func(m *bazaar, item globalid.ID) {
			it := m.db.Client.OrderItem.GetX(m.t.Context(), item)
			m.approve(m.request(ask(it, vocab.RefundOnly, 1)))
		},
		"merchant": func(m *bazaar, item globalid.ID) {
			it := m.db.Client.OrderItem.GetX(m.t.Context(), item)
			_, err := m.pays.CloseUnshipped(m.seller, payment.CloseUnshippedInput{
				SubOrder: it.SubOrderID,
				Lines:    []payment.UnshippedLine{{Item: item, Quantity: 1}}})
			m.must(err)
		},
	} {
		t.Run(name, func(t *testing.T) {
			onEach(t, func(m *bazaar) {
				id, waiting := m.half()
				item := m.db.Client.OrderItem.GetX(t.Context(), id)
				refund(m, id)
				_, err := m.sales.Withdraw(m.buyer, waiting)
				m.must(err)
				m.refunds(item, price)
				m.holds(item, 1, price, 0)
				m.shippedRest(item.ID)
				m.trade(item, vocab.Shipped, 0)
			}, untilPacked)
		})
	}
}

// shippedRest hands over what is left of an item, in a parcel of its own.
func (m *bazaar) shippedRest(id globalid.ID) {
	m.t.Helper()
	for _, p := range m.db.Client.Shipment.Query().AllX(m.t.Context()) {
		_, err := m.parcels.Cancel(m.keeper, p.ID)
		m.must(err)
	}
	m.shipped(m.db.Client.OrderItem.GetX(m.t.Context(), id), 1)
}

// The gift was the last unit of a freight group of its own, whose other goods came back before.
func TestTheFreightOfAGiftsGroupComesBack(t *testing.T) {
	onEach(t, func(m *bazaar) {
		client := m.db.Client
		main, cold, gift := m.sku(1), m.sku(1), m.sku(1)
		for _, sku := range []globalid.ID{cold.ID, gift.ID} {
			client.Sku.UpdateOneID(sku).SetLogisticsClass(vocab.ColdChain).ExecX(t.Context())
		}
		m.charge(500)
		client.FreightTemplate.Create().SetShopID(m.shop.ID).SetLogisticsClass(vocab.ColdChain).
			SetBasis(vocab.ByPiece).SetRule(document.FreightRule{Zones: []document.FreightZone{
			{First: 1, FirstFee: 70, Step: 1}}}).SaveX(t.Context())
		m.give(main.ID, gift.ID)
		items := m.bought(order.Line{Sku: main.ID, Quantity: 1},
			order.Line{Sku: cold.ID, Quantity: 1})
		m.request(ask(items[cold.ID], vocab.RefundOnly, 1))
		m.refunds(items[cold.ID], price)
		m.request(ask(items[main.ID], vocab.RefundOnly, 1))
		m.refunds(items[main.ID], 2*price+500+70)
		m.trade(items[main.ID], vocab.Closed, 0)
		m.trade(items[cold.ID], vocab.Closed, 0)
	})
}

// give lets every unit of a sku come with a gift.
func (m *bazaar) give(sku, gift globalid.ID) {
	m.db.Client.Promotion.Create().SetShopID(m.shop.ID).SetCode(sku.String()).SetTitle("gift").
		SetKind(vocab.Gift).SetScope(vocab.ItemScope).SetFunder(vocab.FundedByShop).
		SetRule(document.PromotionRule{Skus: []globalid.ID{sku}, Gift: gift, GiftQuantity: 1,
			GiftEvery: 1}).
		SetStartsAt(m.now().Add(-time.Hour)).SetEndsAt(m.now().Add(time.Hour)).
		SaveX(m.t.Context())
}
