package aftersale_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"orderflow/internal/aftersale"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/ordertest"
	"orderflow/internal/payment/channel"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// claimed claims what is due of a row, and returns what does it.
func claimed(
	e *ordertest.Env, id globalid.ID, due store.Due,
	run func(context.Context, globalid.ID) error,
) func() error {
	e.T.Helper()
	ids, err := e.DB.Take(e.T.Context(), due, 10)
	e.Must(err)
	if !slices.Contains(ids, id) {
		e.T.Fatalf("%v are due", ids)
	}
	return func() error { return run(e.T.Context(), id) }
}

func TestTheClockOrTheShopAnswers(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		repeat(func() {
			item := e.BuyAndReceive(e.Sku(1), 1)
			id := e.Request(ordertest.RequestFor(item, vocab.RefundOnly, 1))
			e.Move(48 * time.Hour)
			// The clock finds out that nothing is due any more without an error.
			_, rejected := both(e, claimed(e, id, aftersale.Due, e.AfterSales.RunDue), func() error {
				_, err := e.AfterSales.Reject(e.Merchant, aftersale.RejectInput{AfterSale: id,
					Reason: vocab.RejectionOther})
				return err
			})
			if rejected {
				wantRefunded(e, item, 0)
				e.WantAfterSale(id, vocab.AfterSaleRejected)
				return
			}
			wantRefunded(e, item, price)
			e.WantAfterSale(id, vocab.AfterSaleCompleted)
		})
	})
}

func TestCompletedOrRequested(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		repeat(func() {
			item := e.BuyAndReceive(e.Sku(1), 1)
			// The buyer has until the last moment, staff also afterwards.
			e.Move(7 * day)
			in := ordertest.RequestFor(item, vocab.RefundOnly, 1)
			e.WantFault(requesting(e, in)(), fault.ActionNotAllowed)
			_, forced := both(e,
				claimed(e, item.SubOrderID, order.Due, e.Orders.RunDue),
				func() error {
					_, err := e.AfterSales.ForceNewRefund(e.Support, in)
					return err
				})
			if !forced {
				t.Error("staff were refused")
			}
			wantRefunded(e, item, price)
			if sub := e.SubOrder(item.SubOrderID); sub.Status != vocab.Completed &&
				sub.Status != vocab.Closed || sub.OpenRequests != 0 {
				t.Errorf("%s with %d open requests", sub.Status, sub.OpenRequests)
			}
		})
	})
}

func TestReceivedByTheClockOrRequested(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		repeat(func() {
			item := e.Buy(e.Sku(1), 1)
			e.Track(e.Ship(item, 1), vocab.CarrierDelivered)
			e.Move(7 * day)
			in := ordertest.RequestFor(item, vocab.RefundOnly, 1)
			_, requested := both(e,
				claimed(e, item.SubOrderID, order.Due, e.Orders.RunDue),
				requesting(e, in))
			if !requested {
				t.Error("the buyer was refused")
			}
			if sub := e.SubOrder(item.SubOrderID); sub.OpenRequests != 1 ||
				(sub.PausedAt != nil) != (sub.Status == vocab.Shipped) {
				t.Errorf("%s with %d open requests, paused at %v", sub.Status,
					sub.OpenRequests, sub.PausedAt)
			}
			e.Approve(e.SubOrder(item.SubOrderID).QueryAfterSales().OnlyIDX(t.Context()))
			wantRefunded(e, item, price)
			wantTrade(e, item, vocab.Closed, 0)
		})
	})
}

// The channel's notice, another server's query and a second notice report the same success.
func TestARefundSucceedsOnce(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		e.Bank.Set(ordertest.PaysLate)
		repeat(func() {
			item := e.BuyAndReceive(e.Sku(1), 1)
			id := e.Request(ordertest.RequestFor(item, vocab.RefundOnly, 1))
			e.Approve(id)
			e.Run()
			e.WantAfterSale(id, vocab.AfterSaleRefunding)
			refund := e.AfterSale(id).QueryRefunds().OnlyX(t.Context())
			notice := func() error {
				return e.Payments.SettleRefund(t.Context(), vocab.Sandbox, channel.RefundResult{
					OutRefundNo: refund.ID.String(), State: channel.RefundSucceeded,
					Amount: refund.Amount, SucceededAt: time.Now()})
			}
			both(e, func() error { return e.Payments.RunRefund(t.Context(), refund.ID) },
				func() error { return errors.Join(notice(), notice()) })
			e.WantAfterSale(id, vocab.AfterSaleCompleted)
			wantTrade(e, item, vocab.Closed, 0)
			wantRefunded(e, item, price)
			if it := e.Item(item.ID); it.RefundedQuantity != 1 || it.Refunded != price {
				t.Errorf("%d units and %d refunded", it.RefundedQuantity, it.Refunded)
			}
		})
	})
}
