package aftersale_test

import (
	"testing"
	"time"

	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/ordertest"
	"orderflow/internal/shipment"
	"orderflow/internal/vocab"
)

func TestAReportEndsTheHoldAndWritesTheStockDown(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		sku := e.Sku(10)
		p, id := buyShort(e, sku, 5, 2)
		wantShortage(e, id, vocab.ShortageOpen, 2)
		e.WantStock(sku, e.South, 8, 3)
		p.wantItem(2, 3)
		s := e.DB.Client.Shortage.GetX(t.Context(), id)
		if s.Cause != vocab.ShortAtPacking || s.WarehouseID != e.South.ID ||
			s.SubOrderID != p.sub().ID || s.BuyerID != p.sub().BuyerID {
			t.Errorf("shortage %+v", s)
		}
		// What lacks cannot be reported again, nor be closed, nor be packed.
		if _, err := p.report(4); !fault.Is(err, fault.InvalidInput) {
			t.Errorf("more than is left: %v", err)
		}
		_, err := e.Shipments.Create(e.Warehouse, shipment.CreateInput{
			Lines: []shipment.Line{{Item: p.item, Quantity: 4}}})
		if !fault.Is(err, fault.InvalidInput) {
			t.Errorf("packed: %v", err)
		}
		again, err := p.report(3)
		e.Must(err)
		e.WantStock(sku, e.South, 5, 0)
		for _, one := range []globalid.ID{id, again} {
			e.Must(p.choose(one, vocab.OptionRefund))
		}
		p.wantRefund(2000, 3000)
		p.settleRefunds()
		p.wantSub(vocab.Closed)
		if r := *p.sub().CloseReason; r != vocab.OutOfStock {
			t.Errorf("closed for %s", r)
		}
	})
}

func TestAParcelWithWhatLacksIsNotHandedOver(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		sku := e.Sku(10)
		p := buy(e, sku, 5)
		parcel, err := e.Shipments.Create(e.Warehouse, shipment.CreateInput{
			Lines: []shipment.Line{{Item: p.item, Quantity: 5}}})
		e.Must(err)
		id, err := p.report(2)
		e.Must(err)
		handOver := func(parcel globalid.ID) error {
			_, err := e.Shipments.HandOver(e.Warehouse, shipment.LabelInput{Shipment: parcel,
				Carrier: "SF", TrackingNumber: "SF" + parcel.String()[4:20]})
			return err
		}
		if err := handOver(parcel); !fault.Is(err, fault.ActionNotAllowed) {
			t.Errorf("handed over: %v", err)
		}
		e.AddStock(sku, e.North, 10)
		if err := offer(e, id, vocab.OptionWarehouse); !fault.Is(err, fault.ActionNotAllowed) {
			t.Errorf("offered while they are in a parcel: %v", err)
		}
		_, err = e.Shipments.Cancel(e.Warehouse, parcel)
		e.Must(err)
		e.Must(offer(e, id, vocab.OptionWarehouse))
		parcel, err = e.Shipments.Create(e.Warehouse, shipment.CreateInput{
			Lines: []shipment.Line{{Item: p.item, Quantity: 3}}})
		e.Must(err)
		e.Must(handOver(parcel))
		p.wantSub(vocab.PartiallyShipped)
		// All that is left of the sub-order goes elsewhere: it is shipped.
		e.Must(p.choose(id, vocab.OptionWarehouse))
		wantShortage(e, id, vocab.ShortageResolved, 2)
		p.wantSub(vocab.Shipped)
		p.wantItem(0, 0)
		e.WantStock(sku, e.North, 10, 2)
	})
}

func TestTheRestIsShippedWhenTheMoneyIsBack(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		p, id := buyShort(e, e.Sku(10), 5, 2)
		parcel, err := e.Shipments.Create(e.Warehouse, shipment.CreateInput{
			Lines: []shipment.Line{{Item: p.item, Quantity: 3}}})
		e.Must(err)
		_, err = e.Shipments.HandOver(e.Warehouse, shipment.LabelInput{Shipment: parcel,
			Carrier: "SF", TrackingNumber: "SF1234567890"})
		e.Must(err)
		p.wantSub(vocab.PartiallyShipped)
		_, err = e.Shortages.Refund(e.Merchant, id)
		e.Must(err)
		wantShortage(e, id, vocab.ShortageRefunding, 2)
		p.wantSub(vocab.PartiallyShipped)
		p.wantRefund(2000)
		p.settleRefunds()
		wantShortage(e, id, vocab.ShortageRefunded, 2)
		p.wantSub(vocab.Shipped)
	})
}

func TestAPaidOrderThatGotTooLittleIsShort(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		sku := e.NewSku(ordertest.Sku{Price: 1000, South: 4, Mode: vocab.OnPayment})
		first := place(e, sku, 3)
		second := place(e, sku, 3)
		e.Pay(first.order)
		e.Pay(second.order)
		e.WantStock(sku, e.South, 4, 4)
		first.wantItem(0, 3)
		second.wantItem(2, 1)
		s := e.DB.Client.Shortage.Query().OnlyX(t.Context())
		if s.Cause != vocab.ShortAtPayment || s.Status != vocab.ShortageOpen {
			t.Errorf("shortage %+v", s)
		}
		if n := len(e.Refunds(second.order)); n != 0 {
			t.Errorf("%d refunds before the buyer could choose", n)
		}
		e.Move(24*time.Hour - time.Minute)
		runShortages(e)
		if s := e.DB.Client.Shortage.GetX(t.Context(), s.ID); s.Status != vocab.ShortageOpen {
			t.Errorf("%s before its time", s.Status)
		}
		e.Move(time.Minute)
		runShortages(e)
		wantShortage(e, s.ID, vocab.ShortageRefunding, 2)
		second.wantItem(0, 1)
		second.wantRefund(2000)
		runShortages(e)
		second.settleRefunds()
		wantShortage(e, s.ID, vocab.ShortageRefunded, 2)
		second.wantSub(vocab.AwaitingShipment)
	})
}

