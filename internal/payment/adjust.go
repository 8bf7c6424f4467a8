package payment

import (
	"context"

	"orderflow/internal/auth"
	"orderflow/internal/event"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/limit"
	"orderflow/internal/money"
	"orderflow/internal/order"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// AdjustPrice 改价 lowers what an unpaid order costs. Open attempts are closed first, because they
// charge the old amount; a payable of 0 is paid at once.
//
// A merchant may call it when no other shop is in the order. Faults: NOT_FOUND, ACTION_NOT_ALLOWED,
// CURRENCY_MISMATCH, TOO_MANY, INVALID_INPUT when goods or freight would not be lower. After commit
// the channels are called, for at most five seconds; while one has not answered, nothing is stored
// and CHANNEL_PENDING comes beside the order: call again, with the same key or another.
func (p *Payments) AdjustPrice(ctx context.Context, in AdjustInput) (OrderResult, error) {
	viewer, err := auth.Require(ctx, vocab.Merchant)
	if err != nil {
		return OrderResult{}, err
	}
	var claimed []globalid.ID
	var adjusted bool
	_, err = p.command(ctx, in.Order, viewer,
		func(ctx context.Context, s *session) ([]globalid.ID, error) {
			if err := s.checkAdjust(ctx, in); err != nil {
				return nil, err
			}
			held, err := s.closeAttempts(closing{vocab.CloseAdjust, viewer.Role, true})
			if err != nil {
				return nil, err
			}
			now := !s.facts().AttemptOpen
			s.Tx.AfterCommit(func() { claimed, adjusted = held, now })
			if !now {
				return []globalid.ID{in.Order}, nil
			}
			return []globalid.ID{in.Order}, s.adjust(ctx, in)
		})
	if err != nil || adjusted {
		return OrderResult{Order: in.Order}, err
	}
	p.callNow(ctx, claimed, nil)
	return p.adjustClosed(store.WithoutKey(ctx), in)
}

// adjustClosed is the second command: the attempts are closed, or are not. It also serves the
// repetition of a key whose first run ended here with CHANNEL_PENDING.
func (p *Payments) adjustClosed(
	ctx context.Context, in AdjustInput,
) (OrderResult, error) {
	viewer, err := auth.Require(ctx, vocab.Merchant)
	if err != nil {
		return OrderResult{}, err
	}
	var problem *fault.Error
	_, err = p.command(ctx, in.Order, viewer,
		func(ctx context.Context, s *session) ([]globalid.ID, error) {
			problem = nil
			if s.Order.Payable <= in.Payable.Amount {
				return nil, nil
			}
			if err := s.checkAdjust(ctx, in); err != nil {
				return nil, err
			}
			if s.facts().AttemptOpen {
				problem = pending()
				return nil, nil
			}
			return nil, s.adjust(ctx, in)
		})
	return OrderResult{Order: in.Order, Problem: problem}, err
}

func (s *session) checkAdjust(ctx context.Context, in AdjustInput) error {
	o := s.Order
	err := lifecycle.Check(
		lifecycle.Trade, o.Status, vocab.AdjustPrice, vocab.Merchant, s.facts())
	if err != nil {
		return s.AsSeen(vocab.AdjustPrice, err)
	}
	if string(in.Payable.Currency) != o.Currency {
		return fault.At("payable.currency", fault.CurrencyMismatch, "The order is in %s.",
			o.Currency)
	}
	if in.Freight != nil && string(in.Freight.Currency) != o.Currency {
		return fault.At("freight.currency", fault.CurrencyMismatch, "The order is in %s.",
			o.Currency)
	}
	if in.Payable.Amount < 0 || in.Payable.Amount >= o.Payable {
		return fault.At("payable.amount", fault.InvalidInput,
			"The price can only be lowered: it is %s now.",
			money.Money{Amount: o.Payable, Currency: money.Currency(o.Currency)}.Text())
	}
	return s.OneMore(ctx, limit.PriceChanges, nil, vocab.EventOrderPriceAdjusted)
}

func (s *session) adjust(ctx context.Context, in AdjustInput) error {
	if err := s.Load(ctx); err != nil {
		return err
	}
	to := order.NewPrice{Payable: in.Payable.Amount}
	if in.Freight != nil {
		to.Freight = &in.Freight.Amount
	}
	err := s.Adjust(to, s.facts())
	if err != nil || to.Payable > 0 {
		return err
	}
	// Nobody pays an order that costs nothing: from here on the system acts.
	s.Actor = event.Actor{Role: vocab.System}
	missing, err := s.Pay(ctx, s.facts(), s.Tx.Now)
	if err != nil {
		return err
	}
	return s.reportMissing(ctx, missing)
}
