package order

import (
	"context"
	"slices"
	"time"

	"orderflow/ent"
	"orderflow/ent/orderitem"
	"orderflow/ent/predicate"
	"orderflow/ent/suborder"
	"orderflow/internal/event"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/store"
)

// Locked is an order whose row this transaction holds, with its parts. Its methods change the
// database and the loaded rows alike; they belong to the transaction's function and die with it.
type Locked struct {
	Order *ent.Order
	Subs  []*ent.SubOrder  // by id
	Items []*ent.OrderItem // by id
	Log   *event.Log
}

// Lock locks an order and loads its parts: the first call of every command on an existing order.
// Fault: NOT_FOUND when there is none that fulfils where.
func Lock(
	ctx context.Context, tx *store.Tx, id globalid.ID, actor event.Actor,
	where ...predicate.Order,
) (*Locked, error) {
	found, err := tx.LockOrder(ctx, id, where...)
	if err != nil {
		return nil, err
	}
	l := &Locked{Order: found, Log: event.On(found, actor)}
	l.Subs, err = tx.SubOrder.Query().Where(suborder.OrderID(id)).
		Order(ent.Asc(suborder.FieldID)).All(ctx)
	if err != nil {
		return nil, err
	}
	l.Items, err = tx.OrderItem.Query().Where(orderitem.OrderID(id)).
		Order(ent.Asc(orderitem.FieldID)).All(ctx)
	return l, err
}

// Write appends the collected events: the last call of a command.
func (l *Locked) Write(ctx context.Context, tx *store.Tx) error { return l.Log.Write(ctx, tx) }

// Facts is what the trade table wants to know of an unpaid order. The caller adds what it alone
// knows: whether an attempt is open, whether an amount matches.
func (l *Locked) Facts(now time.Time) lifecycle.TradeFacts {
	return lifecycle.TradeFacts{
		DeadlinePassed: !now.Before(l.Order.PayDueAt),
		SoleShop:       l.Order.SoleShopID != nil,
		NothingToPay:   l.Order.Payable == 0,
	}
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
