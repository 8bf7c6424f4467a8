package read

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"orderflow/ent"
	"orderflow/internal/auth"
	"orderflow/internal/document"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/phone"
	"orderflow/internal/seal"
	"orderflow/internal/vocab"
)

// OrderAddress opens an order's address for its viewer. Staff of shops get it once the order is
// paid, and the full phone number while they have something to ship. Name and street are for the
// buyer and for staff who still need them.
func (r *Reader) OrderAddress(ctx context.Context, o *ent.Order) (*document.Address, error) {
	v := auth.From(ctx)
	if v.IsBuyer() {
		return r.openAddress(o.Address, o.ID, masked)
	}
	if !seesWholeOrders(v) && o.PaidAt == nil {
		return nil, nil
	}
	subs, err := subOrdersOf(ctx, o)
	if err != nil {
		return nil, err
	}
	shown, err := r.shownTo(ctx, v, subs...)
	if err != nil {
		return nil, err
	}
	return r.openAddress(o.Address, o.ID, shown)
}

// SubOrderAddress opens the address that the buyer changed a sub-order's to, nil for none.
func (r *Reader) SubOrderAddress(ctx context.Context, s *ent.SubOrder) (*document.Address, error) {
	v := auth.From(ctx)
	if v.IsBuyer() {
		return r.openAddress(s.Address, s.OrderID, masked)
	}
	shown, err := r.shownTo(ctx, v, s)
	if err != nil {
		return nil, err
	}
	return r.openAddress(s.Address, s.OrderID, shown)
}

// ChangedAddress opens the address of an address change. Staff need it to answer; what they have
// accepted is the sub-order's.
func (r *Reader) ChangedAddress(
	ctx context.Context, c *ent.AddressChange,
) (*document.Address, error) {
	shown := hidden
	if auth.From(ctx).IsBuyer() || vocab.AddressOpen.Has(c.Status) {
		shown = masked
	}
	return r.openAddress(c.Address, c.OrderID, shown)
}

// shown is how much of an address a viewer gets.
type shown int

const (
	hidden shown = iota // neither name nor street nor the whole phone number
	masked              // not the whole phone number
	whole
)

// shownTo is how much staff get of the address of sub-orders: the whole while they have something
// to ship, and name and street until a time after the last of them was over.
func (r *Reader) shownTo(
	ctx context.Context, v *auth.Viewer, subs ...*ent.SubOrder,
) (shown, error) {
	now, err := r.Now(ctx)
	if err != nil {
		return hidden, err
	}
	since := now.AddDate(0, 0, -r.addressDays)
	most := hidden
	for _, s := range subs {
		if !v.SeesAllShops() && vocab.ToShip.Has(s.Status) {
			return whole, nil
		}
		if needsAddress(s, since) {
			most = masked
		}
	}
	return most, nil
}

// needsAddress reports whether a sub-order is not over, has an open request, or was not over at a
// moment.
func needsAddress(s *ent.SubOrder, at time.Time) bool {
	if s.OpenRequests > 0 {
		return true
	}
	switch {
	case s.CompletedAt != nil:
		return s.CompletedAt.After(at)
	case s.ClosedAt != nil:
		return s.ClosedAt.After(at)
	}
	return true
}

// openAddress opens an address that was sealed for an order, nil for none.
func (r *Reader) openAddress(
	sealed []byte, order globalid.ID, show shown,
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
	number := phone.Stored(address.Phone)
	address.Phone = number.Shown()
	if show < whole {
		address.Phone = number.Masked()
	}
	if show < masked {
		address.Name, address.Street = seal.MaskName(address.Name), seal.MaskText(address.Street)
	}
	return &address, nil
}

// AddressChangeActions are what the viewer may do with an address change now.
func AddressChangeActions(ctx context.Context, c *ent.AddressChange) []vocab.AddressAction {
	return lifecycle.Address.Allowed(c.Status, auth.From(ctx).Role, lifecycle.NoFacts{})
}
