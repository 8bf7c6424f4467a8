package verify_test

import (
	"context"
	"testing"
	"time"

	entevent "orderflow/ent/event"
	"orderflow/internal/checkout"
	"orderflow/internal/document"
	"orderflow/internal/event"
	"orderflow/internal/globalid"
	"orderflow/internal/ordertest"
	"orderflow/internal/payment"
	"orderflow/internal/vocab"
)

// each runs a test on every database of this run, with a courier.
func each(t *testing.T, test func(t *testing.T, e *ordertest.Env)) {
	t.Helper()
	ordertest.Each(t, test, ordertest.Options{Tracked: true, Inexact: true})
}

// purchase is an order of three units of one sku with a coupon.
type purchase struct {
	order, sub, item, stock, coupon globalid.ID
	buyer                           context.Context
}

// place places an order of a new buyer.
func place(e *ordertest.Env) purchase {
	e.T.Helper()
	p, sku := purchase{buyer: e.NewBuyer()}, e.Sku(5)
	off := e.Promotion(vocab.CouponOff, vocab.OrderScope, document.PromotionRule{Amount: 100}).
		SaveX(e.T.Context())
	p.coupon = e.NewCoupon(off, ordertest.ViewerID(p.buyer)).ID
	p.stock = sku.QueryStocks().OnlyIDX(e.T.Context())
	p.order = e.MustID(e.TryPlace(p.buyer, []checkout.Line{ordertest.Line(sku, 3)}, p.coupon))
	it := e.ItemOf(p.order, sku)
	p.sub, p.item = it.SubOrderID, it.ID
	return p
}

func paid(e *ordertest.Env) purchase {
	e.T.Helper()
	p := place(e)
	e.Pay(p.order)
	return p
}

// ship hands units over in a parcel of their own.
func ship(e *ordertest.Env, p purchase, units int64) globalid.ID {
	e.T.Helper()
	return e.Ship(e.Item(p.item), units)
}

func sent(e *ordertest.Env) purchase {
	e.T.Helper()
	p := paid(e)
	ship(e, p, 3)
	return p
}

// deliver reports that the order's parcel has arrived, and returns the parcel.
func deliver(e *ordertest.Env, p purchase) globalid.ID {
	e.T.Helper()
	parcel := e.DB.Client.Order.GetX(e.T.Context(), p.order).QueryShipments().
		OnlyIDX(e.T.Context())
	e.Track(parcel, vocab.CarrierDelivered)
	return parcel
}

func receive(e *ordertest.Env, p purchase) {
	e.T.Helper()
	e.ConfirmReceipt(e.Item(p.item))
}

// received is an order whose buyer has the goods.
func received(e *ordertest.Env) purchase {
	e.T.Helper()
	p := sent(e)
	deliver(e, p)
	receive(e, p)
	return p
}

// closeUnshipped closes units that will not be shipped, and refunds them.
func closeUnshipped(e *ordertest.Env, p purchase, units int64) globalid.ID {
	e.T.Helper()
	return e.MustID(e.CloseUnshipped(p.item, units))
}

func runRefunds(e *ordertest.Env) {
	e.T.Helper()
	ids, err := e.DB.Take(e.T.Context(), payment.RefundsDue, 10)
	e.Must(err)
	for _, id := range ids {
		e.Must(e.Payments.RunRefund(e.T.Context(), id))
	}
}

// runSequencer runs the sequencer until every event is in the feed.
func runSequencer(e *ordertest.Env) {
	e.T.Helper()
	ctx, stop := context.WithTimeout(e.T.Context(), time.Minute)
	done := make(chan struct{})
	go func() {
		defer close(done)
		event.NewSequencer(e.DB, event.NewFeed(e.DB), event.SequencerOptions{}).Run(ctx)
	}()
	for e.DB.Client.Event.Query().Where(entevent.PositionIsNil()).ExistX(ctx) {
		e.DB.Commits.Notify()
	}
	stop()
	<-done
}
