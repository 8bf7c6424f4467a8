package read

import (
	"context"
	"slices"

	"orderflow/ent"
	"orderflow/ent/aftersale"
	"orderflow/ent/order"
	"orderflow/ent/suborder"
	"orderflow/graph/view"
	"orderflow/internal/auth"
	"orderflow/internal/vocab"
)

// OrderCounts counts a buyer's orders, or the sub-orders that staff see, by what is to be done.
func (r *Reader) OrderCounts(ctx context.Context) (*view.OrderCounts, error) {
	var groups []struct {
		Status vocab.TradeStatus `json:"status"`
		Count  int               `json:"count"`
	}
	v, counted := auth.From(ctx), slices.Concat(
		vocab.Unpaid, vocab.ToShip, vocab.AwaitingReceipt)
	var err error
	if v.IsBuyer() {
		err = r.Order.Query().Where(order.StatusIn(counted...)).
			GroupBy(order.FieldStatus).Aggregate(ent.Count()).Scan(ctx, &groups)
	} else {
		err = r.SubOrder.Query().Where(suborder.StatusIn(counted...)).
			GroupBy(suborder.FieldStatus).Aggregate(ent.Count()).Scan(ctx, &groups)
	}
	if err != nil {
		return nil, err
	}
	counts := &view.OrderCounts{}
	for _, g := range groups {
		switch {
		case vocab.Unpaid.Has(g.Status):
			counts.PendingPayment += g.Count
		case vocab.ToShip.Has(g.Status):
			counts.ToShip += g.Count
		case vocab.AwaitingReceipt.Has(g.Status):
			counts.ToReceive += g.Count
		}
	}
	if counts.ToReview, err = r.toReview(ctx, v); err != nil {
		return nil, err
	}
	counts.AfterSale, err = r.AfterSale.Query().
		Where(aftersale.StatusNotIn(vocab.AfterSaleFinal...)).Count(ctx)
	return counts, err
}

// toReview counts what has a line that the buyer may review.
func (r *Reader) toReview(ctx context.Context, v *auth.Viewer) (int, error) {
	if !v.IsBuyer() {
		return r.SubOrder.Query().Where(suborder.AwaitingReview(true)).Count(ctx)
	}
	return r.Order.Query().Where(order.HasSubOrdersWith(
		suborder.BuyerID(v.BuyerID), suborder.AwaitingReview(true))).Count(ctx)
}
