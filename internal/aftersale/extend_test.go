package aftersale_test

import (
	"testing"
	"time"

	"orderflow/internal/aftersale"
	"orderflow/internal/fault"
	"orderflow/internal/lifecycle"
	"orderflow/internal/order"
	"orderflow/internal/vocab"
)

func TestStaffExtendDeadlinesOfRequests(t *testing.T) {
	onEach(t, func(m *bazaar) {
		item := m.received(m.sku(1), 1)
		id := m.request(ask(item, vocab.RefundOnly, 1))
		in := aftersale.ExtendInput{ID: id, Kind: "MERCHANT_ANSWER", Seconds: 24 * 3600}
		_, err := m.sales.Extend(m.seller, in)
		m.refused(err, fault.Forbidden)
		for kind, seconds := range map[order.DeadlineKind]int64{
			"MERCHANT_ANSWER": 0, "BUYER_ANSWER": 60, "RETURN": 60} {
			_, err = m.sales.Extend(m.judge,
				aftersale.ExtendInput{ID: id, Kind: kind, Seconds: seconds})
			if seconds == 0 {
				m.refused(err, fault.InvalidInput)
			} else {
				m.refused(err, fault.ActionNotAllowed)
			}
		}
		_, err = m.sales.Extend(m.judge, in)
		m.must(err)
		m.dueIn(id, 3*day)
		m.later(2 * day)
		m.is(id, vocab.AfterSaleAwaitingMerchant)
		m.later(day)
		a := m.is(id, vocab.AfterSaleCompleted)
		if kind := aftersale.Deadline(a.Status); kind != "" {
			t.Errorf("deadline %s", kind)
		}
		in.Kind = ""
		_, err = m.sales.Extend(m.judge, in)
		m.refused(err, fault.ActionNotAllowed)
	})
}

// A deadline that the shop was reminded of begins anew, and so does the reminder.
func TestAnExtendedReshipmentIsRemindedOfAgain(t *testing.T) {
	onEach(t, func(m *bazaar) {
		item := m.received(m.sku(2), 1)
		id := m.request(ask(item, vocab.Reship, 1))
		m.approve(id)
		m.later(2 * day)
		_, err := m.sales.Extend(m.judge,
			aftersale.ExtendInput{ID: id, Kind: "RESHIPMENT", Seconds: 24 * 3600})
		m.must(err)
		_, err = m.sales.ChangeToRefund(m.buyer, id)
		m.refused(err, fault.ActionNotAllowed)
		m.later(day)
		if a := m.is(id, vocab.AfterSaleReshipping); a.Attempts != 1 {
			t.Errorf("%d reminders", a.Attempts)
		}
		_, err = m.sales.ChangeToRefund(m.buyer, id)
		m.must(err)
		m.refunds(item, price)
	})
}

func TestEveryWaitHasADeadline(t *testing.T) {
	t.Parallel()
	named := map[order.DeadlineKind]bool{}
	for _, status := range vocab.AfterSaleStatuses {
		kind := aftersale.Deadline(status)
		_, err := lifecycle.AfterSale.Next(status, vocab.ExtendAfterSale,
			vocab.Platform, lifecycle.AfterSaleFacts{})
		if (kind != "") != (err == nil) || kind != "" && named[kind] {
			t.Errorf("%s has the deadline %q; to extend it: %v", status, kind, err)
		}
		named[kind] = true
	}
}

func TestStaffExtendDeadlinesOfShortages(t *testing.T) {
	onMarkets(t, func(m *market) {
		p, id := m.short(m.sku(1000, 10, vocab.OnOrder), 5, 2)
		extend := func(kind order.DeadlineKind) error {
			_, err := m.shortages.Extend(m.staff(vocab.Platform),
				aftersale.ExtendInput{ID: id, Kind: kind, Seconds: 24 * 3600})
			return err
		}
		if err := extend("SHORTAGE_CHOICE"); !fault.Is(err, fault.ActionNotAllowed) {
			t.Errorf("extended what does not run: %v", err)
		}
		_, err := m.shortages.Extend(m.merchant(), aftersale.ExtendInput{ID: id})
		if !fault.Is(err, fault.Forbidden) {
			t.Errorf("the shop extends its own time: %v", err)
		}
		m.must(extend("SHORTAGE_OFFER"))
		m.later(25 * time.Hour)
		m.due()
		s := m.db.Client.Shortage.GetX(t.Context(), id)
		if s.Status != vocab.ShortageOpen ||
			s.DueAt.Sub(m.now()).Round(time.Minute) != 23*time.Hour {
			t.Errorf("%s until %v", s.Status, s.DueAt)
		}
		m.must(m.offer(id, vocab.OptionRefund))
		m.must(extend("SHORTAGE_CHOICE"))
		m.later(48 * time.Hour)
		m.due()
		m.want(id, vocab.ShortageRefunding, 2)
		if err := extend("SHORTAGE_CHOICE"); !fault.Is(err, fault.ActionNotAllowed) {
			t.Errorf("extended a refund: %v", err)
		}
		p.moneyBack()
	})
}
