package stock

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

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

// Need is a quantity that one order item takes from one stock row, which is of that shop.
type Need struct {
	Order, Item, Stock globalid.ID
	Shop               globalid.ID
	Quantity           int64       // units, at least 1
	AfterSale          globalid.ID // of what it sends again in place of the item; zero without
}

// Short is the error of a Reserve that found too little: nothing is reserved.
type Short struct {
	wanted map[globalid.ID]int64 // by stock row
}

// Error implements error.
func (s *Short) Error() string {
	return fmt.Sprintf("stock: one of %d stock rows has too little available", len(s.wanted))
}

// Lacking reads which rows have too little, by id; all of them when it has come back meanwhile. It
// is called when the transaction has ended: a second connection inside of it may never come,
// because those who have one wait for this transaction's rows.
func (s *Short) Lacking(ctx context.Context, client *ent.Client) ([]*ent.Stock, error) {
	rows, err := read(ctx, client.Stock.Query(), s.wanted)
	if err != nil {
		return nil, err
	}
	var lacking []*ent.Stock
	for _, row := range rows {
		if row.OnHand-row.Reserved < s.wanted[row.ID] {
			lacking = append(lacking, row)
		}
	}
	if len(lacking) == 0 {
		return rows, nil
	}
	return lacking, nil
}

// Reserve holds all needs or none. What the command has changed until now is written before, so
// that hot rows are locked for as short as can be: by one statement, which changes them all. An
// error must end the transaction; it is a *Short when there is too little.
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
	n, err := add(ctx, tx, sums, entstock.FieldReserved)
	if err != nil {
		return err
	}
	if n != len(sums) {
		return &Short{wanted: sums}
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
		movement := record(tx, actor, &ent.Stock{ID: n.Stock, ShopID: n.Shop},
			vocab.StockReserved)
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
// skus, goes by sku. Fault: OUT_OF_STOCK when the warehouse has too few; then the transaction must
// end.
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
		Shop: row.ShopID, Quantity: n.Quantity, AfterSale: n.AfterSale}})
	var short *Short
	if errors.As(err, &short) {
		return lacks
	}
	return err
}

// load reads the rows named, by id, all of which must exist.
func load(
	ctx context.Context, tx *store.Tx, wanted map[globalid.ID]int64,
) ([]*ent.Stock, error) {
	rows, err := read(ctx, tx.Stock.Query(), wanted)
	if err == nil && len(rows) != len(wanted) {
		err = fmt.Errorf("stock: %d of %d stock rows exist", len(rows), len(wanted))
	}
	return rows, err
}

func read(
	ctx context.Context, query *ent.StockQuery, wanted map[globalid.ID]int64,
) ([]*ent.Stock, error) {
	rows, err := query.Where(entstock.IDIn(slices.Collect(maps.Keys(wanted))...)).
		Order(ent.Asc(entstock.FieldID)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("stock: %w", err)
	}
	return rows, nil
}

// add adds to columns of rows, by row, in one statement, which locks the rows by their ids. It
// returns the number of rows that allow it: reserved stays between 0 and on_hand.
func add(
	ctx context.Context, tx *store.Tx, deltas map[globalid.ID]int64, columns ...string,
) (int, error) {
	ids := slices.SortedFunc(maps.Keys(deltas), globalid.ID.Compare)
	var cases []any
	for _, id := range ids {
		cases = append(cases, id, deltas[id])
	}
	delta := " + CASE id" + strings.Repeat(" WHEN ? THEN ?", len(ids)) + " END"
	n, err := tx.Stock.Update().
		Where(entstock.IDIn(ids...), func(s *sql.Selector) {
			s.Where(sql.ExprP(entstock.FieldReserved+delta+" BETWEEN 0 AND on_hand", cases...))
		}).
		Modify(func(u *sql.UpdateBuilder) {
			for _, column := range columns {
				u.Set(column, sql.Expr(column+delta, cases...))
			}
		}).Save(ctx)
	if err != nil {
		return 0, fmt.Errorf("stock: %w", err)
	}
	return n, nil
}

// takeOff lowers columns of rows by what is reserved of them. A row with less reserved than that
// breaks the ledger.
func takeOff(
	ctx context.Context, tx *store.Tx, sums map[globalid.ID]int64, columns ...string,
) error {
	deltas := make(map[globalid.ID]int64, len(sums))
	for id, sum := range sums {
		deltas[id] = -sum
	}
	n, err := add(ctx, tx, deltas, columns...)
	if err == nil && n != len(sums) {
		err = fmt.Errorf("stock: only %d of %d rows have as much reserved as is taken off",
			n, len(sums))
	}
	return err
}

func rowWith(rows []*ent.Stock, id globalid.ID) *ent.Stock {
	return rows[slices.IndexFunc(rows, func(row *ent.Stock) bool { return row.ID == id })]
}
