package order_test

import (
	"fmt"
	"testing"

	"orderflow/ent"
	"orderflow/internal/dbtest"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// TestManyParts places lines that are spread over so many warehouses that the order has more rows
// than a database takes in one statement.
func TestManyParts(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		const kinds, sites = 140, 10
		w := newWorld(t, db, onPayment)
		ctx := t.Context()
		warehouses := make([]*ent.Warehouse, sites)
		for i := range warehouses {
			warehouses[i] = db.Client.Warehouse.Create().SetCode(fmt.Sprint(i)).
				SetName("W").SetRegion("广东").SaveX(ctx)
		}
		product := w.sku(1, nil).ProductID
		lines := make([]order.Line, kinds)
		var skus []*ent.SkuCreate
		var stocks []*ent.StockCreate
		for i := range lines {
			id := globalid.New(globalid.Sku)
			lines[i] = order.Line{Sku: id, Quantity: sites}
			skus = append(skus, db.Client.Sku.Create().SetID(id).SetShopID(w.shop.ID).
				SetProductID(product).SetCode(id.String()).SetTitle("sku").SetPrice(999).
				SetCurrency("CNY").SetWeightGrams(100).SetLogisticsClass(vocab.Ordinary))
			for _, at := range warehouses {
				stocks = append(stocks, db.Client.Stock.Create().SetSkuID(id).
					SetWarehouseID(at.ID).SetShopID(w.shop.ID).SetOnHand(1))
			}
		}
		db.Client.Sku.CreateBulk(skus...).ExecX(ctx)
		db.Client.Stock.CreateBulk(stocks...).ExecX(ctx)
		o := w.parts(w.mustPlace(w.buyer(), lines...))
		if len(o.Edges.SubOrders) != sites || o.Payable != kinds*sites*999 {
			t.Fatalf("%d sub-orders, payable %d", len(o.Edges.SubOrders), o.Payable)
		}
		for _, sub := range o.Edges.SubOrders {
			if len(sub.Edges.Items) != kinds {
				t.Errorf("%s has %d items", sub.Number, len(sub.Edges.Items))
			}
		}
	})
}
