package aftersale_test

import (
	"testing"
	"time"

	"orderflow/ent"
	entevent "orderflow/ent/event"
	"orderflow/internal/aftersale"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/ordertest"
	"orderflow/internal/shipment"
	"orderflow/internal/shipment/courier"
	"orderflow/internal/vocab"
)

// withCourier runs a test on every database of this run, with a courier that is asked.
func withCourier(t *testing.T, test func(e *ordertest.Env, c *ordertest.Courier)) {
	t.Helper()
	ordertest.Each(t, func(_ *testing.T, e *ordertest.Env) { test(e, e.Courier) },
		ordertest.Options{Tracked: true})
}

// scan is something that happened to a parcel.
func scan(at time.Time, stage vocab.CarrierStage) courier.Event {
	return courier.Event{At: at, Stage: stage}
}

// wake starts the servers again after that time: the deadlines are looked at first.
func wake(e *ordertest.Env, after time.Duration) {
	e.T.Helper()
	e.Clock.Advance(after)
	e.Run()
}

// shipOne sends a unit, of which the courier is asked to push.
func shipOne(e *ordertest.Env) (item *ent.OrderItem, parcel globalid.ID) {
	e.T.Helper()
	item = e.Buy(e.Sku(1), 1)
	parcel = e.Ship(item, 1)
	e.Run()
	return item, parcel
}

// All servers are down for weeks while the courier reports something: the receipt is confirmed only
// of what is still on its way.
func TestTheReceiptAsksTheCourierFirst(t *testing.T) {
	withCourier(t, func(e *ordertest.Env, c *ordertest.Courier) {
		for stage, want := range map[vocab.CarrierStage]vocab.TradeStatus{
			vocab.CarrierInTransit: vocab.Received, vocab.CarrierDelivered: vocab.Received,
			vocab.CarrierProblem: vocab.Shipped, vocab.CarrierRefused: vocab.Shipped,
			vocab.CarrierReturned: vocab.Shipped, vocab.CarrierLost: vocab.Shipped,
		} {
			item, parcel := shipOne(e)
			c.Happened(parcel, scan(e.Now().Add(2*day), stage))
			wake(e, 16*day)
			e.WantTrade(item.SubOrderID, want)
			if got := *e.Parcel(parcel).CarrierStage; got != stage {
				e.T.Errorf("it is %s, not %s", got, stage)
			}
		}
	})
}

// What a courier pushed before the deadline may come after it, and says nothing of what happened
// since.
func TestAnOldPushIsNoAnswer(t *testing.T) {
	withCourier(t, func(e *ordertest.Env, c *ordertest.Courier) {
		item, parcel := shipOne(e)
		sent := e.Now()
		c.Happened(parcel, scan(sent.Add(day), vocab.CarrierInTransit),
			scan(sent.Add(3*day), vocab.CarrierRefused))
		c.SetDown(true)
		e.Clock.Advance(16 * day)
		e.ApplySnapshot(parcel, courier.Snapshot{
			Events: []courier.Event{scan(sent.Add(day), vocab.CarrierInTransit)}})
		e.Run()
		e.WantTrade(item.SubOrderID, vocab.Shipped)
		c.SetDown(false)
		wake(e, time.Hour)
		e.WantTrade(item.SubOrderID, vocab.Shipped)
		if n := len(e.Order(item.OrderID).QueryAfterSales().AllX(e.T.Context())); n != 1 {
			e.T.Errorf("%d requests about what was refused", n)
		}
	})
}

