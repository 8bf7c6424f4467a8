package order

import (
	"context"
	"errors"
	"slices"
	"time"

	"orderflow/ent"
	"orderflow/ent/reservation"
	"orderflow/ent/shop"
	entstock "orderflow/ent/stock"
	"orderflow/ent/suborder"
	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/stock"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// Shortage is what a paid item lacks: no warehouse has it.
type Shortage struct {
	Item     *ent.OrderItem
	Quantity int64
}

// startShipDeadlines gives every sub-order the time by which its shop should ship.
func (l *Locked) startShipDeadlines(ctx context.Context, tx *store.Tx) error {
	shops, err := tx.Shop.Query().Where(shop.IDIn(l.shops()...)).All(ctx)
	if err != nil {
		return err
	}
	for _, s := range shops {
		due := tx.Now.Add(time.Duration(orDefault(s.Policy.ShipHours, defaultShipHours)) * time.Hour)
		if err := tx.SubOrder.Update().Where(suborder.OrderID(l.Order.ID), suborder.ShopID(s.ID)).
			SetShipDueAt(due).Exec(ctx); err != nil {
			return err
		}
		for _, sub := range l.Subs {
			if sub.ShopID == s.ID {
				sub.ShipDueAt = &due
			}
		}
	}
	return nil
}

func (l *Locked) shops() []globalid.ID {
	var ids []globalid.ID
	for _, sub := range l.Subs {
		if !slices.Contains(ids, sub.ShopID) {
			ids = append(ids, sub.ShopID)
		}
	}
	return ids
}

// outOfStock turns the stock's refusal into the fault of a buyer's command, naming the skus.
func (l *Locked) outOfStock(err error, needs []stock.Need) error {
	var short *stock.Short
	if !errors.As(err, &short) {
		return err
	}
	var skus []globalid.ID
	for _, need := range needs {
		if slices.Contains(short.Stocks, need.Stock) {
			skus = append(skus, l.Item(need.Item).SkuID)
		}
	}
	return outOfStock(skus)
}

func outOfStock(skus []globalid.ID) error {
	slices.SortFunc(skus, globalid.ID.Compare)
	skus = slices.Compact(skus)
	return &Refusal{Skus: skus, Faults: fault.List{
		fault.New(fault.OutOfStock, "There is not enough stock of %d of the skus.", len(skus)),
	}}
}

// lacking tells how much is not reserved, per item of that deduction mode (empty: of any).
func (l *Locked) lacking(
	ctx context.Context, tx *store.Tx, mode vocab.DeductionMode,
) ([]Shortage, error) {
	held, err := tx.Reservation.Query().Where(
		reservation.OrderID(l.Order.ID), reservation.StatusEQ(vocab.ReservationHeld),
	).All(ctx)
	if err != nil {
		return nil, err
	}
	have := map[globalid.ID]int64{}
	for _, r := range held {
		have[r.ItemID] += r.Quantity
	}
	var lacks []Shortage
	for _, it := range l.Items {
		missing := it.Quantity - have[it.ID]
		if missing > 0 && (mode == "" || it.DeductionMode == mode) {
			lacks = append(lacks, Shortage{Item: it, Quantity: missing})
		}
	}
	return lacks, nil
}

// needs is what the items of that deduction mode lack at their own warehouses.
func (l *Locked) needs(
	ctx context.Context, tx *store.Tx, mode vocab.DeductionMode,
) ([]stock.Need, error) {
	lacks, err := l.lacking(ctx, tx, mode)
	if err != nil || len(lacks) == 0 {
		return nil, err
	}
	rows, err := tx.Stock.Query().Where(entstock.SkuIDIn(skusOf(lacks)...)).All(ctx)
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
			return nil, outOfStock([]globalid.ID{lack.Item.SkuID})
		}
		needs = append(needs, stock.Need{Order: l.Order.ID, Item: lack.Item.ID, Stock: rows[i].ID,
			Quantity: lack.Quantity})
	}
	return needs, nil
}

func skusOf(lacks []Shortage) []globalid.ID {
	var skus []globalid.ID
	for _, lack := range lacks {
		if !slices.Contains(skus, lack.Item.SkuID) {
			skus = append(skus, lack.Item.SkuID)
		}
	}
	return skus
}

