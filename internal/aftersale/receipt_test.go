package aftersale_test

import (
	"testing"
	"time"

	"orderflow/ent"
	entaftersale "orderflow/ent/aftersale"
	"orderflow/internal/aftersale"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/ordertest"
	"orderflow/internal/shipment"
	"orderflow/internal/vocab"
)

// The rest is shipped while a request about the first part is open: the clock of the receipt has
// stood still since.
func TestTheReceiptWaitsForARequestThatWasThereBefore(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		item := e.Buy(e.Sku(2), 2)
		first := e.Ship(item, 1)
		e.Track(first, vocab.CarrierDelivered)
		in := ordertest.RequestFor(item, vocab.RefundOnly, 1)
		in.Goods = vocab.GoodsReceived
		id := e.Request(in)
		e.Track(e.Ship(item, 1), vocab.CarrierDelivered)
		wantTrade(e, item, vocab.Shipped, 1)
		e.Reject(id)
		e.Later(6 * day)
		_, err := e.AfterSales.Escalate(e.Buyer, id, aftersale.Statement{})
		e.Must(err)
		e.Later(20 * day)
		wantTrade(e, item, vocab.Shipped, 1)
		_, err = e.AfterSales.Withdraw(e.Buyer, id)
		e.Must(err)
		e.Later(6 * day)
		wantTrade(e, item, vocab.Shipped, 0)
		e.Later(2 * day)
		wantTrade(e, item, vocab.Received, 0)
	})
}

// A parcel that came back and was refunded holds nothing up any
// more, so that what the other parcel brought is received in time.
func TestTheRestIsReceivedByTheClock(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		item := e.Buy(e.Sku(3), 3)
		kept, back := e.Ship(item, 2), e.Ship(item, 1)
		e.Track(kept, vocab.CarrierDelivered)
		e.Track(back, vocab.CarrierReturned)
		wantTrade(e, item, vocab.Shipped, 1)
		id := onlyRequest(e, item)
		e.WantAfterSale(id.ID, vocab.AfterSaleReturnInTransit)
		e.Must(e.ConfirmReturn(id.ID, item, 1, 0))
		e.Run()
		e.WantAfterSale(id.ID, vocab.AfterSaleCompleted)
		wantTrade(e, item, vocab.Shipped, 0)
		e.Later(7*24*time.Hour + time.Minute)
		e.Run()
		wantTrade(e, item, vocab.Received, 0)
	})
}

// onlyRequest reads the only request about an item.
func onlyRequest(e *ordertest.Env, item *ent.OrderItem) *ent.AfterSale {
	e.T.Helper()
	return e.SubOrder(item.SubOrderID).QueryAfterSales().OnlyX(e.T.Context())
}

// Two requests end one after the other. With the first the lost parcel holds nothing up any more,
// and the receipt has a deadline again, although the clock stands still for the second.
func TestALostParcelIsRefundedBesideAnotherRequest(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		item := e.Buy(e.Sku(4), 4)
		lost := e.Ship(item, 2)
		other := ordertest.RequestFor(item, vocab.RefundOnly, 1)
		other.Parcel = e.Ship(item, 2)
		e.Track(other.Parcel, vocab.CarrierDelivered)
		e.Request(other)
		e.Track(lost, vocab.CarrierLost)
		wantTrade(e, item, vocab.Shipped, 2)
		if due := e.SubOrder(item.SubOrderID).ReceiptDueAt; due != nil {
			t.Errorf("the receipt is due at %s while a parcel is lost", due)
		}
		approveRequestsOn(e, lost)
		wantTrade(e, item, vocab.Shipped, 1)
		if e.SubOrder(item.SubOrderID).ReceiptDueAt == nil {
			t.Error("the receipt is never due")
		}
	})
}

// A lost parcel has units of two sub-orders. The one that is refunded first is received by the
// clock once the units of the other are refunded too.
func TestALostParcelOfTwoSubOrdersHoldsNoneUp(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		item := e.Buy(e.Sku(3), 3)
		split := e.MustID(e.Orders.SplitSubOrder(e.Warehouse, order.SplitInput{
			SubOrder: item.SubOrderID, Lines: []order.SplitLine{{Item: item.ID, Quantity: 1}}}))
		other := e.SubOrder(split).QueryItems().OnlyX(t.Context())
		lost := e.MustID(e.Shipments.Create(e.Warehouse, shipment.CreateInput{
			Lines: []shipment.Line{{Item: item.ID, Quantity: 1}, {Item: other.ID, Quantity: 1}}}))
		e.Must(e.HandOver(lost))
		e.Track(e.Ship(item, 1), vocab.CarrierDelivered)
		e.Track(lost, vocab.CarrierLost)
		for _, it := range []*ent.OrderItem{item, other} {
			e.Approve(onlyRequest(e, it).ID)
			e.Run()
		}
		wantTrade(e, other, vocab.Closed, 0)
		wantTrade(e, item, vocab.Shipped, 0)
		e.Later(8 * day)
		wantTrade(e, item, vocab.Received, 0)
	})
}

// approveRequestsOn approves the open requests about a parcel and does what is due.
func approveRequestsOn(e *ordertest.Env, parcel globalid.ID) {
	e.T.Helper()
	for _, a := range e.DB.Client.AfterSale.Query().Where(entaftersale.ShipmentID(parcel)).
		AllX(e.T.Context()) {
		e.Approve(a.ID)
	}
	e.Run()
}
