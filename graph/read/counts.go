package read

import (
	"context"
	"errors"
	"slices"

	"entgo.io/ent/dialect/sql"

	"orderflow/ent"
	"orderflow/ent/aftersale"
	"orderflow/ent/order"
	"orderflow/ent/suborder"
	"orderflow/ent/suborderhold"
	"orderflow/graph/view"
	"orderflow/internal/auth"
	"orderflow/internal/vocab"
)

// mostCounted bounds each of a shop's counts: what it costs does not grow with the shop.
const mostCounted = 1000

// OrderCounts counts a buyer's orders, or the sub-orders that staff see, by what is to be done.
func (r *Reader) OrderCounts(ctx context.Context) (*view.OrderCounts, error) {
	if v := auth.From(ctx); !v.IsBuyer() {
		return r.countsOfStaff(ctx, v)
	}
	var groups []struct {
		Status vocab.TradeStatus `json:"status"`
		Count  int               `json:"count"`
	}
	err := r.Order.Query().Where(order.StatusIn(slices.Concat(
		vocab.Unpaid, vocab.ToShip, vocab.AwaitingReceipt)...)).
		GroupBy(order.FieldStatus).Aggregate(ent.Count()).Scan(ctx, &groups)
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
	counts.ToReview, err = r.Order.Query().Where(order.HasSubOrdersWith(
		suborder.BuyerID(auth.From(ctx).BuyerID), suborder.AwaitingReview(true))).Count(ctx)
	if err != nil {
		return nil, err
	}
	counts.AfterSale, err = r.AfterSale.Query().
		Where(aftersale.StatusIn(vocab.AfterSaleOpen...)).Count(ctx)
	if err != nil || !selects(ctx, "onHold") {
		return counts, err
	}
	counts.OnHold, err = r.Order.Query().Where(order.HasSubOrdersWith(
		suborder.BuyerID(auth.From(ctx).BuyerID), suborder.StatusIn(vocab.ToShip...),
		suborder.HeldAtNotNil())).Count(ctx)
	return counts, err
}

// countsOfStaff counts each up to mostCounted, all by one statement, from indexes over shop and
// status.
func (r *Reader) countsOfStaff(
	ctx context.Context, v *auth.Viewer,
) (*view.OrderCounts, error) {
	subOrders := func(statuses vocab.Group[vocab.TradeStatus], more ...*sql.Predicate) *sql.Selector {
		return counted(v, suborder.Table, append(more,
			sql.In(suborder.FieldStatus, anyOf(statuses)...))...)
	}
	counts := &view.OrderCounts{}
	into := []*int{&counts.PendingPayment, &counts.ToShip, &counts.ToReceive, &counts.ToReview,
		&counts.AfterSale, &counts.OnHold}
	all := sql.Dialect(r.preload.db.Dialect).Select()
	for i, rows := range []*sql.Selector{
		subOrders(vocab.Unpaid), subOrders(vocab.ToShip), subOrders(vocab.AwaitingReceipt),
		subOrders(vocab.TradeStatuses, sql.EQ(suborder.FieldAwaitingReview, true)),
		counted(v, aftersale.Table,
			sql.In(aftersale.FieldStatus, anyOf(vocab.AfterSaleOpen)...)),
		held(v),
	} {
		all.AppendSelectExprAs(sql.SelectExpr(sql.Raw("COUNT(*)")).From(rows.As("counted")),
			[]string{"a", "b", "c", "d", "e", "f"}[i])
	}
	query, args := all.Query()
	found, err := r.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer found.Close()
	if !found.Next() {
		return nil, errors.Join(errors.New("no counts"), found.Err())
	}
	targets := make([]any, len(into))
	for i, n := range into {
		targets[i] = n
	}
	return counts, errors.Join(found.Scan(targets...), found.Err())
}

// counted are the rows of a table that the viewer sees, up to mostCounted.
func counted(v *auth.Viewer, table string, where ...*sql.Predicate) *sql.Selector {
	rows := sql.Select(suborder.FieldID).From(sql.Table(table)).Limit(mostCounted)
	if visible := auth.Parties(v); visible != nil {
		visible(rows)
	}
	return rows.Where(sql.And(where...))
}

// held are the sub-orders on hold that the viewer sees, up to mostCounted, by their holds.
func held(v *auth.Viewer) *sql.Selector {
	rows := sql.Select(suborderhold.FieldSubOrderID).Distinct().
		From(sql.Table(suborderhold.Table)).Limit(mostCounted)
	if visible := auth.Parties(v); visible != nil {
		visible(rows)
	}
	return rows.Where(sql.IsNull(suborderhold.FieldReleasedAt))
}

func anyOf[T any](all []T) []any {
	values := make([]any, len(all))
	for i, v := range all {
		values[i] = v
	}
	return values
}
