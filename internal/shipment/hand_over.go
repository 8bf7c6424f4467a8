package shipment

import (
	"context"
	"slices"

	"orderflow/ent"
	"orderflow/internal/event"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/order"
	"orderflow/internal/stock"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// LabelInput is what is written on a parcel: which carrier of the list has it, under which
// number.
type LabelInput struct {
	Shipment       globalid.ID
	Carrier        string
	TrackingNumber string
}

// HandOver gives a parcel to the courier. Its units leave the stock, its sub-orders go on to
// PARTIALLY_SHIPPED or SHIPPED.
//
// Merchant and warehouse staff of the shop may call it. Faults: NOT_FOUND, INVALID_INPUT,
// also at trackingNumber when another parcel has it, ACTION_NOT_ALLOWED, also when units of it were
// refunded or moved meanwhile (cancel it then), ON_HOLD, CONFLICT. After commit the runner
// subscribes to its track, when a courier tracks the carrier.
func (s *Shipments) HandOver(ctx context.Context, in LabelInput) (globalid.ID, error) {
	v, err := packer(ctx)
	if err != nil {
		return globalid.ID{}, err
	}
	if in.Carrier, err = s.checkLabel(in.Carrier, in.TrackingNumber); err != nil {
		return globalid.ID{}, err
	}
	return s.onParcel(ctx, in.Shipment, v,
		func(ctx context.Context, s *session, p *ent.Shipment) error {
			return s.handOver(ctx, p, in.Carrier, in.TrackingNumber)
		})
}

func (s *session) handOver(ctx context.Context, p *ent.Shipment, carrier, number string) error {
	if err := s.transition(ctx, p, vocab.HandOver, s.Actor.Role); err != nil {
		return err
	}
	if err := s.label(ctx, p, carrier, number); err != nil {
		return err
	}
	if err := s.leave(ctx, p); err != nil {
		return err
	}
	return s.Hooks.ParcelTracked(ctx, s.Locked, p)
}

// label notes on a parcel that a courier has it, which has reported nothing yet.
func (s *session) label(ctx context.Context, p *ent.Shipment, carrier, number string) error {
	if err := s.setNumber(ctx, p, carrier, number); err != nil {
		return err
	}
	p.HandedOverAt = &s.Tx.Now
	if s.Tracks(carrier) {
		p.NextAttemptAt = s.in(0)
	}
	var stage vocab.CarrierStage
	taken, err := lifecycle.Take(
		lifecycle.Carrier, &stage, vocab.TrackParcel, vocab.System, lifecycle.NoFacts{})
	if err != nil {
		return err
	}
	p.CarrierStage = &stage
	s.emit(p, taken.Emit, "", string(taken.To))
	return nil
}

// leave takes what is in a parcel out of the stock. Of an ORDER parcel the sub-orders go on.
func (s *session) leave(ctx context.Context, p *ent.Shipment) error {
	return s.eachUnit(ctx, p, stock.Ship, s.Ship)
}

// eachUnit moves the stock of all that is in a parcel, and the sub-orders of an ORDER parcel.
func (s *session) eachUnit(
	ctx context.Context, p *ent.Shipment,
	move func(context.Context, *store.Tx, event.Actor, stock.Units) error,
	ship func(context.Context, []order.Handed) error,
) error {
	// Rows of stock are locked in ascending order of their skus.
	items := slices.Clone(p.Edges.Items)
	slices.SortFunc(items, func(a, b *ent.ShipmentItem) int {
		return s.Item(a.ItemID).SkuID.Compare(s.Item(b.ItemID).SkuID)
	})
	handed := make([]order.Handed, len(items))
	for i, it := range items {
		units := stock.Units{Item: it.ItemID, Warehouse: p.WarehouseID, Quantity: it.Quantity}
		if p.Purpose == vocab.ReplacementParcel {
			units.AfterSale = *p.AfterSaleID
		}
		if err := move(ctx, s.Tx, s.Actor, units); err != nil {
			return err
		}
		handed[i] = order.Handed{Item: it.ItemID, Units: it.Quantity}
	}
	if p.Purpose != vocab.OrderParcel {
		return nil
	}
	return ship(ctx, handed)
}
