package aftersale_test

import (
	"slices"
	"testing"
	"time"

	"orderflow/internal/aftersale"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/vocab"
)

// everywhere lists the open statuses of requests about two units that are on their way.
var everywhere = append(slices.Clone(onTheWay), vocab.AfterSaleInArbitration,
	vocab.AfterSaleReturnInTransit)

// anywhere is underWay for each of them.
func (m *bazaar) anywhere(status vocab.AfterSaleStatus) (item, id globalid.ID) {
	m.t.Helper()
	start := map[vocab.AfterSaleStatus]vocab.AfterSaleStatus{
		vocab.AfterSaleInArbitration:   vocab.AfterSaleRejected,
		vocab.AfterSaleReturnInTransit: vocab.AfterSaleAwaitingRefusal,
	}[status]
	if start == "" {
		start = status
	}
	it, parcel, id := m.underWay(start)
	switch status {
	case vocab.AfterSaleInArbitration:
		_, err := m.sales.Escalate(m.buyer, id, aftersale.Statement{Text: "unfair"})
		m.must(err)
	case vocab.AfterSaleReturnInTransit:
		m.track(parcel, vocab.CarrierRefused)
	default:
	}
	m.is(id, status)
	return it.ID, id
}

func TestARequestIsWithdrawnUntilGoodsHaveGoneBack(t *testing.T) {
	onEach(t, func(m *bazaar) {
		m.inEach(everywhere, func(status vocab.AfterSaleStatus) {
			item, id := m.anywhere(status)
			_, err := m.sales.Withdraw(m.buyer, id)
			if status == vocab.AfterSaleReturnInTransit {
				m.refused(err, fault.ActionNotAllowed)
				return
			}
			m.must(err)
			m.is(id, vocab.AfterSaleWithdrawn)
			it := m.db.Client.OrderItem.GetX(t.Context(), item)
			m.holds(it, 2, 2*price, 0)
			m.trade(it, vocab.Shipped, 0)
			m.cameBack(it, 0)
		})
	})
}

func TestStaffForceARefundOfAnyOpenRequest(t *testing.T) {
	onEach(t, func(m *bazaar) {
		m.inEach(everywhere, func(status vocab.AfterSaleStatus) {
			item, id := m.anywhere(status)
			force := func() error {
				_, err := m.sales.ForceRefund(m.judge, id, aftersale.Statement{})
				return err
			}
			m.must(force())
			m.refused(force(), fault.ActionNotAllowed)
			it := m.db.Client.OrderItem.GetX(t.Context(), item)
			m.cameBack(it, 2*price)
			a := m.is(id, vocab.AfterSaleCompleted)
			if *a.Trigger != vocab.TriggerForced {
				t.Errorf("trigger %s", *a.Trigger)
			}
			m.trade(it, vocab.Closed, 0)
			m.refused(force(), fault.ActionNotAllowed)
		})
	})
}

func TestGoodsThatAreSentAgainAreNotRefunded(t *testing.T) {
	onEach(t, func(m *bazaar) {
		sku := m.sku(3)
		item := m.received(sku, 1)
		id := m.request(ask(item, vocab.Reship, 1))
		m.approve(id)
		m.stocked(sku, 2, 1)
		_, err := m.sales.Withdraw(m.buyer, id)
		m.must(err)
		m.stocked(sku, 2, 0)
		id, _ = m.swap(item, ask(item, vocab.Reship, 1))
		_, err = m.sales.Withdraw(m.buyer, id)
		m.refused(err, fault.ActionNotAllowed)
		_, err = m.sales.ForceRefund(m.judge, id, aftersale.Statement{})
		m.refused(err, fault.ActionNotAllowed)
		_, err = m.sales.ChangeToRefund(m.buyer, id)
		m.refused(err, fault.ActionNotAllowed)
		_, err = m.sales.ConfirmReship(m.buyer, id)
		m.must(err)
		m.cameBack(item, 0)
	})
}

func TestStaffRuleThatGoodsAreSent(t *testing.T) {
	onEach(t, func(m *bazaar) {
		sku := m.sku(2)
		item := m.received(sku, 1)
		rule := aftersale.RuleInput{AfterSale: m.request(ask(item, vocab.Exchange, 1)),
			Ruling: aftersale.RuledReship, Liable: vocab.LiableShop}
		m.later(48 * time.Hour)
		m.is(rule.AfterSale, vocab.AfterSaleInArbitration)
		_, err := m.sales.Rule(m.judge, rule)
		m.must(err)
		m.is(rule.AfterSale, vocab.AfterSaleReshipping)
		m.stocked(sku, 1, 1)
		m.resend(rule.AfterSale)
		_, err = m.sales.ConfirmReship(m.buyer, rule.AfterSale)
		m.must(err)
		m.stocked(sku, 0, 0)
		// Money that was asked for does not become goods.
		rule.AfterSale = m.request(ask(item, vocab.RefundOnly, 1))
		m.reject(rule.AfterSale)
		_, err = m.sales.Escalate(m.buyer, rule.AfterSale, aftersale.Statement{})
		m.must(err)
		_, err = m.sales.Rule(m.judge, rule)
		m.refused(err, fault.ActionNotAllowed)
	})
}

func TestABuyerDoesNotRefuseInTime(t *testing.T) {
	onEach(t, func(m *bazaar) {
		_, _, id := m.underWay(vocab.AfterSaleAwaitingRefusal)
		m.dueIn(id, 7*day)
		m.later(7 * day)
		m.is(id, vocab.AfterSaleAwaitingChoice)
	})
}

func TestTheShopTakesGoodsOnTheirWayBackByItself(t *testing.T) {
	for way, want := range map[vocab.WayBack]vocab.AfterSaleStatus{
		// No courier of ours carries it, who could bring it back.
		vocab.ByInterception: vocab.AfterSaleAwaitingChoice,
		vocab.ByRefusal:      vocab.AfterSaleAwaitingRefusal,
		"":                   vocab.AfterSaleCompleted,
	} {
		t.Run("by "+string(way), func(t *testing.T) {
			onEach(t, func(m *bazaar) {
				item := m.paid(m.sku(1), 1)
				m.shipped(item, 1)
				in := ask(item, vocab.RefundOnly, 1)
				in.Way = way
				id, err := m.sales.OpenForBuyer(m.seller, in)
				m.must(err)
				m.run()
				m.is(id, want)
			})
		})
	}
}
