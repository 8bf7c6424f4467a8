package graph

import (
	"orderflow/ent/aftersale"
	"orderflow/ent/predicate"
	"orderflow/ent/shortage"
	"orderflow/graph/view"
)

func afterSaleFilter(f *view.AfterSaleFilter) (all []predicate.AfterSale) {
	if f == nil {
		return nil
	}
	if len(f.Status) > 0 {
		all = append(all, aftersale.StatusIn(f.Status...))
	}
	if len(f.Kind) > 0 {
		all = append(all, aftersale.KindIn(f.Kind...))
	}
	all = maybe(all, f.Number, aftersale.Number)
	all = maybe(all, f.Order, aftersale.OrderID)
	all = maybe(all, f.SubOrder, aftersale.SubOrderID)
	all = maybe(all, f.Shop, aftersale.ShopID)
	return maybe(all, f.DeadlineBefore, aftersale.DueAtLT)
}

func shortageFilter(f *view.ShortageFilter) (all []predicate.Shortage) {
	if f == nil {
		return nil
	}
	if len(f.Status) > 0 {
		all = append(all, shortage.StatusIn(f.Status...))
	}
	all = maybe(all, f.Order, shortage.OrderID)
	all = maybe(all, f.Shop, shortage.ShopID)
	all = maybe(all, f.Warehouse, shortage.WarehouseID)
	return maybe(all, f.DeadlineBefore, shortage.DueAtLT)
}
