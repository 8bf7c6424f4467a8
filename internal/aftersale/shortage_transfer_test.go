package aftersale_test

import (
	"testing"
	"time"

	"orderflow/ent"
	"orderflow/internal/aftersale"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/payment"
	"orderflow/internal/transfer"
	"orderflow/internal/vocab"
)

// waiting is a purchase of 5, of which 2 lack in the south and wait for a transfer from the north.
func (m *market) waiting(sku *ent.Sku) (p purchase, id, travels globalid.ID) {
	m.t.Helper()
	p, id = m.short(sku, 5, 2)
	m.stock(sku, m.north, 4)
	m.must(m.offer(id, vocab.OptionTransfer))
	m.must(p.choose(id, vocab.OptionTransfer))
	m.want(id, vocab.ShortageWaiting, 2)
	return p, id, *m.db.Client.Shortage.GetX(m.t.Context(), id).TransferID
}

func (m *market) send(id globalid.ID) {
	m.t.Helper()
	_, err := m.transfers.Ship(m.keeper(), id)
	m.must(err)
}

func (m *market) receive(id globalid.ID, units int64, last bool) {
	m.t.Helper()
	_, err := m.transfers.Receive(m.keeper(),
		transfer.ReceiveInput{Transfer: id, Quantity: units, Last: last})
	m.must(err)
}

func TestATransferBringsWhatLacks(t *testing.T) {
	onMarkets(t, func(m *market) {
		sku := m.sku(1000, 10, vocab.OnOrder)
		p, id, travels := m.waiting(sku)
		m.wantStock(sku, m.north, 4, 2)
		p.wantItem(2, 5)
		m.later(48 * time.Hour) // nobody is asked for anything
		m.due()
		m.want(id, vocab.ShortageWaiting, 2)
		m.send(travels)
		m.wantStock(sku, m.north, 2, 0)
		m.receive(travels, 1, false)
		m.want(id, vocab.ShortageWaiting, 1)
		p.wantItem(1, 4)
		m.receive(travels, 1, false)
		m.want(id, vocab.ShortageResolved, 1)
		p.wantItem(0, 5)
		m.wantStock(sku, m.south, 10, 5)
	})
}

func TestATransferThatComesUpShortOpensTheShortageAgain(t *testing.T) {
	onMarkets(t, func(m *market) {
		sku := m.sku(1000, 10, vocab.OnOrder)
		p, id, travels := m.waiting(sku)
		m.send(travels)
		m.receive(travels, 1, true)
		m.want(id, vocab.ShortageOpen, 1)
		p.wantItem(1, 4)
		if n := m.db.Client.Shortage.Query().CountX(t.Context()); n != 1 {
			t.Errorf("%d shortages, want the one", n)
		}
		// It is offered, chosen and missed once more.
		m.must(m.offer(id, vocab.OptionTransfer))
		m.must(p.choose(id, vocab.OptionTransfer))
		again := *m.db.Client.Shortage.GetX(t.Context(), id).TransferID
		m.send(again)
		m.receive(again, 0, true)
		m.want(id, vocab.ShortageOpen, 1)
		_, err := m.shortages.Refund(p.buyer, id)
		m.must(err)
		p.moneyBack()
		m.want(id, vocab.ShortageRefunded, 1)
		m.wantStock(sku, m.south, 9, 4)
		m.wantStock(sku, m.north, 1, 0)
	})
}

func TestACancelledTransferOpensTheShortageAgain(t *testing.T) {
	onMarkets(t, func(m *market) {
		sku := m.sku(1000, 10, vocab.OnOrder)
		p, id, travels := m.waiting(sku)
		_, err := m.transfers.Cancel(m.keeper(), travels)
		m.must(err)
		m.want(id, vocab.ShortageOpen, 2)
		m.wantStock(sku, m.north, 4, 0)
		p.wantItem(2, 3)
		m.must(p.choose(id, vocab.OptionRefund))
		p.moneyBack()
		m.want(id, vocab.ShortageRefunded, 2)
	})
}

func TestTheBuyerNeedNotWait(t *testing.T) {
	onMarkets(t, func(m *market) {
		sku := m.sku(1000, 20, vocab.OnOrder)
		for _, sent := range []bool{false, true} {
			p, id, travels := m.waiting(sku)
			if sent {
				m.send(travels)
			}
			m.must(p.choose(id, vocab.OptionRefund))
			m.want(id, vocab.ShortageRefunding, 2)
			p.wantItem(0, 3)
			p.moneyBack()
			m.want(id, vocab.ShortageRefunded, 2)
			if sent {
				m.receive(travels, 1, false)
				m.receive(travels, 0, true)
			} else {
				if _, err := m.transfers.Ship(m.keeper(), travels); !fault.Is(err, fault.Conflict) {
					t.Errorf("sent what nobody waits for: %v", err)
				}
				_, err := m.transfers.Cancel(m.keeper(), travels)
				m.must(err)
			}
			p.wantItem(0, 3)
			m.want(id, vocab.ShortageRefunded, 2)
		}
		m.wantStock(sku, m.north, 6, 0)
		m.wantStock(sku, m.south, 17, 6)
	})
}

