package shipment

import (
	"context"
	"slices"

	"orderflow/ent"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/stock"
	"orderflow/internal/vocab"
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
	by := d.l.Log.Actor().Role
	err := d.move(ctx, p, vocab.HandOver, by, func(u *ent.ShipmentUpdate) {
		u.SetCarrier(carrier).SetTrackingNumber(number).SetHandedOverAt(d.tx.Now).
			SetCarrierStage(vocab.CarrierLabelled)
		if d.portOf(carrier) != nil {
			u.SetNextAttemptAt(d.db.RealNow())
		}
	})
	if err != nil {
		return err
	}
	p.Carrier, p.TrackingNumber, p.HandedOverAt = carrier, number, &d.tx.Now
	if err := d.label(p); err != nil {
		return err
	}
	if err := d.leave(ctx, p); err != nil {
		return err
	}
	return d.tracked(ctx, p)
}

// leave takes what is in a parcel out of the stock. Of an ORDER parcel the sub-orders go on.
func (d *desk) leave(ctx context.Context, p *ent.Shipment) error {
	// Rows of stock are locked in ascending order of their skus.
	items := slices.Clone(p.Edges.Items)
	slices.SortFunc(items, func(a, b *ent.ShipmentItem) int {
		return d.l.Item(a.ItemID).SkuID.Compare(d.l.Item(b.ItemID).SkuID)
	})
	actor := d.l.Log.Actor()
	handed := make([]order.Handed, len(items))
	for i, it := range items {
		var err error
		if p.Purpose == vocab.ReplacementParcel {
			err = stock.ShipFor(ctx, d.tx, actor, *p.AfterSaleID, it.ItemID, p.WarehouseID,
				it.Quantity)
		} else {
			err = stock.Ship(ctx, d.tx, actor, it.ItemID, p.WarehouseID, it.Quantity)
		}
		if err != nil {
			return err
		}
		handed[i] = order.Handed{Item: it.ItemID, Units: it.Quantity}
	}
	if p.Purpose != vocab.OrderParcel {
		return nil
	}
	return d.l.Ship(ctx, d.tx, handed)
}
