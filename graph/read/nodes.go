package read

import (
	"context"
	"errors"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"orderflow/ent"
	"orderflow/ent/addresschange"
	"orderflow/ent/aftersale"
	"orderflow/ent/aftersaleline"
	"orderflow/ent/aftersalemessage"
	"orderflow/ent/auditentry"
	"orderflow/ent/billdifference"
	"orderflow/ent/buyer"
	"orderflow/ent/coupon"
	"orderflow/ent/event"
	"orderflow/ent/formernumber"
	"orderflow/ent/freighttemplate"
	"orderflow/ent/interception"
	"orderflow/ent/memberbenefit"
	"orderflow/ent/memo"
	"orderflow/ent/order"
	"orderflow/ent/orderitem"
	"orderflow/ent/payment"
	"orderflow/ent/product"
	"orderflow/ent/promotion"
	"orderflow/ent/refund"
	"orderflow/ent/refundline"
	"orderflow/ent/review"
	"orderflow/ent/shipment"
	"orderflow/ent/shipmentitem"
	"orderflow/ent/shop"
	"orderflow/ent/shortage"
	"orderflow/ent/sku"
	"orderflow/ent/stock"
	"orderflow/ent/stockmovement"
	"orderflow/ent/stocktransfer"
	"orderflow/ent/suborder"
	"orderflow/ent/suborderhold"
	"orderflow/ent/trackingevent"
	"orderflow/ent/warehouse"
	"orderflow/internal/globalid"
)

// nodeTables are the tables whose rows are nodes of the graph, by the kind of their ids.
var nodeTables = map[globalid.Kind]string{
	globalid.AddressChange: addresschange.Table, globalid.Memo: memo.Table,
	globalid.Review: review.Table, globalid.Shipment: shipment.Table,
	globalid.ShipmentItem: shipmentitem.Table, globalid.StockTransfer: stocktransfer.Table,
	globalid.TrackingEvent: trackingevent.Table, globalid.AfterSale: aftersale.Table,
	globalid.AfterSaleLine:    aftersaleline.Table,
	globalid.AfterSaleMessage: aftersalemessage.Table,
	globalid.Interception:     interception.Table, globalid.Shortage: shortage.Table,
	globalid.BillDifference: billdifference.Table, globalid.FormerNumber: formernumber.Table,
	globalid.AuditEntry: auditentry.Table,
	globalid.Buyer:      buyer.Table, globalid.Coupon: coupon.Table,
	globalid.FreightTemplate: freighttemplate.Table, globalid.MemberBenefit: memberbenefit.Table,
	globalid.Order: order.Table, globalid.OrderEvent: event.Table,
	globalid.OrderItem: orderitem.Table, globalid.Payment: payment.Table,
	globalid.Product: product.Table, globalid.Promotion: promotion.Table,
	globalid.Refund: refund.Table, globalid.RefundLine: refundline.Table,
	globalid.Shop: shop.Table, globalid.Sku: sku.Table, globalid.Stock: stock.Table,
	globalid.StockMovement: stockmovement.Table, globalid.SubOrder: suborder.Table,
	globalid.Warehouse: warehouse.Table, globalid.SubOrderHold: suborderhold.Table,
}

// Nodes reads rows by their ids, those of one type together; nil for a row that does not exist or
// is not visible.
func (r *Reader) Nodes(ctx context.Context, ids []globalid.ID) ([]ent.Noder, error) {
	found := make([]ent.Noder, len(ids))
	var known []globalid.ID
	var at []int
	for i, id := range ids {
		if nodeTables[id.Kind()] != "" {
			known, at = append(known, id), append(at, i)
		}
	}
	// entgql adds an error to the response for each missing node; here it is a null.
	quiet := graphql.WithResponseContext(below(ctx, nil), wrapError, graphql.DefaultRecover)
	rows, err := r.Noders(quiet, known, ent.WithNodeType(tableOf))
	for _, failed := range append(graphql.GetErrors(quiet), wrapError(ctx, err)) {
		if failed != nil && !ent.IsNotFound(failed) && failed.Extensions["code"] != "NOT_FOUND" {
			return nil, failed
		}
	}
	for i, row := range rows {
		found[at[i]] = typedNode(ctx, row)
	}
	return found, nil
}

// wrapError keeps an error as it is, with the code that entgql gave it.
func wrapError(_ context.Context, err error) *gqlerror.Error {
	var coded *gqlerror.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &coded):
		return coded
	}
	return gqlerror.Wrap(err)
}

func tableOf(_ context.Context, id globalid.ID) (string, error) {
	return nodeTables[id.Kind()], nil
}

// typedNode gives events their type in the graph.
func typedNode(ctx context.Context, row ent.Noder) ent.Noder {
	if e, ok := row.(*ent.Event); ok {
		return typedEvent(ctx, e)
	}
	return row
}
