package verify_test

import (
	"context"

	"orderflow/ent"
	"orderflow/internal/document"
	"orderflow/internal/event"
	"orderflow/internal/globalid"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// billed is a finished bill of three lines: of a payment, of a refund, and of a stranger. A payment
// of an order of one shop is not in it.
type billed struct {
	bill               *ent.ChannelBill
	paid, refund       *ent.BillLine
	stranger, notThere *ent.BillDifference
}

func (w *fixture) addBill() {
	late, back, gone := w.late.payments[0], w.paid.refunds[2], w.gone.payments[1]
	b := &w.billed
	b.bill = &ent.ChannelBill{ID: globalid.New(globalid.ChannelBill), Channel: vocab.Sandbox,
		Day: "2026-03-01", Compared: 3, Differences: 2, FinishedAt: &w.now, CreatedAt: w.now}
	line := func(kind vocab.BillLineKind, number, state string, amount int64) *ent.BillLine {
		return &ent.BillLine{ID: globalid.New(globalid.BillLine), BillID: b.bill.ID, Kind: kind,
			Number: number, State: state, Amount: amount, CreatedAt: w.now}
	}
	b.paid = line(vocab.BilledPayment, *late.TransactionID, "PAID", late.PaidAmount)
	b.paid.PaymentID = &late.ID
	b.refund = line(vocab.BilledRefund, back.ID.String(), "SUCCEEDED", back.Amount)
	b.refund.RefundID = &back.ID
	differs := func(kind vocab.DifferenceKind, number string) *ent.BillDifference {
		return &ent.BillDifference{ID: globalid.New(globalid.BillDifference), BillID: b.bill.ID,
			Channel: vocab.Sandbox, Day: b.bill.Day, Kind: kind, Number: number, CreatedAt: w.now,
			Status: vocab.DifferenceOpen}
	}
	b.stranger = differs(vocab.DifferenceUnknown, "stranger")
	b.stranger.Status, b.stranger.Note = vocab.DifferenceResolved, "another system's"
	b.stranger.ResolvedAt = &w.now
	b.notThere = differs(vocab.DifferenceAbsent, *gone.TransactionID)
	b.notThere.OrderID, b.notThere.PaymentID = &w.gone.ID, &gone.ID
	w.run(func(_ context.Context, tx *store.Tx) error {
		tx.Insert(b.bill, b.paid, b.refund, line(vocab.BilledPayment, "stranger", "PAID", 1),
			b.stranger, b.notThere)
		event.EmitForShop(tx, event.Actor{Role: vocab.Clock}, event.Draft{Shop: w.shops[0].ID,
			Name: vocab.EventBillDiffers, Payload: document.Payload{Difference: b.notThere.ID,
				Payment: gone.ID, To: "OPEN", Reason: string(b.notThere.Kind)}})
		return nil
	})
}

var billDamage = []damage{
	{check: "bills.lines", do: func(w *damaged) string {
		return w.add("bill_lines", "amount", w.billed.paid.ID, 1)
	}},
	{check: "bills.lines", do: func(w *damaged) string {
		w.set("bill_lines", "payment_id", w.billed.paid.ID, nil)
		return w.billed.paid.ID.String()
	}},
	{check: "bills.lines", do: func(w *damaged) string {
		w.set("bill_lines", "refund_id", w.billed.refund.ID, w.late.refunds[0].ID) // not paid yet
		return w.billed.refund.ID.String()
	}},
	{check: "bills.lines", do: func(w *damaged) string {
		w.set("bill_lines", "number", w.billed.paid.ID, "nobody's")
		return w.billed.paid.ID.String()
	}},
	{check: "bills.rows", do: func(w *damaged) string {
		return w.add("channel_bills", "differences", w.billed.bill.ID, 1)
	}},
	{check: "bills.rows", do: func(w *damaged) string {
		return w.add("channel_bills", "compared", w.billed.bill.ID, -1)
	}},
	{check: "bills.rows", do: func(w *damaged) string {
		w.set("bill_differences", "day", w.billed.notThere.ID, "2026-03-02")
		return w.billed.bill.ID.String()
	}},
	{check: "bills.rows", do: func(w *damaged) string {
		w.set("channel_bills", "next_attempt_at", w.billed.bill.ID, w.now)
		return w.billed.bill.ID.String()
	}},
	{check: "bills.told", do: func(w *damaged) string {
		w.set("bill_differences", "order_id", w.billed.notThere.ID, w.late.ID) // another shop's
		return w.billed.notThere.ID.String()
	}, also: []string{"references.copies"}},
	{check: "bills.told", do: func(w *damaged) string {
		w.set("bill_differences", "status", w.billed.notThere.ID, "RESOLVED")
		return w.billed.notThere.ID.String()
	}},
	{check: "bills.told", do: func(w *damaged) string {
		w.set("bill_differences", "resolved_at", w.billed.stranger.ID, nil)
		return w.billed.stranger.ID.String()
	}},
}
