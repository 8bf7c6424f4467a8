package aftersale_test

import (
	"time"

	"orderflow/ent"
	"orderflow/ent/reservation"
	entstock "orderflow/ent/stock"
	"orderflow/internal/aftersale"
	"orderflow/internal/globalid"
	"orderflow/internal/payment/channel"
	"orderflow/internal/vocab"
)

// report tells that units of the item lack.
func (p purchase) report(units int64) (globalid.ID, error) {
	p.t.Helper()
	ids, err := p.shortages.Report(p.keeper(), aftersale.ShortageReport{SubOrder: p.sub().ID,
		Lines: []aftersale.ShortageLine{{Item: p.item, Quantity: units}}})
	if err != nil {
		return globalid.ID{}, err
	}
	return ids[0], nil
}

// short is a purchase of which units lack.
func (m *market) short(sku *ent.Sku, bought, lacks int64) (purchase, globalid.ID) {
	m.t.Helper()
	p := m.bought(sku, bought)
	id, err := p.report(lacks)
	m.must(err)
	return p, id
}

func (m *market) offer(id globalid.ID, options ...vocab.ShortageOption) error {
	in := aftersale.ShortageOffer{Shortage: id, Options: options}
	for _, option := range options {
		if option != vocab.OptionRefund {
			in.Warehouse = m.north.ID
		}
	}
	_, err := m.shortages.Offer(m.merchant(), in)
	return err
}

func (p purchase) choose(id globalid.ID, choice vocab.ShortageOption) error {
	_, err := p.shortages.Choose(p.buyer,
		aftersale.ShortageChoice{Shortage: id, Choice: choice})
	return err
}

// due runs what is due by the clock.
func (m *market) due() {
	m.t.Helper()
	ids, err := m.shortages.ClaimDue(m.t.Context(), 10)
	m.must(err)
	for _, id := range ids {
		m.must(m.shortages.RunDue(m.t.Context(), id))
	}
}

// moneyBack lets the channel tell that every refund of the order succeeded.
func (p purchase) moneyBack() {
	p.t.Helper()
	for _, r := range p.refunds() {
		if r.Status == vocab.RefundRequested {
			p.must(p.payments.SettleRefund(p.t.Context(), vocab.Sandbox, channel.RefundResult{
				OutRefundNo: r.ID.String(), RefundID: r.ID.String(), Amount: r.Amount,
				State: channel.RefundSucceeded, SucceededAt: p.now()}))
		}
	}
}

func (p purchase) refunds() []*ent.Refund {
	return p.db.Client.Order.GetX(p.t.Context(), p.order).QueryRefunds().WithLines().
		Order(ent.Asc("id")).AllX(p.t.Context())
}

func (m *market) want(id globalid.ID, status vocab.ShortageStatus, units int64) {
	m.t.Helper()
	s := m.db.Client.Shortage.GetX(m.t.Context(), id)
	if s.Status != status || s.Quantity != units {
		m.t.Errorf("shortage %s of %d, want %s of %d", s.Status, s.Quantity, status, units)
	}
	waits := status == vocab.ShortageOpen || status == vocab.ShortageOffered
	over := status == vocab.ShortageResolved || status == vocab.ShortageRefunded
	if waits != (s.DueAt != nil) || over != (s.EndedAt != nil) {
		m.t.Errorf("shortage %s due at %v, ended at %v", s.Status, s.DueAt, s.EndedAt)
	}
	if waits && s.DueAt.Sub(m.now()).Round(time.Minute) != 24*time.Hour {
		m.t.Errorf("due at %v, in more or less than a day", s.DueAt)
	}
}

func (m *market) wantStock(sku *ent.Sku, at *ent.Warehouse, onHand, reserved int64) {
	m.t.Helper()
	row, err := m.db.Client.Stock.Query().Where(entstock.SkuID(sku.ID),
		entstock.WarehouseID(at.ID)).Only(m.t.Context())
	if ent.IsNotFound(err) {
		row, err = &ent.Stock{}, nil
	}
	m.must(err)
	if row.OnHand != onHand || row.Reserved != reserved {
		m.t.Errorf("%s has %d, %d reserved; want %d, %d",
			at.Name, row.OnHand, row.Reserved, onHand, reserved)
	}
}

// wantItem checks how many units of the item lack and how many of its stock it holds.
func (p purchase) wantItem(short, held int64) {
	p.t.Helper()
	var units int64
	for _, r := range p.db.Client.Reservation.Query().Where(reservation.ItemID(p.item),
		reservation.StatusEQ(vocab.ReservationHeld)).AllX(p.t.Context()) {
		units += r.Quantity
	}
	if it := p.row(); it.ShortQuantity != short || units != held {
		p.t.Errorf("%d units lack, %d are held; want %d, %d", it.ShortQuantity, units, short, held)
	}
}

func (p purchase) wantSub(status vocab.TradeStatus) {
	p.t.Helper()
	if sub := p.sub(); sub.Status != status {
		p.t.Errorf("sub-order %s, want %s", sub.Status, status)
	}
}

// wantRefund checks the refunds' amounts.
func (p purchase) wantRefund(amounts ...int64) {
	p.t.Helper()
	all := p.refunds()
	if len(all) != len(amounts) {
		p.t.Fatalf("%d refunds, want %d", len(all), len(amounts))
	}
	for i, r := range all {
		if r.Amount != amounts[i] || r.Trigger != vocab.TriggerShortage {
			p.t.Errorf("refund of %d for %s, want %d", r.Amount, r.Trigger, amounts[i])
		}
	}
}
