package bench

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"orderflow/internal/auth"
	"orderflow/internal/catalogue"
	"orderflow/internal/document"
	"orderflow/internal/globalid"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

const (
	// merchantAccount is the account of all shops of bench; it identifies their orders.
	merchantAccount = "orderflow-bench"
	// dueSkuCount is the number of skus in the orders of a round.
	dueSkuCount = 100
	// price is the price of a unit in minor units.
	price = 9900
	// dueIn is the time until the deadline when the orders are made.
	dueIn = time.Hour
)

// dueRound is one measurement: orders of one buyer at one new shop.
type dueRound struct {
	*Bench
	code   string // of the shop and its objects
	count  int
	due    time.Time // pay deadline of all orders
	viewer *auth.Viewer

	shop, warehouse, product globalid.ID
	buyer                    globalid.ID
	skus, stocks             []globalid.ID
}

// prepare makes a shop with stock and the orders that reserve it.
func (b *Bench) prepare(ctx context.Context, count int) (*dueRound, error) {
	r := &dueRound{
		Bench: b, count: count, code: "bench-" + strings.ToLower(rand.Text()[:10]),
		viewer: &auth.Viewer{Subject: "bench", Role: vocab.Platform},
	}
	now, err := b.DB.Now(ctx)
	if err != nil {
		return nil, err
	}
	r.due = now.Add(dueIn)
	if err := r.enroll(ctx); err != nil {
		return nil, err
	}
	if err := r.makeCatalogue(auth.With(ctx, r.viewer)); err != nil {
		return nil, err
	}
	for from := 0; from < count; from += batchSize {
		n := min(batchSize, count-from)
		err := b.DB.Run(ctx, func(ctx context.Context, tx *store.Tx) error {
			return r.insertOrders(ctx, tx, from, n)
		})
		if err != nil {
			return nil, err
		}
		b.progress("make", from+n, count)
	}
	return r, nil
}

func (r *dueRound) enroll(ctx context.Context) error {
	register := catalogue.NewRegister(r.DB)
	buyer := &auth.Viewer{Subject: r.code, Role: vocab.Buyer}
	for _, v := range []*auth.Viewer{r.viewer, buyer} {
		if err := register.Enroll(ctx, v); err != nil {
			return err
		}
	}
	r.buyer = buyer.BuyerID
	return nil
}

// makeCatalogue makes the shop, and as many units of each sku as its orders reserve.
func (r *dueRound) makeCatalogue(ctx context.Context) (err error) {
	c := catalogue.New(r.DB, r.Keys)
	r.shop, err = c.SetShop(ctx, catalogue.ShopInput{
		Code: r.code, Name: r.code, Currency: "CNY", MerchantAccount: merchantAccount,
	})
	if err != nil {
		return err
	}
	r.warehouse, err = c.SetWarehouse(ctx, catalogue.WarehouseInput{
		Code: r.code, Name: r.code, Region: "浙江",
	})
	if err != nil {
		return err
	}
	r.product, err = c.SetProduct(ctx, catalogue.ProductInput{
		Shop: r.shop, Code: r.code, Title: r.code,
	})
	if err != nil {
		return err
	}
	for i := range min(dueSkuCount, r.count) {
		sku, err := c.SetSku(ctx, catalogue.SkuInput{
			Product: r.product, Code: dueSkuCode(i), Title: dueSkuCode(i), Price: price,
			WeightGrams: 100, LogisticsClass: vocab.Ordinary, OnSale: true,
		})
		if err != nil {
			return err
		}
		stock, err := c.AdjustStock(ctx, catalogue.StockInput{
			Sku: sku, Warehouse: r.warehouse, Delta: int64(r.count/dueSkuCount + 1), Note: r.code,
		})
		if err != nil {
			return err
		}
		r.skus, r.stocks = append(r.skus, sku), append(r.stocks, stock)
	}
	return nil
}

func dueSkuCode(i int) string { return fmt.Sprintf("B%03d", i) }

// addressJSON is sealed for each order by itself: the order's id is part of the seal.
func addressJSON() ([]byte, error) {
	return json.Marshal(document.Address{
		Name: "李雷", Phone: phone, Region: "浙江", Street: "文三路 1 号",
	})
}

const phone = "+8613812345678" // as it is stored
