package order

import (
	"context"
	"slices"

	"orderflow/ent"
	"orderflow/ent/orderitem"
	"orderflow/ent/predicate"
	"orderflow/ent/reservation"
	"orderflow/ent/suborder"
	"orderflow/internal/auth"
	"orderflow/internal/document"
	"orderflow/internal/event"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// Locked is an order whose row this transaction holds, with its parts once they are loaded.
// Commands change the loaded rows; they are written together at the end of the transaction. It dies
// with the transaction's function.
type Locked struct {
	Tx    *store.Tx
	Actor event.Actor // who acts, in the events
	Order *ent.Order
	Subs  []*ent.SubOrder  // by id
	Items []*ent.OrderItem // by id

	viewer *auth.Viewer // whose command it is; nil for none
	client *ent.Client  // reads: the transaction's, or the database's for an order that is only read
	batch  *batchOfOrders
	loaded bool // Subs and Items
}

// Lock locks an order and loads its parts: the first call of every command on an existing order.
// Fault: NOT_FOUND when there is none that fulfils where.
func Lock(
	ctx context.Context, tx *store.Tx, id globalid.ID, actor event.Actor,
	where ...predicate.Order,
) (*Locked, error) {
	row, err := tx.LockOrder(ctx, id, where...)
	if err != nil {
		return nil, err
	}
	l := newLocked(tx, row, actor)
	return l, l.Load(ctx)
}

func newLocked(tx *store.Tx, row *ent.Order, actor event.Actor) *Locked {
	return &Locked{Tx: tx, Actor: actor, Order: store.Track(tx, row), client: tx.Client()}
}

// Load loads the order's sub-orders and items, once. Commands that run by CommandOnRow or RunOnRow
// call it before they look at them; Pay, Fail, Retry and Close do so themselves.
func (l *Locked) Load(ctx context.Context) error {
	if l.loaded {
		return nil
	}
	if err := l.load(ctx); err != nil {
		return err
	}
	l.loaded = true
	store.TrackAll(l.Tx, l.Subs)
	store.TrackAll(l.Tx, l.Items)
	return nil
}

// Read loads an order and its parts without a lock, for what a command would find: nothing may be
// changed on it.
func Read(ctx context.Context, client *ent.Client, id globalid.ID) (*Locked, error) {
	found, err := client.Order.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	l := &Locked{Order: found, client: client, loaded: true}
	return l, l.load(ctx)
}

func (l *Locked) load(ctx context.Context) (err error) {
	l.Subs, err = Parts(ctx, l,
		func(r *ent.SubOrder) (id, order globalid.ID) { return r.ID, r.OrderID },
		func(ctx context.Context, c *ent.Client, orders []globalid.ID) ([]*ent.SubOrder, error) {
			return c.SubOrder.Query().Where(suborder.OrderIDIn(orders...)).All(ctx)
		})
	if err != nil {
		return err
	}
	l.Items, err = Parts(ctx, l,
		func(r *ent.OrderItem) (id, order globalid.ID) { return r.ID, r.OrderID },
		func(ctx context.Context, c *ent.Client, orders []globalid.ID) ([]*ent.OrderItem, error) {
			return c.OrderItem.Query().Where(orderitem.OrderIDIn(orders...)).All(ctx)
		})
	return err
}

// held are the reservations that hold stock for the order, by id.
func (l *Locked) held(ctx context.Context) ([]*ent.Reservation, error) {
	return Parts(ctx, l,
		func(r *ent.Reservation) (id, order globalid.ID) { return r.ID, r.OrderID },
		func(ctx context.Context, c *ent.Client, orders []globalid.ID) ([]*ent.Reservation, error) {
			return c.Reservation.Query().Where(reservation.OrderIDIn(orders...),
				reservation.StatusIn(vocab.Holding...)).All(ctx)
		})
}

// Emit adds an event that concerns the whole order.
func (l *Locked) Emit(name string, payload document.Payload) {
	event.Emit(l.Tx, l.Order, l.Actor, event.Draft{Name: name, Payload: payload})
}

// EmitFor adds an event that concerns one shop.
func (l *Locked) EmitFor(shop globalid.ID, name string, payload document.Payload) {
	event.Emit(l.Tx, l.Order, l.Actor,
		event.Draft{Shop: shop, Name: name, Payload: payload})
}

// Facts is what the trade table looks at in an unpaid order. The caller adds what it alone knows:
// whether an attempt is open, whether an amount matches.
func (l *Locked) Facts() lifecycle.TradeFacts {
	return UnpaidFacts(l.Order, l.Tx.Now)
}

// Sub returns the sub-order with that id.
func (l *Locked) Sub(id globalid.ID) *ent.SubOrder {
	i := slices.IndexFunc(l.Subs, func(s *ent.SubOrder) bool { return s.ID == id })
	return l.Subs[i]
}

// Item returns the item with that id, or nil.
func (l *Locked) Item(id globalid.ID) *ent.OrderItem {
	i := slices.IndexFunc(l.Items, func(it *ent.OrderItem) bool { return it.ID == id })
	if i < 0 {
		return nil
	}
	return l.Items[i]
}

// Gifts returns the lines given with an item: they come back with it.
func (l *Locked) Gifts(of *ent.OrderItem) []*ent.OrderItem {
	var gifts []*ent.OrderItem
	for _, it := range l.Items {
		if it.GiftOfID != nil && *it.GiftOfID == of.ID {
			gifts = append(gifts, it)
		}
	}
	return gifts
}

func (l *Locked) itemsOf(sub globalid.ID) []*ent.OrderItem {
	var items []*ent.OrderItem
	for _, it := range l.Items {
		if it.SubOrderID == sub {
			items = append(items, it)
		}
	}
	return items
}
