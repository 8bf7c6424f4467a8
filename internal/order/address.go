package order

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"orderflow/ent"
	"orderflow/ent/addresschange"
	"orderflow/ent/shop"
	"orderflow/ent/suborder"
	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// AddressInput is where the buyer wants an order sent instead.
type AddressInput struct {
	Order   globalid.ID
	Address document.Address
}

// RequestAddressChange asks every shop of the buyer's order that has handed nothing over and takes
// another region, if it is one, to send elsewhere; the freight stays. The address is sealed with
// the order's id, wherever it is copied. Faults: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND,
// INVALID_INPUT, ACTION_NOT_ALLOWED when no shop can be asked.
func (o *Orders) RequestAddressChange(ctx context.Context, in AddressInput) (globalid.ID, error) {
	v, err := viewerIn(ctx, vocab.Buyer)
	if err != nil {
		return globalid.ID{}, err
	}
	if err := checkAddress(in.Address).Err(); err != nil {
		return globalid.ID{}, err
	}
	plain, err := json.Marshal(in.Address)
	if err != nil {
		return globalid.ID{}, fmt.Errorf("address: %w", err)
	}
	sealed := o.keys.Seal(plain, in.Order[:])
	return o.atOrder(ctx, in.Order, ActorOf(v),
		func(ctx context.Context, tx *store.Tx, l *Locked) (globalid.ID, error) {
			if l.Order.BuyerID != v.BuyerID {
				return in.Order, fault.New(fault.NotFound, "There is no such order.")
			}
			shops, err := l.shopsToAsk(ctx, tx, in.Address.Region)
			if err != nil {
				return in.Order, err
			}
			return in.Order, l.askShops(ctx, tx, shops, in.Address.Region, sealed)
		})
}

// shopsToAsk are the shops that can still send elsewhere.
func (l *Locked) shopsToAsk(
	ctx context.Context, tx *store.Tx, region string,
) ([]globalid.ID, error) {
	var able []globalid.ID
	refusal := error(fault.New(fault.ActionNotAllowed, "No shop of the order can be asked."))
	for _, id := range l.shops() {
		facts := lifecycle.TradeFacts{HandedOver: l.handedOver(id)}
		for _, sub := range l.Subs {
			if sub.ShopID != id || sub.Status == vocab.Closed {
				continue
			}
			_, err := lifecycle.Trade.Next(
				sub.Status, vocab.RequestAddress, l.Log.Actor().Role, facts)
			if err != nil {
				refusal = NotAllowed(err)
			} else if !slices.Contains(able, id) {
				able = append(able, id)
			}
		}
	}
	open, err := tx.AddressChange.Query().Where(addresschange.OrderID(l.Order.ID),
		addresschange.StatusEQ(vocab.AddressAsked)).All(ctx)
	if err != nil {
		return nil, err
	}
	for _, change := range open {
		if i := slices.Index(able, change.ShopID); i >= 0 {
			able = slices.Delete(able, i, i+1)
			refusal = fault.New(fault.ActionNotAllowed, "A change is asked already.")
		}
	}
	if region != l.Order.Region && len(able) > 0 {
		if able, err = takingRegions(ctx, tx, able); err != nil {
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

// takingRegions keeps the shops whose policy allows another region.
func takingRegions(
	ctx context.Context, tx *store.Tx, shops []globalid.ID,
) ([]globalid.ID, error) {
	rows, err := tx.Shop.Query().Where(shop.IDIn(shops...)).Order(ent.Asc(shop.FieldID)).All(ctx)
	var taking []globalid.ID
	for _, row := range rows {
		if row.Policy.AllowRegionChange {
			taking = append(taking, row.ID)
		}
	}
	return taking, err
}

// handedOver reports whether a shop has handed a parcel of the order over.
func (l *Locked) handedOver(shop globalid.ID) bool {
	return slices.ContainsFunc(l.Items, func(it *ent.OrderItem) bool {
		return it.ShopID == shop && it.ShippedQuantity > 0
	})
}

func (l *Locked) askShops(
	ctx context.Context, tx *store.Tx, shops []globalid.ID, region string, sealed []byte,
) error {
	row, err := lifecycle.Address.Next("", vocab.AskAddress, l.Log.Actor().Role,
		lifecycle.NoFacts{})
	if err != nil {
		return NotAllowed(err)
	}
	for _, id := range shops {
		err := tx.AddressChange.Create().SetOrderID(l.Order.ID).SetShopID(id).SetStatus(row.To).
			SetRegion(region).SetAddress(sealed).SetCreatedAt(tx.Now).Exec(ctx)
		if err != nil {
			return err
		}
		l.Log.AddFor(id, row.Emit, document.Payload{To: string(row.To)})
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
	v, err := viewerIn(ctx, vocab.Merchant)
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
	const longest = 200
	if n := len([]rune(in.Reason)); n > longest || !in.Accept && n == 0 {
		return globalid.ID{}, fault.At("reason", fault.InvalidInput,
			"A rejection needs one, of at most %d characters.", longest)
	}
	return o.atOrder(ctx, found.OrderID, ActorOf(v),
		func(ctx context.Context, tx *store.Tx, l *Locked) (globalid.ID, error) {
			change, err := tx.AddressChange.Get(ctx, in.Change)
			if err != nil {
				return in.Change, err
			}
			if !in.Accept {
				return in.Change, l.answer(ctx, tx, change, vocab.RejectAddress, in.Reason)
			}
			err = l.answer(ctx, tx, change, vocab.AcceptAddress, "")
			if err != nil {
				return in.Change, err
			}
			return in.Change, tx.SubOrder.Update().Where(suborder.OrderID(l.Order.ID),
				suborder.ShopID(change.ShopID), suborder.StatusNEQ(vocab.Closed)).
				SetAddress(change.Address).Exec(ctx)
		})
}

// answer takes one row of the address table with a change that is open.
func (l *Locked) answer(
	ctx context.Context, tx *store.Tx, change *ent.AddressChange, action vocab.AddressAction,
	reason string,
) error {
	by := l.Log.Actor().Role
	if action == vocab.LapseAddress {
		by = vocab.System
	}
	row, err := lifecycle.Address.Next(change.Status, action, by, lifecycle.NoFacts{})
	if err != nil {
		return NotAllowed(err)
	}
	n, err := tx.AddressChange.Update().Where(addresschange.ID(change.ID),
		addresschange.StatusEQ(change.Status)).SetStatus(row.To).SetReason(reason).
		SetAnsweredAt(tx.Now).Save(ctx)
	if err != nil || n != 1 {
		return conflictOr(err)
	}
	l.Log.AddFor(change.ShopID, row.Emit,
		document.Payload{From: string(change.Status), To: string(row.To)})
	return nil
}

// lapseAddresses ends what a shop has not answered: it is too late to send elsewhere.
func (l *Locked) lapseAddresses(ctx context.Context, tx *store.Tx, shop globalid.ID) error {
	open, err := tx.AddressChange.Query().Where(addresschange.OrderID(l.Order.ID),
		addresschange.ShopID(shop), addresschange.StatusEQ(vocab.AddressAsked)).All(ctx)
	if err != nil {
		return err
	}
	for _, change := range open {
		if err := l.answer(ctx, tx, change, vocab.LapseAddress, ""); err != nil {
			return err
		}
	}
	return nil
}
