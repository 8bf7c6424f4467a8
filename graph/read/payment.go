package read

import (
	"context"
	gosql "database/sql"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"entgo.io/ent/dialect/sql"

	"orderflow/ent"
	"orderflow/ent/order"
	"orderflow/ent/payment"
	"orderflow/ent/suborder"
	"orderflow/graph/view"
	"orderflow/internal/auth"
	"orderflow/internal/money"
)

// visibleAmount is a computed column of payments for the staff of shops: how much of the order is
// of their shops; -1 when all of it is.
const visibleAmount = "visible_amount"

func withVisibleAmount(ctx context.Context, q *ent.PaymentQuery) error {
	v := auth.From(ctx)
	if seesWholeOrders(v) {
		return nil
	}
	q.Modify(func(s *sql.Selector) {
		orderID := s.C(payment.FieldOrderID)
		o, sub := sql.Table(order.Table).As("paid_order"), sql.Table(suborder.Table).As("visible_sub")
		shops := make([]any, len(v.Shops))
		for i, shop := range v.Shops {
			shops[i] = shop
		}
		sole := sql.Select(o.C(order.FieldID)).From(o).Where(sql.And(
			sql.ColumnsEQ(o.C(order.FieldID), orderID),
			sql.NotNull(o.C(order.FieldSoleShopID))))
		sum := sql.SelectExpr(sql.Expr("COALESCE(SUM(" + sub.C(suborder.FieldGoodsPayable) +
			" + " + sub.C(suborder.FieldFreight) + "), 0)")).From(sub).Where(sql.And(
			sql.ColumnsEQ(sub.C(suborder.FieldOrderID), orderID),
			sql.In(sub.C(suborder.FieldShopID), shops...)))
		s.AppendSelectExprAs(sql.ExprFunc(func(b *sql.Builder) {
			b.WriteString("CAST(CASE WHEN EXISTS ").Wrap(func(b *sql.Builder) { b.Join(sole) }).
				WriteString(" THEN -1 ELSE ").Wrap(func(b *sql.Builder) { b.Join(sum) }).
				WriteString(" END AS SIGNED)")
		}), visibleAmount)
	})
	return nil
}

// PaymentAmount is what the viewer sees of the amount of a payment.
func PaymentAmount(ctx context.Context, p *ent.Payment) (*money.Money, error) {
	return visibleOf(ctx, p, p.Amount)
}

// PaidAmount is what the viewer sees of the amount that was paid, nil before.
func PaidAmount(ctx context.Context, p *ent.Payment) (*money.Money, error) {
	if p.PaidAt == nil {
		return nil, nil
	}
	return visibleOf(ctx, p, p.PaidAmount)
}

func visibleOf(ctx context.Context, p *ent.Payment, amount int64) (*money.Money, error) {
	if !seesWholeOrders(auth.From(ctx)) {
		column, err := p.Value(visibleAmount)
		if err != nil {
			return nil, err
		}
		visible, err := strconv.ParseInt(text(column), 10, 64)
		if err != nil {
			return nil, fmt.Errorf("visible amount of %s: %w", p.ID, err)
		}
		if visible >= 0 {
			amount = visible
		}
	}
	m := view.Money(amount, p.Currency)
	return &m, nil
}

// text is the value of a computed column as text: databases return it in different types.
func text(column any) string {
	switch column := column.(type) {
	case []byte:
		return string(column)
	case gosql.NullInt64:
		return strconv.FormatInt(column.Int64, 10)
	}
	return fmt.Sprint(column)
}

// ClientParams are the parameters with which the buyer's client pays, by name; nil for others.
func ClientParams(ctx context.Context, p *ent.Payment) []*view.Param {
	if !auth.From(ctx).IsBuyer() || !atChannel(p) {
		return nil
	}
	params := make([]*view.Param, 0, len(p.ClientParams))
	for _, name := range slices.Sorted(maps.Keys(p.ClientParams)) {
		params = append(params, &view.Param{Name: name, Value: p.ClientParams[name]})
	}
	return params
}
