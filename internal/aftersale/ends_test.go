package aftersale_test

import (
	"testing"
	"time"

	"orderflow/ent"
	"orderflow/internal/aftersale"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/ordertest"
	"orderflow/internal/shipment/courier"
	"orderflow/internal/vocab"
)

// systemRequest is the only request about an order, which the system has opened.
func systemRequest(e *ordertest.Env, item *ent.OrderItem) globalid.ID {
	e.T.Helper()
	return e.Order(item.OrderID).QueryAfterSales().OnlyIDX(e.T.Context())
}

// refuseBack has the shop refuse what came back to it.
func refuseBack(e *ordertest.Env, item *ent.OrderItem) (id globalid.ID) {
	e.T.Helper()
	id = systemRequest(e, item)
	_, err := e.AfterSales.RefuseReturn(e.Merchant, refusal(id))
	e.Must(err)
	return id
}

// A parcel is left in PROBLEM, and nobody does anything: the buyer gets the money.
func TestAProblemThatNobodySolvesIsALoss(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		item := e.Buy(e.Sku(1), 1)
		parcel := e.Ship(item, 1)
		e.Track(parcel, vocab.CarrierProblem)
		e.Later(7*day - time.Minute)
		if got := *e.Parcel(parcel).CarrierStage; got != vocab.CarrierProblem {
			t.Errorf("it is %s within the week", got)
		}
		e.Later(time.Minute)
		if got := *e.Parcel(parcel).CarrierStage; got != vocab.CarrierLost {
			t.Fatalf("it is %s after the week", got)
		}
		e.WantAfterSale(systemRequest(e, item), vocab.AfterSaleAwaitingMerchant)
		e.Later(2 * day)
		e.WantAfterSale(systemRequest(e, item), vocab.AfterSaleCompleted)
		wantRefundedInAll(e, price)
		wantTrade(e, item, vocab.Closed, 0)
	})
}

// The courier solved it while nobody listened: it is asked before the parcel counts as lost.
func TestAProblemThatWasSolvedIsNoLoss(t *testing.T) {
	withCourier(t, func(e *ordertest.Env, c *ordertest.Courier) {
		item, parcel := shipOne(e)
		e.Track(parcel, vocab.CarrierProblem)
		c.Happened(parcel, scan(e.Now().Add(3*day), vocab.CarrierDelivered))
		wake(e, 8*day)
		if got := *e.Parcel(parcel).CarrierStage; got != vocab.CarrierDelivered {
			e.T.Errorf("it is %s", got)
		}
		wake(e, 3*day)
		e.WantTrade(item.SubOrderID, vocab.Received)
	})
}

// The shop refuses what came back and the buyer lets that stand: the trade goes on to its end.
func TestARefusedReturnThatStandsEndsTheTrade(t *testing.T) {
	ordertest.Each(t, func(_ *testing.T, e *ordertest.Env) {
		item := e.Buy(e.Sku(1), 1)
		parcel := e.Ship(item, 1)
		e.Track(parcel, vocab.CarrierRefused)
		e.Track(parcel, vocab.CarrierReturned)
		id := refuseBack(e, item)
		e.Later(7 * day)
		e.WantAfterSale(id, vocab.AfterSaleClosed)
		wantTrade(e, item, vocab.Shipped, 0)
		more := order.ExtendInput{SubOrder: item.SubOrderID, Kind: order.ExtendTroubleBy,
			Seconds: 24 * 3600}
		_, err := e.Orders.ExtendDeadline(e.Merchant, more)
		e.WantFault(err, fault.Forbidden)
		e.MustID(e.Orders.ExtendDeadline(e.Support, more))
		e.Later(7 * day)
		wantTrade(e, item, vocab.Shipped, 0)
		e.Later(day)
		wantTrade(e, item, vocab.Received, 0)
		_, err = e.Orders.ExtendDeadline(e.Support, more)
		e.WantFault(err, fault.ActionNotAllowed)
		e.Later(7 * day)
		wantTrade(e, item, vocab.Completed, 0)
		wantLeft(e, item, 1, price, 0)
	})
}

