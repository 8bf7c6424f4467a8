package aftersale_test

import (
	"math"
	"testing"

	"orderflow/internal/aftersale"
	"orderflow/internal/fault"
	"orderflow/internal/vocab"
)

// The rest is shipped while a request about the first part is open: the clock of the receipt has
// stood still since.
func TestTheReceiptWaitsForARequestThatWasThereBefore(t *testing.T) {
	onEach(t, func(m *bazaar) {
		item := m.paid(m.sku(2), 2)
		first := m.shipped(item, 1)
		m.track(first, vocab.CarrierDelivered)
		in := ask(item, vocab.RefundOnly, 1)
		in.Goods = vocab.GoodsReceived
		id := m.request(in)
		m.track(m.shipped(item, 1), vocab.CarrierDelivered)
		m.trade(item, vocab.Shipped, 1)
		m.reject(id)
		m.later(6 * day)
		_, err := m.sales.Escalate(m.buyer, id, aftersale.Statement{})
		m.must(err)
		m.later(20 * day)
		m.trade(item, vocab.Shipped, 1)
		_, err = m.sales.Withdraw(m.buyer, id)
		m.must(err)
		m.later(6 * day)
		m.trade(item, vocab.Shipped, 0)
		m.later(2 * day)
		m.trade(item, vocab.Received, 0)
	})
}

// Goods that were sent again before the buyer confirmed can be asked about once more.
func TestAfterAReshipmentTheUnitsAreFree(t *testing.T) {
	onEach(t, func(m *bazaar) {
		item := m.paid(m.sku(2), 1)
		m.track(m.shipped(item, 1), vocab.CarrierDelivered)
		id, _ := m.swap(item, ask(item, vocab.Reship, 1))
		_, err := m.sales.ConfirmReship(m.buyer, id)
		m.must(err)
		again := m.request(ask(item, vocab.RefundOnly, 1))
		m.approve(again)
		m.refunds(item, price)
		m.trade(item, vocab.Closed, 0)
	})
}

// The parcel of a reshipment that is packed is none of the units that the buyer has not got yet.
func TestAPackedReplacementHoldsNothingBack(t *testing.T) {
	onEach(t, func(m *bazaar) {
		item := m.paid(m.sku(3), 2)
		m.track(m.shipped(item, 1), vocab.CarrierDelivered)
		in := ask(item, vocab.Reship, 1)
		id := m.request(in)
		m.approve(id)
		_, err := m.sales.Reship(m.keeper, id)
		m.must(err)
		for _, p := range m.sale(id).QueryParcels().AllX(t.Context()) {
			_, err := m.parcels.Pack(m.keeper, p.ID)
			m.must(err)
		}
		m.is(m.request(ask(item, vocab.RefundOnly, 1)), vocab.AfterSaleRefunding)
		m.refunds(item, price)
	}, untilPacked)
}

func TestMoreThanWasSentIsNotBack(t *testing.T) {
	onEach(t, func(m *bazaar) {
		item := m.received(m.sku(2), 2)
		id := m.request(ask(item, vocab.ReturnAndRefund, 2))
		m.approve(id)
		m.send(id)
		for _, found := range [][2]int64{{3, 0}, {1, 2}, {0, 3}, {-1, 2}, {2, -1}, {0, 0},
			{math.MaxInt64, math.MaxInt64}} {
			m.refused(m.back(id, item, found[0], found[1]), fault.InvalidInput)
		}
		m.must(m.back(id, item, 2, 0))
		m.refunds(item, 2*price)
	})
}
