package stock_test

import (
	"context"
	"testing"
	"time"

	"orderflow/ent"
	"orderflow/ent/reservation"
	"orderflow/internal/document"
	"orderflow/internal/event"
	"orderflow/internal/globalid"
	"orderflow/internal/stock"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

var clerk = event.Actor{Role: vocab.Warehouse, ID: globalid.New(globalid.Staff)}

// newSku makes a sku of a new shop.
func newSku(t *testing.T, db *store.DB) globalid.ID {
	t.Helper()
	id := globalid.New(globalid.Sku)
	err := db.Client.Sku.Create().SetID(id).SetShopID(globalid.New(globalid.Shop)).
		SetProductID(globalid.New(globalid.Product)).SetCode("mug").SetTitle("Mug 马克杯").
		SetPrice(1900).SetCurrency("CNY").SetLogisticsClass(vocab.Ordinary).Exec(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func newWarehouse(t *testing.T, db *store.DB) globalid.ID {
	t.Helper()
	id := globalid.New(globalid.Warehouse)
	err := db.Client.Warehouse.Create().SetID(id).SetCode(id.String()).SetName("杭州仓").
		SetRegion("浙江").Exec(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// newRow makes a stock row with units of a sku of its own.
func newRow(t *testing.T, db *store.DB, units int64) globalid.ID {
	t.Helper()
	id, err := adjust(t.Context(), db, newSku(t, db), newWarehouse(t, db), units)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func adjust(
	ctx context.Context, db *store.DB, sku, warehouse globalid.ID, delta int64,
) (id globalid.ID, err error) {
	err = db.Run(ctx, func(ctx context.Context, tx *store.Tx) error {
		id, err = stock.Adjust(ctx, tx, clerk, stock.Adjustment{Sku: sku,
			Warehouse: warehouse, Delta: delta, Note: "counted"})
		return err
	})
	return id, err
}

func reserve(ctx context.Context, db *store.DB, needs ...stock.Need) error {
	for i := range needs {
		row, err := db.Client.Stock.Get(ctx, needs[i].Stock)
		if err == nil {
			needs[i].Shop = row.ShopID
		} else if !ent.IsNotFound(err) {
			return err
		}
	}
	return db.Run(ctx, func(ctx context.Context, tx *store.Tx) error {
		return stock.Reserve(tx, clerk, needs)
	})
}

// release gives reservations back as they were read; each transaction has rows of its own.
func release(ctx context.Context, db *store.DB, held []*ent.Reservation) error {
	return db.Run(ctx, func(ctx context.Context, tx *store.Tx) error {
		rows := make([]*ent.Reservation, len(held))
		for i, r := range held {
			row := *r
			rows[i] = &row
		}
		return stock.Release(tx, clerk, rows)
	})
}

// need is what a new item of a new order wants of a row.
func need(row globalid.ID, units int64) stock.Need {
	return stock.Need{
		Order: globalid.New(globalid.Order), Item: globalid.New(globalid.OrderItem),
		Stock: row, Quantity: units,
	}
}

func held(t *testing.T, db *store.DB) []*ent.Reservation {
	t.Helper()
	rows, err := db.Client.Reservation.Query().
		Where(reservation.StatusEQ(vocab.ReservationHeld)).
		Order(reservation.ByID()).All(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

type fataler interface {
	Helper()
	Fatalf(format string, args ...any)
}

// balance checks the ledger of one row and returns what the row has.
func balance(t fataler, db *store.DB, id globalid.ID) (onHand, reserved int64) {
	t.Helper()
	ctx := context.Background()
	row, err := db.Client.Stock.Get(ctx, id)
	if err != nil {
		t.Fatalf("stock row: %v", err)
	}
	ledger, err := row.QueryMovements().All(ctx)
	if err != nil {
		t.Fatalf("movements: %v", err)
	}
	for _, m := range ledger {
		if m.ShopID != row.ShopID || m.ActorRole != clerk.Role || m.Actor != clerk.ID.String() {
			t.Fatalf("movement %+v of a row of shop %s", m, row.ShopID)
		}
		onHand += m.OnHandDelta
		reserved += m.ReservedDelta
	}
	var holds int64
	rows, err := db.Client.Reservation.Query().Where(reservation.StockID(id),
		reservation.StatusEQ(vocab.ReservationHeld)).All(ctx)
	if err != nil {
		t.Fatalf("reservations: %v", err)
	}
	for _, r := range rows {
		holds += r.Quantity
	}
	if row.OnHand != onHand || row.Reserved != reserved || reserved != holds {
		t.Fatalf("row %d/%d, movements %d/%d, held %d",
			row.OnHand, row.Reserved, onHand, reserved, holds)
	}
	if reserved < 0 || onHand < reserved {
		t.Fatalf("row %d/%d", onHand, reserved)
	}
	return onHand, reserved
}

// expect fails when a row is not as it should be.
func expect(t *testing.T, db *store.DB, id globalid.ID, onHand, reserved int64) {
	t.Helper()
	if h, r := balance(t, db, id); h != onHand || r != reserved {
		t.Errorf("the row has %d, %d reserved; want %d, %d", h, r, onHand, reserved)
	}
}

// newSubOrder makes a sub-order with one item, and returns the item.
func newSubOrder(t *testing.T, db *store.DB, number string) globalid.ID {
	t.Helper()
	order, sub := globalid.New(globalid.Order), globalid.New(globalid.SubOrder)
	shop, item := globalid.New(globalid.Shop), globalid.New(globalid.OrderItem)
	err := db.Client.SubOrder.Create().SetID(sub).SetOrderID(order).SetShopID(shop).
		SetPolicyVersion(1).
		SetBuyerID(globalid.New(globalid.Buyer)).SetWarehouseID(globalid.New(globalid.Warehouse)).
		SetNumber(number).SetLogisticsClass(vocab.Ordinary).SetStatus(vocab.PendingPayment).
		SetCurrency("CNY").SetFreightShares([]document.Share{}).SetCreatedAt(time.Now()).
		Exec(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	err = db.Client.OrderItem.Create().SetID(item).SetOrderID(order).SetSubOrderID(sub).
		SetBuyerID(globalid.New(globalid.Buyer)).
		SetShopID(shop).SetProductID(globalid.New(globalid.Product)).
		SetSkuID(globalid.New(globalid.Sku)).SetSkuCode("mug").SetTitle("Mug").
		SetDeductionMode(vocab.OnOrder).SetCurrency("CNY").SetQuantity(1).
		SetShares([]document.Share{}).SetRefundableQuantity(1).Exec(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return item
}