// What the item holds for its other units is not what is set aside for those that lack.
func TestTheOtherUnitsGoTheirOwnWay(t *testing.T) {
	onMarkets(t, func(m *market) {
		sku := m.sku(1000, 10, vocab.OnOrder)
		p, id, travels := m.waiting(sku)
		later, err := p.report(1)
		m.must(err)
		m.must(m.offer(later, vocab.OptionTransfer))
		m.must(p.choose(later, vocab.OptionTransfer))
		faster := *m.db.Client.Shortage.GetX(t.Context(), later).TransferID
		m.send(faster)
		m.receive(faster, 1, false)
		m.want(later, vocab.ShortageResolved, 1)
		_, err = m.payments.CloseUnshipped(m.merchant(), payment.CloseUnshippedInput{
			SubOrder: p.sub().ID,
			Lines:    []payment.UnshippedLine{{Item: p.item, Quantity: 3}}})
		m.must(err)
		p.moneyBack()
		p.wantItem(2, 2)
		m.wantStock(sku, m.north, 3, 2)
		p.wantSub(vocab.AwaitingShipment)
		m.send(travels)
		m.receive(travels, 2, false)
		m.want(id, vocab.ShortageResolved, 2)
		p.wantItem(0, 2)
	})
}

func TestASubOrderOfWhichUnitsLackStaysWhereItIs(t *testing.T) {
	onMarkets(t, func(m *market) {
		sku, other := m.sku(1000, 10, vocab.OnOrder), m.sku(700, 10, vocab.OnOrder)
		p := m.bought(sku, 2, order.Line{Sku: other.ID, Quantity: 1})
		id, err := p.report(2)
		m.must(err)
		m.stock(sku, m.north, 5)
		m.stock(other, m.north, 5)
		m.must(m.offer(id, vocab.OptionTransfer))
		m.must(p.choose(id, vocab.OptionTransfer))
		_, err = m.orders.ReassignWarehouse(m.keeper(),
			order.ReassignInput{SubOrder: p.sub().ID, Warehouse: m.north.ID})
		if !fault.Is(err, fault.ActionNotAllowed) {
			t.Errorf("reassigned: %v", err)
		}
		// The other item may go alone.
		for _, it := range p.sub().QueryItems().AllX(t.Context()) {
			if it.SkuID == other.ID {
				_, err = m.transfers.Request(m.keeper(), transfer.RequestInput{Sku: other.ID,
					From: m.south.ID, To: m.north.ID, Quantity: 1, Item: it.ID})
				m.must(err)
			}
		}
		if p.sub().WarehouseID != m.south.ID {
			t.Error("what lacks was moved along")
		}
		travels := *m.db.Client.Shortage.GetX(t.Context(), id).TransferID
		m.send(travels)
		m.receive(travels, 2, true)
		m.want(id, vocab.ShortageResolved, 2)
		m.wantStock(sku, m.south, 10, 2)
	})
}

func TestWhatAnOrdersTransferLosesIsAShortage(t *testing.T) {
	onMarkets(t, func(m *market) {
		sku := m.sku(1000, 10, vocab.OnOrder)
		p := m.bought(sku, 5)
		travels, err := m.transfers.Request(m.keeper(), transfer.RequestInput{Sku: sku.ID,
			From: m.south.ID, To: m.north.ID, Quantity: 5, Item: p.item})
		m.must(err)
		m.send(travels)
		m.receive(travels, 3, true)
		s := m.db.Client.Shortage.Query().OnlyX(t.Context())
		if s.Cause != vocab.ShortTransfer || s.WarehouseID != m.north.ID {
			t.Errorf("shortage %+v", s)
		}
		m.want(s.ID, vocab.ShortageOpen, 2)
		p.wantItem(2, 3)
		// The south has more of it.
		_, err = m.shortages.Offer(m.merchant(), aftersale.ShortageOffer{Shortage: s.ID,
			Options: []vocab.ShortageOption{vocab.OptionWarehouse}, Warehouse: m.south.ID})
		m.must(err)
		m.must(p.choose(s.ID, vocab.OptionWarehouse))
		m.want(s.ID, vocab.ShortageResolved, 2)
		m.wantStock(sku, m.south, 5, 2)
		m.wantStock(sku, m.north, 3, 3)
	})
}
