package aftersale_test

import (
	"slices"
	"sync"
	"testing"

	"orderflow/ent"
	"orderflow/internal/aftersale"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/shipment"
	"orderflow/internal/vocab"
)

// again runs a race so often that either side wins now and then.
func again(m *bazaar, race func()) {
	for range 10 {
		race()
	}
}

// both runs two commands at the same time. What refuses one of them is no error; it tells which
// succeeded.
func (m *bazaar) both(one, two func() error) (first, second bool) {
	m.t.Helper()
	var wait sync.WaitGroup
	var errs [2]error
	wait.Go(func() { errs[0] = one() })
	wait.Go(func() { errs[1] = two() })
	wait.Wait()
	for _, err := range errs {
		if err != nil && !slices.Contains([]fault.Code{fault.ActionNotAllowed,
			fault.LimitExceeded, fault.Conflict}, fault.CodeOf(err)) {
			m.t.Error(err)
		}
	}
	return errs[0] == nil, errs[1] == nil
}

// either is both for commands of which exactly one can succeed; it tells whether the first did.
func (m *bazaar) either(one, two func() error) bool {
	m.t.Helper()
	first, second := m.both(one, two)
	if first == second {
		m.t.Errorf("both succeeded: %t", first)
	}
	return first
}

// cameBack fails the test unless that much of an item's order was refunded, once.
func (m *bazaar) cameBack(item *ent.OrderItem, want int64) {
	m.t.Helper()
	m.run()
	if got := m.givenBack(item.OrderID); got != want {
		m.t.Errorf("%d came back, want %d", got, want)
	}
}

func (m *bazaar) asking(in aftersale.RequestInput) func() error {
	return func() error {
		_, err := m.sales.Request(m.buyer, in)
		return err
	}
}

func (m *bazaar) approving(id globalid.ID) func() error {
	return func() error {
		_, err := m.sales.Approve(m.seller, aftersale.ApproveInput{AfterSale: id})
		return err
	}
}

func TestTwoRequestsOfTheSameUnits(t *testing.T) {
	onEach(t, func(m *bazaar) {
		again(m, func() {
			item := m.received(m.sku(3), 3)
			in := ask(item, vocab.RefundOnly, 2)
			m.either(m.asking(in), m.asking(in))
			m.holds(item, 1, price, 2)
			unshipped := m.paid(m.sku(2), 2)
			in = ask(unshipped, vocab.RefundOnly, 2)
			m.either(m.asking(in), m.asking(in))
			m.cameBack(unshipped, 2*price)
		})
	})
}

func TestApprovedOrWithdrawn(t *testing.T) {
	onEach(t, func(m *bazaar) {
		again(m, func() {
			item := m.received(m.sku(1), 1)
			id := m.request(ask(item, vocab.RefundOnly, 1))
			want := int64(0)
			if m.either(m.approving(id), func() error {
				_, err := m.sales.Withdraw(m.buyer, id)
				return err
			}) {
				want = price
			}
			m.cameBack(item, want)
			m.holds(item, 1-want/price, price-want, 0)
		})
	})
}

func TestShippedOrRefunded(t *testing.T) {
	onEach(t, func(m *bazaar) {
		again(m, func() {
			sku := m.sku(2)
			item := m.paid(sku, 2)
			parcel := m.pack(item, 2)
			in := ask(item, vocab.RefundOnly, 1)
			in.Goods = vocab.GoodsUnshipped
			shipped := m.either(func() error {
				_, err := m.parcels.HandOver(m.keeper, shipment.LabelInput{Shipment: parcel,
					Carrier: "ZTO", TrackingNumber: number(parcel)})
				return err
			}, m.asking(in))
			if shipped {
				m.cameBack(item, 0)
				m.stocked(sku, 0, 0)
				return
			}
			m.cameBack(item, price)
			m.stocked(sku, 2, 1)
			if it := m.item(item); it.ShippedQuantity != 0 || it.CancelledQuantity != 1 {
				t.Errorf("%d units shipped, %d cancelled", it.ShippedQuantity,
					it.CancelledQuantity)
			}
		})
	})
}
