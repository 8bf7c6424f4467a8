package aftersale_test

import (
	"testing"
	"time"

	"orderflow/ent"
	"orderflow/internal/aftersale"
	"orderflow/internal/ordertest"
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
