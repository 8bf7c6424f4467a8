package graph

import (
	"orderflow/ent/predicate"
	"orderflow/ent/promotion"
	"orderflow/ent/refund"
	"orderflow/ent/sku"
	"orderflow/ent/stock"
	"orderflow/ent/stockmovement"
	"orderflow/graph/view"
)

func skuFilter(f *view.SkuFilter) (all []predicate.Sku) {
	if f == nil {
		return nil
	}
	all = maybe(all, f.Shop, sku.ShopID)
	all = maybe(all, f.Product, sku.ProductID)
	all = maybe(all, f.Code, sku.Code)
	return maybe(all, f.OnSale, sku.OnSale)
}

func stockFilter(f *view.StockFilter) (all []predicate.Stock) {
	if f == nil {
		return nil
	}
	all = maybe(all, f.Shop, stock.ShopID)
	all = maybe(all, f.Sku, stock.SkuID)
	return maybe(all, f.Warehouse, stock.WarehouseID)
}

func stockMovementFilter(f *view.StockMovementFilter) (all []predicate.StockMovement) {
	if f == nil {
		return nil
	}
	all = maybe(all, f.Shop, stockmovement.ShopID)
	return maybe(all, f.Stock, stockmovement.StockID)
}

func promotionFilter(f *view.PromotionFilter) (all []predicate.Promotion) {
	if f == nil {
		return nil
	}
	all = maybe(all, f.Shop, promotion.ShopID)
	all = maybe(all, f.Code, promotion.Code)
	return maybe(all, f.Active, promotion.Active)
}

func refundFilter(f *view.RefundFilter) (all []predicate.Refund) {
	if f == nil {
		return nil
	}
	if len(f.Status) > 0 {
		all = append(all, refund.StatusIn(f.Status...))
	}
	if len(f.Trigger) > 0 {
		all = append(all, refund.TriggerIn(f.Trigger...))
	}
	return maybe(all, f.Shop, refund.ShopID)
}
