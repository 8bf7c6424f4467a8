package shipment

import (
	"context"
	"slices"

	"orderflow/ent"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/order"
	"orderflow/internal/stock"
)

// LabelInput is what is written on a parcel: who carries it under which number. A carrier that no
// courier of this server tracks is 2 to 32 letters.
type LabelInput struct {
	Shipment       globalid.ID
	Carrier        string
	TrackingNumber string
}

// HandOver gives a parcel to the courier. Its units leave the stock, its sub-orders go on to
// PARTIALLY_SHIPPED or SHIPPED.
//
// Merchant and warehouse staff of the shop may call it. Faults: NOT_FOUND, INVALID_INPUT,
// ACTION_NOT_ALLOWED, also when units of it were refunded or moved meanwhile (cancel it then),
// CONFLICT. After commit the runner asks the courier to tell about it, when one tracks the carrier.
func (s *Shipments) HandOver(ctx context.Context, in LabelInput) (globalid.ID, error) {
	v, err := packer(ctx)
	if err != nil {
		return globalid.ID{}, err
	}
	if err := s.checkLabel(in.Carrier, in.TrackingNumber); err != nil {
		return globalid.ID{}, err
	}
	return s.onParcel(ctx, in.Shipment, v,
		func(ctx context.Context, d *desk, p *ent.Shipment) error {
			return d.handOver(ctx, p, in.Carrier, in.TrackingNumber)
		})
}

func (d *desk) handOver(
	ctx context.Context, p *ent.Shipment, carrier, number string,
) error {
	label, err := lifecycle.Carrier.Next(
		"", lifecycle.TrackParcel, lifecycle.System, lifecycle.NoFacts{})
	if err != nil {
		return order.NotAllowed(err)
	}
	err = d.move(ctx, p, lifecycle.HandOver, func(u *ent.ShipmentUpdate) {
		u.SetCarrier(carrier).SetTrackingNumber(number).SetHandedOverAt(d.tx.Now).
			SetCarrierStage(label.To)
		if d.portOf(carrier) != nil {
			u.SetNextAttemptAt(d.db.RealNow())
		}
	})
	if err != nil {
		return err
	}
	d.tell(p, label.Emit, "", string(label.To))
	// Rows of stock are locked in ascending order of their skus.
	items := slices.Clone(p.Edges.Items)
	slices.SortFunc(items, func(a, b *ent.ShipmentItem) int {
		return d.l.Item(a.ItemID).SkuID.Compare(d.l.Item(b.ItemID).SkuID)
	})
	handed := make([]order.Handed, len(items))
	for i, it := range items {
		err := stock.Ship(ctx, d.tx, d.l.Log.Actor(), it.ItemID, p.WarehouseID, it.Quantity)
		if err != nil {
			return err
		}
		handed[i] = order.Handed{Item: it.ItemID, Units: it.Quantity}
	}
	return d.l.Ship(ctx, d.tx, handed)
}
