package shipment

import (
	"context"

	"orderflow/ent"
	entshipment "orderflow/ent/shipment"
	"orderflow/ent/suborder"
	"orderflow/internal/auth"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/store"
)

// ShipInput ships a sub-order in one parcel.
type ShipInput struct {
	SubOrder       globalid.ID
	Carrier        string
	TrackingNumber string
}

// ShipResult is what became of one entry of ShipOrders: the parcel, or Err, which is a fault.
type ShipResult struct {
	SubOrder globalid.ID
	Shipment globalid.ID
	Err      error
}

// ShipOrders ships up to 100 sub-orders, each in its own transaction and with its own result: a
// parcel of everything that can be packed now is made and handed over. A repetition under the same
// idempotency key gives the parcels of the first run and tries again what failed.
//
// Merchant and warehouse staff may call it. Faults of an entry: NOT_FOUND, INVALID_INPUT,
// ACTION_NOT_ALLOWED, also when nothing can be packed, ON_HOLD, CONFLICT; of the command:
// LIMIT_EXCEEDED.
// Any other error ends the command. After commit as HandOver.
func (s *Shipments) ShipOrders(ctx context.Context, in []ShipInput) ([]ShipResult, error) {
	v, err := packer(ctx)
	if err != nil {
		return nil, err
	}
	if len(in) > maxBulk {
		return nil, tooMany("entries")
	}
	// The parcels' ids are known before they are made, so that a repetition finds them.
	ids, _, err := s.db.Command(ctx, func(context.Context, *store.Tx) ([]globalid.ID, error) {
		made := make([]globalid.ID, len(in))
		for i := range made {
			made[i] = globalid.New(globalid.Shipment)
		}
		return made, nil
	})
	if err != nil {
		return nil, err
	}
	ctx = store.WithoutKey(ctx)
	results := make([]ShipResult, len(in))
	for i, entry := range in {
		results[i].SubOrder = entry.SubOrder
		err := s.shipOrder(ctx, v, entry, ids[i])
		switch {
		case err == nil:
			results[i].Shipment = ids[i]
		case fault.All(err) == nil:
			return nil, err
		default:
			results[i].Err = err
		}
	}
	return results, nil
}

func (s *Shipments) shipOrder(
	ctx context.Context, v *auth.Viewer, in ShipInput, id globalid.ID,
) error {
	var err error
	if in.Carrier, err = s.checkLabel(in.Carrier, in.TrackingNumber); err != nil {
		return err
	}
	sub, err := s.db.Client.SubOrder.Query().Where(suborder.ID(in.SubOrder)).Only(ctx)
	if ent.IsNotFound(err) || err == nil && !v.HasShop(sub.ShopID) {
		return fault.At("subOrder", fault.NotFound, "There is no such sub-order.")
	}
	if err != nil {
		return err
	}
	_, err = s.command(ctx, sub.OrderID, v,
		func(ctx context.Context, s *session) (globalid.ID, error) {
			done, err := s.Tx.Shipment.Query().Where(entshipment.ID(id)).Exist(ctx)
			if err != nil || done {
				return id, err
			}
			return id, s.shipAll(ctx, id, in)
		})
	return err
}

// shipAll makes a parcel of all units of a sub-order that can be packed, and hands it over.
func (s *session) shipAll(ctx context.Context, id globalid.ID, in ShipInput) error {
	sub := s.Sub(in.SubOrder)
	units, err := s.packable(ctx, sub.WarehouseID)
	if err == nil {
		err = s.shippable(sub, units)
	}
	if err != nil {
		return err
	}
	var lines []Line
	for _, it := range s.Items {
		if n := units[it.ID]; n > 0 && it.SubOrderID == sub.ID {
			lines = append(lines, Line{Item: it.ID, Quantity: n})
		}
	}
	p, err := s.create(ctx, id, lines)
	if err != nil {
		return err
	}
	return s.handOver(ctx, p, in.Carrier, in.TrackingNumber)
}
