package aftersale_test

import (
	"math"
	"testing"

	"orderflow/internal/fault"
	"orderflow/internal/ordertest"
	"orderflow/internal/vocab"
)

// Goods that were sent again before the buyer confirmed can be requested once more.
func TestAfterAReshipmentTheUnitsAreFree(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		item := e.Buy(e.Sku(2), 1)
		e.Track(e.Ship(item, 1), vocab.CarrierDelivered)
		id, _ := reship(e, item, ordertest.RequestFor(item, vocab.Reship, 1))
		_, err := e.AfterSales.ConfirmReship(e.Buyer, id)
		e.Must(err)
		again := e.Request(ordertest.RequestFor(item, vocab.RefundOnly, 1))
		e.Approve(again)
		wantRefundedInAll(e, price)
		wantTrade(e, item, vocab.Closed, 0)
	})
}

// The parcel of a reshipment that is packed is none of the units that the buyer has not got yet.
func TestAPackedReplacementHoldsNothingBack(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		item := e.Buy(e.Sku(3), 2)
		e.Track(e.Ship(item, 1), vocab.CarrierDelivered)
		in := ordertest.RequestFor(item, vocab.Reship, 1)
		id := e.Request(in)
		e.Approve(id)
		_, err := e.AfterSales.Reship(e.Warehouse, id)
		e.Must(err)
		for _, p := range e.AfterSale(id).QueryParcels().AllX(t.Context()) {
			_, err := e.Shipments.Pack(e.Warehouse, p.ID)
			e.Must(err)
		}
		second := e.Request(ordertest.RequestFor(item, vocab.RefundOnly, 1))
		e.WantAfterSale(second, vocab.AfterSaleRefunding)
		wantRefundedInAll(e, price)
	}, ordertest.Options{Policy: untilPacked})
}

func TestMoreThanWasSentIsNotBack(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		item := e.BuyAndReceive(e.Sku(2), 2)
		id := e.Request(ordertest.RequestFor(item, vocab.ReturnAndRefund, 2))
		e.Approve(id)
		e.SubmitReturn(id)
		for _, found := range [][2]int64{{3, 0}, {1, 2}, {0, 3}, {-1, 2}, {2, -1}, {0, 0},
			{math.MaxInt64, math.MaxInt64}} {
			e.WantFault(e.ConfirmReturn(id, item, found[0], found[1]), fault.InvalidInput)
		}
		e.Must(e.ConfirmReturn(id, item, 2, 0))
		wantRefundedInAll(e, 2*price)
	})
}
