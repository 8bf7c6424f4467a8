package payment_test

import (
	"context"
	"testing"

	"orderflow/ent"
	entevent "orderflow/ent/event"
	entpayment "orderflow/ent/payment"
	entrefund "orderflow/ent/refund"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/payment"
	"orderflow/internal/vocab"
)

func (w *world) wantAttempt(id globalid.ID, want vocab.AttemptStatus) *ent.Payment {
	w.t.Helper()
	r := w.db.Client.Payment.GetX(w.t.Context(), id)
	if r.Status != want {
		w.t.Fatalf("payment is %s (verdict %v), want %s", r.Status, r.Verdict, want)
	}
	return r
}

func (w *world) wantVerdict(id globalid.ID, want vocab.Verdict) *ent.Payment {
	w.t.Helper()
	r := w.wantAttempt(id, vocab.AttemptSucceeded)
	if r.Verdict == nil || *r.Verdict != want {
		w.t.Fatalf("verdict %v, want %s", r.Verdict, want)
	}
	return r
}

func (w *world) wantOrder(id globalid.ID, want vocab.TradeStatus) *ent.Order {
	w.t.Helper()
	o := w.db.Client.Order.GetX(w.t.Context(), id)
	if o.Status != want {
		w.t.Fatalf("order is %s, want %s", o.Status, want)
	}
	return o
}

func (w *world) wantClosed(id globalid.ID, why vocab.CloseReason) {
	w.t.Helper()
	o := w.wantOrder(id, vocab.Closed)
	if o.CloseReason == nil || *o.CloseReason != why {
		w.t.Fatalf("closed for %v, want %s", o.CloseReason, why)
	}
}

func (w *world) refunds(id globalid.ID) []*ent.Refund {
	return w.db.Client.Refund.Query().Where(entrefund.OrderID(id)).
		Order(ent.Asc(entrefund.FieldID)).WithLines().AllX(w.t.Context())
}

// onlyRefund returns the order's one refund.
func (w *world) onlyRefund(id globalid.ID) *ent.Refund {
	w.t.Helper()
	all := w.refunds(id)
	if len(all) != 1 {
		w.t.Fatalf("%d refunds, want 1", len(all))
	}
	return all[0]
}

func (w *world) wantRefund(id globalid.ID, want vocab.RefundStatus) {
	w.t.Helper()
	if r := w.db.Client.Refund.GetX(w.t.Context(), id); r.Status != want {
		w.t.Fatalf("refund is %s, want %s", r.Status, want)
	}
}

func (w *world) wantProblem(got *fault.Error, err error, want fault.Code) {
	w.t.Helper()
	if err != nil || got == nil || got.Code != want {
		w.t.Fatalf("problem %v, error %v, want %s", got, err, want)
	}
}

func wantFault(t *testing.T, err error, want fault.Code) {
	t.Helper()
	if !fault.Is(err, want) {
		t.Fatalf("error %v, want %s", err, want)
	}
}

// wantMoney asks the channel's own books what the merchant has of an order in the end: paid and
// refunded through all of its attempts.
func (w *world) wantMoney(id globalid.ID, paid, refunded int64) {
	w.t.Helper()
	ledger, err := w.peer.Ledger(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	var gotPaid, gotRefunded int64
	for _, r := range w.payments.DB.Client.Payment.Query().
		Where(entpayment.OrderID(id), entpayment.AttemptIDIsNil()).AllX(w.t.Context()) {
		c := ledger.Charge(r.ID.String())
		gotPaid += c.Paid
		gotRefunded += c.Refunded
	}
	if gotPaid != paid || gotRefunded != refunded {
		w.t.Errorf("the channel took %d and gave back %d, want %d and %d",
			gotPaid, gotRefunded, paid, refunded)
	}
	w.wantSound(id)
}

// wantSound checks what holds at every commit: at most one counted payment, a refund for every
// other success, no more refunded than paid, events without a gap.
func (w *world) wantSound(id globalid.ID) {
	w.t.Helper()
	ctx := w.t.Context()
	o := w.db.Client.Order.GetX(ctx, id)
	counted := 0
	for _, r := range w.db.Client.Payment.Query().Where(entpayment.OrderID(id)).AllX(ctx) {
		if r.Verdict == nil {
			continue
		}
		reserved := w.reserved(ctx, r)
		switch {
		case *r.Verdict == vocab.Counted:
			counted++
			if r.PaidAmount != o.Payable || reserved > r.PaidAmount {
				w.t.Errorf("counted %d with refunds of %d; payable %d", r.PaidAmount, reserved,
					o.Payable)
			}
		case reserved != r.PaidAmount:
			w.t.Errorf("%s payment of %d has refunds of %d", *r.Verdict, r.PaidAmount, reserved)
		}
	}
	if counted > 1 {
		w.t.Errorf("%d payments are counted", counted)
	}
	if waits := o.Status == vocab.PendingPayment || o.Status == vocab.PaymentFailed; waits &&
		counted > 0 {
		w.t.Error("paid, but the order waits")
	}
	events := w.db.Client.Event.Query().Where(entevent.OrderID(id)).
		Order(ent.Asc(entevent.FieldSequence)).AllX(ctx)
	for i, e := range events {
		if *e.Sequence != int64(i)+1 {
			w.t.Errorf("event %d has the sequence %d", i+1, *e.Sequence)
		}
	}
	if o.EventSequence != int64(len(events)) {
		w.t.Errorf("the order counts %d events, there are %d", o.EventSequence, len(events))
	}
}

// reserved is what refunds hold of a payment.
func (w *world) reserved(ctx context.Context, r *ent.Payment) (sum int64) {
	for _, f := range w.db.Client.Refund.Query().Where(entrefund.PaymentID(r.ID),
		entrefund.StatusNEQ(vocab.RefundClosed)).AllX(ctx) {
		sum += f.Amount
	}
	return sum
}

// eventNames lists what happened to an order after its placement, as the whole order's events.
func (w *world) eventNames(id globalid.ID) (names []string) {
	for _, e := range w.db.Client.Event.Query().Where(entevent.OrderID(id),
		entevent.ShopIDIsNil()).Order(ent.Asc(entevent.FieldSequence)).AllX(w.t.Context())[1:] {
		names = append(names, e.Type)
	}
	return names
}

func startBy(c checkout) (payment.StartResult, error) {
	return c.payments.Start(c.buyer, payment.StartInput{Order: c.id, Channel: "SANDBOX"})
}
