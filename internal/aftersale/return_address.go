package aftersale

import (
	"context"
	"encoding/json"
	"fmt"

	"orderflow/ent"
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
	address := house.ReturnAddress
	if address == "" {
		shop, err := s.Tx.Shop.Get(ctx, s.Row.ShopID)
		if err != nil {
			return err
		}
		address = shop.ReturnAddress
	}
	plain, err := json.Marshal(address)
	if err != nil {
		return fmt.Errorf("return address: %w", err)
	}
	s.Row.ReturnWarehouseID, s.Row.ReturnAddress = &id, s.keys.Seal(plain, s.Row.ID[:])
	return nil
}

// ReturnAddress opens the address that the buyer of a request is to send to; empty for none. The
// graph calls it for viewers that see the request.
func (s *AfterSales) ReturnAddress(a *ent.AfterSale) (address string, err error) {
	if len(a.ReturnAddress) == 0 {
		return "", nil
	}
	plain, err := s.keys.Open(a.ReturnAddress, a.ID[:])
	if err == nil {
		err = json.Unmarshal(plain, &address)
	}
	return address, err
}