// supply reserves for a paid order all that is not reserved yet: at the sub-order's own warehouse
// first, then at others, whose part becomes a sub-order of its own. The rows are locked before they
// are read, since a paid order takes what there is instead of failing.
func (l *Locked) supply(ctx context.Context, tx *store.Tx) ([]Shortage, error) {
	lacks, err := l.lacking(ctx, tx, "")
	if err != nil || len(lacks) == 0 {
		return nil, err
	}
	shelf, err := lockShelf(ctx, tx, skusOf(lacks))
	if err != nil {
		return nil, err
	}
	takes, missing := l.allocate(shelf, lacks)
	if err := l.reassign(ctx, tx, lacks, takes, missing); err != nil {
		return nil, err
	}
	needs := make([]stock.Need, 0, len(takes))
	made := map[parcelKey]*ent.SubOrder{}
	for _, t := range takes {
		item := t.item
		if t.row.WarehouseID != l.Sub(item.SubOrderID).WarehouseID {
			if item, err = l.moveTo(ctx, tx, made, item, t.quantity, t.row.WarehouseID); err != nil {
				return nil, err
			}
		}
		needs = append(needs, stock.Need{Order: l.Order.ID, Item: item.ID, Stock: t.row.ID,
			Quantity: t.quantity})
	}
	return missing, stock.Reserve(ctx, tx, l.Log.Actor(), needs)
}

// take is a quantity of an item that one stock row can supply.
type take struct {
	item     *ent.OrderItem
	row      *ent.Stock
	quantity int64
}

func (l *Locked) allocate(shelf *shelf, lacks []Shortage) (takes []take, missing []Shortage) {
	for _, lack := range lacks {
		left := lack.Quantity
		own := l.Sub(lack.Item.SubOrderID).WarehouseID
		for left > 0 {
			row, n := shelf.take(lack.Item.SkuID, own, left)
			if n == 0 {
				break
			}
			takes = append(takes, take{item: lack.Item, row: row, quantity: n})
			left -= n
		}
		if left > 0 {
			missing = append(missing, Shortage{Item: lack.Item, Quantity: left})
		}
	}
	return takes, missing
}

// reassign gives a sub-order that its own warehouse cannot supply at all the warehouse that
// supplies its first item, so that no empty sub-order is left behind.
func (l *Locked) reassign(
	ctx context.Context, tx *store.Tx, lacks []Shortage, takes []take, missing []Shortage,
) error {
	for _, sub := range l.Subs {
		of := func(it *ent.OrderItem) bool { return it.SubOrderID == sub.ID }
		stays := slices.ContainsFunc(takes, func(t take) bool {
			return of(t.item) && t.row.WarehouseID == sub.WarehouseID
		}) || slices.ContainsFunc(missing, func(m Shortage) bool { return of(m.Item) })
		for _, it := range l.itemsOf(sub.ID) {
			stays = stays || !slices.ContainsFunc(lacks, func(s Shortage) bool {
				return s.Item.ID == it.ID && s.Quantity == it.Quantity
			})
		}
		i := slices.IndexFunc(takes, func(t take) bool { return of(t.item) })
		if stays || i < 0 {
			continue
		}
		row, err := lifecycle.Trade.Next(
			sub.Status, vocab.Reassign, vocab.System, lifecycle.TradeFacts{})
		if err != nil {
			return NotAllowed(err)
		}
		sub.WarehouseID = takes[i].row.WarehouseID
		err = tx.SubOrder.Update().Where(suborder.ID(sub.ID)).SetWarehouseID(sub.WarehouseID).Exec(ctx)
		if err != nil {
			return err
		}
		l.Log.AddFor(sub.ShopID, row.Emit, document.Payload{
			SubOrder: sub.ID, From: string(sub.Status), To: string(row.To),
		})
	}
	return nil
}

// shelf is locked stock with what is still free of it.
type shelf struct{ rows []*ent.Stock }

func lockShelf(ctx context.Context, tx *store.Tx, skus []globalid.ID) (*shelf, error) {
	query := tx.Stock.Query().Where(entstock.SkuIDIn(skus...)).
		Order(ent.Asc(entstock.FieldSkuID, entstock.FieldWarehouseID))
	if tx.Locks() {
		query.ForUpdate()
	}
	rows, err := query.All(ctx)
	return &shelf{rows: rows}, err
}

// take reduces the row of the warehouse, or when that has nothing the one with most, by at most
// that many units.
func (s *shelf) take(sku, warehouse globalid.ID, most int64) (*ent.Stock, int64) {
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
