package shipment

import (
	"context"

	"orderflow/ent"
	"orderflow/internal/globalid"
	"orderflow/internal/vocab"
)

// StartPicking notes that somebody picks a parcel: PENDING, LIST_PRINTED → PICKING.
//
// Merchant and warehouse staff of the shop may call it. Faults: NOT_FOUND, ACTION_NOT_ALLOWED.
// After commit nothing follows.
func (s *Shipments) StartPicking(ctx context.Context, id globalid.ID) (globalid.ID, error) {
	return s.step(ctx, id, vocab.StartPicking)
}

// step takes a row of the parcel table that has no other consequences.
func (s *Shipments) step(
	ctx context.Context, id globalid.ID, action vocab.ParcelAction,
) (globalid.ID, error) {
	v, err := packer(ctx)
	if err != nil {
		return globalid.ID{}, err
	}
	return s.onParcel(ctx, id, v,
		func(ctx context.Context, s *session, p *ent.Shipment) error {
			return s.transition(ctx, p, action, v.Role)
		})
}
