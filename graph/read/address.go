package read

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"orderflow/ent"
	"orderflow/internal/auth"
	"orderflow/internal/document"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/seal"
	"orderflow/internal/vocab"
)

// OrderAddress opens an order's address for its viewer. Staff of shops get it once the order is
// paid, and the full phone number while they have something to ship.
func (r *Reader) OrderAddress(ctx context.Context, o *ent.Order) (*document.Address, error) {
	if seesWholeOrders(auth.From(ctx)) {
		return r.openAddress(o.Address, o.ID, false)
	}
	if o.PaidAt == nil {
		return nil, nil
	}
	subs, err := subOrdersOf(ctx, o)
	if err != nil {
		return nil, err
	}
	ships := slices.ContainsFunc(subs, func(s *ent.SubOrder) bool {
		return vocab.ToShip.Has(s.Status)
	})
	return r.openAddress(o.Address, o.ID, ships)
}

// SubOrderAddress opens the address that the buyer changed a sub-order's to, nil for none.
func (r *Reader) SubOrderAddress(ctx context.Context, s *ent.SubOrder) (*document.Address, error) {
	staff := !seesWholeOrders(auth.From(ctx))
	return r.openAddress(s.Address, s.OrderID, staff && vocab.ToShip.Has(s.Status))
}

// ChangedAddress opens the address of an address change.
func (r *Reader) ChangedAddress(c *ent.AddressChange) (*document.Address, error) {
	return r.openAddress(c.Address, c.OrderID, false)
}

// openAddress opens an address that was sealed for an order, nil for none. The phone number is
// masked unless fullPhone.
func (r *Reader) openAddress(
	sealed []byte, order globalid.ID, fullPhone bool,
) (*document.Address, error) {
	if len(sealed) == 0 {
		return nil, nil
	}
	plain, err := r.keys.Open(sealed, order[:])
	if err != nil {
		return nil, fmt.Errorf("address of %s: %w", order, err)
	}
	var address document.Address
	if err := json.Unmarshal(plain, &address); err != nil {
		return nil, fmt.Errorf("address of %s is not an address", order)
	}
	if !fullPhone {
		address.Phone = seal.MaskPhone(address.Phone)
	}
	return &address, nil
}

// AddressChangeActions are what the viewer may do with an address change now.
func AddressChangeActions(ctx context.Context, c *ent.AddressChange) []vocab.AddressAction {
	return lifecycle.Address.Allowed(c.Status, auth.From(ctx).Role, lifecycle.NoFacts{})
}
