package shipment

import (
	"context"

	"orderflow/ent"
	"orderflow/internal/auth"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/shipment/courier"
	"orderflow/internal/vocab"
)

// MarkLost notes that staff learned that a parcel is lost. It joins what the courier reported,
// which may still report that it was delivered after all.
//
// Merchants of the shop may call it for what the shop sent, support and platform staff for any.
// Faults: NOT_FOUND, ACTION_NOT_ALLOWED unless it is on its way. After commit it holds back
// automatic receipt, and is a task of the merchant.
func (s *Shipments) MarkLost(ctx context.Context, id globalid.ID) (globalid.ID, error) {
	v, err := auth.Require(ctx, vocab.Merchant, vocab.Support, vocab.Platform)
	if err != nil {
		return globalid.ID{}, err
	}
	return s.onParcel(ctx, id, v,
		func(ctx context.Context, s *session, p *ent.Shipment) error {
			if err := s.check(ctx, p, vocab.MarkParcelLost); err != nil {
				return err
			}
			return s.lose(ctx, p, v.Role)
		})
}

// CountAsLost notes that parcels count as lost whose courier did not solve a problem in time. What
// it reports later joins that, as after MarkLost.
//
// Packages order and aftersale call it, by their hooks, under the order's lock. After commit it is
// as after MarkLost.
func (s *Shipments) CountAsLost(
	ctx context.Context, l *order.Locked, parcels ...*ent.Shipment,
) error {
	opened := &session{s, l}
	for _, found := range parcels {
		p, err := opened.load(ctx, found.ID)
		if err != nil {
			return err
		}
		if err := opened.lose(ctx, p, vocab.Clock); err != nil {
			return err
		}
	}
	return nil
}

// lose adds to what is known of a parcel that it is lost.
func (s *session) lose(ctx context.Context, p *ent.Shipment, by vocab.Role) error {
	known, err := s.recorded(ctx, p)
	if err != nil {
		return err
	}
	p.NextAttemptAt = nil
	lost := courier.Event{At: s.Tx.Now, Stage: vocab.CarrierLost}
	return s.follow(ctx, p, report{known: known, added: []courier.Event{lost}, by: by})
}
