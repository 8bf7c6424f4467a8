package order

import (
	"cmp"
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
	"orderflow/internal/store"
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
	for _, id := range l.shops() {
		facts := ShopFacts(l.Subs, l.Items, id)
		for _, sub := range l.Subs {
			if sub.ShopID != id || vocab.TradeClosed.Has(sub.Status) {
				continue
			}
			err := lifecycle.Check(
				lifecycle.Trade, sub.Status, vocab.RequestAddress, l.Actor.Role, facts)
			if err != nil {
				refusal = err
			} else if !slices.Contains(able, id) {
				able = append(able, id)
			}
		}
	}
	wishes, err := l.Tx.AddressChange.Query().
		Where(addresschange.OrderID(l.Order.ID)).All(ctx)
	if err != nil {
		return nil, err
	}
	asked := map[globalid.ID]int{}
	for _, change := range wishes {
		asked[change.ShopID]++
		if i := slices.Index(able, change.ShopID); i >= 0 && vocab.AddressOpen.Has(change.Status) {
			able = slices.Delete(able, i, i+1)
			refusal = fault.New(fault.ActionNotAllowed, "A change is asked already.")
		}
	}
	able = slices.DeleteFunc(able, func(id globalid.ID) bool {
		most := limit.AddressWishes.OneMore(asked[id])
		refusal = cmp.Or(most, refusal)
		return most != nil
	})
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
			BuyerID: l.Order.BuyerID, ShopID: id, Region: to.region, Address: to.address,
			PhoneIndex: to.phoneIndex, CreatedAt: l.Tx.Now}
		taken, err := lifecycle.Take(lifecycle.Address, &row.Status, vocab.AskAddress,
			l.Actor.Role, lifecycle.NoFacts{})
		if err != nil {
			return err
		}
		l.Tx.Insert(row)
		l.EmitFor(id, taken.Emit, document.Payload{To: string(taken.To)})
	}
	return nil
}

// AnswerInput is a shop's answer to an address change.
type AnswerInput struct {
	Change globalid.ID
	Accept bool
	Reason string // of a rejection; at most 200 characters
}

// AnswerAddressChange accepts or rejects an address change; accepted, all that the shop still sends
// of the order goes there. A merchant of the shop may call it. Faults: UNAUTHENTICATED, FORBIDDEN,
// NOT_FOUND, INVALID_INPUT, ACTION_NOT_ALLOWED when it lapsed or was answered.
func (o *Orders) AnswerAddressChange(ctx context.Context, in AnswerInput) (globalid.ID, error) {
	v, err := auth.Require(ctx, vocab.Merchant)
	if err != nil {
		return globalid.ID{}, err
	}
	found, err := o.db.Client.AddressChange.Get(ctx, in.Change)
	if ent.IsNotFound(err) || err == nil && !v.HasShop(found.ShopID) {
		return globalid.ID{}, fault.New(fault.NotFound, "There is no such address change.")
	}
	if err != nil {
		return globalid.ID{}, err
	}
	var faults fault.List
	if limit.ReasonText.Text(&faults, "reason", in.Reason); !in.Accept && in.Reason == "" {
		faults.Add("reason", fault.InvalidInput, "A rejection needs one.")
	}
	if err := faults.Err(); err != nil {
		return globalid.ID{}, err
	}
	return o.onOrder(ctx, found.OrderID, v,
		func(ctx context.Context, l *Locked) (globalid.ID, error) {
			reason := o.keys.SealText(in.Reason, in.Change, addresschange.FieldReason)
			return in.Change, l.answerAddress(ctx, in, reason)
		})
}

func (l *Locked) answerAddress(ctx context.Context, in AnswerInput, reason []byte) error {
	change, err := l.Tx.AddressChange.Get(ctx, in.Change)
	if err != nil {
		return err
	}
	change = store.Track(l.Tx, change)
	if !in.Accept {
		change.Reason = reason
		return l.transitionAddress(change, vocab.RejectAddress, l.Actor.Role)
	}
	if err := l.transitionAddress(change, vocab.AcceptAddress, l.Actor.Role); err != nil {
		return err
	}
	for _, sub := range l.Subs {
		if sub.ShopID == change.ShopID && !vocab.TradeClosed.Has(sub.Status) {
			sub.Address = change.Address
		}
	}
	return nil
}

// transitionAddress changes the status of an address change and emits the event.
func (l *Locked) transitionAddress(
	change *ent.AddressChange, action vocab.AddressAction, by vocab.Role,
) error {
	taken, err := lifecycle.Take(
		lifecycle.Address, &change.Status, action, by, lifecycle.NoFacts{})
	if err != nil {
		return err
	}
	change.AnsweredAt = &l.Tx.Now
	l.EmitFor(change.ShopID, taken.Emit,
		document.Payload{From: string(taken.From), To: string(taken.To)})
	return nil
}

// lapseAddresses ends what a shop has not answered: it is too late to send elsewhere.
func (l *Locked) lapseAddresses(ctx context.Context, shop globalid.ID) error {
	open, err := l.openAddressChanges(ctx)
	if err != nil {
		return err
	}
	for _, change := range open {
		if change.ShopID != shop {
			continue
		}
		err := l.transitionAddress(change, vocab.LapseAddress, vocab.System)
		if err != nil {
			return err
		}
	}
	return nil
}

func (l *Locked) openAddressChanges(ctx context.Context) ([]*ent.AddressChange, error) {
	open, err := Parts(ctx, l,
		func(r *ent.AddressChange) (id, order globalid.ID) { return r.ID, r.OrderID },
		func(ctx context.Context, c *ent.Client, orders []globalid.ID) ([]*ent.AddressChange, error) {
			return c.AddressChange.Query().Where(addresschange.OrderIDIn(orders...),
				addresschange.StatusIn(vocab.AddressOpen...)).All(ctx)
		})
	return store.TrackAll(l.Tx, open), err
}
