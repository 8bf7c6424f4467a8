package read

import (
	"context"

	"orderflow/ent"
	"orderflow/internal/auth"
	"orderflow/internal/lifecycle"
	"orderflow/internal/shipment"
	"orderflow/internal/vocab"
)

// ShipmentActions are what the viewer may do with a parcel now.
func ShipmentActions(ctx context.Context, p *ent.Shipment) []vocab.ParcelAction {
	return lifecycle.Parcel.Allowed(
		p.Stage, auth.From(ctx).Role, shipment.Facts(p, around(ctx, p)))
}

// TransferActions are what the viewer may do with a transfer now.
func TransferActions(ctx context.Context, t *ent.StockTransfer) []vocab.TransferAction {
	return lifecycle.Transfer.Allowed(t.Status, auth.From(ctx).Role, lifecycle.TransferFacts{})
}
