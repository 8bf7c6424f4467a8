package aftersale_test

import (
	"testing"
	"time"

	"orderflow/internal/aftersale"
	"orderflow/internal/ordertest"
	"orderflow/internal/vocab"
)

// A price difference that is requested with the return of
// all units keeps the sub-order open until that money, too, is back or free again.
func TestATradeClosesWithTheLastOfItsMoney(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		item := e.BuyAndReceive(e.Sku(1), 1)
		some := int64(300)
		difference := ordertest.RequestFor(item, vocab.PriceDifference, 0)
		difference.Lines[0].Amount = &some
		first := e.Request(difference)
		second := e.Request(ordertest.RequestFor(item, vocab.RefundOnly, 1))
		e.Approve(second)
		e.Run()
		e.WantAfterSale(second, vocab.AfterSaleCompleted)
		wantTrade(e, item, vocab.Received, 1)
		e.Approve(first)
		e.Run()
		e.WantAfterSale(first, vocab.AfterSaleCompleted)
		wantTrade(e, item, vocab.Closed, 0)
		wantRefundedInAll(e, price)
	})
}

// The buyer takes back a request about a parcel that has
// turned back in the meantime, while the platform decides.
func TestWhatTheBuyerWillNotGetIsNotForgotten(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		item, parcel, id := underWay(e, vocab.AfterSaleRejected)
		_, err := e.AfterSales.Escalate(e.Buyer, id, aftersale.Statement{Text: "Please"})
		e.Must(err)
		e.Track(parcel, vocab.CarrierReturned)
		_, err = e.AfterSales.Rule(e.Platform, aftersale.RuleInput{AfterSale: id,
			Ruling: aftersale.RuledClose, Liable: vocab.LiableBuyer})
		e.Must(err)
		e.WantAfterSale(id, vocab.AfterSaleClosed)
		wantTrade(e, item, vocab.Shipped, 1)
		e.Later(3*day + time.Minute)
		wantTrade(e, item, vocab.Closed, 0)
		wantRefundedInAll(e, 2*price)
	})
}
