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
	"orderflow/internal/payment/channel"
	"orderflow/internal/vocab"
)

// running claims what is due with a row by the clock, and returns what does it.
func (m *bazaar) running(
	id globalid.ID, claim func(context.Context, int) ([]globalid.ID, error),
	run func(context.Context, globalid.ID) error,
) func() error {
	m.t.Helper()
	due, err := claim(m.t.Context(), 10)
	m.must(err)
	if !slices.Contains(due, id) {
		m.t.Fatalf("%v are due", due)
	}
	return func() error { return run(m.t.Context(), id) }
}

// wait moves business time, and lets nobody notice.
func (m *bazaar) wait(by time.Duration) {
	m.t.Helper()
	m.must(m.db.MoveClock(m.t.Context(),
		func(now time.Time) time.Time { return now.Add(by) }))
}

func TestTheClockOrTheShopAnswers(t *testing.T) {
	onEach(t, func(m *bazaar) {
		again(m, func() {
			item := m.received(m.sku(1), 1)
			id := m.request(ask(item, vocab.RefundOnly, 1))
			m.wait(48 * time.Hour)
			// The clock finds out that nothing is due any more without an error.
			_, rejected := m.both(m.running(id, m.sales.ClaimDue, m.sales.RunDue), func() error {
				_, err := m.sales.Reject(m.seller, aftersale.RejectInput{AfterSale: id,
					Reason: vocab.RejectionOther})
				return err
			})
			if rejected {
				m.cameBack(item, 0)
				m.is(id, vocab.AfterSaleRejected)
				return
			}
			m.cameBack(item, price)
			m.is(id, vocab.AfterSaleCompleted)
		})
	})
}

func TestCompletedOrRequested(t *testing.T) {
	onEach(t, func(m *bazaar) {
		again(m, func() {
			item := m.received(m.sku(1), 1)
			// The buyer has until the last moment, staff also afterwards.
			m.wait(7 * day)
			in := ask(item, vocab.RefundOnly, 1)
			m.refused(m.asking(in)(), fault.ActionNotAllowed)
			_, forced := m.both(
				m.running(item.SubOrderID, m.orders.ClaimCompletions, m.orders.RunCompletion),
				func() error {
					_, err := m.sales.ForceNewRefund(m.judge, in)
					return err
				})
			if !forced {
				t.Error("staff were refused")
			}
			m.cameBack(item, price)
			if sub := m.sub(item); sub.Status != vocab.Completed &&
				sub.Status != vocab.Closed || sub.OpenRequests != 0 {
				t.Errorf("%s with %d open requests", sub.Status, sub.OpenRequests)
			}
		})
	})
}

func TestReceivedByTheClockOrRequested(t *testing.T) {
	onEach(t, func(m *bazaar) {
		again(m, func() {
			item := m.paid(m.sku(1), 1)
			m.track(m.shipped(item, 1), vocab.CarrierDelivered)
			m.wait(7 * day)
			in := ask(item, vocab.RefundOnly, 1)
			_, asked := m.both(
				m.running(item.SubOrderID, m.orders.ClaimReceipts, m.orders.RunReceipt),
				m.asking(in))
			if !asked {
				t.Error("the buyer was refused")
			}
			if sub := m.sub(item); sub.OpenRequests != 1 ||
				(sub.PausedAt != nil) != (sub.Status == vocab.Shipped) {
				t.Errorf("%s with %d open requests, paused at %v", sub.Status,
					sub.OpenRequests, sub.PausedAt)
			}
			m.approve(m.sub(item).QueryAfterSales().OnlyIDX(t.Context()))
			m.cameBack(item, price)
			m.trade(item, vocab.Closed, 0)
		})
	})
}

// The channel's notice, another server's question and a second notice tell of the same success.
func TestARefundSucceedsOnce(t *testing.T) {
	onEach(t, func(m *bazaar) {
		m.bank.be(takesTime)
		again(m, func() {
			item := m.received(m.sku(1), 1)
			id := m.request(ask(item, vocab.RefundOnly, 1))
			m.approve(id)
			m.run()
			m.is(id, vocab.AfterSaleRefunding)
			refund := m.sale(id).QueryRefunds().OnlyX(t.Context())
			notice := func() error {
				return m.pays.SettleRefund(t.Context(), vocab.Sandbox, channel.RefundResult{
					OutRefundNo: refund.ID.String(), State: channel.RefundSucceeded,
					Amount: refund.Amount, SucceededAt: time.Now()})
			}
			m.both(func() error { return m.pays.RunRefund(t.Context(), refund.ID) },
				func() error { return errors.Join(notice(), notice()) })
			m.is(id, vocab.AfterSaleCompleted)
			m.trade(item, vocab.Closed, 0)
			m.cameBack(item, price)
			if it := m.item(item); it.RefundedQuantity != 1 || it.Refunded != price {
				t.Errorf("%d units and %d refunded", it.RefundedQuantity, it.Refunded)
			}
		})
	})
}
