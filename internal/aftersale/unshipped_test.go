package aftersale_test

import (
	"testing"

	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/ordertest"
	"orderflow/internal/payment/channel"
	"orderflow/internal/vocab"
)

func TestUnshippedUnitsAreRefundedAtOnce(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		e.Bank.Allows = channel.Limits{RefundsPerPayment: 6}
		e.ChargeFreight(800, 0)
		sku := e.Sku(5)
		item := e.Buy(sku, 3)
		picked := e.Pack(item, 3)
		in := ordertest.RequestFor(item, vocab.RefundOnly, 1)
		preview, err := e.AfterSales.RefundPreview(e.Buyer, in)
		e.Must(err)
		if preview.Total != price || preview.Freight != 0 || !preview.SelfApproved ||
			preview.Goods != vocab.GoodsUnshipped || preview.Lines[0].MostUnshipped != 3 ||
			preview.Lines[0].MostAmount != price || preview.RefundsLeft != 6 || preview.NearLimit {
			t.Errorf("preview %+v", preview)
		}
		first := e.Request(in)
		e.WantAfterSale(first, vocab.AfterSaleRefunding)
		wantLeft(e, item, 2, 2*price, 1)
		e.WantStock(sku, e.South, 5, 2)
		wantTrade(e, item, vocab.AwaitingShipment, 1)
		if _, err := e.Shipments.Pack(e.Warehouse, picked); err == nil {
			t.Error("a parcel with the refunded unit can be packed")
		}
		wantRefundedInAll(e, price)
		e.WantAfterSale(first, vocab.AfterSaleCompleted)
		wantTrade(e, item, vocab.AwaitingShipment, 0)
		// The last units take the freight with them.
		preview, err = e.AfterSales.RefundPreview(e.Buyer,
			ordertest.RequestFor(item, vocab.RefundOnly, 2))
		e.Must(err)
		rest := e.Request(ordertest.RequestFor(item, vocab.RefundOnly, 2))
		a := e.WantAfterSale(rest, vocab.AfterSaleRefunding)
		if a.Amount != 2*price+800 || a.Freight != 800 || preview.Total != a.Amount ||
			!preview.NearLimit {
			t.Errorf("request %+v, preview %+v", a, preview)
		}
		wantRefundedInAll(e, 3*price+800)
		e.WantAfterSale(rest, vocab.AfterSaleCompleted)
		wantTrade(e, item, vocab.Closed, 0)
		if got := *e.SubOrder(item.SubOrderID).CloseReason; got != vocab.Refunded {
			t.Errorf("closed by %s", got)
		}
		e.WantStock(sku, e.South, 5, 0)
		wantLeft(e, item, 0, 0, 0)
	})
}

func TestPackedUnitsWaitForTheWarehouse(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		sku := e.Sku(9)
		item := e.Buy(sku, 3)
		parcel := e.Pack(item, 2)
		_, err := e.Shipments.Pack(e.Warehouse, parcel)
		e.Must(err)
		id := e.Request(ordertest.RequestFor(item, vocab.RefundOnly, 1))
		e.WantAfterSale(id, vocab.AfterSaleRefunding)
		waiting := e.Request(ordertest.RequestFor(item, vocab.RefundOnly, 2))
		e.WantAfterSale(waiting, vocab.AfterSaleAwaitingMerchant)
		wantDueIn(e, waiting, day)
		e.WantStock(sku, e.South, 9, 2)
		e.Reject(waiting)
		_, err = e.AfterSales.Withdraw(e.Buyer, waiting)
		e.Must(err)
		e.WantAfterSale(waiting, vocab.AfterSaleWithdrawn)
		wantLeft(e, item, 2, 2*price, 1)
		again := e.Request(ordertest.RequestFor(item, vocab.RefundOnly, 2))
		e.Later(day)
		a := e.WantAfterSale(again, vocab.AfterSaleCompleted)
		if *a.Trigger != vocab.TriggerOverdue {
			t.Errorf("trigger %s", *a.Trigger)
		}
		wantTrade(e, item, vocab.Closed, 0)
		wantRefundedInAll(e, 3*price)
		e.WantStock(sku, e.South, 9, 0)
	}, ordertest.Options{Policy: document.ShopPolicy{AutoApproveUntil: "PACKED"}})
}

