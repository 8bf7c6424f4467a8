package bill

import (
	"context"
	"strings"
	"time"

	"orderflow/ent"
	"orderflow/ent/billline"
	entpayment "orderflow/ent/payment"
	"orderflow/ent/predicate"
	entrefund "orderflow/ent/refund"
	"orderflow/internal/globalid"
	"orderflow/internal/payment"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// absentPage is how many rows are looked up in the bill together.
const absentPage = 500

// absent finds what succeeded on the day by what is kept here, and is not in the bill. It goes hour
// by hour, and stores how far it has come.
func (c *comparison) absent(ctx context.Context) error {
	for {
		from := c.begin.Add(time.Duration(c.bill.Hours) * time.Hour)
		if !from.Before(c.end) {
			return nil
		}
		to := from.Add(time.Hour)
		missing, err := c.absentPayments(ctx, from, to)
		if err != nil {
			return err
		}
		refunds, err := c.absentRefunds(ctx, from, to)
		if err != nil {
			return err
		}
		err = c.store(ctx, func(ctx context.Context, tx *store.Tx, row *ent.ChannelBill) error {
			row.Hours++
			return c.found(ctx, tx, row, append(missing, refunds...))
		})
		if err != nil {
			return err
		}
		if err := c.pause(); err != nil {
			return err
		}
	}
}

// absentPayments are the payments of a time that the bill does not have.
func (c *comparison) absentPayments(
	ctx context.Context, from, to time.Time,
) (missing []*ent.BillDifference, err error) {
	var last globalid.ID
	for {
		rows, err := c.DB.Client.Payment.Query().Where(entpayment.ChannelEQ(c.bill.Channel),
			entpayment.PaidAtGTE(from), entpayment.PaidAtLT(to), entpayment.IDGT(last)).
			Order(entpayment.ByID()).Limit(absentPage).All(ctx)
		if err != nil || len(rows) == 0 {
			return missing, err
		}
		numbers := make([]string, len(rows))
		for i, row := range rows {
			numbers[i] = *row.TransactionID
		}
		billed, err := c.billed(ctx, vocab.BilledPayment, numbers)
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			if billed[*row.TransactionID] {
				continue
			}
			about := vocab.BilledPayment
			missing = append(missing, &ent.BillDifference{Kind: vocab.DifferenceAbsent, About: &about,
				Number: *row.TransactionID, TradeNo: attemptOf(row).String(), PaymentID: &row.ID,
				Here: row.PaidAmount, Currency: row.Currency})
		}
		last = rows[len(rows)-1].ID
	}
}

// absentRefunds are the refunds of a time that the bill does not have.
func (c *comparison) absentRefunds(
	ctx context.Context, from, to time.Time,
) (missing []*ent.BillDifference, err error) {
	var last globalid.ID
	for {
		rows, err := c.DB.Client.Refund.Query().Where(
			entrefund.SucceededAtGTE(from), entrefund.SucceededAtLT(to), entrefund.IDGT(last),
			entrefund.StatusIn(vocab.RefundPaid...), ofChannel(c.bill.Channel)).
			Order(entrefund.ByID()).Limit(absentPage).All(ctx)
		if err != nil || len(rows) == 0 {
			return missing, err
		}
		numbers := make([]string, len(rows))
		for i, row := range rows {
			numbers[i] = row.ID.String()
		}
		billed, err := c.billed(ctx, vocab.BilledRefund, numbers)
		if err != nil {
			return nil, err
		}
		for i, row := range rows {
			if billed[numbers[i]] || paidOutside(row) {
				continue
			}
			about := vocab.BilledRefund
			missing = append(missing, &ent.BillDifference{Kind: vocab.DifferenceAbsent, About: &about,
				Number: numbers[i], PaymentID: row.PaymentID, RefundID: &row.ID,
				Here: row.Amount, Currency: row.Currency})
		}
		last = rows[len(rows)-1].ID
	}
}

func ofChannel(name vocab.PaymentChannel) predicate.Refund {
	return entrefund.HasPaymentWith(entpayment.ChannelEQ(name))
}

// paidOutside reports whether a refund was paid outside of its channel, whose bill lacks it.
func paidOutside(row *ent.Refund) bool {
	return strings.HasPrefix(row.Failure, payment.PaidOutside)
}

// billed are those of some numbers that the bill has.
func (c *comparison) billed(
	ctx context.Context, kind vocab.BillLineKind, numbers []string,
) (map[string]bool, error) {
	found, err := c.DB.Client.BillLine.Query().Where(billline.BillID(c.bill.ID),
		billline.KindEQ(kind), billline.NumberIn(numbers...)).Select(billline.FieldNumber).
		Strings(ctx)
	billed := map[string]bool{}
	for _, number := range found {
		billed[number] = true
	}
	return billed, err
}
