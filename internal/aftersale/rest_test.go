package aftersale_test

import (
	"testing"
	"time"

	"orderflow/ent"
	"orderflow/internal/lifecycle"
)

// TestTheRestIsReceivedByTheClock: a parcel that came back and was refunded holds nothing up any
// more, so that what the other parcel brought is received in time.
func TestTheRestIsReceivedByTheClock(t *testing.T) {
	onEach(t, func(m *bazaar) {
		item := m.paid(m.sku(3), 3)
		kept, back := m.shipped(item, 2), m.shipped(item, 1)
		m.track(kept, lifecycle.CarrierDelivered)
		m.track(back, lifecycle.CarrierReturned)
		m.trade(item, lifecycle.Shipped, 1)
		id := m.requestOf(item)
		m.is(id.ID, lifecycle.AfterSaleReturnInTransit)
		m.must(m.back(id.ID, item, 1, 0))
		m.run()
		m.is(id.ID, lifecycle.AfterSaleCompleted)
		m.trade(item, lifecycle.Shipped, 0)
		m.later(7*24*time.Hour + time.Minute)
		m.run()
		m.trade(item, lifecycle.Received, 0)
	})
}

// requestOf is the only request about an item.
func (m *bazaar) requestOf(item *ent.OrderItem) *ent.AfterSale {
	m.t.Helper()
	return m.sub(item).QueryAfterSales().OnlyX(m.t.Context())
}
