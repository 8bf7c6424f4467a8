package order_test

import (
	"context"
	"testing"
	"time"

	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/ordertest"
	"orderflow/internal/stock"
	"orderflow/internal/vocab"
)

func TestPartsAreShippedAndTheOrderFollows(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		o := buyUnits(e.NewBuyer(), e, 3)
		sub := o.Edges.SubOrders[0]
		item := sub.Edges.Items[0]
		e.Ship(item, 2)
		e.WantTrade(sub.ID, vocab.PartiallyShipped)
		if e.Order(o.ID).Status != vocab.PartiallyShipped || e.SubOrder(sub.ID).ShippedAt != nil {
			t.Errorf("the order did not follow, or counts as shipped")
		}
		twoOf := func(ship func(context.Context, *order.Locked) error) error {
			return e.Locked(o.ID, vocab.Warehouse, ship)
		}
		err := twoOf(func(ctx context.Context, l *order.Locked) error {
			return stock.Ship(ctx, l.Tx, l.Actor,
				stock.Units{Item: item.ID, Warehouse: e.South.ID, Quantity: 2})
		})
		e.WantFault(err, fault.Conflict) // two are not held any more
		err = twoOf(func(ctx context.Context, l *order.Locked) error {
			return l.Ship(ctx, []order.Handed{{Item: item.ID, Units: 2}})
		})
		e.WantFault(err, fault.ActionNotAllowed)
		e.Ship(item, 1)
		e.WantTrade(sub.ID, vocab.Shipped)
		s := e.SubOrder(sub.ID)
		if e.Order(o.ID).Status != vocab.Shipped ||
			!s.ReceiptDueAt.Equal(s.ShippedAt.Add(15*ordertest.Day)) {
			t.Errorf("shipped at %v, receipt due at %v", s.ShippedAt, s.ReceiptDueAt)
		}
	})
}

// A refund of what was not shipped makes the rest SHIPPED, with a deadline, even if all of that was
// delivered long ago.
func TestARefundOfTheRestStartsTheReceipt(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		o := buyUnits(e.NewBuyer(), e, 2)
		sub := o.Edges.SubOrders[0]
		item := sub.Edges.Items[0]
		parcel := e.Ship(item, 1)
		e.Track(parcel, vocab.CarrierDelivered)
		if e.SubOrder(sub.ID).ReceiptDueAt != nil {
			t.Errorf("a part that was delivered started the receipt")
		}
		e.Move(30 * ordertest.Day)
		refund(e, item.ID, 1)
		s := e.SubOrder(sub.ID)
		if s.Status != vocab.Shipped || !s.ReceiptDueAt.Equal(s.ShippedAt.Add(ordertest.Day)) {
			t.Errorf("%s, shipped at %v, due at %v", s.Status, s.ShippedAt, s.ReceiptDueAt)
		}
	})
}

func TestReceiptByTheClockWaitsForTheLastParcel(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		o := buyUnits(e.NewBuyer(), e, 2)
		sub := o.Edges.SubOrders[0]
		first, last := e.Ship(sub.Edges.Items[0], 1), e.Ship(sub.Edges.Items[0], 1)
		e.Track(first, vocab.CarrierDelivered)
		e.Move(4 * ordertest.Day)
		if runDue(e); e.SubOrder(sub.ID).Status != vocab.Shipped {
			t.Fatal("the first parcel counted")
		}
		e.Track(last, vocab.CarrierDelivered)
		e.Move(3*ordertest.Day - time.Minute)
		runDue(e)
		e.WantTrade(sub.ID, vocab.Shipped)
		e.Correct(last, vocab.CarrierInTransit)
		e.Move(time.Hour)
		runDue(e)
		e.WantTrade(sub.ID, vocab.Shipped)
		e.Track(last, vocab.CarrierDelivered)
		e.Move(3*ordertest.Day + time.Minute)
		runDue(e)
		e.WantTrade(sub.ID, vocab.Received)
		if e.Events(vocab.EventSubOrderReceived) != 1 || runDue(e) != 0 {
			t.Errorf("received more than once, or something is due still")
		}
		e.Move(7*ordertest.Day + time.Minute)
		runDue(e) // the reminder of the review
		runDue(e)
		e.WantTrade(sub.ID, vocab.Completed)
		if got := e.Order(o.ID).Status; got != vocab.Completed || runDue(e) != 0 {
			t.Errorf("the order is %s", got)
		}
	}, ordertest.Options{Policy: document.ShopPolicy{ReceiptDays: 3}})
}

