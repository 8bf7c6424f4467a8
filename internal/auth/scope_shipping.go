package auth

import (
	"orderflow/ent/order"
	"orderflow/ent/predicate"
	"orderflow/ent/shipment"
	"orderflow/ent/shipmentitem"
	"orderflow/ent/trackingevent"
)

// Shipments is the condition on the parcels that v sees, nil for all. Buyers see those of their
// orders with the track that the merchant sees, the staff of shops those of their shops.
func Shipments(v *Viewer) predicate.Shipment {
	switch {
	case v.SeesAllShops():
		return nil
	case v.IsBuyer():
		return shipment.HasOrderWith(order.BuyerID(v.BuyerID))
	}
	return shipment.ShopIDIn(v.Shops...)
}

func shipmentItems(v *Viewer) rows {
	if visible := SubOrders(v); visible != nil {
		return rows(shipmentitem.HasSubOrderWith(visible))
	}
	return nil
}

func trackingEvents(v *Viewer) rows {
	if visible := Shipments(v); visible != nil {
		return rows(trackingevent.HasShipmentWith(visible))
	}
	return nil
}
