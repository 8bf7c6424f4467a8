package payment

import (
	"context"
	"errors"
	"fmt"
	"time"

	"orderflow/ent"
	"orderflow/internal/document"
	"orderflow/internal/lifecycle"
	"orderflow/internal/order"
	"orderflow/internal/payment/channel"
	"orderflow/internal/vocab"
)

// paid takes note of a signed success and gives its verdict.
func (d *desk) paid(ctx context.Context, r *ent.Payment, charge channel.Charge) error {
	if charge.TransactionID == "" || charge.Amount <= 0 {
		return errors.New("payment: the channel tells of a success without money")
	}
	for _, known := range d.rows {
		if known.Channel == r.Channel && known.TransactionID != nil &&
			*known.TransactionID == charge.TransactionID {
			return nil
		}
	}
	second := r.Status == vocab.AttemptSucceeded
	verdict := d.verdict(charge, second)
	var err error
	if second {
		r, err = d.secondPayment(ctx, r, charge, verdict)
	} else {
		err = d.succeed(ctx, r, charge, verdict)
	}
	if err != nil {
		return err
	}
	switch verdict {
	case vocab.Counted:
		return d.counted(ctx, r)
	case vocab.Late:
		return d.refundWhole(ctx, r, vocab.TriggerLate)
	case vocab.Mismatched:
		d.alarm(ctx, "a payment has the wrong amount", "order", d.l.Order.ID, "payment", r.ID,
			"paid", r.PaidAmount, "payable", d.l.Order.Payable)
		return d.refundWhole(ctx, r, vocab.TriggerMismatched)
	default:
		return d.refundWhole(ctx, r, vocab.TriggerDuplicate)
	}
}

func (d *desk) verdict(charge channel.Charge, second bool) vocab.Verdict {
	o := d.l.Order
	switch {
	case second, d.countedRow() != nil, !d.waits() && o.Status != vocab.Closed:
		return vocab.Duplicate
	case o.Status == vocab.Closed:
		return vocab.Late
	case charge.Amount != o.Payable || charge.Currency != o.Currency:
		return vocab.Mismatched
	default:
		return vocab.Counted
	}
}

func (d *desk) succeed(
	ctx context.Context, r *ent.Payment, charge channel.Charge, verdict vocab.Verdict,
) error {
	r.TransactionID, r.PaidAmount, r.Verdict = &charge.TransactionID, charge.Amount, &verdict
	r.Currency = charge.Currency
	r.PaidAt = instant(charge.PaidAt)
	return d.move(ctx, r, vocab.SucceedAttempt, vocab.Channel, string(verdict),
		func(u *ent.PaymentUpdate) {
			rest(u)
			u.SetTransactionID(*r.TransactionID).SetPaidAmount(r.PaidAmount).
				SetCurrency(r.Currency).SetPaidAt(*r.PaidAt).SetVerdict(verdict).ClearClientParams()
		})
}

// secondPayment writes the row of another transaction on an attempt that has succeeded already.
func (d *desk) secondPayment(
	ctx context.Context, first *ent.Payment, charge channel.Charge, verdict vocab.Verdict,
) (*ent.Payment, error) {
	next, err := lifecycle.Attempt.Next("", vocab.SucceedAttempt, vocab.Channel,
		lifecycle.AttemptFacts{})
	if err != nil {
		return nil, err
	}
	r, err := d.tx.Payment.Create().SetOrderID(first.OrderID).SetAttemptID(first.ID).
		SetChannel(first.Channel).SetStatus(next.To).SetVerdict(verdict).
		SetCurrency(charge.Currency).SetAmount(first.Amount).SetPaidAmount(charge.Amount).
		SetTransactionID(charge.TransactionID).SetExpiresAt(first.ExpiresAt).
		SetPaidAt(*instant(charge.PaidAt)).SetCreatedAt(d.tx.Now).Save(ctx)
	if err != nil {
		return nil, fmt.Errorf("payment: second transaction: %w", err)
	}
	d.l.Log.Add(next.Emit, document.Payload{Payment: r.ID, To: string(next.To), Reason: string(verdict)})
	return r, nil
}

// countedRow is the payment that the order was paid by, or nil.
func (d *desk) countedRow() *ent.Payment {
	for _, r := range d.rows {
		if r.Verdict != nil && *r.Verdict == vocab.Counted {
			return r
		}
	}
	return nil
}

// counted pays the order. Other attempts are closed; what is missing is seen to.
func (d *desk) counted(ctx context.Context, r *ent.Payment) error {
	_, err := d.close(ctx, vocab.CloseOtherChannel, vocab.System, false)
	if err != nil {
		return err
	}
	facts := d.facts()
	facts.AmountMatches = true
	shortages, err := d.l.Pay(ctx, d.tx, facts, *r.PaidAt)
	if err != nil {
		return order.NotAllowed(err)
	}
	return d.lack(ctx, shortages)
}

// instant is a channel's time as the database keeps it.
func instant(t time.Time) *time.Time {
	t = t.UTC().Truncate(time.Microsecond)
	return &t
}
