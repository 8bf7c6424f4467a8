package stock

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

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
	rows, err := client.Stock.Query().
		Where(entstock.IDIn(slices.Collect(maps.Keys(s.wanted))...)).
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

// reserving and releasing keep reserved between 0 and on_hand, leaving takes units away with it.
var (
	reserving = &store.Increment{Table: entstock.Table,
		Columns: []string{entstock.FieldReserved}, Bound: bound,
		Refused: func(added map[globalid.ID]int64) error { return &Short{wanted: added} }}
	releasing = &store.Increment{Table: entstock.Table,
		Columns: []string{entstock.FieldReserved}, Bound: bound, Refused: unbalanced}
	leaving = &store.Increment{Table: entstock.Table, Bound: bound, Refused: unbalanced,
		Columns: []string{entstock.FieldOnHand, entstock.FieldReserved}}
)

const bound = entstock.FieldReserved + " + @ BETWEEN 0 AND " + entstock.FieldOnHand

// unbalanced is the error of a row with less reserved than its reservations: the ledger is broken.
func unbalanced(added map[globalid.ID]int64) error {
	return fmt.Errorf("stock: one of %d rows has less reserved than is taken off", len(added))
}

// Reserve holds all needs or none. The rows are changed last of all that the transaction writes, so
// that hot ones are locked for as short as can be; the transaction fails with a *Short then when
// there is too little.
func Reserve(tx *store.Tx, actor event.Actor, needs []Need) error {
	for _, n := range needs {
		if n.Quantity < 1 {
			return fmt.Errorf("stock: reserve %d of row %s", n.Quantity, n.Stock)
		}
		r := &ent.Reservation{ID: globalid.New(globalid.Reservation), OrderID: n.Order,
			ItemID: n.Item, StockID: n.Stock, ShopID: n.Shop, Quantity: n.Quantity,
			CreatedAt: tx.Now}
		if !n.AfterSale.IsZero() {
			r.AfterSaleID = &n.AfterSale
		}
		_, err := lifecycle.Take(lifecycle.Reservation, &r.Status, vocab.HoldStock, vocab.System,
			lifecycle.NoFacts{})
		if err != nil {
			return err
		}
		tx.Insert(r)
		movement := recordOf(tx, actor, r, vocab.StockReserved)
		movement.ReservedDelta = n.Quantity
		tx.Add(reserving, n.Stock, n.Quantity)
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
	err = Reserve(tx, actor, []Need{{Order: n.Order, Item: n.Item, Stock: row.ID,
		Shop: row.ShopID, Quantity: n.Quantity, AfterSale: n.AfterSale}})
	if err == nil {
		err = tx.Flush(ctx, entstock.Table)
	}
	var short *Short
	if errors.As(err, &short) {
		return lacks
	}
	return err
}