func TestTroubleAndRequestsHoldTheClockBack(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		for _, stage := range []vocab.CarrierStage{vocab.CarrierProblem,
			vocab.CarrierRefused, vocab.CarrierReturning, vocab.CarrierReturned,
			vocab.CarrierLost} {
			buyer := e.NewBuyer()
			sub := buyUnits(buyer, e, 1).Edges.SubOrders[0]
			parcel := e.Ship(sub.Edges.Items[0], 1)
			e.Track(parcel, stage)
			// Even a deadline that was set before is not kept.
			now, err := e.DB.Now(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			e.DB.Client.SubOrder.UpdateOneID(sub.ID).SetReceiptDueAt(now).SetNextDueAt(now).
				SetTroubleDueAt(now.Add(60 * ordertest.Day)).ExecX(t.Context())
			e.Move(30 * ordertest.Day)
			runDue(e)
			runDue(e) // what was received before is reminded of its review, and completes
			e.WantTrade(sub.ID, vocab.Shipped)
			if n := runDue(e); n != 0 {
				t.Errorf("%d rows are due for ever", n)
			}
			e.Correct(parcel, vocab.CarrierInTransit)
			e.Move(ordertest.Day - time.Minute)
			runDue(e)
			e.WantTrade(sub.ID, vocab.Shipped)
			setOpenRequests(e, sub.ID, 1)
			e.Move(2 * time.Minute)
			if n := runDue(e); n != 0 {
				t.Errorf("%d rows with an open request are due", n)
			}
			if err := e.Orders.RunDue(t.Context(), sub.ID); err != nil {
				t.Fatal(err)
			}
			e.WantTrade(sub.ID, vocab.Shipped)
			_, err = e.Orders.ConfirmReceipt(buyer, sub.ID)
			e.WantFault(err, fault.AfterSaleOpen)
			setOpenRequests(e, sub.ID, 0)
			runDue(e)
			e.WantTrade(sub.ID, vocab.Received)
		}
	}, ordertest.Options{Inexact: true})
}

// setOpenRequests has a sub-order count requests that are not there; its deadlines run without any.
func setOpenRequests(e *ordertest.Env, id globalid.ID, n int) {
	sub := e.SubOrder(id)
	due := sub.ReceiptDueAt
	if sub.ReceivedAt != nil {
		due = sub.CompleteDueAt
	}
	change := sub.Update().SetOpenRequests(n).SetNillableNextDueAt(due)
	if n > 0 {
		change.ClearNextDueAt()
	}
	change.ExecX(e.T.Context())
}

func TestReceiptByTheBuyer(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		buyer := e.NewBuyer()
		sub := buyUnits(buyer, e, 1).Edges.SubOrders[0]
		_, err := e.Orders.ConfirmReceipt(buyer, sub.ID)
		e.WantFault(err, fault.ActionNotAllowed)
		e.Ship(sub.Edges.Items[0], 1)
		_, err = e.Orders.ConfirmReceipt(e.NewBuyer(), sub.ID)
		e.WantFault(err, fault.NotFound)
		_, err = e.Orders.ConfirmReceipt(e.Merchant, sub.ID)
		e.WantFault(err, fault.Forbidden)
		_, err = e.Orders.ConfirmReceipt(t.Context(), sub.ID)
		e.WantFault(err, fault.Unauthenticated)
		if _, err := e.Orders.ConfirmReceipt(buyer, sub.ID); err != nil {
			t.Fatal(err)
		}
		s := e.SubOrder(sub.ID)
		if !s.AwaitingReview || !s.CompleteDueAt.Equal(s.ReceivedAt.Add(2*ordertest.Day)) {
			t.Errorf("awaiting a review: %v; received %v, complete %v", s.AwaitingReview,
				s.ReceivedAt, s.CompleteDueAt)
		}
		_, err = e.Orders.ConfirmReceipt(buyer, sub.ID)
		e.WantFault(err, fault.ActionNotAllowed)
		setOpenRequests(e, sub.ID, 1)
		e.Move(3 * ordertest.Day)
		runDue(e)
		if err := e.Orders.RunDue(t.Context(), sub.ID); err != nil {
			t.Fatal(err)
		}
		e.WantTrade(sub.ID, vocab.Received)
		setOpenRequests(e, sub.ID, 0)
		runDue(e)
		e.WantTrade(sub.ID, vocab.Completed)
	}, ordertest.Options{Policy: document.ShopPolicy{ReturnWindowDays: 2}})
}

