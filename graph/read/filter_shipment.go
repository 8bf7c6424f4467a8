package read

import (
	"strings"

	"orderflow/ent/predicate"
	"orderflow/ent/review"
	"orderflow/ent/shipment"
	"orderflow/ent/stocktransfer"
	"orderflow/graph/view"
	"orderflow/internal/globalid"
)

// WhereShipments are the conditions of a filter.
func WhereShipments(f *view.ShipmentFilter) (all []predicate.Shipment) {
	if f == nil {
		return nil
	}
	if f.Stage != nil {
		all = append(all, shipment.StageIn(f.Stage...))
	}
	if f.CarrierStage != nil {
		all = append(all, shipment.CarrierStageIn(f.CarrierStage...))
	}
	all = addIf(all, f.Number, shipment.Number)
	all = addIf(all, f.Order, shipment.OrderID)
	all = addIf(all, f.Shop, shipment.ShopID)
	all = addIf(all, f.Warehouse, shipment.WarehouseID)
	all = addIf(all, f.TrackingNumber, ofNumber)
	return addIf(all, f.NeedsMerchant, shipment.NeedsMerchant)
}

// WhereStockTransfers are the conditions of a filter.
func WhereStockTransfers(f *view.StockTransferFilter) (all []predicate.StockTransfer) {
	if f == nil {
		return nil
	}
	if f.Status != nil {
		all = append(all, stocktransfer.StatusIn(f.Status...))
	}
	all = addIf(all, f.Shop, stocktransfer.ShopID)
	all = addIf(all, f.Sku, stocktransfer.SkuID)
	all = addIf(all, f.Warehouse, func(id globalid.ID) predicate.StockTransfer {
		return stocktransfer.Or(stocktransfer.FromWarehouseID(id), stocktransfer.ToWarehouseID(id))
	})
	return addIf(all, f.Order, stocktransfer.OrderID)
}

// WhereReviews are the conditions of a filter.
func WhereReviews(f *view.ReviewFilter) (all []predicate.Review) {
	if f == nil {
		return nil
	}
	all = addIf(all, f.Shop, review.ShopID)
	all = addIf(all, f.Product, review.ProductID)
	all = addIf(all, f.Sku, review.SkuID)
	return addIf(all, f.Replied, func(replied bool) predicate.Review {
		return either(replied, review.RepliedAtNotNil(), review.Not)
	})
}

// ofNumber finds parcels by a tracking number, which is kept in capital letters.
func ofNumber(n string) predicate.Shipment {
	return shipment.TrackingNumber(strings.ToUpper(n))
}
