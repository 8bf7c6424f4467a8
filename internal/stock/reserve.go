package stock

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

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
	Stocks []globalid.ID // every row that lacks, by id
}

// Error implements error.
func (s *Short) Error() string {
	return fmt.Sprintf("stock: %d stock rows have too little available", len(s.Stocks))
}

// Reserve holds all needs or none. What the command has changed until now is written before, so that
// hot rows are locked for as short as can be; they are locked by one statement, and changed by one.
// A *Short error leaves them as they were. Any other error must end the transaction.
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
	if err := tx.Flush(ctx); err != nil {
		return err
	}
	rows, err := lock(ctx, tx, sums)
	if err != nil {
		return err
	}
	var short Short
	for _, row := range rows {
		if row.OnHand-row.Reserved < sums[row.ID] {
			short.Stocks = append(short.Stocks, row.ID)
		}
	}
	if len(short.Stocks) > 0 {
		return &short
	}
	if err := addReserved(ctx, tx, rows, sums); err != nil {
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
// skus, goes by sku. Fault: OUT_OF_STOCK when the warehouse has too few; the rows are
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

// load reads the rows named, by id: the order in which they are locked.
func load(
	ctx context.Context, tx *store.Tx, wanted map[globalid.ID]int64,
) ([]*ent.Stock, error) {
	return read(ctx, tx.Stock.Query(), wanted)
}

// lock is load with the rows locked.
func lock(
	ctx context.Context, tx *store.Tx, wanted map[globalid.ID]int64,
) ([]*ent.Stock, error) {
	query := tx.Stock.Query()
	if tx.Locks() {
		query.ForUpdate()
	}
	return read(ctx, query, wanted)
}

func read(
	ctx context.Context, query *ent.StockQuery, wanted map[globalid.ID]int64,
) ([]*ent.Stock, error) {
	ids := slices.SortedFunc(maps.Keys(wanted), globalid.ID.Compare)
	rows, err := query.Where(entstock.IDIn(ids...)).Order(ent.Asc(entstock.FieldID)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("stock: %w", err)
	}
	if len(rows) != len(ids) {
		return nil, fmt.Errorf("stock: %d of %d stock rows exist", len(rows), len(ids))
	}
	return rows, nil
}

// addReserved adds to what is reserved of each row, or takes off, in one statement. A row with less
// reserved than is taken off breaks the ledger.
func addReserved(
	ctx context.Context, tx *store.Tx, rows []*ent.Stock, deltas map[globalid.ID]int64,
) error {
	var cases, ids []any
	for _, row := range rows {
		cases = append(cases, row.ID, deltas[row.ID])
		ids = append(ids, row.ID)
	}
	delta := "CASE id" + strings.Repeat(" WHEN ? THEN ?", len(rows)) + " END"
	result, err := tx.ExecContext(ctx, "UPDATE stocks SET reserved = reserved + "+delta+
		" WHERE id IN (?"+strings.Repeat(", ?", len(rows)-1)+") AND reserved + "+delta+" >= 0",
		slices.Concat(cases, ids, cases)...)
	if err != nil {
		return fmt.Errorf("stock: %w", err)
	}
	n, err := result.RowsAffected()
	if err == nil && n != int64(len(rows)) {
		err = fmt.Errorf("stock: %d of %d rows have as much reserved as is released", n, len(rows))
	}
	return err
}

func rowWith(rows []*ent.Stock, id globalid.ID) *ent.Stock {
	return rows[slices.IndexFunc(rows, func(row *ent.Stock) bool { return row.ID == id })]
}
