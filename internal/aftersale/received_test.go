package aftersale_test

import (
	"testing"
	"time"

	"orderflow/ent"
	entaftersale "orderflow/ent/aftersale"
	"orderflow/internal/aftersale"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/shipment"
	"orderflow/internal/vocab"
)

func TestAPartialRefundOnlyAfterReceipt(t *testing.T) {
	onEach(t, func(m *bazaar) {
		item := m.received(m.sku(3), 3)
		in := ask(item, vocab.RefundOnly, 2)
		amount := int64(701)
		in.Lines[0].Amount = &amount
		in.Images = []string{"http://img.example/1.jpg"}
		_, err := m.sales.Request(m.buyer, in)
		m.refused(err, fault.InvalidInput)
		in.Statement = aftersale.Statement{Text: "cracked", Images: []string{photo}}
		id := m.request(in)
		m.holds(item, 1, 3*price-701, 2)
		m.later(48 * time.Hour) // silence approves
		m.refunds(item, 701)
		m.is(id, vocab.AfterSaleCompleted)
		m.holds(item, 1, 3*price-701, 0)
		m.trade(item, vocab.Received, 0)
		m.later(7 * day)
		m.trade(item, vocab.Completed, 0)
		_, err = m.sales.Request(m.buyer, ask(item, vocab.RefundOnly, 1))
		m.refused(err, fault.ActionNotAllowed)
		forced, err := m.sales.ForceNewRefund(m.judge, ask(item, vocab.RefundOnly, 1))
		m.must(err)
		m.refunds(item, 3*price)
		m.is(forced, vocab.AfterSaleCompleted)
		m.trade(item, vocab.Completed, 0) // never changed any more
	})
}

func TestAReturnIsInspected(t *testing.T) {
	onEach(t, func(m *bazaar) {
		sku := m.sku(3)
		item := m.received(sku, 3)
		id := m.request(ask(item, vocab.ReturnAndRefund, 2))
		m.approve(id)
		a := m.is(id, vocab.AfterSaleAwaitingReturn)
		if address, err := m.sales.ReturnAddress(a); err != nil || address != "a street" {
			t.Errorf("return address %q, %v", address, err)
		}
		m.dueIn(id, 7*day)
		parcel := m.send(id)
		m.dueIn(id, 10*day)
		_, err := m.sales.Withdraw(m.buyer, id)
		m.refused(err, fault.ActionNotAllowed)
		m.track(parcel, vocab.CarrierDelivered)
		m.dueIn(id, 3*day)
		m.refused(m.back(id, item, 3, 0), fault.InvalidInput)
		m.must(m.back(id, item, 1, 1))
		m.stocked(sku, 1, 0)
		m.refunds(item, 2*price)
		a = m.is(id, vocab.AfterSaleCompleted)
		if line := a.Edges.Lines[0]; line.GoodQuantity != 1 || line.DamagedQuantity != 1 {
			t.Errorf("line %+v", line)
		}
		m.trade(item, vocab.Received, 0)
	})
}

func TestWhatIsMissingOfAReturnIsDisputed(t *testing.T) {
	for _, ruling := range []aftersale.Ruling{aftersale.RuledRefund, aftersale.RuledClose} {
		t.Run(string(ruling), func(t *testing.T) {
			onEach(t, func(m *bazaar) {
				item := m.received(m.sku(3), 3)
				id := m.request(ask(item, vocab.ReturnAndRefund, 3))
				m.approve(id)
				m.send(id)
				m.must(m.back(id, item, 2, 0))
				m.refunds(item, 2*price)
				m.is(id, vocab.AfterSaleCompleted)
				rest := m.db.Client.AfterSale.Query().
					Where(entaftersale.SplitFromID(id)).OnlyIDX(t.Context())
				m.is(rest, vocab.AfterSaleRejected)
				m.holds(item, 0, 0, 1)
				m.trade(item, vocab.Received, 1)
				_, err := m.sales.Revise(m.buyer, aftersale.ReviseInput{AfterSale: rest,
					RequestInput: ask(item, vocab.RefundOnly, 1)})
				m.refused(err, fault.ActionNotAllowed)
				_, err = m.sales.Escalate(m.buyer, rest, aftersale.Statement{Text: "I sent 3"})
				m.must(err)
				_, err = m.sales.Rule(m.judge, aftersale.RuleInput{AfterSale: rest, Ruling: ruling,
					Liable: vocab.LiableShop})
				m.must(err)
				if ruling == aftersale.RuledClose {
					m.is(rest, vocab.AfterSaleClosed)
					m.holds(item, 1, price, 0)
					m.trade(item, vocab.Received, 0)
					return
				}
				m.refunds(item, 3*price)
				m.is(rest, vocab.AfterSaleCompleted)
				m.trade(item, vocab.Closed, 0)
			})
		})
	}
}

func TestAReturnThatIsNotSentOrNotConfirmed(t *testing.T) {
	onEach(t, func(m *bazaar) {
		item := m.received(m.sku(2), 2)
		id := m.request(ask(item, vocab.ReturnAndRefund, 1))
		m.later(48 * time.Hour)
		m.is(id, vocab.AfterSaleAwaitingReturn)
		m.later(7 * day)
		m.is(id, vocab.AfterSaleClosed)
		m.holds(item, 2, 2*price, 0)
		m.trade(item, vocab.Completed, 0)

		other := m.received(m.sku(1), 1)
		sent := m.request(ask(other, vocab.ReturnAndRefund, 1))
		m.approve(sent)
		m.send(sent)
		m.later(10 * day)
		m.refunds(other, price)
		if a := m.is(sent, vocab.AfterSaleCompleted); *a.Trigger != vocab.TriggerOverdue {
			t.Errorf("trigger %s", *a.Trigger)
		}
	})
}

