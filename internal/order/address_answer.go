package order

import (
	"context"

	"orderflow/ent"
	"orderflow/ent/addresschange"
	"orderflow/internal/auth"
	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/limit"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// AnswerInput is a shop's answer to an address change, or a buyer's.
type AnswerInput struct {
	Change globalid.ID
	Accept bool
	Reason string // of a rejection; at most 200 characters; the shop's needs one
}

// AnswerAddressChange accepts or rejects an address change; accepted, all that the shop still sends
// of the order goes there. A merchant of the shop may call it. Faults: UNAUTHENTICATED, FORBIDDEN,
// NOT_FOUND, INVALID_INPUT, ACTION_NOT_ALLOWED when it lapsed or was answered.
func (o *Orders) AnswerAddressChange(ctx context.Context, in AnswerInput) (globalid.ID, error) {
	return o.answerAddress(ctx, in, vocab.Merchant)
}

// answerAddress accepts or rejects what the other side wishes.
func (o *Orders) answerAddress(
	ctx context.Context, in AnswerInput, by vocab.Role,
) (globalid.ID, error) {
	return o.onAddressChange(ctx, in.Change, by,
		func(ctx context.Context, l *Locked, change *ent.AddressChange) error {
			var faults fault.List
			limit.ReasonText.Text(&faults, "reason", in.Reason)
			if by == vocab.Merchant && !in.Accept && in.Reason == "" {
				faults.Add("reason", fault.InvalidInput, "A rejection needs one.")
			}
			if err := faults.Err(); err != nil {
				return err
			}
			if in.Accept {
				return l.acceptAddress(change)
			}
			change.Reason = o.keys.SealText(in.Reason, in.Change, addresschange.FieldReason)
			return l.transitionAddress(change, vocab.RejectAddress, by)
		})
}

// onAddressChange runs a command of a role on an address change, which is its result. Faults:
// UNAUTHENTICATED, FORBIDDEN, NOT_FOUND.
func (o *Orders) onAddressChange(
	ctx context.Context, id globalid.ID, by vocab.Role,
	work func(ctx context.Context, l *Locked, change *ent.AddressChange) error,
) (globalid.ID, error) {
	v, err := auth.Require(ctx, by)
	if err != nil {
		return globalid.ID{}, err
	}
	found, err := o.db.Client.AddressChange.Get(ctx, id)
	if ent.IsNotFound(err) || err == nil && !v.Concerns(found.BuyerID, found.ShopID) {
		return globalid.ID{}, fault.New(fault.NotFound, "There is no such address change.")
	}
	if err != nil {
		return globalid.ID{}, err
	}
	return o.onOrder(ctx, found.OrderID, v,
		func(ctx context.Context, l *Locked) (globalid.ID, error) {
			change, err := l.Tx.AddressChange.Get(ctx, id)
			if err != nil {
				return id, err
			}
			return id, work(ctx, l, store.Track(l.Tx, change))
		})
}

// acceptAddress has all that the shop still sends of the order go elsewhere.
func (l *Locked) acceptAddress(change *ent.AddressChange) error {
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
	for _, sub := range l.Subs {
		if sub.ShopID == change.ShopID {
			sub.AddressDueAt = nil
		}
	}
	l.EmitFor(change.ShopID, taken.Emit,
		document.Payload{From: string(taken.From), To: string(taken.To)})
	return nil
}

// lapseAddresses ends what nobody has answered about a shop: it is too late to send elsewhere.
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
