package read

import (
	"orderflow/ent/predicate"
	"orderflow/ent/promotion"
	"orderflow/ent/refund"
	"orderflow/ent/sku"
	"orderflow/ent/stock"
	"orderflow/ent/stockmovement"
	"orderflow/graph/view"
)

// WhereSkus are the conditions of a filter.
func WhereSkus(f *view.SkuFilter) (all []predicate.Sku) {
	if f == nil {
		return nil
	}
	all = addIf(all, f.Shop, sku.ShopID)
	all = addIf(all, f.Product, sku.ProductID)
	all = addIf(all, f.Code, sku.Code)
	return addIf(all, f.OnSale, sku.OnSale)
}

// WhereStock are the conditions of a filter.
func WhereStock(f *view.StockFilter) (all []predicate.Stock) {
	if f == nil {
		return nil
	}
	all = addIf(all, f.Shop, stock.ShopID)
	all = addIf(all, f.Sku, stock.SkuID)
	return addIf(all, f.Warehouse, stock.WarehouseID)
}

// WhereStockMovements are the conditions of a filter.
func WhereStockMovements(f *view.StockMovementFilter) (all []predicate.StockMovement) {
	if f == nil {
		return nil
	}
	all = addIf(all, f.Shop, stockmovement.ShopID)
	return addIf(all, f.Stock, stockmovement.StockID)
}

// WherePromotions are the conditions of a filter.
func WherePromotions(f *view.PromotionFilter) (all []predicate.Promotion) {
	if f == nil {
		return nil
	}
	all = addIf(all, f.Shop, promotion.ShopID)
	all = addIf(all, f.Code, promotion.Code)
	return addIf(all, f.Active, promotion.Active)
}

// WhereRefunds are the conditions of a filter.
func WhereRefunds(f *view.RefundFilter) (all []predicate.Refund) {
	if f == nil {
		return nil
	}
	if f.Status != nil {
		all = append(all, refund.StatusIn(f.Status...))
	}
	if f.Trigger != nil {
		all = append(all, refund.TriggerIn(f.Trigger...))
	}
	return addIf(all, f.Shop, refund.ShopID)
}
