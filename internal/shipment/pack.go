package shipment

import (
	"context"

	"orderflow/internal/globalid"
	"orderflow/internal/vocab"
)

// Pack closes a parcel: PENDING, LIST_PRINTED, PICKING → PACKED. It waits for the courier.
//
// Merchant and warehouse staff of the shop may call it. Faults: NOT_FOUND, ACTION_NOT_ALLOWED.
// After commit nothing follows.
func (s *Shipments) Pack(ctx context.Context, id globalid.ID) (globalid.ID, error) {
	return s.step(ctx, id, vocab.PackParcel)
}