func TestTheBuyerHasADayToChoose(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		p, id := buyShort(e, e.Sku(10), 5, 5)
		e.Move(20 * time.Hour)
		e.Must(offer(e, id, vocab.OptionRefund))
		wantShortage(e, id, vocab.ShortageOffered, 5)
		e.Move(23 * time.Hour)
		runShortages(e)
		if got := e.DB.Client.Shortage.GetX(t.Context(), id); got.Status !=
			vocab.ShortageOffered || got.ClaimedUntil != nil {
			t.Errorf("%s, claimed until %v", got.Status, got.ClaimedUntil)
		}
		e.Move(time.Hour)
		runShortages(e)
		wantShortage(e, id, vocab.ShortageRefunding, 5)
		p.wantRefund(5000)
		p.settleRefunds()
		wantShortage(e, id, vocab.ShortageRefunded, 5)
		p.wantSub(vocab.Closed)
	})
}

func TestWhatCostNothingIsRefundedAtOnce(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		p, id := buyShort(e, e.NewSku(ordertest.Sku{Price: 0, South: 10}), 2, 2)
		e.Must(p.choose(id, vocab.OptionRefund))
		wantShortage(e, id, vocab.ShortageRefunded, 2)
		p.wantRefund(0)
		p.wantSub(vocab.Closed)
	})
}

func TestAnotherWarehouseSendsWhatLacks(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		sku := e.Sku(10)
		p, id := buyShort(e, sku, 5, 2)
		e.AddStock(sku, e.North, 3)
		e.Must(offer(e, id, vocab.OptionWarehouse, vocab.OptionTransfer))
		e.Must(p.choose(id, vocab.OptionWarehouse))
		wantShortage(e, id, vocab.ShortageResolved, 2)
		p.wantItem(0, 3)
		e.WantStock(sku, e.North, 3, 2)
		subs := e.DB.Client.Order.GetX(t.Context(), p.order).QuerySubOrders().AllX(t.Context())
		if len(subs) != 2 {
			t.Fatalf("%d sub-orders, want 2", len(subs))
		}
		for _, sub := range subs {
			wants := map[globalid.ID]int64{e.South.ID: 3000, e.North.ID: 2000}
			if sub.Status != vocab.AwaitingShipment ||
				sub.GoodsPayable != wants[sub.WarehouseID] {
				t.Errorf("sub-order %s of %d", sub.Status, sub.GoodsPayable)
			}
		}
	})
}

func TestAWholeSubOrderGoesToAnotherWarehouse(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		sku := e.Sku(10)
		p, id := buyShort(e, sku, 5, 5)
		e.AddStock(sku, e.North, 5)
		e.Must(offer(e, id, vocab.OptionWarehouse))
		e.Must(p.choose(id, vocab.OptionWarehouse))
		if p.sub().WarehouseID != e.North.ID {
			t.Error("the sub-order is still in the south")
		}
		if n := e.DB.Client.SubOrder.Query().CountX(t.Context()); n != 1 {
			t.Errorf("%d sub-orders", n)
		}
		e.WantStock(sku, e.North, 5, 5)
		e.WantStock(sku, e.South, 5, 0)
	})
}

func TestWhatTheOtherWarehouseSoldMeanwhile(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		sku := e.Sku(10)
		p, id := buyShort(e, sku, 5, 2)
		e.AddStock(sku, e.North, 2)
		e.Must(offer(e, id, vocab.OptionWarehouse, vocab.OptionTransfer))
		e.AddStock(sku, e.North, -1)
		for _, choice := range []vocab.ShortageOption{
			vocab.OptionWarehouse, vocab.OptionTransfer,
		} {
			if err := p.choose(id, choice); !fault.Is(err, fault.OutOfStock) {
				t.Errorf("%s: %v", choice, err)
			}
		}
		wantShortage(e, id, vocab.ShortageOffered, 2)
		e.WantStock(sku, e.North, 1, 0)
		e.Must(p.choose(id, vocab.OptionRefund))
		p.settleRefunds()
		wantShortage(e, id, vocab.ShortageRefunded, 2)
	})
}

func TestAGiftComesBackWithWhatLacks(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		sku, gift := e.Sku(10), e.NewSku(ordertest.Sku{Price: 90, South: 10})
		e.AddGift(sku, gift)
		p, id := buyShort(e, sku, 2, 2)
		e.WantStock(gift, e.South, 10, 2)
		e.Must(p.choose(id, vocab.OptionRefund))
		e.WantStock(gift, e.South, 10, 0)
		p.settleRefunds()
		p.wantSub(vocab.Closed)
		if lines := e.Refunds(p.order)[0].Edges.Lines; len(lines) != 2 {
			t.Errorf("%d refund lines, want item and gift", len(lines))
		}
	})
}
