package shipment

import (
	"context"
	"strings"

	"orderflow/ent"
	"orderflow/ent/formernumber"
	entshipment "orderflow/ent/shipment"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/vocab"
)

// setNumber writes a label on a parcel. Numbers are kept in capital letters, as couriers compare
// them. Fault: INVALID_INPUT at trackingNumber when another parcel has the number: what a courier
// says of that one is not about this one.
func (s *session) setNumber(ctx context.Context, p *ent.Shipment, carrier, number string) error {
	number = strings.ToUpper(number)
	known, err := s.knownNumber(ctx, p, carrier, number)
	if err != nil {
		return err
	}
	if known {
		return fault.At("trackingNumber", fault.InvalidInput,
			"This is the number of another parcel; write the one on the receipt of this parcel.")
	}
	p.Carrier, p.TrackingNumber = carrier, number
	return nil
}

// knownNumber reports whether another parcel has a number, and the two cannot be one box. What goes
// back must not have a number that anything had before; the shop may use one that it had written on
// another parcel by mistake.
func (s *session) knownNumber(
	ctx context.Context, p *ent.Shipment, carrier, number string,
) (bool, error) {
	others, err := s.Tx.Shipment.Query().Where(entshipment.TrackingNumber(number),
		entshipment.IDNEQ(p.ID)).All(ctx)
	if err != nil {
		return false, err
	}
	for _, other := range others {
		if s.sameLabel(p, carrier, other.OrderID, other.Carrier) && !oneBox(p, other) {
			return true, nil
		}
	}
	if p.Purpose != vocab.ReturnParcel {
		return false, nil
	}
	former, err := s.Tx.FormerNumber.Query().Where(formernumber.TrackingNumber(number)).
		WithShipment().All(ctx)
	for _, f := range former {
		if s.sameLabel(p, carrier, f.Edges.Shipment.OrderID, f.Carrier) {
			return true, nil
		}
	}
	return false, err
}

// sameLabel reports whether a number on two parcels is the same one: their carriers are, or both
// are of one order.
func (s *session) sameLabel(
	p *ent.Shipment, carrier string, order globalid.ID, other string,
) bool {
	port := s.portOf(carrier)
	return order == p.OrderID || strings.EqualFold(carrier, other) ||
		port != nil && port == s.portOf(other)
}

// oneBox reports whether two parcels with one number may be in one box that is on its way: between
// the same buyer and the same shop, in the same direction.
func oneBox(p, other *ent.Shipment) bool {
	back := func(p *ent.Shipment) bool { return p.Purpose == vocab.ReturnParcel }
	return p.BuyerID == other.BuyerID && p.ShopID == other.ShopID && back(p) == back(other) &&
		p.WarehouseID == other.WarehouseID && !vocab.CourierDone.Has(*other.CarrierStage)
}
