package read

import (
	"context"
	"maps"
	"slices"

	"orderflow/ent"
	"orderflow/ent/orderitem"
	"orderflow/internal/auth"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/order"
	"orderflow/internal/shipment"
	"orderflow/internal/vocab"
)

// loadTradeFacts loads what the trade table looks at in sub-orders for their actions, by the
// functions that the commands use. Where units are that were not handed over is read only for those
// who send them.
func (p preloader) loadTradeFacts(ctx context.Context, rows []*ent.SubOrder) error {
	if !operationSelectsOf(ctx, "SubOrder", "availableActions") {
		return nil
	}
	rows = slices.DeleteFunc(slices.Clone(rows), func(sub *ent.SubOrder) bool {
		return sub.Status == "" || sub.WarehouseID.IsZero() // read elsewhere, for less
	})
	at, err := now(ctx, p.db)
	if err != nil {
		return err
	}
	items, err := p.itemsOf(ctx, rows)
	if err != nil {
		return err
	}
	facts := make(map[*ent.SubOrder]lifecycle.TradeFacts, len(rows))
	for _, sub := range rows {
		looked := order.SubFacts(sub, at)
		looked.NothingUnsent = order.NothingUnsent(items[sub.ID])
		p.afterSales.LookAt(&looked, sub, items[sub.ID], at)
		facts[sub] = looked
	}
	if v := auth.From(ctx); !v.IsBuyer() && v.Role != vocab.Support {
		if err := p.lookAtUnsent(ctx, facts, rows, items); err != nil {
			return err
		}
	} else if v.IsBuyer() {
		if err := p.lookAtReviews(ctx, facts, rows, items); err != nil {
			return err
		}
	}
	keep(ctx, func(loaded preloaded) { maps.Copy(loaded.trade, facts) })
	return nil
}

// itemsOf reads the items of those sub-orders on which something can begin, by sub-order.
func (p preloader) itemsOf(
	ctx context.Context, rows []*ent.SubOrder,
) (map[globalid.ID][]*ent.OrderItem, error) {
	var ids []globalid.ID
	for _, sub := range rows {
		if vocab.Fulfilling.Has(sub.Status) || vocab.WithBuyer.Has(sub.Status) {
			ids = append(ids, sub.ID)
		}
	}
	of := map[globalid.ID][]*ent.OrderItem{}
	if len(ids) == 0 {
		return of, nil
	}
	all, err := p.db.Client.OrderItem.Query().Where(orderitem.SubOrderIDIn(ids...)).
		Order(ent.Asc(orderitem.FieldID)).All(ctx)
	for _, it := range all {
		of[it.SubOrderID] = append(of[it.SubOrderID], it)
	}
	return of, err
}

// lookAtReviews adds whether an item that was refunded whole has no review: no sub-order awaits it,
// and its buyer may write it all the same.
func (p preloader) lookAtReviews(
	ctx context.Context, facts map[*ent.SubOrder]lifecycle.TradeFacts, rows []*ent.SubOrder,
	items map[globalid.ID][]*ent.OrderItem,
) error {
	refunded := map[globalid.ID]*ent.SubOrder{} // by item
	for _, sub := range rows {
		if !vocab.WithBuyer.Has(sub.Status) || sub.AwaitingReview {
			continue
		}
		for _, it := range items[sub.ID] {
			if it.RefundedQuantity == it.Quantity {
				refunded[it.ID] = sub
			}
		}
	}
	if len(refunded) == 0 {
		return nil
	}
	left, err := p.db.Client.OrderItem.Query().Where(
		orderitem.IDIn(slices.Collect(maps.Keys(refunded))...),
		orderitem.Not(orderitem.HasReview())).IDs(ctx)
	for _, id := range left {
		looked := facts[refunded[id]]
		looked.Unreviewed = true
		facts[refunded[id]] = looked
	}
	return err
}

// lookAtUnsent adds where the units are of those sub-orders that have some to ship.
func (p preloader) lookAtUnsent(
	ctx context.Context, facts map[*ent.SubOrder]lifecycle.TradeFacts, rows []*ent.SubOrder,
	items map[globalid.ID][]*ent.OrderItem,
) error {
	waiting := slices.DeleteFunc(slices.Clone(rows), func(sub *ent.SubOrder) bool {
		return !vocab.ToShip.Has(sub.Status)
	})
	var all []*ent.OrderItem
	warehouses := map[globalid.ID]globalid.ID{} // by sub-order
	for _, sub := range waiting {
		all = append(all, items[sub.ID]...)
		warehouses[sub.ID] = sub.WarehouseID
	}
	if len(all) == 0 {
		return nil
	}
	unsent, err := order.ReadUnsent(ctx, p.db.Client, all...)
	if err != nil {
		return err
	}
	sendable, err := shipment.Sendable(ctx, p.db.Client, all,
		func(it *ent.OrderItem) globalid.ID { return warehouses[it.SubOrderID] })
	if err != nil {
		return err
	}
	for _, sub := range waiting {
		looked := facts[sub]
		unsent.LookAt(&looked, items[sub.ID])
		shipment.LookAt(&looked, sendable, unsent, items[sub.ID])
		facts[sub] = looked
	}
	return nil
}

// TradeFacts are the facts of a sub-order that this operation read.
func TradeFacts(ctx context.Context, sub *ent.SubOrder) lifecycle.TradeFacts {
	facts, _ := lookup(ctx,
		func(l preloaded) map[*ent.SubOrder]lifecycle.TradeFacts { return l.trade }, sub)
	return facts
}
