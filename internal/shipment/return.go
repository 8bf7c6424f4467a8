package shipment

import (
	"context"

	"orderflow/ent"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/vocab"
)

// ReturnInput is a parcel in which a buyer sends goods back: of one sub-order, to a warehouse.
type ReturnInput struct {
	AfterSale      globalid.ID
	Warehouse      globalid.ID
	Carrier        string
	TrackingNumber string
	Lines          []Line
}

// OpenReturn makes the RETURN parcel of a request. The courier has it already; it is tracked like
// any other, and counts neither for the trade nor for the stock.
//
// Package aftersale calls it under the order's lock and has checked the lines and the viewer.
// Faults: INVALID_INPUT at carrier, or at trackingNumber, also when another parcel has or had it.
// After commit the runner subscribes to its track, when a courier tracks the carrier.
func (s *Shipments) OpenReturn(
	ctx context.Context, l *order.Locked, in ReturnInput,
) (*ent.Shipment, error) {
	var err error
	if in.Carrier, err = s.checkLabel(in.Carrier, in.TrackingNumber); err != nil {
		return nil, err
	}
	opened := &session{s, l}
	p, err := opened.open(ctx, newParcel{id: globalid.New(globalid.Shipment),
		purpose: vocab.ReturnParcel, warehouse: in.Warehouse, afterSale: &in.AfterSale,
		by: l.Actor.Role, lines: in.Lines})
	if err != nil {
		return nil, err
	}
	if err := opened.label(ctx, p, in.Carrier, in.TrackingNumber); err != nil {
		return nil, err
	}
	return p, s.Hooks.ParcelTracked(ctx, l, p)
}
