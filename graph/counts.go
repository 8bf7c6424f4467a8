package graph

import (
	"context"

	"orderflow/ent"
	"orderflow/ent/aftersale"
	"orderflow/ent/order"
	"orderflow/ent/suborder"
	"orderflow/graph/view"
	"orderflow/internal/auth"
	"orderflow/internal/vocab"
)

// waiting are the statuses that somebody has to do something about.
var waiting = []vocab.TradeStatus{
	vocab.PendingPayment, vocab.PaymentFailed, vocab.AwaitingShipment,
	vocab.PartiallyShipped, vocab.Shipped,
}

// orderCounts counts a buyer's orders, or the sub-orders that staff see.
func (r *Resolver) orderCounts(ctx context.Context, v *auth.Viewer) (*view.OrderCounts, error) {
	var groups []struct {
		Status vocab.TradeStatus `json:"status"`
		Count  int               `json:"count"`
	}
	var err error
	if v.IsBuyer() {
		err = r.read.Order.Query().Where(order.StatusIn(waiting...)).
			GroupBy(order.FieldStatus).Aggregate(ent.Count()).Scan(ctx, &groups)
	} else {
		err = r.read.SubOrder.Query().Where(suborder.StatusIn(waiting...)).
			GroupBy(suborder.FieldStatus).Aggregate(ent.Count()).Scan(ctx, &groups)
	}
	counts := &view.OrderCounts{}
	for _, g := range groups {
		switch g.Status {
		case vocab.PendingPayment, vocab.PaymentFailed:
			counts.PendingPayment += g.Count
		case vocab.AwaitingShipment, vocab.PartiallyShipped:
			counts.ToShip += g.Count
		case vocab.Shipped:
			counts.ToReceive += g.Count
		}
	}
	if err != nil {
		return nil, err
	}
	if counts.ToReview, err = r.toReview(ctx, v); err != nil {
		return nil, err
	}
	counts.AfterSale, err = r.read.AfterSale.Query().
		Where(aftersale.StatusNotIn(vocab.AfterSaleFinal...)).Count(ctx)
	return counts, err
}

// toReview counts what has a line that the buyer may review.
func (r *Resolver) toReview(ctx context.Context, v *auth.Viewer) (int, error) {
	if !v.IsBuyer() {
		return r.read.SubOrder.Query().Where(suborder.AwaitingReview(true)).Count(ctx)
	}
	return r.read.Order.Query().Where(order.HasSubOrdersWith(
		suborder.BuyerID(v.BuyerID), suborder.AwaitingReview(true))).Count(ctx)
}
