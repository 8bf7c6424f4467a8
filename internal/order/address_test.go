package order_test

import (
	"testing"

	"orderflow/ent/addresschange"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/ordertest"
	"orderflow/internal/vocab"
)

func TestAddressChangeIsAnsweredOrLapses(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		ctx, buyer, merchant := t.Context(), e.NewBuyer(), e.Merchant
		o := buyUnits(buyer, e, 2)
		sub := o.Edges.SubOrders[0]
		ask := func() error {
			in := order.AddressInput{Order: o.ID, Address: ordertest.Address}
			in.Address.Street = "南山路 9 号"
			_, err := e.Orders.RequestAddressChange(buyer, in)
			return err
		}
		_, err := e.Orders.RequestAddressChange(e.NewBuyer(),
			order.AddressInput{Order: o.ID, Address: ordertest.Address})
		e.WantFault(err, fault.NotFound)
		far := ordertest.Address
		far.Region = "新疆"
		_, err = e.Orders.RequestAddressChange(buyer, order.AddressInput{Order: o.ID, Address: far})
		e.WantFault(err, fault.ActionNotAllowed)
		if err := ask(); err != nil {
			t.Fatal(err)
		}
		e.WantFault(ask(), fault.ActionNotAllowed)
		change := e.DB.Client.AddressChange.Query().OnlyX(ctx)
		_, err = e.Orders.AnswerAddressChange(merchant, order.AnswerInput{Change: change.ID})
		e.WantFault(err, fault.InvalidInput)
		answer := order.AnswerInput{Change: change.ID, Accept: true}
		if _, err := e.Orders.AnswerAddressChange(merchant, answer); err != nil {
			t.Fatal(err)
		}
		if got := e.SubOrder(sub.ID).Address; string(got) != string(change.Address) {
			t.Errorf("the sub-order's address is not the one agreed to")
		}
		_, err = e.Orders.AnswerAddressChange(merchant, answer)
		e.WantFault(err, fault.ActionNotAllowed)
		if err := ask(); err != nil {
			t.Fatal(err)
		}
		e.Ship(sub.Edges.Items[0], 1)
		open := e.DB.Client.AddressChange.Query().Where(addresschange.IDNEQ(change.ID)).OnlyX(ctx)
		if open.Status != vocab.AddressLapsed || e.Events(vocab.EventAddressLapsed) != 1 {
			t.Errorf("after the handover it is %s", open.Status)
		}
		_, err = e.Orders.AnswerAddressChange(merchant,
			order.AnswerInput{Change: open.ID, Accept: true})
		e.WantFault(err, fault.ActionNotAllowed)
		e.WantFault(ask(), fault.ActionNotAllowed)
	})
}

// A sub-order of the shop was shipped in part and then refunded whole. The shop has handed over a
// parcel of the order all the same.
func TestAddressChangeComesTooLateAfterAPartialShipment(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		item := e.Buy(e.Sku(3), 3)
		split := e.MustID(e.Orders.SplitSubOrder(e.Warehouse, order.SplitInput{
			SubOrder: item.SubOrderID, Lines: []order.SplitLine{{Item: item.ID, Quantity: 1}}}))
		in := ordertest.RequestFor(item, vocab.RefundOnly, 1)
		for _, in.Parcel = range []globalid.ID{e.Ship(item, 1), {}} { // then what is in no parcel
			e.MustID(e.AfterSales.ForceNewRefund(e.Support, in))
			e.Run()
		}
		e.WantTrade(item.SubOrderID, vocab.Closed)
		e.WantTrade(split, vocab.AwaitingShipment)
		_, err := e.Orders.RequestAddressChange(e.Buyer,
			order.AddressInput{Order: item.OrderID, Address: ordertest.Address})
		e.WantFault(err, fault.ActionNotAllowed)
	})
}

func TestMemosAreOfStaff(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		buyer := e.NewBuyer()
		sub := buyUnits(buyer, e, 1).Edges.SubOrders[0]
		in := order.MemoInput{SubOrder: sub.ID, Text: " 易碎 "}
		_, err := e.Orders.AddMemo(buyer, in)
		e.WantFault(err, fault.Forbidden)
		id, err := e.Orders.AddMemo(e.Warehouse, in)
		if err != nil {
			t.Fatal(err)
		}
		if memo := e.DB.Client.Memo.GetX(t.Context(), id); e.Open(memo.Text, id, "text") != "易碎" ||
			memo.ShopID != e.Shop.ID {
			t.Errorf("memo %v", memo)
		}
	})
}
