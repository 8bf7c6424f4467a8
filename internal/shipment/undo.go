package shipment

import (
	"context"

	"orderflow/ent"
	"orderflow/internal/globalid"
	"orderflow/internal/stock"
	"orderflow/internal/vocab"
)

// UndoHandOver takes a handover back that was a mistake: the parcel is PACKED again and without a
// number, its units are in stock and held for it, its sub-orders have their status of before. What
// comes of the number later is not about it.
//
// Merchant and warehouse staff of the shop may call it for what the shop sent. Faults: NOT_FOUND,
// ACTION_NOT_ALLOWED once something was reported of the parcel, a request took units of it or the
// buyer has received it. After commit it can be handed over again, or cancelled.
func (s *Shipments) UndoHandOver(ctx context.Context, id globalid.ID) (globalid.ID, error) {
	v, err := packer(ctx)
	if err != nil {
		return globalid.ID{}, err
	}
	return s.onParcel(ctx, id, v, func(ctx context.Context, s *session, p *ent.Shipment) error {
		if err := s.transition(ctx, p, vocab.UndoHandOver, v.Role); err != nil {
			return err
		}
		p.Carrier, p.TrackingNumber, p.HandedOverAt, p.CarrierStage = "", "", nil, nil
		endIntent(p)
		p.Subscribed, p.ClaimedUntil = false, nil
		p.HeardAt, p.UnansweredSince, p.UnansweredUntil = nil, nil, nil
		if err := s.enter(ctx, p); err != nil {
			return err
		}
		return s.Hooks.ParcelTracked(ctx, s.Locked, p)
	})
}

// enter puts what is in a parcel back into stock, as leave has taken it out.
func (s *session) enter(ctx context.Context, p *ent.Shipment) error {
	return s.eachUnit(ctx, p, stock.Unship, s.Unship)
}
