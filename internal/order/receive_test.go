package order_test

import (
	"context"
	"testing"
	"time"

	"orderflow/internal/dbtest"
	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/order"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

func TestPartsAreShippedAndTheOrderFollows(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db, document.ShopPolicy{})
		o := w.bought(w.buyer(), 3)
		sub := o.Edges.SubOrders[0]
		item := sub.Edges.Items[0]
		w.ship(item, 2)
		w.wantStatus(sub.ID, vocab.PartiallyShipped)
		if w.parts(o.ID).Status != vocab.PartiallyShipped || w.sub(sub.ID).ShippedAt != nil {
			t.Errorf("the order did not follow, or counts as shipped")
		}
		err := w.hand(w.packed(item, 1), item, 2)
		wantFault(t, err, fault.Conflict) // two are not held any more
		err = w.with(o.ID, vocab.Warehouse,
			func(ctx context.Context, tx *store.Tx, l *order.Locked) error {
				return l.Ship(ctx, tx, []order.Handed{{Item: item.ID, Units: 2}})
			})
		wantFault(t, err, fault.ActionNotAllowed)
		w.ship(item, 1)
		w.wantStatus(sub.ID, vocab.Shipped)
		s := w.sub(sub.ID)
		if w.parts(o.ID).Status != vocab.Shipped ||
			!s.ReceiptDueAt.Equal(s.ShippedAt.Add(15*day)) {
			t.Errorf("shipped at %v, receipt due at %v", s.ShippedAt, s.ReceiptDueAt)
		}
	})
}

// A refund of what was not shipped makes the rest SHIPPED, with a deadline, even if all of that was
// delivered long ago.
func TestARefundOfTheRestStartsTheReceipt(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db, document.ShopPolicy{})
		o := w.bought(w.buyer(), 2)
		sub := o.Edges.SubOrders[0]
		item := sub.Edges.Items[0]
		parcel := w.ship(item, 1)
		w.tell(parcel, sub.ID, vocab.CarrierDelivered)
		if w.sub(sub.ID).ReceiptDueAt != nil {
			t.Errorf("a part that was delivered started the receipt")
		}
		w.jump(30 * day)
		err := w.with(o.ID, vocab.System,
			func(ctx context.Context, tx *store.Tx, l *order.Locked) error {
				_, err := w.refund(ctx, tx, l, l.Items[0], 1)
				return err
			})
		if err != nil {
			t.Fatal(err)
		}
		s := w.sub(sub.ID)
		if s.Status != vocab.Shipped || !s.ReceiptDueAt.Equal(s.ShippedAt.Add(day)) {
			t.Errorf("%s, shipped at %v, due at %v", s.Status, s.ShippedAt, s.ReceiptDueAt)
		}
	})
}

func TestReceiptByTheClockWaitsForTheLastParcel(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db, document.ShopPolicy{ReceiptDays: 3})
		o := w.bought(w.buyer(), 2)
		sub := o.Edges.SubOrders[0]
		first, last := w.ship(sub.Edges.Items[0], 1), w.ship(sub.Edges.Items[0], 1)
		w.tell(first, sub.ID, vocab.CarrierDelivered)
		w.jump(4 * day)
		if w.tick(); w.sub(sub.ID).Status != vocab.Shipped {
			t.Fatal("the first parcel counted")
		}
		w.tell(last, sub.ID, vocab.CarrierDelivered)
		w.jump(3*day - time.Minute)
		w.tick()
		w.wantStatus(sub.ID, vocab.Shipped)
		w.tell(last, sub.ID, vocab.CarrierInTransit) // the courier takes it back
		w.jump(time.Hour)
		w.tick()
		w.wantStatus(sub.ID, vocab.Shipped)
		w.tell(last, sub.ID, vocab.CarrierDelivered)
		w.jump(3*day + time.Minute)
		w.tick()
		w.wantStatus(sub.ID, vocab.Received)
		if w.told(vocab.EventSubOrderReceived) != 1 || w.tick() != 0 {
			t.Errorf("received more than once, or something is due still")
		}
		w.jump(7*day + time.Minute)
		w.tick()
		w.wantStatus(sub.ID, vocab.Completed)
		if got := w.parts(o.ID).Status; got != vocab.Completed || w.tick() != 0 {
			t.Errorf("the order is %s", got)
		}
	})
}

