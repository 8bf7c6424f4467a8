package aftersale_test

import (
	"testing"
	"time"

	"orderflow/ent"
	"orderflow/internal/vocab"
)

// TestTheRestIsReceivedByTheClock: a parcel that came back and was refunded holds nothing up any
// more, so that what the other parcel brought is received in time.
func TestTheRestIsReceivedByTheClock(t *testing.T) {
	onEach(t, func(m *bazaar) {
		item := m.paid(m.sku(3), 3)
		kept, back := m.shipped(item, 2), m.shipped(item, 1)
		m.track(kept, vocab.CarrierDelivered)
		m.track(back, vocab.CarrierReturned)
		m.trade(item, vocab.Shipped, 1)
		id := m.requestOf(item)
		m.is(id.ID, vocab.AfterSaleReturnInTransit)
		m.must(m.back(id.ID, item, 1, 0))
		m.run()
		m.is(id.ID, vocab.AfterSaleCompleted)
		m.trade(item, vocab.Shipped, 0)
		m.later(7*24*time.Hour + time.Minute)
		m.run()
		m.trade(item, vocab.Received, 0)
	})
}

// requestOf is the only request about an item.
func (m *bazaar) requestOf(item *ent.OrderItem) *ent.AfterSale {
	m.t.Helper()
	return m.sub(item).QueryAfterSales().OnlyX(m.t.Context())
}
