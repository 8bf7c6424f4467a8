package graph

import (
	"context"
	"time"

	"orderflow/ent/aftersale"
	"orderflow/ent/order"
	"orderflow/ent/orderitem"
	"orderflow/ent/payment"
	"orderflow/ent/predicate"
	"orderflow/ent/shipment"
	"orderflow/ent/shipmentitem"
	"orderflow/ent/suborder"
	"orderflow/graph/view"
	"orderflow/internal/auth"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/seal"
	"orderflow/internal/vocab"
)

// maybe adds the condition for a filter's value when it is given.
func maybe[V any, P ~[]E, E any](all P, value *V, condition func(V) E) P {
	if value == nil {
		return all
	}
	return append(all, condition(*value))
}

// either is the condition, or its opposite.
func either[P any](holds bool, condition P, not func(P) P) P {
	if holds {
		return condition
	}
	return not(condition)
}

// orderFilter turns the filter into conditions. What it says about parts of an order is asked of
// the parts that the viewer sees: a filter must not tell what a read does not show.
func (r *Resolver) orderFilter(
	ctx context.Context, f *view.OrderFilter,
) ([]predicate.Order, error) {
	if f == nil {
		return nil, nil
	}
	v := auth.From(ctx)
	if v == nil {
		return nil, unauthenticated()
	}
	part := func(p ...predicate.SubOrder) predicate.Order {
		if visible := auth.SubOrders(v); visible != nil {
			p = append(p, visible)
		}
		return order.HasSubOrdersWith(p...)
	}
	var all []predicate.Order
	switch {
	case len(f.Status) == 0:
	case v.IsBuyer() || v.SeesAllShops():
		all = append(all, order.StatusIn(f.Status...))
	default:
		all = append(all, part(suborder.StatusIn(f.Status...)))
	}
	all = maybe(all, f.Number, func(n string) predicate.Order {
		return order.Or(order.Number(n), part(suborder.Number(n)))
	})
	all = maybe(all, f.Buyer, order.BuyerID)
	all = maybe(all, f.Shop, func(id globalid.ID) predicate.Order {
		return part(suborder.ShopID(id))
	})
	all = maybe(all, f.Sku, func(id globalid.ID) predicate.Order {
		items := []predicate.OrderItem{orderitem.SkuID(id)}
		if visible := auth.OrderItems(v); visible != nil {
			items = append(items, visible)
		}
		return order.HasItemsWith(items...)
	})
	all = maybe(all, f.PlacedFrom, order.CreatedAtGTE)
	all = maybe(all, f.PlacedTo, order.CreatedAtLT)
	all = maybe(all, f.DeadlineBefore, func(t time.Time) predicate.Order {
		return order.And(order.PayDueAtLT(t),
			order.StatusIn(vocab.PendingPayment, vocab.PaymentFailed))
	})
	all = maybe(all, f.AwaitingReview, func(awaits bool) predicate.Order {
		return either(awaits, part(suborder.AwaitingReview(true)), order.Not)
	})
	if len(f.AfterSaleStatus) > 0 {
		all = append(all, part(withRequest(f.AfterSaleStatus)))
	}
	all = byParcel(v, f, all)
	if f.ReceiverPhone != nil {
		phone, err := r.byPhone(v, *f.ReceiverPhone)
		if err != nil {
			return nil, err
		}
		all = append(all, phone)
	}
	return r.byPayment(ctx, f, all)
}

// withRequest is the condition on sub-orders with a request in one of these statuses.
func withRequest(statuses []vocab.AfterSaleStatus) predicate.SubOrder {
	return suborder.HasAfterSalesWith(aftersale.StatusIn(statuses...))
}

// byParcel adds what the filter says of the parcels that the viewer sees.
func byParcel(
	v *auth.Viewer, f *view.OrderFilter, all []predicate.Order,
) []predicate.Order {
	parcel := func(p ...predicate.Shipment) predicate.Order {
		if visible := auth.Shipments(v); visible != nil {
			p = append(p, visible)
		}
		return order.HasShipmentsWith(p...)
	}
	all = maybe(all, f.TrackingNumber, func(n string) predicate.Order {
		return parcel(shipment.TrackingNumber(n))
	})
	return maybe(all, f.NeedsMerchant, func(needs bool) predicate.Order {
		return either(needs, parcel(shipment.NeedsMerchant(true)), order.Not)
	})
}

// byPhone finds orders by a whole phone number, or by its last four digits.
func (r *Resolver) byPhone(v *auth.Viewer, phone string) (predicate.Order, error) {
	// Who is shown a masked number could find its digits by asking for one after the other.
	if !v.SeesAllShops() {
		return nil, fault.At("filter.receiverPhone", fault.Forbidden,
			"The role %s may not look orders up by phone number.", v.Role)
	}
	switch digits := seal.NormalPhone(phone); {
	case len(digits) == 4:
		return order.PhoneTailIndex(r.blind.Tail(phone)), nil
	case len(digits) > 4:
		return order.PhoneIndex(r.blind.Full(phone)), nil
	}
	return nil, fault.At("filter.receiverPhone", fault.BadUserInput,
		"A phone number is whole, or its last four digits.")
}

// byPayment looks payments up as the viewer sees them.
func (r *Resolver) byPayment(
	ctx context.Context, f *view.OrderFilter, all []predicate.Order,
) ([]predicate.Order, error) {
	var where []predicate.Payment
	if f.OutTradeNo != nil {
		id, _ := globalid.Parse(*f.OutTradeNo) // what is no number is no payment's
		where = append(where, payment.ID(id))
	}
	if f.TransactionID != nil {
		where = append(where, payment.TransactionID(*f.TransactionID),
			payment.ChannelIn(vocab.Sandbox, vocab.WeChatPay, vocab.Alipay)) // the index's first column
	}
	if len(where) == 0 {
		return all, nil
	}
	found, err := r.read.Payment.Query().Where(where...).Limit(100).All(ctx)
	if err != nil {
		return nil, err
	}
	ids := make([]globalid.ID, len(found))
	for i, p := range found {
		ids[i] = p.OrderID
	}
	return append(all, order.IDIn(ids...)), nil
}

func subOrderFilter(f *view.SubOrderFilter) (all []predicate.SubOrder) {
	if f == nil {
		return nil
	}
	if len(f.Status) > 0 {
		all = append(all, suborder.StatusIn(f.Status...))
	}
	all = maybe(all, f.Number, suborder.Number)
	all = maybe(all, f.Shop, suborder.ShopID)
	all = maybe(all, f.Warehouse, suborder.WarehouseID)
	all = maybe(all, f.PlacedFrom, suborder.CreatedAtGTE)
	all = maybe(all, f.PlacedTo, suborder.CreatedAtLT)
	all = maybe(all, f.AwaitingReview, suborder.AwaitingReview)
	all = maybe(all, f.NeedsMerchant, func(needs bool) predicate.SubOrder {
		return either(needs, suborder.HasShipmentItemsWith(
			shipmentitem.HasShipmentWith(shipment.NeedsMerchant(true))), suborder.Not)
	})
	if len(f.AfterSaleStatus) > 0 {
		all = append(all, withRequest(f.AfterSaleStatus))
	}
	return maybe(all, f.DeadlineBefore, suborder.ShipDueAtLT)
}
