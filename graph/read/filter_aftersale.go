package read

import (
	"orderflow/ent/aftersale"
	"orderflow/ent/predicate"
	"orderflow/ent/shortage"
	"orderflow/graph/view"
)

// WhereAfterSales are the conditions of a filter.
func WhereAfterSales(f *view.AfterSaleFilter) (all []predicate.AfterSale) {
	if f == nil {
		return nil
	}
	if f.Status != nil {
		all = append(all, aftersale.StatusIn(f.Status...))
	}
	if f.Kind != nil {
		all = append(all, aftersale.KindIn(f.Kind...))
	}
	all = addIf(all, f.Number, aftersale.Number)
	all = addIf(all, f.Order, aftersale.OrderID)
	all = addIf(all, f.SubOrder, aftersale.SubOrderID)
	all = addIf(all, f.Shop, aftersale.ShopID)
	return addIf(all, f.DeadlineBefore, aftersale.DueAtLT)
}

// WhereShortages are the conditions of a filter.
func WhereShortages(f *view.ShortageFilter) (all []predicate.Shortage) {
	if f == nil {
		return nil
	}
	if f.Status != nil {
		all = append(all, shortage.StatusIn(f.Status...))
	}
	all = addIf(all, f.Order, shortage.OrderID)
	all = addIf(all, f.Shop, shortage.ShopID)
	all = addIf(all, f.Warehouse, shortage.WarehouseID)
	return addIf(all, f.DeadlineBefore, shortage.DueAtLT)
}
