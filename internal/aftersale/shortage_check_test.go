package aftersale_test

import (
	"time"

	"orderflow/ent/reservation"
	"orderflow/internal/globalid"
	"orderflow/internal/ordertest"
	"orderflow/internal/payment/channel"
	"orderflow/internal/shortage"
	"orderflow/internal/vocab"
)

// runShortages does what is due of shortages.
func runShortages(e *ordertest.Env) {
	e.T.Helper()
	ids, err := e.DB.Take(e.T.Context(), shortage.Due, 10)
	e.Must(err)
	for _, id := range ids {
		e.Must(e.Shortages.RunDue(e.T.Context(), id))
	}
}

// settleRefunds reports that every refund of the order succeeded.
func (p purchase) settleRefunds() {
	p.T.Helper()
	for _, r := range p.Refunds(p.order) {
		if r.Status == vocab.RefundRequested {
			p.Must(p.Payments.SettleRefund(p.T.Context(), vocab.Sandbox, channel.RefundResult{
				OutRefundNo: r.ID.String(), RefundID: r.ID.String(), Amount: r.Amount,
				State: channel.RefundSucceeded, SucceededAt: p.Now()}))
		}
	}
}

func wantShortage(e *ordertest.Env, id globalid.ID, status vocab.ShortageStatus, units int64) {
	e.T.Helper()
	s := e.DB.Client.Shortage.GetX(e.T.Context(), id)
	if s.Status != status || s.Quantity != units {
		e.T.Errorf("shortage %s of %d, want %s of %d", s.Status, s.Quantity, status, units)
	}
	waits := status == vocab.ShortageOpen || status == vocab.ShortageOffered
	over := status == vocab.ShortageResolved || status == vocab.ShortageRefunded
	if waits != (s.DueAt != nil) || over != (s.EndedAt != nil) {
		e.T.Errorf("shortage %s due at %v, ended at %v", s.Status, s.DueAt, s.EndedAt)
	}
	if waits && s.DueAt.Sub(e.Now()).Round(time.Minute) != 24*time.Hour {
		e.T.Errorf("due at %v, in more or less than a day", s.DueAt)
	}
}

// wantItem checks how many units of the item lack and how many of its stock it holds.
func (p purchase) wantItem(short, held int64) {
	p.T.Helper()
	var units int64
	for _, r := range p.DB.Client.Reservation.Query().Where(reservation.ItemID(p.item),
		reservation.StatusEQ(vocab.ReservationHeld)).AllX(p.T.Context()) {
		units += r.Quantity
	}
	if it := p.row(); it.ShortQuantity != short || units != held {
		p.T.Errorf("%d units lack, %d are held; want %d, %d", it.ShortQuantity, units, short, held)
	}
}

func (p purchase) wantSub(status vocab.TradeStatus) {
	p.T.Helper()
	if sub := p.sub(); sub.Status != status {
		p.T.Errorf("sub-order %s, want %s", sub.Status, status)
	}
}

// wantRefund checks the refunds' amounts.
func (p purchase) wantRefund(amounts ...int64) {
	p.T.Helper()
	all := p.Refunds(p.order)
	if len(all) != len(amounts) {
		p.T.Fatalf("%d refunds, want %d", len(all), len(amounts))
	}
	for i, r := range all {
		if r.Amount != amounts[i] || r.Trigger != vocab.TriggerShortage {
			p.T.Errorf("refund of %d for %s, want %d", r.Amount, r.Trigger, amounts[i])
		}
	}
}
