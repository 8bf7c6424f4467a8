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
	ids := slices.SortedFunc(maps.Keys(s.wanted), globalid.ID.Compare)
	rows, err := client.Stock.Query().Where(entstock.IDIn(ids...)).
		Order(ent.Asc(entstock.FieldID)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("stock: %w", err)
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
	ids := slices.SortedFunc(maps.Keys(sums), globalid.ID.Compare)
	n, err := addReserved(ctx, tx, ids, sums)
	if err != nil {
		return err
	}
	if n != len(ids) {
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
// skus, goes by sku. Fault: OUT_OF_STOCK when the warehouse has too few; then the
// transaction must end.
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

// load reads the rows named, by id: the order in which they are locked.
func load(
	ctx context.Context, tx *store.Tx, wanted map[globalid.ID]int64,
) ([]*ent.Stock, error) {
	ids := slices.SortedFunc(maps.Keys(wanted), globalid.ID.Compare)
	rows, err := tx.Stock.Query().Where(entstock.IDIn(ids...)).
		Order(ent.Asc(entstock.FieldID)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("stock: %w", err)
	}
	if len(rows) != len(ids) {
		return nil, fmt.Errorf("stock: %d of %d stock rows exist", len(rows), len(ids))
	}
	return rows, nil
}

// addReserved adds to what is reserved of rows, or takes off, in one statement. It returns the
// number of rows that allow it: reserved stays between 0 and on_hand.
func addReserved(
	ctx context.Context, tx *store.Tx, ids []globalid.ID, deltas map[globalid.ID]int64,
) (int, error) {
	var cases []any
	for _, id := range ids {
		cases = append(cases, id, deltas[id])
	}
	after := "reserved + CASE id" + strings.Repeat(" WHEN ? THEN ?", len(ids)) + " END"
	n, err := tx.Stock.Update().
		Where(entstock.IDIn(ids...), func(s *sql.Selector) {
			s.Where(sql.ExprP(after+" BETWEEN 0 AND on_hand", cases...))
		}).
		Modify(func(u *sql.UpdateBuilder) {
			u.Set(entstock.FieldReserved, sql.Expr(after, cases...))
		}).Save(ctx)
	if err != nil {
		return 0, fmt.Errorf("stock: %w", err)
	}
	return n, nil
}

func rowWith(rows []*ent.Stock, id globalid.ID) *ent.Stock {
	return rows[slices.IndexFunc(rows, func(row *ent.Stock) bool { return row.ID == id })]
}
