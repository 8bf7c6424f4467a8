package aftersale_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"orderflow/internal/aftersale"
	"orderflow/internal/fault"
	"orderflow/internal/lifecycle"
	"orderflow/internal/shipment"
	"orderflow/internal/terms"
)

// atOnce runs commands at the same time and fails the test unless exactly one succeeds and the
// others are refused.
func (m *bazaar) atOnce(commands ...func() error) {
	m.t.Helper()
	errs := make([]error, len(commands))
	var all sync.WaitGroup
	for i, command := range commands {
		all.Go(func() { errs[i] = command() })
	}
	all.Wait()
	won := 0
	for _, err := range errs {
		switch {
		case err == nil:
			won++
		case !slices.Contains([]fault.Code{fault.ActionNotAllowed, fault.LimitExceeded,
			fault.Conflict}, fault.CodeOf(err)):
			m.t.Error(err)
		}
	}
	if won != 1 {
		m.t.Errorf("%d of the commands succeeded: %v", won, errs)
	}
}

func TestTwoRequestsOfTheSameUnits(t *testing.T) {
	onEach(t, func(m *bazaar) {
		item := m.received(m.sku(1), 1)
		request := func() error {
			_, err := m.sales.Request(m.buyer, ask(item, terms.RefundOnly, 1))
			return err
		}
		m.atOnce(request, request)
		m.holds(item, 0, 0, 1)
	})
}

func TestApprovedOrWithdrawn(t *testing.T) {
	onEach(t, func(m *bazaar) {
		item := m.received(m.sku(1), 1)
		id := m.request(ask(item, terms.RefundOnly, 1))
		m.atOnce(func() error {
			_, err := m.sales.Approve(m.seller, aftersale.ApproveInput{AfterSale: id})
			return err
		}, func() error {
			_, err := m.sales.Withdraw(m.buyer, id)
			return err
		})
		want := int64(0)
		if m.sale(id).Status == lifecycle.AfterSaleRefunding {
			want = price
		}
		m.refunds(item, want)
		m.holds(item, 1-want/price, price-want, 0)
	})
}

func TestShippedOrRefunded(t *testing.T) {
	onEach(t, func(m *bazaar) {
		item := m.paid(m.sku(1), 1)
		parcel := m.pack(item, 1)
		m.atOnce(func() error {
			_, err := m.parcels.HandOver(m.keeper, shipment.LabelInput{Shipment: parcel,
				Carrier: "ZTO", TrackingNumber: "1"})
			return err
		}, func() error {
			in := ask(item, terms.RefundOnly, 1)
			in.Goods = terms.GoodsUnshipped
			_, err := m.sales.Request(m.buyer, in)
			return err
		})
		m.run()
		it := m.item(item)
		if it.ShippedQuantity+it.RefundedQuantity != 1 {
			t.Errorf("%d units shipped, %d refunded", it.ShippedQuantity, it.RefundedQuantity)
		}
	})
}

func TestTheClockOrTheShopAnswers(t *testing.T) {
	onEach(t, func(m *bazaar) {
		item := m.received(m.sku(1), 1)
		id := m.request(ask(item, terms.RefundOnly, 1))
		m.must(m.db.MoveClock(t.Context(),
			func(now time.Time) time.Time { return now.Add(48 * time.Hour) }))
		due, err := m.sales.ClaimDue(t.Context(), 10)
		m.must(err)
		if !slices.Contains(due, id) {
			t.Fatalf("%v are due", due)
		}
		var both sync.WaitGroup
		both.Go(func() {
			if err := m.sales.RunDue(t.Context(), id); err != nil {
				t.Error(err)
			}
		})
		both.Go(func() {
			_, err = m.sales.Reject(m.seller, aftersale.RejectInput{AfterSale: id,
				Reason: terms.RejectionOther})
		})
		both.Wait()
		m.run()
		if err == nil {
			m.is(id, lifecycle.AfterSaleRejected)
			m.refunds(item, 0)
			return
		}
		m.refused(err, fault.ActionNotAllowed)
		m.is(id, lifecycle.AfterSaleCompleted)
		m.refunds(item, price)
	})
}
