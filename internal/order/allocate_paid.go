package order

import (
	"context"
	"errors"
	"slices"

	"orderflow/ent"
	entstock "orderflow/ent/stock"
	"orderflow/internal/globalid"
	"orderflow/internal/stock"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// Missing is what a paid item lacks: no warehouse has it.
type Missing struct {
	Item     *ent.OrderItem
	Quantity int64
}

// NameLacking turns the stock's refusal into the fault of a buyer's command, which names the skus,
// and returns other errors as they are. It is called when the transaction has ended.
func NameLacking(ctx context.Context, client *ent.Client, err error) error {
	var short *stock.Short
	if !errors.As(err, &short) {
		return err
	}
	rows, err := short.Lacking(ctx, client)
	if err != nil {
		return err
	}
	var skus []globalid.ID
	for _, row := range rows {
		skus = append(skus, row.SkuID)
	}
	return OutOfStock(skus)
}

// unreserved says how much is not reserved, per item of that deduction mode (empty: of any).
func (l *Locked) unreserved(
	ctx context.Context, mode vocab.DeductionMode,
) ([]Missing, error) {
	held, err := l.held(ctx)
	if err != nil {
		return nil, err
	}
	have := map[globalid.ID]int64{}
	for _, r := range held {
		have[r.ItemID] += r.Quantity
	}
	var lacks []Missing
	for _, it := range l.Items {
		missing := it.Quantity - have[it.ID]
		if missing > 0 && (mode == "" || it.DeductionMode == mode) {
			lacks = append(lacks, Missing{Item: it, Quantity: missing})
		}
	}
	return lacks, nil
}

// needs is what the items of that deduction mode lack at their own warehouses.
func (l *Locked) needs(
	ctx context.Context, mode vocab.DeductionMode,
) ([]stock.Need, error) {
	lacks, err := l.unreserved(ctx, mode)
	if err != nil || len(lacks) == 0 {
		return nil, err
	}
	rows, err := l.Tx.Stock.Query().Where(entstock.SkuIDIn(skusOf(lacks)...)).All(ctx)
	if err != nil {
		return nil, err
	}
	needs := make([]stock.Need, 0, len(lacks))
	for _, lack := range lacks {
		warehouse := l.Sub(lack.Item.SubOrderID).WarehouseID
		i := slices.IndexFunc(rows, func(r *ent.Stock) bool {
			return r.SkuID == lack.Item.SkuID && r.WarehouseID == warehouse
		})
		if i < 0 {
			return nil, OutOfStock([]globalid.ID{lack.Item.SkuID})
		}
		needs = append(needs, stock.Need{Order: l.Order.ID, Item: lack.Item.ID,
			Shop: lack.Item.ShopID, Stock: rows[i].ID,
			Quantity: lack.Quantity})
	}
	return needs, nil
}

func skusOf(lacks []Missing) []globalid.ID {
	var skus []globalid.ID
	for _, lack := range lacks {
		if !slices.Contains(skus, lack.Item.SkuID) {
			skus = append(skus, lack.Item.SkuID)
		}
	}
	return skus
}

// reservePaid reserves for a paid order all that is not reserved yet: at the sub-order's own
// warehouse first, then at others, whose part becomes a sub-order of its own. The rows are locked
// before they are read, since a paid order takes what there is instead of failing.
func (l *Locked) reservePaid(ctx context.Context) ([]Missing, error) {
	lacks, err := l.unreserved(ctx, "")
	if err != nil || len(lacks) == 0 {
		return nil, err
	}
	free, err := lockStock(ctx, l.Tx, skusOf(lacks))
	if err != nil {
		return nil, err
	}
	takes, missing := l.allocate(free, lacks)
	if err := l.reassignWhole(lacks, takes, missing); err != nil {
		return nil, err
	}
	needs := make([]stock.Need, 0, len(takes))
	made := targets{}
	for _, t := range takes {
		item := t.item
		if t.row.WarehouseID != l.Sub(item.SubOrderID).WarehouseID {
			item, err = l.moveTo(ctx, made, item, t.quantity, t.row.WarehouseID)
			if err != nil {
				return nil, err
			}
		}
		needs = append(needs, stock.Need{Order: l.Order.ID, Item: item.ID, Shop: item.ShopID,
			Stock:    t.row.ID,
			Quantity: t.quantity})
	}
	return missing, stock.Reserve(l.Tx, l.Actor, needs)
}

// take is a quantity of an item that one stock row can supply.
type take struct {
	item     *ent.OrderItem
	row      *ent.Stock
	quantity int64
}

func (l *Locked) allocate(free *freeStock, lacks []Missing) (takes []take, missing []Missing) {
	for _, lack := range lacks {
		left := lack.Quantity
		own := l.Sub(lack.Item.SubOrderID).WarehouseID
		for left > 0 {
			row, n := free.take(lack.Item.SkuID, own, left)
			if n == 0 {
				break
			}
			takes = append(takes, take{item: lack.Item, row: row, quantity: n})
			left -= n
		}
		if left > 0 {
			missing = append(missing, Missing{Item: lack.Item, Quantity: left})
		}
	}
	return takes, missing
}

// reassignWhole gives a sub-order that its own warehouse cannot supply at all the warehouse that
// supplies its first item, so that no empty sub-order is left behind.
func (l *Locked) reassignWhole(lacks []Missing, takes []take, missing []Missing) error {
	for _, sub := range l.Subs {
		of := func(it *ent.OrderItem) bool { return it.SubOrderID == sub.ID }
		stays := slices.ContainsFunc(takes, func(t take) bool {
			return of(t.item) && t.row.WarehouseID == sub.WarehouseID
		}) || slices.ContainsFunc(missing, func(m Missing) bool { return of(m.Item) })
		for _, it := range l.itemsOf(sub.ID) {
			stays = stays || !slices.ContainsFunc(lacks, func(s Missing) bool {
				return s.Item.ID == it.ID && s.Quantity == it.Quantity
			})
		}
		i := slices.IndexFunc(takes, func(t take) bool { return of(t.item) })
		if stays || i < 0 {
			continue
		}
		sub.WarehouseID = takes[i].row.WarehouseID
		err := l.TransitionSub(sub, Transition{Action: vocab.Reassign, By: vocab.System})
		if err != nil {
			return err
		}
	}
	return nil
}

// freeStock is locked stock with what is still free of it.
type freeStock struct{ rows []*ent.Stock }

// lockStock locks by id, as a placement does; an index over skus would lock in another order.
func lockStock(ctx context.Context, tx *store.Tx, skus []globalid.ID) (*freeStock, error) {
	ids, err := tx.Stock.Query().Where(entstock.SkuIDIn(skus...)).IDs(ctx)
	if err != nil {
		return nil, err
	}
	query := tx.Stock.Query().Where(entstock.IDIn(ids...)).Order(ent.Asc(entstock.FieldID))
	if tx.Locks() {
		query.ForUpdate()
	}
	rows, err := query.All(ctx)
	return &freeStock{rows: rows}, err
}

// take reduces the row of the warehouse, or when that has nothing the one with most (of equals the
// first by id), by at most that many units.
func (s *freeStock) take(sku, warehouse globalid.ID, most int64) (*ent.Stock, int64) {
	var best *ent.Stock
	for _, row := range s.rows {
		free := row.OnHand - row.Reserved
		if row.SkuID != sku || free <= 0 {
			continue
		}
		if row.WarehouseID == warehouse {
			best = row
			break
		}
		if best == nil || free > best.OnHand-best.Reserved {
			best = row
		}
	}
	if best == nil {
		return nil, 0
	}
	n := min(most, best.OnHand-best.Reserved)
	best.Reserved += n
	return best, n
}
