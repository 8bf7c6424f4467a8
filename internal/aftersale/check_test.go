package aftersale_test

import (
	"time"

	"orderflow/ent"
	"orderflow/internal/globalid"
	"orderflow/internal/ordertest"
	"orderflow/internal/vocab"
)

const (
	price = ordertest.Price // of every unit in these tests
	day   = ordertest.Day
)

// wantDueIn fails the test unless the deadline of a request is that far.
func wantDueIn(e *ordertest.Env, id globalid.ID, in time.Duration) {
	e.T.Helper()
	a := e.AfterSale(id)
	if a.DueAt == nil {
		e.T.Fatalf("%s has no deadline, want one in %s", a.Status, in)
	}
	if got := a.DueAt.Sub(e.Now()); got > in || got < in-time.Minute {
		e.T.Errorf("the deadline of %s is in %s, want %s", a.Status, got, in)
	}
}

// wantRefunded does what is due and fails the test unless that much of an item's order was
// refunded.
func wantRefunded(e *ordertest.Env, it *ent.OrderItem, want int64) {
	e.T.Helper()
	e.Run()
	if got := e.Returned(it.OrderID); got != want {
		e.T.Errorf("%d came back, want %d", got, want)
	}
}

// wantRefundedInAll is wantRefunded for all orders together.
func wantRefundedInAll(e *ordertest.Env, want int64) {
	e.T.Helper()
	e.Run()
	if got := e.Bank.Refunded(); got != want {
		e.T.Errorf("%d came back, want %d", got, want)
	}
}

// wantLeft fails the test unless an item has these left, and units in requests.
func wantLeft(e *ordertest.Env, it *ent.OrderItem, units, amount, inRequests int64) {
	e.T.Helper()
	it = e.Item(it.ID)
	if it.RefundableQuantity != units || it.Refundable != amount ||
		it.AfterSaleQuantity != inRequests {
		e.T.Errorf("%d units and %d left, %d in requests; want %d, %d, %d", it.RefundableQuantity,
			it.Refundable, it.AfterSaleQuantity, units, amount, inRequests)
	}
}

// wantTrade fails the test unless the sub-order of an item has that status and open requests.
func wantTrade(e *ordertest.Env, it *ent.OrderItem, status vocab.TradeStatus, requests int) {
	e.T.Helper()
	if sub := e.SubOrder(it.SubOrderID); sub.Status != status || sub.OpenRequests != requests {
		e.T.Errorf("trade %s with %d open requests, want %s with %d", sub.Status,
			sub.OpenRequests, status, requests)
	}
}
