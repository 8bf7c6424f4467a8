package order

import (
	"context"
	"slices"

	"orderflow/ent"
	"orderflow/ent/addresschange"
	"orderflow/internal/auth"
	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/limit"
	"orderflow/internal/region"
	"orderflow/internal/vocab"
)

// AddressInput is where the buyer wants an order sent instead.
type AddressInput struct {
	Order   globalid.ID
	Address document.Address
}

// RequestAddressChange requests it of every shop of the buyer's order that has handed nothing over
// and takes another region, if it is one; the freight stays. The address is sealed with the order's
// id, wherever it is copied. Faults: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND, INVALID_INPUT,
// ACTION_NOT_ALLOWED when it is possible at no shop, TOO_MANY.
func (o *Orders) RequestAddressChange(ctx context.Context, in AddressInput) (globalid.ID, error) {
	v, err := auth.Require(ctx, vocab.Buyer)
	if err != nil {
		return globalid.ID{}, err
	}
	key, faults := ParseAddress(&in.Address)
	if err := faults.Err(); err != nil {
		return globalid.ID{}, err
	}
	to, err := o.seal(in.Address, key, in.Order)
	if err != nil {
		return globalid.ID{}, err
	}
	return o.onOrder(ctx, in.Order, v,
		func(ctx context.Context, l *Locked) (globalid.ID, error) {
			shops, err := l.addressShops(ctx, key)
			if err != nil {
				return in.Order, err
			}
			return in.Order, l.requestAddress(shops, to)
		})
}

// addressShops are the shops that can still send elsewhere.
func (l *Locked) addressShops(ctx context.Context, to region.Key) ([]globalid.ID, error) {
	var able []globalid.ID
	refusal := error(fault.New(fault.ActionNotAllowed, "No shop of the order can be asked."))
	wishes, err := l.Tx.AddressChange.Query().
		Where(addresschange.OrderID(l.Order.ID)).All(ctx)
	if err != nil {
		return nil, err
	}
	for _, id := range l.shops() {
		if err := l.mayWish(id, vocab.RequestAddress, wishes); err != nil {
			refusal = err
		} else {
			able = append(able, id)
		}
	}
	if to != l.Order.Region && len(able) > 0 {
		if able, err = l.takingRegions(ctx, able); err != nil {
			return nil, err
		}
		refusal = fault.At("address.region", fault.ActionNotAllowed,
			"No shop of the order sends to another region than the one it was placed for.")
	}
	if len(able) == 0 {
		return nil, refusal
	}
	return able, nil
}

// mayWish says why nobody can wish that a shop sends elsewhere, or nil; wishes are those of the
// order. Faults: ACTION_NOT_ALLOWED, TOO_MANY.
func (l *Locked) mayWish(
	shop globalid.ID, action vocab.TradeAction, wishes []*ent.AddressChange,
) error {
	refusal := error(fault.New(fault.ActionNotAllowed, "Nothing of the shop is left to send."))
	facts := ShopFacts(l.Subs, l.Items, shop)
	for _, sub := range l.Subs {
		if sub.ShopID != shop || vocab.TradeClosed.Has(sub.Status) {
			continue
		}
		refusal = lifecycle.Check(lifecycle.Trade, sub.Status, action, l.Actor.Role, facts)
		if refusal == nil {
			break
		}
	}
	if refusal != nil {
		return refusal
	}
	mine := 0
	for _, change := range wishes {
		switch {
		case change.ShopID != shop:
		case vocab.AddressOpen.Has(change.Status):
			return fault.New(fault.ActionNotAllowed,
				"A change of address is open: it must be answered or withdrawn first.")
		case change.OpenedBy == l.Actor.Role:
			mine++
		}
	}
	return limit.AddressWishes.OneMore(mine)
}

// takingRegions keeps the shops that took another region when the order was placed.
func (l *Locked) takingRegions(
	ctx context.Context, shops []globalid.ID,
) (taking []globalid.ID, err error) {
	for _, sub := range l.Subs {
		if !slices.Contains(shops, sub.ShopID) || slices.Contains(taking, sub.ShopID) {
			continue
		}
		terms, err := l.TermsOf(ctx, sub)
		if err != nil {
			return nil, err
		}
		if terms.AllowRegionChange {
			taking = append(taking, sub.ShopID)
		}
	}
	return taking, nil
}

// shops names the shops of the order.
func (l *Locked) shops() []globalid.ID {
	var ids []globalid.ID
	for _, sub := range l.Subs {
		if !slices.Contains(ids, sub.ShopID) {
			ids = append(ids, sub.ShopID)
		}
	}
	return ids
}

func (l *Locked) requestAddress(shops []globalid.ID, to destination) error {
	for _, id := range shops {
		row := &ent.AddressChange{ID: globalid.New(globalid.AddressChange), OrderID: l.Order.ID,
			BuyerID: l.Order.BuyerID, ShopID: id, OpenedBy: l.Actor.Role, Region: to.region,
			Address: to.address, PhoneIndex: to.phoneIndex, CreatedAt: l.Tx.Now}
		if err := l.openAddress(row, vocab.AskAddress); err != nil {
			return err
		}
	}
	return nil
}

// openAddress adds an address change.
func (l *Locked) openAddress(row *ent.AddressChange, action vocab.AddressAction) error {
	taken, err := lifecycle.Take(
		lifecycle.Address, &row.Status, action, row.OpenedBy, lifecycle.NoFacts{})
	if err != nil {
		return err
	}
	l.Tx.Insert(row)
	l.EmitFor(row.ShopID, taken.Emit, document.Payload{To: string(taken.To)})
	return nil
}
