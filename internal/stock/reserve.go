package stock

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"entgo.io/ent/dialect/sql"

	"orderflow/ent"
	entstock "orderflow/ent/stock"
	"orderflow/internal/event"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// Need is a quantity that one order item takes from one stock row.
type Need struct {
	Order, Item, Stock globalid.ID
	Quantity           int64       // units, at least 1
	AfterSale          globalid.ID // of what it sends again in place of the item; zero without
}

// Short is the error of a Reserve that found too little: nothing was reserved.
type Short struct {
	Stocks []globalid.ID // every row that lacks, in the order in which rows are locked
}

// Error implements error.
func (s *Short) Error() string {
	return fmt.Sprintf("stock: %d stock rows have too little available", len(s.Stocks))
}

// Reserve holds all needs or none. Needs on one row are summed before the row is changed, so that
// each row is locked once; what the command has changed until now is written before, so that a hot
// row is locked for as short as can be. A *Short error leaves the rows as they were: the caller may
// plan again in the same transaction. Any other error must end it.
func Reserve(ctx context.Context, tx *store.Tx, actor event.Actor, needs []Need) error {
	if len(needs) == 0 {
		return nil
	}
	sums := make(map[globalid.ID]int64, len(needs))
	for _, n := range needs {
		if n.Quantity < 1 {
			return fmt.Errorf("stock: reserve %d of row %s", n.Quantity, n.Stock)
		}
		sums[n.Stock] += n.Quantity
	}
	rows, err := load(ctx, tx, sums)
	if err != nil {
		return err
	}
	if err := tx.Flush(ctx); err != nil {
		return err
	}
	if err := take(ctx, tx, rows, sums); err != nil {
		return err
	}
	for _, n := range needs {
		r := &ent.Reservation{ID: globalid.New(globalid.Reservation), OrderID: n.Order,
			ItemID: n.Item, StockID: n.Stock, Quantity: n.Quantity, CreatedAt: tx.Now}
		if !n.AfterSale.IsZero() {
			r.AfterSaleID = &n.AfterSale
		}
		_, err := lifecycle.Take(lifecycle.Reservation, &r.Status, vocab.HoldStock, vocab.System,
			lifecycle.NoFacts{})
		if err != nil {
			return err
		}
		tx.Insert(r)
		movement := record(tx, actor, rowWith(rows, n.Stock), vocab.StockReserved)
		movement.ReservedDelta, movement.ReservationID = n.Quantity, &r.ID
	}
	return nil
}

// SkuNeed is a quantity of a sku at a warehouse, for an order item.
type SkuNeed struct {
	Order, Item, Sku, Warehouse globalid.ID
	Quantity                    int64       // units, at least 1
	AfterSale                   globalid.ID // of what is sent in place of the item; zero without
}

// ReserveSku holds units of a sku at a warehouse for an order item, which may be of another sku
// when a request sends them in its place. The caller holds the lock of the order and, with several
// skus, goes by (sku, warehouse). Fault: OUT_OF_STOCK when the warehouse has too few; the rows are
// as they were then.
func ReserveSku(ctx context.Context, tx *store.Tx, actor event.Actor, n SkuNeed) error {
	lacks := fault.New(fault.OutOfStock, "The warehouse does not have %d of this sku.",
		n.Quantity)
	row, err := tx.Stock.Query().
		Where(entstock.SkuID(n.Sku), entstock.WarehouseID(n.Warehouse)).Only(ctx)
	if ent.IsNotFound(err) {
		return lacks
	}
	if err != nil {
		return err
	}
	err = Reserve(ctx, tx, actor, []Need{{Order: n.Order, Item: n.Item, Stock: row.ID,
		Quantity: n.Quantity, AfterSale: n.AfterSale}})
	var short *Short
	if errors.As(err, &short) {
		return lacks
	}
	return err
}

// take raises reserved in every row, or undoes what it did and says which rows lack.
func take(
	ctx context.Context, tx *store.Tx, rows []*ent.Stock, sums map[globalid.ID]int64,
) error {
	var short Short
	var taken []*ent.Stock
	for _, row := range rows {
		n, err := tx.Stock.Update().Where(entstock.ID(row.ID), available(sums[row.ID])).
			AddReserved(sums[row.ID]).Save(ctx)
		if err != nil {
			return fmt.Errorf("stock: reserve: %w", err)
		}
		if n == 0 {
			short.Stocks = append(short.Stocks, row.ID)
		} else {
			taken = append(taken, row)
		}
	}
	if len(short.Stocks) == 0 {
		return nil
	}
	if err := lowerReserved(ctx, tx, taken, sums); err != nil {
		return err
	}
	return &short
}

func available(quantity int64) func(*sql.Selector) {
	return func(s *sql.Selector) {
		s.Where(sql.P(func(b *sql.Builder) {
			b.Ident(s.C(entstock.FieldOnHand)).WriteString(" - ").
				Ident(s.C(entstock.FieldReserved)).WriteString(" >= ").Arg(quantity)
		}))
	}
}

// load reads the rows named, in the order in which they must be locked.
func load(
	ctx context.Context, tx *store.Tx, wanted map[globalid.ID]int64,
) ([]*ent.Stock, error) {
	ids := make([]globalid.ID, 0, len(wanted))
	for id := range wanted {
		ids = append(ids, id)
	}
	rows, err := tx.Stock.Query().Where(entstock.IDIn(ids...)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("stock: %w", err)
	}
	if len(rows) != len(ids) {
		return nil, fmt.Errorf("stock: %d of %d stock rows exist", len(rows), len(ids))
	}
	slices.SortFunc(rows, func(a, b *ent.Stock) int {
		if c := a.SkuID.Compare(b.SkuID); c != 0 {
			return c
		}
		return a.WarehouseID.Compare(b.WarehouseID)
	})
	return rows, nil
}

func rowWith(rows []*ent.Stock, id globalid.ID) *ent.Stock {
	return rows[slices.IndexFunc(rows, func(row *ent.Stock) bool { return row.ID == id })]
}
