package order

import (
	"context"
	"slices"

	"orderflow/ent"
	"orderflow/ent/suborderhold"
	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/limit"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// OnHoldInput says which sub-order is not to be shipped for now, and why.
type OnHoldInput struct {
	SubOrder globalid.ID
	Reason   vocab.HoldReason
	Note     string // at most 200 characters; needed with the reason OTHER
}

// holders stop what is to be shipped. Each side releases what it has stopped itself.
var holders = []vocab.Role{vocab.Merchant, vocab.Platform}

// PutOnHold stops a paid sub-order that has something left to hand over 风控冻结, for the shop or
// for the platform, until the same side releases it: nothing is printed, picked, packed or handed
// over, and the time to ship stands still. Everything else goes on: the buyer may ask for the
// money, units may be split off (on hold as well) or go to another warehouse. The buyer learns that
// it waits, and not why. Merchants of the shop and PLATFORM may call it. Faults: UNAUTHENTICATED,
// FORBIDDEN, NOT_FOUND, INVALID_INPUT, ACTION_NOT_ALLOWED, TOO_MANY for the shop.
func (o *Orders) PutOnHold(ctx context.Context, in OnHoldInput) (globalid.ID, error) {
	return o.onSub(ctx, in.SubOrder, holders,
		func(ctx context.Context, l *Locked, sub *ent.SubOrder) (globalid.ID, error) {
			if err := in.check(); err != nil {
				return sub.ID, err
			}
			if err := l.holdsLeft(ctx, sub); err != nil {
				return sub.ID, err
			}
			note := o.keys.SealText(in.Note, l.Order.ID, suborderhold.FieldNote)
			return sub.ID, l.putOnHold(sub,
				ent.SubOrderHold{HeldBy: l.Actor.Role, Reason: in.Reason, Note: note})
		})
}

func (in OnHoldInput) check() error {
	var faults fault.List
	if !slices.Contains(vocab.HoldReasons, in.Reason) {
		faults.Add("reason", fault.InvalidInput, "It must be one of %v.", vocab.HoldReasons)
	}
	if limit.ReasonText.Text(&faults, "note", in.Note); in.Reason == vocab.HoldOther && in.Note == "" {
		faults.Add("note", fault.InvalidInput, "The reason OTHER needs one.")
	}
	return faults.Err()
}

// holdsLeft refuses another hold where the shop has made enough.
func (l *Locked) holdsLeft(ctx context.Context, sub *ent.SubOrder) error {
	if l.Actor.Role != vocab.Merchant {
		return nil
	}
	n, err := l.Tx.SubOrderHold.Query().Where(suborderhold.SubOrderID(sub.ID),
		suborderhold.HeldBy(vocab.Merchant)).Count(ctx)
	if err != nil {
		return err
	}
	return limit.Holds.OneMore(n)
}

// putOnHold adds a hold of which the side, the reason and the note are set.
func (l *Locked) putOnHold(sub *ent.SubOrder, hold ent.SubOrderHold) error {
	err := l.TransitionSub(sub, Transition{Action: vocab.PutOnHold, By: hold.HeldBy,
		Facts: SubFacts(sub, l.Tx.Now), Payload: document.Payload{Reason: string(hold.Reason)}})
	if err != nil {
		return err
	}
	hold.ID, hold.OrderID, hold.SubOrderID = globalid.New(globalid.SubOrderHold), l.Order.ID, sub.ID
	hold.ShopID, hold.CreatedAt = sub.ShopID, l.Tx.Now
	l.Tx.Insert(&hold)
	if sub.HeldAt == nil {
		sub.HeldAt = &l.Tx.Now
	}
	*heldBy(sub, hold.HeldBy) = true
	return nil
}

// heldBy is whether a side has a sub-order on hold.
func heldBy(sub *ent.SubOrder, side vocab.Role) *bool {
	if side == vocab.Merchant {
		return &sub.ShopHold
	}
	return &sub.PlatformHold
}

// ReleaseHold ends the hold that the viewer's side has on a sub-order. With the last one the time
// to ship goes on where it stood. Merchants of the shop and PLATFORM may call it. Faults:
// UNAUTHENTICATED, FORBIDDEN, NOT_FOUND, ACTION_NOT_ALLOWED also when only the other side holds it.
func (o *Orders) ReleaseHold(ctx context.Context, id globalid.ID) (globalid.ID, error) {
	return o.onSub(ctx, id, holders,
		func(ctx context.Context, l *Locked, sub *ent.SubOrder) (globalid.ID, error) {
			return id, l.releaseHolds(ctx, sub, l.Actor.Role, l.Actor.Role)
		})
}

// endHolds ends all holds on a sub-order of which nothing is left to hand over.
func (l *Locked) endHolds(ctx context.Context, sub *ent.SubOrder) error {
	if sub.HeldAt == nil {
		return nil
	}
	return l.releaseHolds(ctx, sub, vocab.System, holders...)
}

// releaseHolds ends the holds of sides.
func (l *Locked) releaseHolds(
	ctx context.Context, sub *ent.SubOrder, by vocab.Role, sides ...vocab.Role,
) error {
	open, err := l.openHolds(ctx, sub)
	if err != nil {
		return err
	}
	open = slices.DeleteFunc(open, func(hold *ent.SubOrderHold) bool {
		return !slices.Contains(sides, hold.HeldBy)
	})
	// Without any the table refuses.
	for range max(1, len(open)) {
		err := l.TransitionSub(sub, Transition{Action: vocab.ReleaseHold, By: by,
			Facts: SubFacts(sub, l.Tx.Now)})
		if err != nil {
			return err
		}
	}
	for _, hold := range open {
		hold.ReleasedAt = &l.Tx.Now
		*heldBy(sub, hold.HeldBy) = false
	}
	if sub.ShopHold || sub.PlatformHold {
		return nil
	}
	due := sub.ShipDueAt.Add(l.Tx.Now.Sub(*sub.HeldAt))
	sub.ShipDueAt, sub.HeldAt = &due, nil
	return nil
}

// openHolds are the holds on a sub-order that are not released.
func (l *Locked) openHolds(
	ctx context.Context, sub *ent.SubOrder,
) ([]*ent.SubOrderHold, error) {
	open, err := l.Tx.SubOrderHold.Query().Where(suborderhold.SubOrderID(sub.ID),
		suborderhold.ReleasedAtIsNil()).Order(ent.Asc(suborderhold.FieldID)).All(ctx)
	return store.TrackAll(l.Tx, open), err
}

// copyHolds puts a part that leaves a sub-order on hold as that is, since the same moment.
func (l *Locked) copyHolds(ctx context.Context, from, part *ent.SubOrder) error {
	if from.HeldAt == nil {
		return nil
	}
	open, err := l.openHolds(ctx, from)
	if err != nil {
		return err
	}
	for _, hold := range open {
		err := l.putOnHold(part,
			ent.SubOrderHold{HeldBy: hold.HeldBy, Reason: hold.Reason, Note: hold.Note})
		if err != nil {
			return err
		}
	}
	part.HeldAt = from.HeldAt
	return nil
}
