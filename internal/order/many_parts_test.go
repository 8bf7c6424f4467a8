package order_test

import (
	"fmt"
	"testing"

	"orderflow/ent"
	"orderflow/internal/checkout"
	"orderflow/internal/globalid"
	"orderflow/internal/ordertest"
	"orderflow/internal/vocab"
)

// TestManyParts places lines that are spread over so many warehouses that the order has more rows
// than a database takes in one statement.
func TestManyParts(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		const kinds, sites = 140, 10
		ctx := t.Context()
		warehouses := make([]*ent.Warehouse, sites)
		for i := range warehouses {
			warehouses[i] = e.AddWarehouse(fmt.Sprint(i), "W", "广东", 0)
		}
		lines := make([]checkout.Line, kinds)
		var skus []*ent.SkuCreate
		var stocks []*ent.StockCreate
		for i := range lines {
			id := globalid.New(globalid.Sku)
			lines[i] = checkout.Line{Sku: id, Quantity: sites}
			skus = append(skus, e.DB.Client.Sku.Create().SetID(id).SetShopID(e.Shop.ID).
				SetProductID(e.Product.ID).SetCode(id.String()).SetTitle("sku").SetPrice(999).
				SetCurrency("CNY").SetWeightGrams(100).SetLogisticsClass(vocab.Ordinary))
			for _, at := range warehouses {
				stocks = append(stocks, e.DB.Client.Stock.Create().SetSkuID(id).
					SetWarehouseID(at.ID).SetShopID(e.Shop.ID).SetOnHand(1))
			}
		}
		e.DB.Client.Sku.CreateBulk(skus...).ExecX(ctx)
		e.DB.Client.Stock.CreateBulk(stocks...).ExecX(ctx)
		o := e.Order(e.Place(lines...))
		if len(o.Edges.SubOrders) != sites || o.Payable != kinds*sites*999 {
			t.Fatalf("%d sub-orders, payable %d", len(o.Edges.SubOrders), o.Payable)
		}
		for _, sub := range o.Edges.SubOrders {
			if len(sub.Edges.Items) != kinds {
				t.Errorf("%s has %d items", sub.Number, len(sub.Edges.Items))
			}
		}
	}, ordertest.Options{Policy: onPayment, Inexact: true})
}
