package payment_test

import (
	"context"

	"orderflow/ent"
	entevent "orderflow/ent/event"
	entpayment "orderflow/ent/payment"
	entrefund "orderflow/ent/refund"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/vocab"
)

func (e *sandboxEnv) wantAttempt(id globalid.ID, want vocab.AttemptStatus) *ent.Payment {
	e.T.Helper()
	r := e.DB.Client.Payment.GetX(e.T.Context(), id)
	if r.Status != want {
		e.T.Fatalf("payment is %s (verdict %v), want %s", r.Status, r.Verdict, want)
	}
	return r
}

func (e *sandboxEnv) wantVerdict(id globalid.ID, want vocab.Verdict) *ent.Payment {
	e.T.Helper()
	r := e.wantAttempt(id, vocab.AttemptSucceeded)
	if r.Verdict == nil || *r.Verdict != want {
		e.T.Fatalf("verdict %v, want %s", r.Verdict, want)
	}
	return r
}

func (e *sandboxEnv) wantOrder(id globalid.ID, want vocab.TradeStatus) *ent.Order {
	e.T.Helper()
	o := e.DB.Client.Order.GetX(e.T.Context(), id)
	if o.Status != want {
		e.T.Fatalf("order is %s, want %s", o.Status, want)
	}
	return o
}

func (e *sandboxEnv) wantClosed(id globalid.ID, why vocab.CloseReason) {
	e.T.Helper()
	o := e.wantOrder(id, vocab.Closed)
	if o.CloseReason == nil || *o.CloseReason != why {
		e.T.Fatalf("closed for %v, want %s", o.CloseReason, why)
	}
}

// onlyRefund returns the order's one refund.
func (e *sandboxEnv) onlyRefund(id globalid.ID) *ent.Refund {
	e.T.Helper()
	all := e.Refunds(id)
	if len(all) != 1 {
		e.T.Fatalf("%d refunds, want 1", len(all))
	}
	return all[0]
}

func (e *sandboxEnv) wantRefund(id globalid.ID, want vocab.RefundStatus) {
	e.T.Helper()
	if r := e.DB.Client.Refund.GetX(e.T.Context(), id); r.Status != want {
		e.T.Fatalf("refund is %s, want %s", r.Status, want)
	}
}

func (e *sandboxEnv) wantProblem(got *fault.Error, err error, want fault.Code) {
	e.T.Helper()
	if err != nil || got == nil || got.Code != want {
		e.T.Fatalf("problem %v, error %v, want %s", got, err, want)
	}
}

// wantMoney compares the channel's own ledger: what an order's attempts paid and were refunded.
func (e *sandboxEnv) wantMoney(id globalid.ID, paid, refunded int64) {
	e.T.Helper()
	ledger, err := e.peer.Ledger(e.T.Context())
	if err != nil {
		e.T.Fatal(err)
	}
	var gotPaid, gotRefunded int64
	for _, r := range e.Payments.DB.Client.Payment.Query().
		Where(entpayment.OrderID(id), entpayment.AttemptIDIsNil()).AllX(e.T.Context()) {
		c := ledger.Charge(r.ID.String())
		gotPaid += c.Paid
		gotRefunded += c.Refunded
	}
	if gotPaid != paid || gotRefunded != refunded {
		e.T.Errorf("the channel took %d and gave back %d, want %d and %d",
			gotPaid, gotRefunded, paid, refunded)
	}
	e.wantSound(id)
}

// wantSound checks what holds at every commit: at most one counted payment, a refund for every
// other success, no more refunded than paid, events without a gap.
func (e *sandboxEnv) wantSound(id globalid.ID) {
	e.T.Helper()
	ctx := e.T.Context()
	o := e.DB.Client.Order.GetX(ctx, id)
	counted := 0
	for _, r := range e.DB.Client.Payment.Query().Where(entpayment.OrderID(id)).AllX(ctx) {
		if r.Verdict == nil {
			continue
		}
		reserved := e.reserved(ctx, r)
		switch {
		case *r.Verdict == vocab.Counted:
			counted++
			if r.PaidAmount != o.Payable || reserved > r.PaidAmount {
				e.T.Errorf("counted %d with refunds of %d; payable %d", r.PaidAmount, reserved,
					o.Payable)
			}
		case reserved != r.PaidAmount:
			e.T.Errorf("%s payment of %d has refunds of %d", *r.Verdict, r.PaidAmount, reserved)
		}
	}
	if counted > 1 {
		e.T.Errorf("%d payments are counted", counted)
	}
	if waits := o.Status == vocab.PendingPayment || o.Status == vocab.PaymentFailed; waits &&
		counted > 0 {
		e.T.Error("paid, but the order waits")
	}
	events := e.DB.Client.Event.Query().Where(entevent.OrderID(id)).
		Order(ent.Asc(entevent.FieldSequence)).AllX(ctx)
	for i, row := range events {
		if *row.Sequence != int64(i)+1 {
			e.T.Errorf("event %d has the sequence %d", i+1, *row.Sequence)
		}
	}
	if o.EventSequence != int64(len(events)) {
		e.T.Errorf("the order counts %d events, there are %d", o.EventSequence, len(events))
	}
}

// reserved is what refunds hold of a payment.
func (e *sandboxEnv) reserved(ctx context.Context, r *ent.Payment) (sum int64) {
	for _, f := range e.DB.Client.Refund.Query().Where(entrefund.PaymentID(r.ID),
		entrefund.StatusNEQ(vocab.RefundClosed)).AllX(ctx) {
		sum += f.Amount
	}
	return sum
}

// eventNames lists what happened to an order after its placement, as the whole order's events.
func (e *sandboxEnv) eventNames(id globalid.ID) (names []string) {
	for _, row := range e.DB.Client.Event.Query().Where(entevent.OrderID(id),
		entevent.ShopIDIsNil()).Order(ent.Asc(entevent.FieldSequence)).AllX(e.T.Context())[1:] {
		names = append(names, row.Type)
	}
	return names
}
