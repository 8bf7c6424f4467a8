package payment

import (
	"context"

	"orderflow/internal/auth"
	"orderflow/internal/globalid"
	"orderflow/internal/vocab"
)

// Cancel closes an order that is not paid, at once. Stock and redemptions come back.
//
// The order's buyer may call it, and a merchant when no other shop is in the order. Faults:
// NOT_FOUND, ACTION_NOT_ALLOWED. After commit the runner closes the attempts at their channels; a
// payment that comes all the same is LATE and refunded.
func (p *Payments) Cancel(ctx context.Context, id globalid.ID) (OrderResult, error) {
	viewer, err := auth.Require(ctx, vocab.Buyer, vocab.Merchant)
	if err != nil {
		return OrderResult{}, err
	}
	reason := vocab.BuyerCancelled
	if viewer.Role == vocab.Merchant {
		reason = vocab.MerchantCancelled
	}
	ids, err := p.command(ctx, id, viewer,
		func(ctx context.Context, s *session) ([]globalid.ID, error) {
			facts := s.facts()
			_, err := s.closeAttempts(closing{vocab.CloseCancel, viewer.Role, false})
			if err != nil {
				return nil, err
			}
			return []globalid.ID{id}, s.Close(ctx, vocab.Cancel, facts, reason)
		})
	if err != nil {
		return OrderResult{}, err
	}
	return OrderResult{Order: ids[0]}, nil
}
