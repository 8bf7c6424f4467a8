package read

import (
	"context"

	"orderflow/ent"
	"orderflow/internal/auth"
	"orderflow/internal/lifecycle"
	"orderflow/internal/shipment"
	"orderflow/internal/vocab"
)

// parcelFacts are the facts of a parcel; stopped is preloaded for it. Commands: step in
// internal/shipment, which computes QuantityLocked from the items under the order's lock.
func parcelFacts(p *ent.Shipment, stopped bool) lifecycle.ParcelFacts {
	facts := shipment.Facts(p)
	facts.QuantityLocked = stopped
	return facts
}

// ShipmentActions are what the viewer may do with a parcel now.
func ShipmentActions(ctx context.Context, p *ent.Shipment) []vocab.ParcelAction {
	return lifecycle.Parcel.Allowed(p.Stage, auth.From(ctx).Role, parcelFacts(p, Stopped(ctx, p)))
}

// transferFacts are the facts of a transfer. Command: transfer.Transfers.Receive; whether units
// are the last is named by its input, and either way is the same action.
func transferFacts() lifecycle.TransferFacts { return lifecycle.TransferFacts{} }

// TransferActions are what the viewer may do with a transfer now.
func TransferActions(ctx context.Context, t *ent.StockTransfer) []vocab.TransferAction {
	return lifecycle.Transfer.Allowed(t.Status, auth.From(ctx).Role, transferFacts())
}
