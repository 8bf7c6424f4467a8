package aftersale_test

import (
	"testing"

	"orderflow/ent"
	"orderflow/internal/document"
	"orderflow/internal/globalid"
	"orderflow/internal/ordertest"
	"orderflow/internal/vocab"
)

// halfRequested buys two units, packs them and requests one; the freight is 500.
func halfRequested(e *ordertest.Env) (item, waiting globalid.ID) {
	e.T.Helper()
	e.ChargeFreight(500, 0)
	it := e.Buy(e.Sku(2), 2)
	_, err := e.Shipments.Pack(e.Warehouse, e.Pack(it, 1))
	e.Must(err)
	_, err = e.Shipments.Pack(e.Warehouse, e.Pack(it, 1))
	e.Must(err)
	waiting = e.Request(ordertest.RequestFor(it, vocab.RefundOnly, 1))
	e.WantAfterSale(waiting, vocab.AfterSaleAwaitingMerchant)
	return it.ID, waiting
}

var untilPacked = document.ShopPolicy{AutoApproveUntil: "PACKED"}

func TestTheFreightWaitsForTheLastDecision(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		id, waiting := halfRequested(e)
		item := e.DB.Client.OrderItem.GetX(t.Context(), id)
		last := e.Request(ordertest.RequestFor(item, vocab.RefundOnly, 1))
		e.Approve(last)
		wantRefundedInAll(e, price)
		e.Approve(waiting)
		wantRefundedInAll(e, 2*price+500)
		if a := e.AfterSale(waiting); a.Freight != 500 || a.Amount != price+500 {
			t.Errorf("request %+v", a)
		}
		wantTrade(e, item, vocab.Closed, 0)
	}, ordertest.Options{Policy: untilPacked})
}

func TestWhatIsShippedAllTheSameHasItsFreight(t *testing.T) {
	for name, refund := range map[string]func(e *ordertest.Env, item globalid.ID){
		"request": func(e *ordertest.Env, item globalid.ID) {
			it := e.DB.Client.OrderItem.GetX(e.T.Context(), item)
			e.Approve(e.Request(ordertest.RequestFor(it, vocab.RefundOnly, 1)))
		},
		"merchant": func(e *ordertest.Env, item globalid.ID) {
			e.MustID(e.CloseUnshipped(item, 1))
		},
	} {
		t.Run(name, func(t *testing.T) {
			ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
				id, waiting := halfRequested(e)
				item := e.DB.Client.OrderItem.GetX(t.Context(), id)
				refund(e, id)
				_, err := e.AfterSales.Withdraw(e.Buyer, waiting)
				e.Must(err)
				wantRefundedInAll(e, price)
				wantLeft(e, item, 1, price, 0)
				shipRest(e, item.ID)
				wantTrade(e, item, vocab.Shipped, 0)
			}, ordertest.Options{Policy: untilPacked})
		})
	}
}

// shipRest hands over what is left of an item, in a parcel of its own.
func shipRest(e *ordertest.Env, id globalid.ID) {
	e.T.Helper()
	for _, p := range e.DB.Client.Shipment.Query().AllX(e.T.Context()) {
		_, err := e.Shipments.Cancel(e.Warehouse, p.ID)
		e.Must(err)
	}
	e.Ship(e.DB.Client.OrderItem.GetX(e.T.Context(), id), 1)
}

// The gift was the last unit of a freight group of its own, whose other goods came back before.
func TestTheFreightOfAGiftsGroupComesBack(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		client := e.DB.Client
		main, cold, gift := e.Sku(1), e.Sku(1), e.Sku(1)
		for _, sku := range []globalid.ID{cold.ID, gift.ID} {
			client.Sku.UpdateOneID(sku).SetLogisticsClass(vocab.ColdChain).ExecX(t.Context())
		}
		e.ChargeFreight(500, 0)
		client.FreightTemplate.Create().SetShopID(e.Shop.ID).SetLogisticsClass(vocab.ColdChain).
			SetBasis(vocab.ByPiece).SetRule(document.FreightRule{Zones: []document.FreightZone{
			{First: 1, FirstFee: 70, Step: 1}}}).SaveX(t.Context())
		e.AddGift(main, gift)
		id := e.BuyLines(ordertest.Line(main, 1), ordertest.Line(cold, 1))
		itemOf := func(sku *ent.Sku) *ent.OrderItem { return e.ItemOf(id, sku) }
		e.Request(ordertest.RequestFor(itemOf(cold), vocab.RefundOnly, 1))
		wantRefundedInAll(e, price)
		e.Request(ordertest.RequestFor(itemOf(main), vocab.RefundOnly, 1))
		wantRefundedInAll(e, 2*price+500+70)
		wantTrade(e, itemOf(main), vocab.Closed, 0)
		wantTrade(e, itemOf(cold), vocab.Closed, 0)
	})
}
