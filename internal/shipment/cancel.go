package shipment

import (
	"context"

	"orderflow/internal/globalid"
	"orderflow/internal/vocab"
)

// Cancel gives a parcel up before its handover; its units can go into another.
//
// Merchant and warehouse staff of the shop may call it. Faults: NOT_FOUND, ACTION_NOT_ALLOWED once
// it is handed over. After commit nothing follows.
func (s *Shipments) Cancel(ctx context.Context, id globalid.ID) (globalid.ID, error) {
	return s.step(ctx, id, vocab.CancelParcel)
}
