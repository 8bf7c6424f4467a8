package order

import (
	"context"
	"slices"

	"orderflow/ent"
	"orderflow/ent/shop"
	"orderflow/internal/globalid"
)

// Shop reads one of the order's shops.
func (l *Locked) Shop(ctx context.Context, id globalid.ID) (*ent.Shop, error) {
	shops, err := l.readShops(ctx, id)
	return shops[id], err
}

// readShops reads shops, but those that another order of the batch has read.
func (l *Locked) readShops(
	ctx context.Context, ids ...globalid.ID,
) (map[globalid.ID]*ent.Shop, error) {
	known := map[globalid.ID]*ent.Shop{}
	if l.batch != nil {
		known = l.batch.shops
	}
	unknown := slices.DeleteFunc(ids, func(id globalid.ID) bool { return known[id] != nil })
	if len(unknown) == 0 {
		return known, nil
	}
	shops, err := l.client.Shop.Query().Where(shop.IDIn(unknown...)).All(ctx)
	for _, s := range shops {
		known[s.ID] = s
	}
	return known, err
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
