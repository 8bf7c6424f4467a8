package graph

import (
	"orderflow/ent/predicate"
	"orderflow/ent/review"
	"orderflow/ent/shipment"
	"orderflow/ent/stocktransfer"
	"orderflow/graph/view"
	"orderflow/internal/globalid"
)

func shipmentFilter(f *view.ShipmentFilter) (all []predicate.Shipment) {
	if f == nil {
		return nil
	}
	if len(f.Stage) > 0 {
		all = append(all, shipment.StageIn(f.Stage...))
	}
	if len(f.CarrierStage) > 0 {
		all = append(all, shipment.CarrierStageIn(f.CarrierStage...))
	}
	all = maybe(all, f.Number, shipment.Number)
	all = maybe(all, f.Order, shipment.OrderID)
	all = maybe(all, f.Shop, shipment.ShopID)
	all = maybe(all, f.Warehouse, shipment.WarehouseID)
	all = maybe(all, f.TrackingNumber, shipment.TrackingNumber)
	return maybe(all, f.NeedsMerchant, shipment.NeedsMerchant)
}

func stockTransferFilter(f *view.StockTransferFilter) (all []predicate.StockTransfer) {
	if f == nil {
		return nil
	}
	if len(f.Status) > 0 {
		all = append(all, stocktransfer.StatusIn(f.Status...))
	}
	all = maybe(all, f.Shop, stocktransfer.ShopID)
	all = maybe(all, f.Sku, stocktransfer.SkuID)
	all = maybe(all, f.Warehouse, func(id globalid.ID) predicate.StockTransfer {
		return stocktransfer.Or(stocktransfer.FromWarehouseID(id), stocktransfer.ToWarehouseID(id))
	})
	return maybe(all, f.Order, stocktransfer.OrderID)
}

func reviewFilter(f *view.ReviewFilter) (all []predicate.Review) {
	if f == nil {
		return nil
	}
	all = maybe(all, f.Shop, review.ShopID)
	all = maybe(all, f.Product, review.ProductID)
	all = maybe(all, f.Sku, review.SkuID)
	return maybe(all, f.Replied, func(replied bool) predicate.Review {
		return either(replied, review.RepliedAtNotNil(), review.Not)
	})
}
