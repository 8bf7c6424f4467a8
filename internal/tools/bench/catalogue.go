package bench

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strconv"

	"orderflow/internal/auth"
	"orderflow/internal/catalogue"
	"orderflow/internal/document"
	"orderflow/internal/globalid"
	"orderflow/internal/vocab"
)

const (
	// shopCount is the number of shops that send something of one order, and of all shops unless there
	// are many orders.
	shopCount = 2
	// freight is the fee of each shop for a parcel, in minor units.
	freight = 500
	// payable is the total of every order: a unit from each shop, and its freight.
	payable = shopCount * (price + freight)
	// initialStock is the number of units of each sku.
	initialStock = 100_000_000
	// buyerCount is the number of buyers who place orders: so many that none of them places several
	// a second, as a few would.
	buyerCount = 1024
	// readerCount is the number of buyers who list their orders.
	readerCount = 64
)

// basket is the content of one order: a unit of a sku of each shop. Skus and buyers are numbers,
// which each side maps to its own ids; the shops share the skus in turns.
type basket struct {
	buyer int
	skus  [shopCount]int
}

// randomBasket chooses among n skus; equal seeds give equal baskets.
func randomBasket(n int, seed, i uint64) basket {
	r := rand.New(rand.NewPCG(seed, i))
	return basket{buyer: r.IntN(buyerCount), skus: [shopCount]int{2 * r.IntN(n/2), 1 + 2*r.IntN(n/2)}}
}

// hotBasket is randomBasket with the same first sku in every order.
func hotBasket(n int, seed, i uint64) basket {
	b := randomBasket(n, seed, i)
	b.skus[0] = 0
	return b
}

func skuCode(i int) string { return fmt.Sprintf("M%05d", i) }

func buyerSubject(i int) string { return fmt.Sprintf("bench-%d", i) }

func shopCode(i int) string { return "bench-" + strconv.Itoa(i) }

// makeCatalogue makes the shops with their skus in the server's database and returns the skus'
// ids.
func (e *environment) makeCatalogue(ctx context.Context) ([]globalid.ID, error) {
	viewer := &auth.Viewer{Subject: "bench", Role: vocab.Platform}
	if err := catalogue.NewRegister(e.serverDB).Enroll(ctx, viewer); err != nil {
		return nil, err
	}
	ctx = auth.With(ctx, viewer)
	c := catalogue.New(e.serverDB, e.keys)
	warehouse, err := c.SetWarehouse(ctx, catalogue.WarehouseInput{
		Code: "bench", Name: "bench", Region: "浙江",
	})
	if err != nil {
		return nil, err
	}
	products := make([]globalid.ID, e.shops)
	for i := range products {
		if products[i], err = makeShop(ctx, c, i); err != nil {
			return nil, err
		}
	}
	skus := make([]globalid.ID, e.Skus)
	for i := range skus {
		skus[i], err = c.SetSku(ctx, catalogue.SkuInput{
			Product: products[i%e.shops], Code: skuCode(i), Title: skuCode(i), Price: price,
			WeightGrams: 100, LogisticsClass: vocab.Ordinary, OnSale: true,
		})
		if err != nil {
			return nil, err
		}
		_, err := c.AdjustStock(ctx, catalogue.StockInput{
			Sku: skus[i], Warehouse: warehouse, Delta: initialStock, Note: "bench",
		})
		if err != nil {
			return nil, err
		}
		e.progress("seed", i+1, e.Skus)
	}
	return skus, nil
}

// makeShop makes a shop with its freight template and a product.
func makeShop(
	ctx context.Context, c *catalogue.Catalogue, i int,
) (product globalid.ID, err error) {
	shop, err := c.SetShop(ctx, catalogue.ShopInput{
		Code: shopCode(i), Name: shopCode(i), Currency: "CNY", MerchantAccount: merchantAccount,
	})
	if err != nil {
		return product, err
	}
	_, err = c.SetShopPolicy(ctx, catalogue.PolicyInput{
		Shop: shop, Policy: document.ShopPolicy{ShipHours: 30 * 24,
			UnpaidOrders: 10_000, HourlyOrders: 100_000}, // few buyers place many orders
	})
	if err != nil {
		return product, err
	}
	_, err = c.SetFreightTemplate(ctx, catalogue.FreightInput{
		Shop: shop, LogisticsClass: vocab.Ordinary, Basis: vocab.ByPiece,
		Rule: catalogue.FreightRuleInput{Zones: []catalogue.FreightZoneInput{
			{First: 1, FirstFee: freight, Step: 1, StepFee: 0},
		}},
	})
	if err != nil {
		return product, err
	}
	return c.SetProduct(ctx, catalogue.ProductInput{
		Shop: shop, Code: shopCode(i), Title: shopCode(i),
	})
}
