package event

import (
	"context"

	"orderflow/ent"
	"orderflow/ent/event"
	"orderflow/internal/auth"
	"orderflow/internal/document"
	"orderflow/internal/globalid"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// Actor is who caused an event: a role and, for a person, the id of the buyer or staff member.
type Actor struct {
	Role vocab.Role
	ID   globalid.ID
}

// ActorOf is the actor that a viewer is.
func ActorOf(v *auth.Viewer) Actor {
	if v.IsBuyer() {
		return Actor{Role: v.Role, ID: v.BuyerID}
	}
	return Actor{Role: v.Role, ID: v.StaffID}
}

// Emit adds an event of an order that the transaction has locked or created, with the order's next
// sequence. It concerns one shop, or the whole order for the zero shop. It is written with the
// command's changes; after commit the subscribers of DB.Commits are notified.
func Emit(
	tx *store.Tx, order *ent.Order, shop globalid.ID, by Actor, name string,
	payload document.Payload,
) {
	order.EventSequence++
	sequence := order.EventSequence
	row := newEvent(tx, by, name, payload)
	row.OrderID, row.Sequence = &order.ID, &sequence
	if !shop.IsZero() {
		row.ShopID = &shop
	}
}

// EmitForShop adds an event that concerns a shop but no order. It has no sequence; only its
// position in the feed orders it.
func EmitForShop(
	tx *store.Tx, shop globalid.ID, by Actor, name string, payload document.Payload,
) {
	newEvent(tx, by, name, payload).ShopID = &shop
}

func newEvent(tx *store.Tx, by Actor, name string, payload document.Payload) *ent.Event {
	row := &ent.Event{ID: globalid.New(globalid.OrderEvent), Type: name, ActorRole: by.Role,
		Actor: by.ID.String(), Payload: payload, CreatedAt: tx.Now}
	tx.Insert(row)
	tx.NotifyAfterCommit()
	tx.ProbeCommitBy(func(ctx context.Context, client *ent.Client) (bool, error) {
		return client.Event.Query().Where(event.ID(row.ID)).Exist(ctx)
	})
	return row
}
