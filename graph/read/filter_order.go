package read

import (
	"context"
	"strings"
	"time"

	"entgo.io/ent/dialect/sql"

	"orderflow/ent"
	"orderflow/ent/addresschange"
	"orderflow/ent/aftersale"
	"orderflow/ent/order"
	"orderflow/ent/orderitem"
	"orderflow/ent/payment"
	"orderflow/ent/predicate"
	"orderflow/ent/shipment"
	"orderflow/ent/shipmentitem"
	"orderflow/ent/suborder"
	"orderflow/ent/suborderhold"
	"orderflow/graph/view"
	"orderflow/internal/auth"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/phone"
	"orderflow/internal/vocab"
)

// addIf adds the condition for a filter's value when it is given.
func addIf[V any, P ~[]E, E any](all P, value *V, condition func(V) E) P {
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

// WhereOrders are the conditions of a filter. Conditions on parts of an order apply to the parts
// that the viewer sees: a filter must not reveal what a read does not show.
func (r *Reader) WhereOrders(
	ctx context.Context, f *view.OrderFilter,
) ([]predicate.Order, error) {
	v := auth.From(ctx)
	if f == nil || v == nil { // without a viewer the query itself is refused
		return nil, nil
	}
	part := func(p ...predicate.SubOrder) predicate.Order {
		if visible := auth.Parties(v); visible != nil {
			p = append(p, visible)
		}
		return order.HasSubOrdersWith(p...)
	}
	var all []predicate.Order
	switch {
	case f.Status == nil:
	case seesWholeOrders(v):
		all = append(all, order.StatusIn(f.Status...))
	default:
		all = append(all, part(suborder.StatusIn(f.Status...)))
	}
	all = addIf(all, f.Number, func(n string) predicate.Order {
		// A sub-order's number begins with its order's, which has an index.
		whole, _, _ := strings.Cut(n, "-")
		return order.And(order.Number(whole),
			order.Or(order.Number(n), part(suborder.Number(n))))
	})
	all = addIf(all, f.Buyer, order.BuyerID)
	all = addIf(all, f.Shop, func(id globalid.ID) predicate.Order {
		return part(suborder.ShopID(id))
	})
	all = addIf(all, f.Sku, func(id globalid.ID) predicate.Order {
		items := []predicate.OrderItem{orderitem.SkuID(id)}
		if visible := auth.Parties(v); visible != nil {
			items = append(items, visible)
		}
		return order.HasItemsWith(items...)
	})
	all = addIf(all, f.PlacedFrom, order.CreatedAtGTE)
	all = addIf(all, f.PlacedTo, order.CreatedAtLT)
	all = addIf(all, f.DeadlineBefore, func(t time.Time) predicate.Order {
		return order.And(order.PayDueAtLT(t),
			order.StatusIn(vocab.Unpaid...))
	})
	all = addIf(all, f.AwaitingReview, func(awaits bool) predicate.Order {
		return either(awaits, part(suborder.AwaitingReview(true)), order.Not)
	})
	if f.AfterSaleStatus != nil {
		all = append(all, part(hasRequest(f.AfterSaleStatus)))
	}
	all = whereParcels(all, v, f)
	if f.ReceiverPhone != nil {
		received, err := r.wherePhone(ctx, v, *f.ReceiverPhone)
		if err != nil {
			return nil, err
		}
		all = append(all, received)
	}
	return r.wherePayment(ctx, all, f)
}

// hasRequest is the condition on sub-orders with a request in one of these statuses.
func hasRequest(statuses []vocab.AfterSaleStatus) predicate.SubOrder {
	return suborder.HasAfterSalesWith(aftersale.StatusIn(statuses...))
}

// whereParcels adds the conditions on the parcels that the viewer sees, and on what must not be in
// one for now.
func whereParcels(
	all []predicate.Order, v *auth.Viewer, f *view.OrderFilter,
) []predicate.Order {
	parcel := func(p ...predicate.Shipment) predicate.Order {
		if visible := auth.Parties(v); visible != nil {
			p = append(p, visible)
		}
		return order.HasShipmentsWith(p...)
	}
	all = addIf(all, f.TrackingNumber, func(n string) predicate.Order {
		return parcel(ofNumber(n))
	})
	all = addIf(all, f.OnHold, func(held bool) predicate.Order {
		return either(held, partOnHold(v), order.Not)
	})
	return addIf(all, f.NeedsMerchant, func(needs bool) predicate.Order {
		return either(needs, parcel(shipment.NeedsMerchant(true)), order.Not)
	})
}

// mostMoved is how many changes of address to one number are found by it, the newest.
const mostMoved = 1000

// wherePhone is the condition on the whole phone number of the receiver, of the address that the
// order was placed with or of one that a shop has accepted.
func (r *Reader) wherePhone(
	ctx context.Context, v *auth.Viewer, text string,
) (predicate.Order, error) {
	// Those who see masked numbers could find the digits by trying one after the other.
	if !v.SeesAllShops() {
		return nil, fault.At("filter.receiverPhone", fault.Forbidden,
			"The role %s may not look orders up by phone number.", v.Role)
	}
	number, wrong := phone.Parse(text)
	if wrong != "" {
		return nil, fault.At("filter.receiverPhone", fault.BadUserInput, "%s", wrong)
	}
	entry := r.blind.Full(number.E164())
	moved, err := r.AddressChange.Query().Where(addresschange.PhoneIndex(entry),
		addresschange.StatusIn(vocab.AddressMoved...)).
		Order(ent.Desc(addresschange.FieldID)).Limit(mostMoved).All(ctx)
	if err != nil {
		return nil, err
	}
	ids := make([]globalid.ID, len(moved))
	for i, change := range moved {
		ids[i] = change.OrderID
	}
	return order.Or(order.PhoneIndex(entry), order.IDIn(ids...)), nil
}

// wherePayment adds the condition on payments, among those that the viewer sees.
func (r *Reader) wherePayment(
	ctx context.Context, all []predicate.Order, f *view.OrderFilter,
) ([]predicate.Order, error) {
	var where []predicate.Payment
	if f.OutTradeNo != nil {
		id, _ := globalid.Parse(*f.OutTradeNo) // a text that is no id matches no payment
		where = append(where, payment.ID(id))
	}
	if f.TransactionID != nil {
		where = append(where, payment.TransactionID(*f.TransactionID),
			payment.ChannelIn(vocab.PaymentChannels...)) // the index begins with the channel
	}
	if len(where) == 0 {
		return all, nil
	}
	found, err := r.Payment.Query().Where(where...).Limit(100).All(ctx)
	if err != nil {
		return nil, err
	}
	ids := make([]globalid.ID, len(found))
	for i, p := range found {
		ids[i] = p.OrderID
	}
	return append(all, order.IDIn(ids...)), nil
}

// WhereSubOrders are the conditions of a filter.
func WhereSubOrders(f *view.SubOrderFilter) (all []predicate.SubOrder) {
	if f == nil {
		return nil
	}
	if f.Status != nil {
		all = append(all, suborder.StatusIn(f.Status...))
	}
	all = addIf(all, f.Number, func(n string) predicate.SubOrder {
		whole, _, _ := strings.Cut(n, "-")
		return suborder.And(suborder.HasOrderWith(order.Number(whole)), suborder.Number(n))
	})
	all = addIf(all, f.Shop, suborder.ShopID)
	all = addIf(all, f.Warehouse, suborder.WarehouseID)
	all = addIf(all, f.PlacedFrom, suborder.CreatedAtGTE)
	all = addIf(all, f.PlacedTo, suborder.CreatedAtLT)
	all = addIf(all, f.AwaitingReview, suborder.AwaitingReview)
	all = addIf(all, f.NeedsMerchant, func(needs bool) predicate.SubOrder {
		return either(needs, suborder.HasShipmentItemsWith(
			shipmentitem.HasShipmentWith(shipment.NeedsMerchant(true))), suborder.Not)
	})
	if f.AfterSaleStatus != nil {
		all = append(all, hasRequest(f.AfterSaleStatus))
	}
	all = addIf(all, f.OnHold, onHold)
	return addIf(all, f.DeadlineBefore, func(t time.Time) predicate.SubOrder {
		return suborder.And(suborder.ShipDueAtLT(t), suborder.HeldAtIsNil())
	})
}

// partOnHold is the condition on orders of which a part that the viewer sees is on hold. It looks
// at the holds alone: they are few, and sub-orders are not.
func partOnHold(v *auth.Viewer) predicate.Order {
	return func(s *sql.Selector) {
		t := sql.Table(suborderhold.Table)
		held := sql.Select(t.C(suborderhold.FieldOrderID)).From(t).
			Where(sql.IsNull(t.C(suborderhold.FieldReleasedAt)))
		if visible := auth.Parties(v); visible != nil && !v.IsBuyer() {
			visible(held)
		}
		s.Where(sql.In(s.C(order.FieldID), held))
	}
}

// onHold is the condition on sub-orders that are on hold, or not.
func onHold(held bool) predicate.SubOrder {
	if !held {
		return suborder.HeldAtIsNil()
	}
	return suborder.HasHoldsWith(suborderhold.ReleasedAtIsNil())
}
