package shipment

import (
	"context"

	"orderflow/ent"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/store"
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
// Package aftersale calls it under the order's lock and has checked the lines and who asks. Faults:
// INVALID_INPUT at carrier or trackingNumber. After commit the runner asks the courier to tell
// about it, when one tracks the carrier.
func (s *Shipments) OpenReturn(
	ctx context.Context, tx *store.Tx, l *order.Locked, in ReturnInput,
) (*ent.Shipment, error) {
	if err := s.checkLabel(in.Carrier, in.TrackingNumber); err != nil {
		return nil, err
	}
	d := &desk{Shipments: s, tx: tx, l: l}
	p, err := d.open(ctx, newParcel{purpose: vocab.ReturnParcel, warehouse: in.Warehouse,
		afterSale: &in.AfterSale, by: l.Log.Actor().Role, lines: in.Lines,
		change: func(c *ent.ShipmentCreate) {
			c.SetCarrier(in.Carrier).SetTrackingNumber(in.TrackingNumber).
				SetHandedOverAt(tx.Now).SetCarrierStage(vocab.CarrierLabelled)
			if s.portOf(in.Carrier) != nil {
				c.SetNextAttemptAt(s.db.RealNow())
			}
		}})
	if err != nil {
		return nil, err
	}
	if err := d.label(p); err != nil {
		return nil, err
	}
	return p, d.tracked(ctx, p)
}