func TestARequestIsAboutUnshippedOrHandedOverUnits(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		item := e.Buy(e.Sku(3), 3)
		e.Track(e.Ship(item, 1), vocab.CarrierDelivered)
		_, err := e.AfterSales.Request(e.Buyer, ordertest.RequestFor(item, vocab.RefundOnly, 3))
		e.WantFault(err, fault.MixedQuantity)
		_, err = e.AfterSales.Request(e.Buyer, ordertest.RequestFor(item, vocab.RefundOnly, 4))
		e.WantFault(err, fault.LimitExceeded)
		handed := ordertest.RequestFor(item, vocab.RefundOnly, 1)
		handed.Goods = vocab.GoodsReceived
		id := e.Request(handed)
		a := e.WantAfterSale(id, vocab.AfterSaleAwaitingMerchant)
		if a.Goods != vocab.GoodsReceived {
			t.Errorf("goods %s", a.Goods)
		}
		wantDueIn(e, id, 2*day)
		_, err = e.AfterSales.Request(e.Buyer, handed)
		e.WantFault(err, fault.LimitExceeded)
		e.Request(ordertest.RequestFor(item, vocab.RefundOnly, 2))
		wantRefundedInAll(e, 2*price)
		wantTrade(e, item, vocab.Shipped, 1)
		e.Approve(id)
		wantRefundedInAll(e, 3*price)
		wantTrade(e, item, vocab.Closed, 0)
	})
}

func TestARefundThatFailsLeavesTheRequestRefunding(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		item := e.Buy(e.Sku(1), 1)
		e.Bank.Set(ordertest.Refuses)
		id := e.Request(ordertest.RequestFor(item, vocab.RefundOnly, 1))
		e.Run()
		e.WantAfterSale(id, vocab.AfterSaleRefunding)
		wantTrade(e, item, vocab.AwaitingShipment, 1)
		e.Bank.Set(ordertest.Pays)
		_, err := e.Payments.RetryRefund(e.Support, e.AfterSale(id).QueryRefunds().OnlyIDX(t.Context()))
		e.Must(err)
		wantRefundedInAll(e, price)
		e.WantAfterSale(id, vocab.AfterSaleCompleted)
		wantTrade(e, item, vocab.Closed, 0)
	})
}

func TestFiveFruitlessRequestsAreEnough(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		item := e.BuyAndReceive(e.Sku(1), 1)
		for range 5 {
			id := e.Request(ordertest.RequestFor(item, vocab.RefundOnly, 1))
			_, err := e.AfterSales.Withdraw(e.Buyer, id)
			e.Must(err)
		}
		_, err := e.AfterSales.Request(e.Buyer, ordertest.RequestFor(item, vocab.RefundOnly, 1))
		e.WantFault(err, fault.TooMany)
		wantLeft(e, item, 1, price, 0)
		wantTrade(e, item, vocab.Received, 0)
	})
}

func TestWhatCostNothingIsBackAtOnce(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		sku := e.Sku(1)
		sku = sku.Update().SetPrice(0).SaveX(t.Context())
		item := e.ItemOf(e.Place(ordertest.Line(sku, 1)), sku)
		id := e.Request(ordertest.RequestFor(item, vocab.RefundOnly, 1))
		e.WantAfterSale(id, vocab.AfterSaleCompleted)
		wantTrade(e, item, vocab.Closed, 0)
		e.WantStock(sku, e.South, 1, 0)
	})
}

func TestGiftsComeBackWithTheirItem(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		sku, gift := e.Sku(2), e.Sku(2)
		e.AddGift(sku, gift)
		item := e.Buy(sku, 2)
		e.Request(ordertest.RequestFor(item, vocab.RefundOnly, 1))
		e.WantStock(gift, e.South, 2, 2)
		preview, err := e.AfterSales.RefundPreview(e.Buyer,
			ordertest.RequestFor(item, vocab.RefundOnly, 1))
		e.Must(err)
		if len(preview.Lines) != 2 || preview.Lines[1].Quantity != 2 || preview.Total != price {
			t.Errorf("preview %+v", preview)
		}
		e.Request(ordertest.RequestFor(item, vocab.RefundOnly, 1))
		wantRefundedInAll(e, 2*price)
		e.WantStock(gift, e.South, 2, 0)
		wantTrade(e, item, vocab.Closed, 0)
	})
}

// A reason that blames the shop brings the freight of sent goods
// back with none that are still here.
func TestCancelledGoodsAreNobodysFault(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		e.ChargeFreight(500, 0)
		item := e.Buy(e.Sku(2), 2)
		e.Ship(item, 1)
		in := ordertest.RequestFor(item, vocab.RefundOnly, 1)
		in.Reason, in.Goods = vocab.ReasonQuality, vocab.GoodsUnshipped
		if a := e.AfterSale(e.Request(in)); *a.Liable != vocab.LiableBuyer {
			t.Errorf("%s is liable for goods that were not sent", *a.Liable)
		}
	})
}