// swap sends one unit of an item again and returns the request and the replacement.
func (m *bazaar) swap(item *ent.OrderItem, in aftersale.RequestInput) (id, parcel globalid.ID) {
	m.t.Helper()
	id = m.request(in)
	m.approve(id)
	if in.Kind == vocab.Exchange {
		m.is(id, vocab.AfterSaleAwaitingReturn)
		m.send(id)
		m.must(m.back(id, item, 1, 0))
	}
	m.is(id, vocab.AfterSaleReshipping)
	m.dueIn(id, 48*time.Hour)
	_, err := m.sales.Reship(m.keeper, id)
	m.must(err)
	_, err = m.sales.Reship(m.keeper, id)
	m.refused(err, fault.ActionNotAllowed)
	for _, p := range m.sale(id).QueryParcels().AllX(m.t.Context()) {
		if p.Purpose == vocab.ReplacementParcel {
			parcel = p.ID
		}
	}
	_, err = m.parcels.HandOver(m.keeper, shipment.LabelInput{Shipment: parcel, Carrier: "ZTO",
		TrackingNumber: number(parcel)})
	m.must(err)
	return id, parcel
}

func TestAnExchangeSendsAnotherSku(t *testing.T) {
	onEach(t, func(m *bazaar) {
		sku, other := m.sku(1), m.sku(1)
		item := m.received(sku, 1)
		in := ask(item, vocab.Exchange, 1)
		in.Lines[0].ExchangeSku = other.ID
		id, parcel := m.swap(item, in)
		m.stocked(sku, 1, 0)
		m.stocked(other, 0, 0)
		m.track(parcel, vocab.CarrierDelivered)
		m.dueIn(id, 7*day)
		m.trade(item, vocab.Received, 1)
		m.later(7 * day)
		m.is(id, vocab.AfterSaleCompleted)
		m.holds(item, 1, price, 0)
		m.trade(item, vocab.Received, 0) // a window of its own
		m.refunds(item, 0)
		m.later(7 * day)
		m.trade(item, vocab.Completed, 0)
	})
}

func TestMissingPartsAreSentAgain(t *testing.T) {
	onEach(t, func(m *bazaar) {
		sku := m.sku(2)
		item := m.received(sku, 1)
		id, _ := m.swap(item, ask(item, vocab.Reship, 1))
		m.stocked(sku, 0, 0)
		_, err := m.sales.ConfirmReship(m.buyer, id)
		m.must(err)
		m.is(id, vocab.AfterSaleCompleted)
		m.holds(item, 1, price, 0)
		again := m.request(ask(item, vocab.Reship, 1))
		_, err = m.sales.Approve(m.seller, aftersale.ApproveInput{AfterSale: again})
		m.refused(err, fault.OutOfStock)
		m.later(48 * time.Hour) // silence does not send goods
		m.is(again, vocab.AfterSaleInArbitration)
		m.later(7 * day)
		m.is(again, vocab.AfterSaleInArbitration)
		m.dueIn(again, 7*day)
	})
}

func TestGoodsThatAreNotSentBecomeMoney(t *testing.T) {
	onEach(t, func(m *bazaar) {
		sku := m.sku(2)
		item := m.received(sku, 1)
		id := m.request(ask(item, vocab.Reship, 1))
		m.approve(id)
		m.stocked(sku, 1, 1)
		_, err := m.sales.ChangeToRefund(m.buyer, id)
		m.refused(err, fault.ActionNotAllowed)
		_, err = m.sales.Reship(m.seller, id)
		m.must(err)
		m.later(48 * time.Hour)
		m.is(id, vocab.AfterSaleReshipping)
		_, err = m.sales.ChangeToRefund(m.buyer, id)
		m.must(err)
		m.refunds(item, price)
		m.is(id, vocab.AfterSaleCompleted)
		m.stocked(sku, 1, 0)
		m.trade(item, vocab.Closed, 0)
	})
}

func TestAPriceDifferenceIsMoneyAlone(t *testing.T) {
	onEach(t, func(m *bazaar) {
		item := m.received(m.sku(2), 2)
		in := ask(item, vocab.PriceDifference, 0)
		_, err := m.sales.Request(m.buyer, in)
		m.refused(err, fault.InvalidInput)
		much, some := int64(2*price+1), int64(300)
		in.Lines[0].Amount = &much
		_, err = m.sales.Request(m.buyer, in)
		m.refused(err, fault.LimitExceeded)
		in.Lines[0].Amount = &some
		id := m.request(in)
		m.approve(id)
		m.refunds(item, some)
		m.is(id, vocab.AfterSaleCompleted)
		m.holds(item, 2, 2*price-some, 0)
		// What is left is given back to the cent.
		last := m.request(ask(item, vocab.RefundOnly, 2))
		m.approve(last)
		m.refunds(item, 2*price)
		m.trade(item, vocab.Closed, 0)
	})
}