// What is in another parcel has its own time, also when that begins while a parcel is in trouble.
func TestTroubleEndsNoOtherParcelsTime(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		item := e.Buy(e.Sku(2), 2)
		first := e.Ship(item, 1)
		e.Track(first, vocab.CarrierReturned)
		refuseBack(e, item)
		e.Later(6 * day)
		last := e.Ship(item, 1)
		shipped := *e.SubOrder(item.SubOrderID).ShippedAt
		e.Later(day) // the request is closed
		e.Later(7 * day)
		wantTrade(e, item, vocab.Shipped, 0)
		sub := e.SubOrder(item.SubOrderID)
		want := shipped.Add(15*day + time.Duration(sub.PausedSeconds)*time.Second)
		if sub.ReceiptDueAt != nil || !sub.TroubleDueAt.Equal(want) {
			t.Errorf("due at %v or %v, want %v", sub.ReceiptDueAt, sub.TroubleDueAt, want)
		}
		e.Track(last, vocab.CarrierDelivered)
		e.Later(16 * day)
		wantTrade(e, item, vocab.Received, 0)
	})
}

func TestAReshipmentThatIsNotSentIsRefunded(t *testing.T) {
	ordertest.Each(t, func(_ *testing.T, e *ordertest.Env) {
		item := e.BuyAndReceive(e.Sku(2), 1)
		id := e.Request(ordertest.RequestFor(item, vocab.Reship, 1))
		e.Approve(id)
		e.MustID(e.AfterSales.Reship(e.Warehouse, id)) // and leaves the parcel lying
		e.Later(2 * day)
		e.WantAfterSale(id, vocab.AfterSaleReshipping)
		e.Later(7*day - time.Minute)
		e.WantAfterSale(id, vocab.AfterSaleReshipping)
		e.Later(time.Minute)
		e.WantAfterSale(id, vocab.AfterSaleCompleted)
		wantRefundedInAll(e, price)
	})
}

// What is sent again may be stuck, too: then the shop is to send it anew, or to pay.
func TestAReshipmentThatIsStuckIsSentAnew(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		item := e.BuyAndReceive(e.Sku(3), 1)
		id := e.Request(ordertest.RequestFor(item, vocab.Reship, 1))
		e.Approve(id)
		e.MustID(e.AfterSales.Reship(e.Warehouse, id))
		parcel := e.AfterSale(id).QueryParcels().OnlyIDX(t.Context())
		e.Must(e.HandOver(parcel))
		e.Track(parcel, vocab.CarrierProblem)
		e.Later(15 * day)
		e.WantAfterSale(id, vocab.AfterSaleReshipping)
		if got := *e.Parcel(parcel).CarrierStage; got != vocab.CarrierLost {
			t.Errorf("it is %s", got)
		}
		wantDueIn(e, id, 2*day)
		e.Later(2 * day)
		e.Later(7 * day)
		e.WantAfterSale(id, vocab.AfterSaleCompleted)
		wantRefundedInAll(e, price)
	})
}

// Nobody rules: after two reminders it ends by where the goods are.
func TestADisputeThatNobodyRulesEnds(t *testing.T) {
	for name, tc := range map[string]struct {
		back bool
		want vocab.AfterSaleStatus
	}{
		"the goods are back":    {true, vocab.AfterSaleCompleted},
		"the buyer has kept it": {false, vocab.AfterSaleClosed},
	} {
		t.Run(name, func(t *testing.T) {
			ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
				item := e.BuyAndReceive(e.Sku(1), 1)
				id := e.Request(ordertest.RequestFor(item, vocab.ReturnAndRefund, 1))
				if tc.back {
					e.Approve(id)
					e.SubmitReturn(id)
					_, err := e.AfterSales.RefuseReturn(e.Merchant, refusal(id))
					e.Must(err)
				} else {
					e.Reject(id)
				}
				e.MustID(e.AfterSales.Escalate(e.Buyer, id, aftersale.Statement{}))
				for range 2 {
					e.Later(7 * day)
					e.WantAfterSale(id, vocab.AfterSaleInArbitration)
				}
				if n := e.Events(vocab.EventAfterSaleOverdue); n != 2 {
					t.Errorf("%d reminders", n)
				}
				e.Later(7 * day)
				e.WantAfterSale(id, tc.want)
			})
		})
	}
}

// A lost parcel that turns up is delivered after all, also when the clock had counted it as lost.
func TestALossMayBeDelivered(t *testing.T) {
	ordertest.Each(t, func(_ *testing.T, e *ordertest.Env) {
		item := e.Buy(e.Sku(1), 1)
		parcel := e.Ship(item, 1)
		e.Track(parcel, vocab.CarrierProblem)
		e.Later(7 * day)
		id := systemRequest(e, item)
		e.ApplySnapshot(parcel, courier.Snapshot{Events: []courier.Event{
			scan(e.Now().Add(time.Hour), vocab.CarrierDelivered)}})
		e.WantAfterSale(id, vocab.AfterSaleAwaitingChoice)
	})
}