// A courier that answers nothing holds the receipt up for a day, counted from the first question
// after the deadline that failed.
func TestASilentCourierHoldsTheReceiptUpForADay(t *testing.T) {
	withCourier(t, func(e *ordertest.Env, c *ordertest.Courier) {
		item, _ := shipOne(e)
		c.SetDown(true)
		e.Clock.Advance(14 * day)
		e.Run() // it does not answer before the deadline either
		e.Clock.Advance(4 * day)
		e.Run()
		e.WantTrade(item.SubOrderID, vocab.Shipped)
		for range 23 {
			wake(e, time.Hour)
			e.WantTrade(item.SubOrderID, vocab.Shipped)
		}
		for range 3 {
			wake(e, time.Hour)
		}
		e.WantTrade(item.SubOrderID, vocab.Received)
		said := e.DB.Client.Event.Query().Where(
			entevent.Type(vocab.EventSubOrderReceived)).OnlyX(e.T.Context())
		if said.Payload.Reason != order.SaidSilent {
			e.T.Errorf("the event says %q", said.Payload.Reason)
		}
	})
}

// A day without servers between two questions that fail is no day of questions.
func TestADayWithoutServersIsNoSilence(t *testing.T) {
	withCourier(t, func(e *ordertest.Env, c *ordertest.Courier) {
		item, parcel := shipOne(e)
		c.SetDown(true)
		for range 3 {
			wake(e, 16*day)
			e.WantTrade(item.SubOrderID, vocab.Shipped)
		}
		c.SetDown(false)
		c.Happened(parcel, scan(e.Now(), vocab.CarrierRefused))
		wake(e, time.Hour)
		e.WantTrade(item.SubOrderID, vocab.Shipped)
		if due := e.SubOrder(item.SubOrderID).ReceiptDueAt; due != nil {
			e.T.Errorf("the receipt of a refused parcel is due at %v", due)
		}
	})
}

// While a question is under way nothing is given up, however long the ones before have failed.
func TestAQuestionUnderWayIsWaitedFor(t *testing.T) {
	withCourier(t, func(e *ordertest.Env, c *ordertest.Courier) {
		item, parcel := shipOne(e)
		c.SetDown(true)
		wake(e, 16*day)
		for range 23 {
			wake(e, time.Hour)
		}
		e.Clock.Advance(2 * time.Hour)
		ids, err := e.DB.Take(e.T.Context(), shipment.TrackingDue, 1)
		e.Must(err)
		if len(ids) != 1 {
			e.T.Fatalf("%d questions are due", len(ids))
		}
		at := e.Now()
		e.DB.Client.Shipment.UpdateOneID(parcel).SetUnansweredUntil(at).ExecX(e.T.Context())
		e.Must(e.Orders.RunDue(e.T.Context(), item.SubOrderID))
		e.WantTrade(item.SubOrderID, vocab.Shipped)
		c.SetDown(false)
		c.Happened(parcel, scan(at, vocab.CarrierProblem))
		e.Must(e.Shipments.RunTracking(e.T.Context(), ids[0]))
		e.Run()
		e.WantTrade(item.SubOrderID, vocab.Shipped)
	})
}

// A question that was asked before the deadline and is answered after it is no answer to it:
// another is asked at once.
func TestAnAnswerFromBeforeTheDeadlineIsNoAnswer(t *testing.T) {
	withCourier(t, func(e *ordertest.Env, c *ordertest.Courier) {
		item, _ := shipOne(e)
		due := *e.SubOrder(item.SubOrderID).ReceiptDueAt
		e.Clock.Advance(due.Sub(e.Now()) - 10*time.Second)
		ids, err := e.DB.Take(e.T.Context(), shipment.TrackingDue, 1)
		e.Must(err)
		asked := 0
		c.Before(func() {
			if asked++; asked > 1 {
				return
			}
			e.Clock.Advance(20 * time.Second)
			e.Must(e.Orders.RunDue(e.T.Context(), item.SubOrderID))
			e.WantTrade(item.SubOrderID, vocab.Shipped)
		})
		e.Must(e.Shipments.RunTracking(e.T.Context(), ids[0]))
		e.WantTrade(item.SubOrderID, vocab.Shipped)
		e.Run()
		e.WantTrade(item.SubOrderID, vocab.Received)
		if asked != 2 {
			e.T.Errorf("asked %d times", asked)
		}
	})
}

