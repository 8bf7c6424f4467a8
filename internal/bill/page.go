package bill

import (
	"context"
	"fmt"

	"orderflow/ent"
	"orderflow/ent/billline"
	entpayment "orderflow/ent/payment"
	entrefund "orderflow/ent/refund"
	"orderflow/internal/globalid"
	"orderflow/internal/payment/channel"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// books is what is kept here about the lines of a page.
type books struct {
	paid     map[string]*ent.Payment // by transaction
	attempts map[globalid.ID]bool    // those that exist
	refunds  map[globalid.ID]*ent.Refund
}

// page compares some lines: what they name and is not known here is settled, then they are stored
// with the differences.
func (c *comparison) page(ctx context.Context, lines []channel.BillLine) error {
	known, err := c.lookUp(ctx, lines)
	if err != nil {
		return err
	}
	var rows []*ent.BillLine
	var differences []*ent.BillDifference
	var settled int64
	for _, line := range lines {
		r := result{line: &ent.BillLine{BillID: c.bill.ID}}
		if line.Charge != nil {
			err = c.payment(ctx, known, *line.Charge, &r)
		} else {
			err = c.refund(ctx, known, *line.Refund, &r)
		}
		if err != nil {
			return err
		}
		rows = append(rows, r.line)
		if r.settled {
			settled++
		}
		if r.difference != nil {
			differences = append(differences, r.difference)
		}
	}
	return c.store(ctx, func(ctx context.Context, tx *store.Tx, row *ent.ChannelBill) error {
		if err := addLines(ctx, tx, rows); err != nil {
			return err
		}
		row.Compared += int64(len(lines))
		row.Settled += settled
		row.Attempts = 0
		tx.AfterCommit(func() {
			c.Counters.Lines.Add(int64(len(lines)))
			c.Counters.Settled.Add(settled)
		})
		return c.found(ctx, tx, row, differences)
	})
}

// addLines stores the lines of a page. A line that the bill repeats is stored once.
func addLines(ctx context.Context, tx *store.Tx, lines []*ent.BillLine) error {
	if len(lines) == 0 {
		return nil
	}
	type key struct {
		kind   vocab.BillLineKind
		number string
	}
	numbers := make([]string, len(lines))
	for i, line := range lines {
		numbers[i] = line.Number
	}
	before, err := tx.BillLine.Query().Where(billline.BillID(lines[0].BillID),
		billline.NumberIn(numbers...)).All(ctx)
	if err != nil {
		return err
	}
	stored := map[key]bool{}
	for _, line := range before {
		stored[key{line.Kind, line.Number}] = true
	}
	for _, line := range lines {
		at := key{line.Kind, line.Number}
		if stored[at] {
			continue
		}
		stored[at] = true
		line.ID, line.CreatedAt = globalid.New(globalid.BillLine), tx.Now
		tx.Insert(line)
	}
	return nil
}

// lookUp reads what is kept here about the lines of a page.
func (c *comparison) lookUp(
	ctx context.Context, lines []channel.BillLine,
) (known books, err error) {
	var transactions []string
	var attempts, refunds []globalid.ID
	for _, line := range lines {
		if line.Charge != nil {
			transactions = append(transactions, line.Charge.TransactionID)
			attempts = append(attempts, ours(line.Charge.OutTradeNo, globalid.Payment)...)
		} else {
			refunds = append(refunds, ours(line.Refund.OutRefundNo, globalid.Refund)...)
		}
	}
	known.attempts = map[globalid.ID]bool{}
	if known.paid, err = c.paid(ctx, transactions); err != nil {
		return known, err
	}
	if len(attempts) > 0 {
		ids, err := c.DB.Client.Payment.Query().Where(entpayment.IDIn(attempts...),
			entpayment.ChannelEQ(c.bill.Channel), entpayment.AttemptIDIsNil()).IDs(ctx)
		if err != nil {
			return known, err
		}
		for _, id := range ids {
			known.attempts[id] = true
		}
	}
	known.refunds, err = c.refunds(ctx, refunds)
	return known, err
}

// ours is the id that a number is the text of; none for the number of somebody else.
func ours(number string, kind globalid.Kind) []globalid.ID {
	id, err := globalid.Parse(number)
	if err != nil || id.Kind() != kind {
		return nil
	}
	return []globalid.ID{id}
}

// paid reads payments by their transactions.
func (c *comparison) paid(
	ctx context.Context, transactions []string,
) (map[string]*ent.Payment, error) {
	found := map[string]*ent.Payment{}
	if len(transactions) == 0 {
		return found, nil
	}
	rows, err := c.DB.Client.Payment.Query().Where(entpayment.ChannelEQ(c.bill.Channel),
		entpayment.TransactionIDIn(transactions...)).All(ctx)
	for _, row := range rows {
		found[*row.TransactionID] = row
	}
	return found, err
}

// refunds reads refunds of the channel.
func (c *comparison) refunds(
	ctx context.Context, ids []globalid.ID,
) (map[globalid.ID]*ent.Refund, error) {
	found := map[globalid.ID]*ent.Refund{}
	if len(ids) == 0 {
		return found, nil
	}
	rows, err := c.DB.Client.Refund.Query().Where(entrefund.IDIn(ids...),
		entrefund.HasPaymentWith(entpayment.ChannelEQ(c.bill.Channel))).All(ctx)
	for _, row := range rows {
		found[row.ID] = row
	}
	return found, err
}

// unsettled is what becomes of a line that cannot be settled: an error stops the bill, which is
// tried again; after many tries it is a difference, so that the rest goes on.
func (c *comparison) unsettled(ctx context.Context, err error) error {
	if err == nil || ctx.Err() == nil && c.bill.Attempts >= persistent {
		return nil
	}
	return fmt.Errorf("a line cannot be settled: %w", err)
}
