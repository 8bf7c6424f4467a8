package aftersale

import (
	"context"

	"orderflow/ent"
	entaftersale "orderflow/ent/aftersale"
	entshop "orderflow/ent/shop"
	"orderflow/ent/warehouse"
	"orderflow/internal/globalid"
)

// warehouse is where goods of the request come back to.
func (s *session) warehouse() globalid.ID {
	switch {
	case s.Row.ReturnWarehouseID != nil:
		return *s.Row.ReturnWarehouseID
	case s.Parcel != nil:
		return s.Parcel.WarehouseID
	default:
		return s.sub.WarehouseID
	}
}

// setReturnAddress keeps the address that the buyer sends to, as it is now: the warehouse's, or
// else the shop's.
func (s *session) setReturnAddress(ctx context.Context) error {
	id := s.warehouse()
	house, err := s.Tx.Warehouse.Get(ctx, id)
	if err != nil {
		return err
	}
	address, err := s.keys.OpenText(house.ReturnAddress, id, warehouse.FieldReturnAddress)
	if err == nil && address == "" {
		var shop *ent.Shop
		if shop, err = s.Tx.Shop.Get(ctx, s.Row.ShopID); err == nil {
			address, err = s.keys.OpenText(shop.ReturnAddress, shop.ID, entshop.FieldReturnAddress)
		}
	}
	if err != nil {
		return err
	}
	s.Row.ReturnWarehouseID = &id
	s.Row.ReturnAddress = s.keys.SealText(address, s.Row.ID, entaftersale.FieldReturnAddress)
	return nil
}

// ReturnAddress opens the address that the buyer of a request is to send to; empty for none. The
// graph calls it for viewers that see the request.
func (s *AfterSales) ReturnAddress(a *ent.AfterSale) (string, error) {
	return s.keys.OpenText(a.ReturnAddress, a.ID, entaftersale.FieldReturnAddress)
}