func TestTroubleAndRequestsHoldTheClockBack(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db, document.ShopPolicy{})
		for _, stage := range []vocab.CarrierStage{vocab.CarrierProblem,
			vocab.CarrierRefused, vocab.CarrierReturning, vocab.CarrierReturned,
			vocab.CarrierLost} {
			buyer := w.buyer()
			sub := w.bought(buyer, 1).Edges.SubOrders[0]
			parcel := w.ship(sub.Edges.Items[0], 1)
			w.tell(parcel, sub.ID, stage)
			// Even a deadline that was set before is not kept.
			now, err := db.Now(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			db.Client.SubOrder.UpdateOneID(sub.ID).SetReceiptDueAt(now).ExecX(t.Context())
			w.jump(30 * day)
			w.tick()
			w.wantStatus(sub.ID, vocab.Shipped)
			if n := w.tick(); n != 0 {
				t.Errorf("%d rows are due for ever", n)
			}
			w.tell(parcel, sub.ID, vocab.CarrierInTransit)
			w.jump(day - time.Minute)
			w.tick()
			w.wantStatus(sub.ID, vocab.Shipped)
			db.Client.SubOrder.UpdateOneID(sub.ID).SetOpenRequests(1).ExecX(t.Context())
			w.jump(2 * time.Minute)
			if n := w.tick(); n != 0 {
				t.Errorf("%d rows with an open request are due", n)
			}
			if err := w.orders.RunReceipt(t.Context(), sub.ID); err != nil {
				t.Fatal(err)
			}
			w.wantStatus(sub.ID, vocab.Shipped)
			_, err = w.orders.ConfirmReceipt(buyer, sub.ID)
			wantFault(t, err, fault.AfterSaleOpen)
			db.Client.SubOrder.UpdateOneID(sub.ID).SetOpenRequests(0).ExecX(t.Context())
			w.tick()
			w.wantStatus(sub.ID, vocab.Received)
		}
	})
}

func TestReceiptByTheBuyer(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db, document.ShopPolicy{ReturnWindowDays: 2})
		buyer := w.buyer()
		sub := w.bought(buyer, 1).Edges.SubOrders[0]
		_, err := w.orders.ConfirmReceipt(buyer, sub.ID)
		wantFault(t, err, fault.ActionNotAllowed)
		w.ship(sub.Edges.Items[0], 1)
		_, err = w.orders.ConfirmReceipt(w.buyer(), sub.ID)
		wantFault(t, err, fault.NotFound)
		_, err = w.orders.ConfirmReceipt(w.staff(vocab.Merchant), sub.ID)
		wantFault(t, err, fault.Forbidden)
		_, err = w.orders.ConfirmReceipt(t.Context(), sub.ID)
		wantFault(t, err, fault.Unauthenticated)
		if _, err := w.orders.ConfirmReceipt(buyer, sub.ID); err != nil {
			t.Fatal(err)
		}
		s := w.sub(sub.ID)
		if !s.AwaitingReview || !s.CompleteDueAt.Equal(s.ReceivedAt.Add(2*day)) {
			t.Errorf("awaiting a review: %v; received %v, complete %v", s.AwaitingReview,
				s.ReceivedAt, s.CompleteDueAt)
		}
		_, err = w.orders.ConfirmReceipt(buyer, sub.ID)
		wantFault(t, err, fault.ActionNotAllowed)
		db.Client.SubOrder.UpdateOneID(sub.ID).SetOpenRequests(1).ExecX(t.Context())
		w.jump(3 * day)
		w.tick()
		if err := w.orders.RunCompletion(t.Context(), sub.ID); err != nil {
			t.Fatal(err)
		}
		w.wantStatus(sub.ID, vocab.Received)
		db.Client.SubOrder.UpdateOneID(sub.ID).SetOpenRequests(0).ExecX(t.Context())
		w.tick()
		w.wantStatus(sub.ID, vocab.Completed)
	})
}

