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

// Draft is an event to be emitted. It concerns one shop, or the whole order for the zero shop.
type Draft struct {
	Shop    globalid.ID
	Name    string
	Payload document.Payload
}

// Emit adds an event of an order that the transaction has locked or created, with the order's next
// sequence. It is written with the command's changes; after commit the subscribers of DB.Commits
// are notified.
func Emit(tx *store.Tx, order *ent.Order, by Actor, d Draft) {
	order.EventSequence++
	sequence := order.EventSequence
	row := newEvent(tx, by, d)
	row.OrderID, row.BuyerID, row.Sequence = &order.ID, &order.BuyerID, &sequence
}

// EmitForShop adds an event that concerns a shop but no order. It has no sequence; only its
// position in the feed orders it.
func EmitForShop(tx *store.Tx, by Actor, d Draft) { newEvent(tx, by, d) }

func newEvent(tx *store.Tx, by Actor, d Draft) *ent.Event {
	row := &ent.Event{ID: globalid.New(globalid.OrderEvent), Type: d.Name, ActorRole: by.Role,
		Actor: by.ID.String(), Payload: d.Payload, CreatedAt: tx.Now}
	if !d.Shop.IsZero() {
		row.ShopID = &d.Shop
	}
	tx.Insert(row)
	tx.NotifyAfterCommit()
	tx.ProbeCommitBy(func(ctx context.Context, client *ent.Client) (bool, error) {
		return client.Event.Query().Where(event.ID(row.ID)).Exist(ctx)
	})
	return row
}
