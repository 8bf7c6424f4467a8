package bill

import (
	"context"
	"fmt"
	"time"

	"orderflow/ent"
	"orderflow/internal/globalid"
	"orderflow/internal/payment/channel"
	"orderflow/internal/vocab"
)

// result is what the comparison of one line comes to.
type result struct {
	line       *ent.BillLine
	settled    bool // it was not known here
	difference *ent.BillDifference
}

// payment compares a line about a payment, and settles it when it is not known.
func (c *comparison) payment(
	ctx context.Context, known books, charge channel.Charge, r *result,
) error {
	r.line.Kind, r.line.Number = vocab.BilledPayment, clip(charge.TransactionID, 64)
	r.line.TradeNo, r.line.State = clip(charge.OutTradeNo, 64), string(charge.State)
	r.line.Amount, r.line.Currency = charge.Amount, clip(charge.Currency, 3)
	r.line.HappenedAt = stored(charge.PaidAt)
	row := known.paid[charge.TransactionID]
	attempt := ours(charge.OutTradeNo, globalid.Payment)
	if row == nil {
		if len(attempt) == 0 || !known.attempts[attempt[0]] {
			r.differ(vocab.DifferenceUnknown, "")
			return nil
		}
		failure := c.Payments.Settle(ctx, c.bill.Channel, charge)
		if err := c.unsettled(ctx, failure); err != nil {
			return err
		}
		again, err := c.paid(ctx, []string{charge.TransactionID})
		if err != nil {
			return err
		}
		if row = again[charge.TransactionID]; row == nil {
			r.line.PaymentID = &attempt[0]
			r.differ(vocab.DifferenceState, detail(failure, "it is not a payment here"))
			return nil
		}
		r.settled = true
	}
	r.line.PaymentID = &row.ID
	switch {
	case row.PaidAmount != charge.Amount || row.Currency != charge.Currency:
		r.differ(vocab.DifferenceAmount, "")
		r.difference.Here = row.PaidAmount
	case attemptOf(row).String() != charge.OutTradeNo:
		r.differ(vocab.DifferenceState, "the transaction is of another attempt here")
		r.difference.Here = row.PaidAmount
	}
	return nil
}

// attemptOf is the attempt that a payment arrived on.
func attemptOf(row *ent.Payment) globalid.ID {
	if row.AttemptID != nil {
		return *row.AttemptID
	}
	return row.ID
}

// refund compares a line about a refund, and settles it when it is open here.
func (c *comparison) refund(
	ctx context.Context, known books, refund channel.RefundResult, r *result,
) error {
	r.line.Kind, r.line.Number = vocab.BilledRefund, clip(refund.OutRefundNo, 64)
	r.line.State, r.line.Amount = string(refund.State), refund.Amount
	r.line.HappenedAt = stored(refund.SucceededAt)
	var row *ent.Refund
	for _, id := range ours(refund.OutRefundNo, globalid.Refund) {
		row = known.refunds[id]
	}
	if row == nil {
		r.differ(vocab.DifferenceUnknown, "")
		return nil
	}
	r.line.RefundID, r.line.PaymentID = &row.ID, row.PaymentID
	if row.Amount != refund.Amount {
		r.differ(vocab.DifferenceAmount, "")
		r.difference.Here, r.difference.Currency = row.Amount, row.Currency
		return nil
	}
	var failure error
	if vocab.RefundUnsettled.Has(row.Status) {
		failure = c.Payments.SettleRefund(ctx, c.bill.Channel, refund)
		if err := c.unsettled(ctx, failure); err != nil {
			return err
		}
		again, err := c.refunds(ctx, []globalid.ID{row.ID})
		if err != nil {
			return err
		}
		row = again[row.ID]
		r.settled = vocab.RefundPaid.Has(row.Status)
	}
	if refund.State == channel.RefundSucceeded &&
		(!vocab.RefundPaid.Has(row.Status) || paidOutside(row)) {
		r.differ(vocab.DifferenceState, detail(failure, fmt.Sprintf("it is %s here", row.Status)))
		r.difference.Here, r.difference.Currency = row.Amount, row.Currency
	}
	return nil
}

// differ makes the line's difference.
func (r *result) differ(kind vocab.DifferenceKind, why string) {
	about := r.line.Kind
	r.difference = &ent.BillDifference{Kind: kind, About: &about, Number: r.line.Number,
		TradeNo: r.line.TradeNo, PaymentID: r.line.PaymentID, RefundID: r.line.RefundID,
		There: r.line.Amount, Currency: r.line.Currency, Detail: why}
}

// detail is an error as a difference keeps it, or else other words.
func detail(err error, otherwise string) string {
	if err == nil {
		return otherwise
	}
	return clip(err.Error(), 200)
}

// clip cuts a text that a channel or an error gave to the length of its column.
func clip(text string, most int) string {
	runes := []rune(text)
	return string(runes[:min(len(runes), most)])
}

// stored is a channel's time as the database keeps it; nil for none.
func stored(at time.Time) *time.Time {
	if at.IsZero() {
		return nil
	}
	at = at.UTC().Truncate(time.Microsecond)
	return &at
}
