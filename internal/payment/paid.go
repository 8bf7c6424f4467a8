package payment

import (
	"context"
	"errors"
	"fmt"
	"time"

	"orderflow/ent"
	"orderflow/internal/lifecycle"
	"orderflow/internal/order"
	"orderflow/internal/payment/channel"
	"orderflow/internal/terms"
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
	second := r.Status == lifecycle.AttemptSucceeded
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
	case lifecycle.Counted:
		return d.counted(ctx, r)
	case lifecycle.Late:
		return d.refundWhole(ctx, r, lifecycle.TriggerLate)
	case lifecycle.Mismatched:
		d.alarm(ctx, "a payment has the wrong amount", "order", d.l.Order.ID, "payment", r.ID,
			"paid", r.PaidAmount, "payable", d.l.Order.Payable)
		return d.refundWhole(ctx, r, lifecycle.TriggerMismatched)
	default:
		return d.refundWhole(ctx, r, lifecycle.TriggerDuplicate)
	}
}

func (d *desk) verdict(charge channel.Charge, second bool) lifecycle.Verdict {
	o := d.l.Order
	switch {
	case second, d.countedRow() != nil, !d.waits() && o.Status != lifecycle.Closed:
		return lifecycle.Duplicate
	case o.Status == lifecycle.Closed:
		return lifecycle.Late
	case charge.Amount != o.Payable || charge.Currency != o.Currency:
		return lifecycle.Mismatched
	default:
		return lifecycle.Counted
	}
}

func (d *desk) succeed(
	ctx context.Context, r *ent.Payment, charge channel.Charge, verdict lifecycle.Verdict,
) error {
	r.TransactionID, r.PaidAmount, r.Verdict = &charge.TransactionID, charge.Amount, &verdict
	r.Currency = charge.Currency
	r.PaidAt = instant(charge.PaidAt)
	return d.move(ctx, r, lifecycle.SucceedAttempt, lifecycle.Channel, string(verdict),
		func(u *ent.PaymentUpdate) {
			rest(u)
			u.SetTransactionID(*r.TransactionID).SetPaidAmount(r.PaidAmount).
				SetCurrency(r.Currency).SetPaidAt(*r.PaidAt).SetVerdict(verdict).ClearClientParams()
		})
}

// secondPayment writes the row of another transaction on an attempt that has succeeded already.
func (d *desk) secondPayment(
	ctx context.Context, first *ent.Payment, charge channel.Charge, verdict lifecycle.Verdict,
) (*ent.Payment, error) {
	next, err := lifecycle.Attempt.Next("", lifecycle.SucceedAttempt, lifecycle.Channel,
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
	d.l.Log.Add(next.Emit, terms.Facts{Payment: r.ID, To: string(next.To), Reason: string(verdict)})
	return r, nil
}

// countedRow is the payment that the order was paid by, or nil.
func (d *desk) countedRow() *ent.Payment {
	for _, r := range d.rows {
		if r.Verdict != nil && *r.Verdict == lifecycle.Counted {
			return r
		}
	}
	return nil
}

// counted pays the order. Other attempts are closed; what is missing is seen to.
func (d *desk) counted(ctx context.Context, r *ent.Payment) error {
	_, err := d.close(ctx, lifecycle.CloseOtherChannel, lifecycle.System, false)
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
