package seed

import (
	"context"
	"maps"
	"slices"

	"orderflow/ent/product"
	"orderflow/ent/sku"
	"orderflow/ent/stock"
	"orderflow/internal/catalogue"
	"orderflow/internal/globalid"
)

func (s *seeder) products(ctx context.Context) error {
	for _, p := range goods {
		shopID := s.id(globalid.Shop, p.shop)
		find := func(ctx context.Context) (globalid.ID, error) {
			return s.db.Client.Product.Query().
				Where(product.ShopID(shopID), product.Code(p.code)).OnlyID(ctx)
		}
		add := func(ctx context.Context) (globalid.ID, error) {
			return s.catalogue.SetProduct(ctx,
				catalogue.ProductInput{Shop: shopID, Code: p.code, Title: p.title})
		}
		if err := s.ensure(ctx, globalid.Product, p.code, find, add); err != nil {
			return err
		}
	}
	return nil
}

func (s *seeder) skus(ctx context.Context) error {
	for _, p := range goods {
		shopID := s.id(globalid.Shop, p.shop)
		for _, k := range p.skus {
			find := func(ctx context.Context) (globalid.ID, error) {
				return s.db.Client.Sku.Query().
					Where(sku.ShopID(shopID), sku.Code(k.code)).OnlyID(ctx)
			}
			add := func(ctx context.Context) (globalid.ID, error) {
				return s.catalogue.SetSku(ctx, catalogue.SkuInput{
					Product: s.id(globalid.Product, p.code), Code: k.code,
					Title: p.title + " " + k.title, Price: k.price, WeightGrams: k.grams,
					LogisticsClass: p.class, OnSale: true,
				})
			}
			if err := s.ensure(ctx, globalid.Sku, k.code, find, add); err != nil {
				return err
			}
		}
	}
	return nil
}

// stock adds the stock of a sku to a warehouse once: an existing row stays as it is.
func (s *seeder) stock(ctx context.Context) error {
	for _, p := range goods {
		for _, k := range p.skus {
			for _, code := range slices.Sorted(maps.Keys(k.stock)) {
				skuID, warehouseID := s.id(globalid.Sku, k.code), s.id(globalid.Warehouse, code)
				find := func(ctx context.Context) (globalid.ID, error) {
					return s.db.Client.Stock.Query().
						Where(stock.SkuID(skuID), stock.WarehouseID(warehouseID)).OnlyID(ctx)
				}
				add := func(ctx context.Context) (globalid.ID, error) {
					return s.catalogue.AdjustStock(ctx, catalogue.StockInput{
						Sku: skuID, Warehouse: warehouseID, Delta: k.stock[code], Note: "demo data",
					})
				}
				name := k.code + " in " + code
				if err := s.ensure(ctx, globalid.Stock, name, find, add); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