func TestReceiptIsExtended(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db, document.ShopPolicy{})
		buyer, merchant := w.buyer(), w.staff(vocab.Merchant)
		sub := w.bought(buyer, 1).Edges.SubOrders[0]
		parcel := w.ship(sub.Edges.Items[0], 1)
		before := *w.sub(sub.ID).ReceiptDueAt
		for _, by := range []context.Context{buyer, merchant, merchant} {
			if _, err := w.orders.ExtendReceipt(by, sub.ID); err != nil {
				t.Fatal(err)
			}
		}
		_, err := w.orders.ExtendReceipt(buyer, sub.ID)
		wantFault(t, err, fault.ActionNotAllowed)
		if got := w.sub(sub.ID).ReceiptDueAt.Sub(before); got != 9*day {
			t.Errorf("extended by %s", got)
		}
		extend := order.ExtendInput{SubOrder: sub.ID, Kind: order.ExtendReceiptBy, Seconds: 3600}
		if _, err := w.orders.ExtendDeadline(w.staff(vocab.Support), extend); err != nil {
			t.Fatal(err)
		}
		_, err = w.orders.ExtendDeadline(merchant, extend)
		wantFault(t, err, fault.Forbidden)
		w.tell(parcel, sub.ID, vocab.CarrierDelivered)
		delivered := db.Client.Shipment.GetX(t.Context(), parcel.ID).DeliveredAt
		want := delivered.Add(7*day + 9*day + time.Hour)
		if got := w.sub(sub.ID).ReceiptDueAt; !got.Equal(want) {
			t.Errorf("the receipt is due at %v, want %v", got, want)
		}
	})
}

func TestReminders(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db, document.ShopPolicy{ShipHours: 10})
		buyer := w.buyer()
		sub := w.bought(buyer, 1).Edges.SubOrders[0]
		if _, err := w.orders.RemindShipment(buyer, sub.ID); err != nil {
			t.Fatal(err)
		}
		_, err := w.orders.RemindShipment(buyer, sub.ID)
		wantFault(t, err, fault.ActionNotAllowed)
		w.jump(11 * time.Hour)
		if n, again := w.tick(), w.tick(); n != 1 || again != 0 {
			t.Errorf("%d and %d rows were due", n, again)
		}
		_, err = w.orders.ExtendDeadline(w.staff(vocab.Platform), order.ExtendInput{
			SubOrder: sub.ID, Kind: order.ExtendShipBy, Seconds: 86400})
		if err != nil || w.tick() != 0 {
			t.Errorf("after an extension: %v", err)
		}
		w.jump(day)
		w.tick()
		if n := w.told(vocab.EventSubOrderShipOverdue); n != 2 || w.tick() != 0 {
			t.Errorf("the shop was reminded %d times of two deadlines", n)
		}
		if _, err := w.orders.RemindShipment(buyer, sub.ID); err != nil {
			t.Error(err)
		}
		parcel := w.ship(sub.Edges.Items[0], 1)
		w.tell(parcel, sub.ID, vocab.CarrierDelivered)
		w.jump(day + time.Minute)
		w.tick()
		w.tell(parcel, sub.ID, vocab.CarrierDelivered) // a correction of the time
		w.jump(day + time.Minute)
		w.tick()
		if n := w.told(vocab.EventSubOrderReviewReminded); n != 1 {
			t.Errorf("the buyer was asked for a review %d times", n)
		}
	})
}
