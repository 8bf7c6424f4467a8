package event

import (
	"context"
	"fmt"
	"slices"

	"orderflow/ent"
	"orderflow/ent/event"
	"orderflow/ent/order"
	"orderflow/internal/document"
	"orderflow/internal/globalid"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// Actor is who did something: the role it was done in and, for a person, the id of buyer or staff.
type Actor struct {
	Role vocab.Role
	ID   globalid.ID
}

// Log collects the events of one command on one locked order.
type Log struct {
	order   *ent.Order
	actor   Actor
	drafts  []draft
	changes []func(*ent.OrderUpdate)
}

type draft struct {
	name  string
	shop  globalid.ID
	facts document.Payload
}

// On starts the log of a command on an order that the transaction has locked or made.
func On(order *ent.Order, actor Actor) *Log { return &Log{order: order, actor: actor} }

// Actor tells who acts.
func (l *Log) Actor() Actor { return l.actor }

// Add appends an event that concerns the whole order.
func (l *Log) Add(name string, facts document.Payload) {
	l.drafts = append(l.drafts, draft{name: name, facts: facts})
}

// AddFor appends an event that concerns one shop.
func (l *Log) AddFor(shop globalid.ID, name string, facts document.Payload) {
	l.drafts = append(l.drafts, draft{name: name, shop: shop, facts: facts})
}

// Change adds to the one update of the order's row that Write makes.
func (l *Log) Change(change func(*ent.OrderUpdate)) { l.changes = append(l.changes, change) }

// Write stores what was added since the last Write, in order, with the order's next sequences. The
// bell rings after commit. A command calls it once, as its last statement.
func (l *Log) Write(ctx context.Context, tx *store.Tx) error {
	if len(l.drafts) == 0 && len(l.changes) == 0 {
		return nil
	}
	if err := l.append(ctx, tx); err != nil {
		return fmt.Errorf("append events: %w", err)
	}
	l.order.EventSequence += int64(len(l.drafts))
	update := tx.Order.Update().Where(order.ID(l.order.ID)).SetEventSequence(l.order.EventSequence)
	for _, change := range l.changes {
		change(update)
	}
	if err := update.Exec(ctx); err != nil {
		return fmt.Errorf("append events: %w", err)
	}
	l.drafts, l.changes = l.drafts[:0], nil
	return nil
}

func (l *Log) append(ctx context.Context, tx *store.Tx) error {
	if len(l.drafts) == 0 {
		return nil
	}
	rows := make([]*ent.EventCreate, len(l.drafts))
	var first globalid.ID
	for i, d := range l.drafts {
		id := globalid.New(globalid.OrderEvent)
		if i == 0 {
			first = id
		}
		rows[i] = tx.Event.Create().SetID(id).SetOrderID(l.order.ID).
			SetSequence(l.order.EventSequence + int64(i) + 1).SetType(d.name).
			SetActorRole(l.actor.Role).SetActor(l.actor.ID.String()).SetPayload(d.facts).
			SetCreatedAt(tx.Now)
		if !d.shop.IsZero() {
			rows[i].SetShopID(d.shop)
		}
	}
	for part := range slices.Chunk(rows, store.InsertRows) {
		if err := tx.Event.CreateBulk(part...).Exec(ctx); err != nil {
			return err
		}
	}
	tx.RingAfterCommit()
	tx.Witness(func(ctx context.Context, client *ent.Client) (bool, error) {
		return client.Event.Query().Where(event.ID(first)).Exist(ctx)
	})
	return nil
}

// AppendShop stores an event that concerns a shop but no order. It has no sequence; the feed alone
// orders it. The bell rings after commit.
func AppendShop(
	ctx context.Context, tx *store.Tx, shop globalid.ID, actor Actor, name string,
	facts document.Payload,
) error {
	id := globalid.New(globalid.OrderEvent)
	err := tx.Event.Create().SetID(id).SetShopID(shop).SetType(name).SetActorRole(actor.Role).
		SetActor(actor.ID.String()).SetPayload(facts).SetCreatedAt(tx.Now).Exec(ctx)
	if err != nil {
		return fmt.Errorf("append event: %w", err)
	}
	tx.RingAfterCommit()
	tx.Witness(func(ctx context.Context, client *ent.Client) (bool, error) {
		return client.Event.Query().Where(event.ID(id)).Exist(ctx)
	})
	return nil
}
