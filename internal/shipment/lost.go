package shipment

import (
	"context"

	"orderflow/ent"
	"orderflow/internal/auth"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/shipment/courier"
	"orderflow/internal/vocab"
)

// MarkLost notes that staff learned that a parcel is lost. It joins what the courier reported,
// which may still report that it was delivered after all.
//
// Merchants of the shop, support and platform staff may call it. Faults: NOT_FOUND,
// ACTION_NOT_ALLOWED unless it is on its way. After commit it holds back automatic receipt, and is
// a task of the merchant.
func (s *Shipments) MarkLost(ctx context.Context, id globalid.ID) (globalid.ID, error) {
	v, err := auth.Require(ctx, vocab.Merchant, vocab.Support, vocab.Platform)
	if err != nil {
		return globalid.ID{}, err
	}
	return s.onParcel(ctx, id, v,
		func(ctx context.Context, s *session, p *ent.Shipment) error {
			err := lifecycle.Check(
				lifecycle.Parcel, p.Stage, vocab.MarkParcelLost, v.Role, Facts(p, false))
			if err != nil {
				return err
			}
			known, err := s.recorded(ctx, p)
			if err != nil {
				return err
			}
			p.NextAttemptAt = nil
			lost := courier.Event{At: s.Tx.Now, Stage: vocab.CarrierLost}
			return s.follow(ctx, p,
				report{known: known, added: []courier.Event{lost}, by: v.Role})
		})
}