// Nobody can be asked about a parcel of another carrier: its deadline counts.
func TestAnUntrackedParcelIsReceivedByTheClock(t *testing.T) {
	withCourier(t, func(e *ordertest.Env, c *ordertest.Courier) {
		c.SetDown(true)
		e.Carrier = "SF"
		item, _ := shipOne(e)
		e.Later(15*day + time.Minute)
		e.WantTrade(item.SubOrderID, vocab.Received)
	})
}

// Requests whose outcome depends on where a parcel is ask first, too.
func TestRequestsAskTheCourierFirst(t *testing.T) {
	for name, tc := range map[string]struct {
		way   vocab.WayBack
		stage vocab.CarrierStage
		want  vocab.AfterSaleStatus
	}{
		"intercepted all the same": {vocab.ByInterception, vocab.CarrierReturning,
			vocab.AfterSaleReturnInTransit},
		"refused all the same": {vocab.ByRefusal, vocab.CarrierRefused,
			vocab.AfterSaleReturnInTransit},
		"not refused":    {vocab.ByRefusal, vocab.CarrierInTransit, vocab.AfterSaleAwaitingChoice},
		"lost meanwhile": {vocab.ByReturn, vocab.CarrierLost, vocab.AfterSaleAwaitingMerchant},
		"delivered late": {vocab.ByReturn, vocab.CarrierDelivered, vocab.AfterSaleAwaitingReturn},
	} {
		t.Run(name, func(t *testing.T) {
			withCourier(t, func(e *ordertest.Env, c *ordertest.Courier) {
				_, parcel, id := onItsWay(e, tc.way)
				e.Run()
				due := *e.AfterSale(id).DueAt
				c.Happened(parcel, scan(due.Add(-time.Hour), tc.stage))
				c.SetDown(true)
				wake(e, due.Add(time.Minute).Sub(e.Now()))
				e.WantAfterSale(id, map[vocab.WayBack]vocab.AfterSaleStatus{
					vocab.ByInterception: vocab.AfterSaleAwaitingInterception,
					vocab.ByRefusal:      vocab.AfterSaleAwaitingRefusal,
					vocab.ByReturn:       vocab.AfterSaleAwaitingReturn}[tc.way])
				c.SetDown(false)
				wake(e, time.Hour)
				e.WantAfterSale(id, tc.want)
			})
		})
	}
}

// What a buyer sends back and the courier delivered while nobody listened is inspected first.
func TestAReturnOnItsWayIsAskedAbout(t *testing.T) {
	withCourier(t, func(e *ordertest.Env, c *ordertest.Courier) {
		item := e.BuyAndReceive(e.Sku(1), 1)
		id := e.Request(ordertest.RequestFor(item, vocab.ReturnAndRefund, 1))
		e.Approve(id)
		parcel := e.SubmitReturn(id)
		e.Run()
		c.Happened(parcel, scan(e.Now().Add(9*day), vocab.CarrierDelivered))
		wake(e, 10*day+time.Minute)
		e.WantAfterSale(id, vocab.AfterSaleReturnInTransit)
		wantDueIn(e, id, 3*day)
	})
}

// An interception that no courier was called about has its whole time from when it is.
func TestAnInterceptionThatWasNotSentHasItsTime(t *testing.T) {
	withCourier(t, func(e *ordertest.Env, c *ordertest.Courier) {
		_, _, id := onItsWay(e, vocab.ByInterception)
		e.Clock.Advance(4 * day)
		ids, err := e.DB.Take(e.T.Context(), aftersale.Due, 10)
		e.Must(err)
		for _, id := range ids {
			e.Must(e.AfterSales.RunDue(e.T.Context(), id))
		}
		e.WantAfterSale(id, vocab.AfterSaleAwaitingInterception)
		wantDueIn(e, id, 3*day)
		e.Run()
		wake(e, 3*day+time.Minute)
		e.WantAfterSale(id, vocab.AfterSaleAwaitingChoice)
	})
}