func TestReceiptIsExtended(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		buyer, merchant := e.NewBuyer(), e.Merchant
		sub := buyUnits(buyer, e, 1).Edges.SubOrders[0]
		parcel := e.Ship(sub.Edges.Items[0], 1)
		before := *e.SubOrder(sub.ID).ReceiptDueAt
		for _, by := range []context.Context{buyer, merchant, merchant} {
			if _, err := e.Orders.ExtendReceipt(by, sub.ID); err != nil {
				t.Fatal(err)
			}
		}
		_, err := e.Orders.ExtendReceipt(buyer, sub.ID)
		e.WantFault(err, fault.ActionNotAllowed)
		if got := e.SubOrder(sub.ID).ReceiptDueAt.Sub(before); got != 9*ordertest.Day {
			t.Errorf("extended by %s", got)
		}
		extend := order.ExtendInput{SubOrder: sub.ID, Kind: order.ExtendReceiptBy, Seconds: 3600}
		if _, err := e.Orders.ExtendDeadline(e.Support, extend); err != nil {
			t.Fatal(err)
		}
		_, err = e.Orders.ExtendDeadline(merchant, extend)
		e.WantFault(err, fault.Forbidden)
		e.Track(parcel, vocab.CarrierDelivered)
		delivered := e.DB.Client.Shipment.GetX(t.Context(), parcel).DeliveredAt
		want := delivered.Add(7*ordertest.Day + 9*ordertest.Day + time.Hour)
		if got := e.SubOrder(sub.ID).ReceiptDueAt; !got.Equal(want) {
			t.Errorf("the receipt is due at %v, want %v", got, want)
		}
	})
}

func TestReminders(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		buyer := e.NewBuyer()
		sub := buyUnits(buyer, e, 1).Edges.SubOrders[0]
		if _, err := e.Orders.RemindShipment(buyer, sub.ID); err != nil {
			t.Fatal(err)
		}
		_, err := e.Orders.RemindShipment(buyer, sub.ID)
		e.WantFault(err, fault.ActionNotAllowed)
		e.Move(11 * time.Hour)
		if n, again := runDue(e), runDue(e); n != 1 || again != 0 {
			t.Errorf("%d and %d rows were due", n, again)
		}
		_, err = e.Orders.ExtendDeadline(e.Platform, order.ExtendInput{
			SubOrder: sub.ID, Kind: order.ExtendShipBy, Seconds: 86400})
		if err != nil || runDue(e) != 0 {
			t.Errorf("after an extension: %v", err)
		}
		e.Move(ordertest.Day)
		runDue(e)
		if n := e.Events(vocab.EventSubOrderShipOverdue); n != 2 || runDue(e) != 0 {
			t.Errorf("the shop was reminded %d times of two deadlines", n)
		}
		if _, err := e.Orders.RemindShipment(buyer, sub.ID); err != nil {
			t.Error(err)
		}
		parcel := e.Ship(sub.Edges.Items[0], 1)
		e.Track(parcel, vocab.CarrierDelivered)
		e.Move(2 * ordertest.Day)
		if n := runDue(e) + e.Events(vocab.EventSubOrderReviewReminded); n != 0 {
			t.Errorf("%d rows due and reminders before a review is possible", n)
		}
		e.MustID(e.Orders.ConfirmReceipt(buyer, sub.ID))
		e.Move(ordertest.Day + time.Minute)
		runDue(e)
		e.Track(parcel, vocab.CarrierDelivered) // a correction of the time
		e.Move(ordertest.Day + time.Minute)
		runDue(e)
		if n := e.Events(vocab.EventSubOrderReviewReminded); n != 1 {
			t.Errorf("the buyer was asked for a review %d times", n)
		}
	}, ordertest.Options{Policy: document.ShopPolicy{ShipHours: 10}})
}
