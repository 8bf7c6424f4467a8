package payment

import (
	"context"
	"errors"
	"time"

	"orderflow/ent"
	"orderflow/internal/globalid"
	"orderflow/internal/payment/channel"
	"orderflow/internal/vocab"
)

// paid takes note of a signed success and gives its verdict.
func (s *session) paid(ctx context.Context, r *ent.Payment, charge channel.Charge) error {
	if charge.TransactionID == "" || charge.Amount <= 0 {
		return errors.New("payment: the channel reports a success without money")
	}
	for _, known := range s.payments {
		if known.Channel == r.Channel && known.TransactionID != nil &&
			*known.TransactionID == charge.TransactionID {
			return nil
		}
	}
	second := vocab.AttemptPaid.Has(r.Status)
	verdict := s.verdict(charge, second)
	var err error
	if second {
		r, err = s.secondPayment(r, charge, verdict)
	} else {
		err = s.succeed(r, charge, verdict)
	}
	if err != nil {
		return err
	}
	switch verdict {
	case vocab.Counted:
		return s.paidBy(ctx, r)
	case vocab.Late:
		return s.refundWhole(ctx, r, vocab.TriggerLate)
	case vocab.Mismatched:
		s.alarm(ctx, "a payment has the wrong amount", "order", s.Order.ID, "payment", r.ID,
			"paid", r.PaidAmount, "payable", s.Order.Payable)
		return s.refundWhole(ctx, r, vocab.TriggerMismatched)
	default:
		return s.refundWhole(ctx, r, vocab.TriggerDuplicate)
	}
}

func (s *session) verdict(charge channel.Charge, second bool) vocab.Verdict {
	o := s.Order
	switch {
	case second, s.counted() != nil, !s.unpaid() && !vocab.TradeClosed.Has(o.Status):
		return vocab.Duplicate
	case vocab.TradeClosed.Has(o.Status):
		return vocab.Late
	case charge.Amount != o.Payable || charge.Currency != o.Currency:
		return vocab.Mismatched
	default:
		return vocab.Counted
	}
}

func (s *session) succeed(
	r *ent.Payment, charge channel.Charge, verdict vocab.Verdict,
) error {
	err := s.transition(r, attemptStep{vocab.SucceedAttempt, vocab.Channel, string(verdict)})
	if err != nil {
		return err
	}
	endIntent(r)
	r.TransactionID, r.PaidAmount, r.Verdict = &charge.TransactionID, charge.Amount, &verdict
	r.Currency, r.PaidAt, r.ClientParams = charge.Currency, stored(charge.PaidAt), nil
	return nil
}

// secondPayment adds the row of another transaction on an attempt that has succeeded already.
func (s *session) secondPayment(
	first *ent.Payment, charge channel.Charge, verdict vocab.Verdict,
) (*ent.Payment, error) {
	r := &ent.Payment{ID: globalid.New(globalid.Payment), OrderID: first.OrderID,
		BuyerID: first.BuyerID, SoleShopID: first.SoleShopID,
		AttemptID: &first.ID, Channel: first.Channel, Verdict: &verdict,
		Currency: charge.Currency, Amount: first.Amount, PaidAmount: charge.Amount,
		TransactionID: &charge.TransactionID, ExpiresAt: first.ExpiresAt,
		PaidAt: stored(charge.PaidAt), CreatedAt: s.Tx.Now}
	err := s.transition(r, attemptStep{vocab.SucceedAttempt, vocab.Channel, string(verdict)})
	if err != nil {
		return nil, err
	}
	s.Tx.Insert(r)
	return r, nil
}

// counted is the payment that the order was paid by, or nil.
func (s *session) counted() *ent.Payment {
	for _, r := range s.payments {
		if r.Verdict != nil && *r.Verdict == vocab.Counted {
			return r
		}
	}
	return nil
}

// paidBy pays the order. Other attempts are closed; what is missing is reported.
func (s *session) paidBy(ctx context.Context, r *ent.Payment) error {
	_, err := s.closeAttempts(closing{vocab.CloseOtherChannel, vocab.System, false})
	if err != nil {
		return err
	}
	facts := s.facts()
	facts.AmountMatches = true
	missing, err := s.Pay(ctx, facts, *r.PaidAt)
	if err != nil {
		return err
	}
	return s.reportMissing(ctx, missing)
}

// stored is a channel's time as the database keeps it.
func stored(t time.Time) *time.Time {
	t = t.UTC().Truncate(time.Microsecond)
	return &t
}
