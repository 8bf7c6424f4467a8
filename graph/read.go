package graph

import (
	"context"
	"fmt"

	gen "entgo.io/ent"
	"entgo.io/ent/dialect/sql"

	"orderflow/ent"
	"orderflow/ent/event"
	"orderflow/ent/intercept"
	"orderflow/ent/order"
	"orderflow/ent/payment"
	"orderflow/ent/suborder"
	"orderflow/ent/trackingevent"
	"orderflow/internal/auth"
	"orderflow/internal/globalid"
)

// reader returns the client of all answers: scoped to the viewer, and with what computed fields
// need loaded beside each row.
func reader(b beside) *ent.Client {
	client := auth.Scoped(b.db.Driver())
	b.watch(client)
	client.Intercept(intercept.TraverseFunc(steady))
	client.Order.Intercept(intercept.TraverseOrder(withParts))
	client.Payment.Intercept(intercept.TraversePayment(withPart))
	client.Review.Intercept(intercept.TraverseReview(withOwner))
	client.Event.Intercept(intercept.TraverseEvent(wholeEvent))
	return client
}

// steady gives eager-loaded lists an order; roots have their own.
func steady(ctx context.Context, q intercept.Query) error {
	if root := gen.QueryFromContext(ctx); root != nil && root.Type != q.Type() {
		q.Order(func(s *sql.Selector) {
			if q.Type() == ent.TypeTrackingEvent {
				s.OrderBy(s.C(trackingevent.FieldOccurredAt))
			}
			s.OrderBy(s.C("id"))
		})
	}
	return nil
}

// withParts loads the visible sub-orders of an order, from which its status and price are computed,
// and the payments and, for its buyer, the wishes for another address, on which actions depend.
func withParts(ctx context.Context, q *ent.OrderQuery) error {
	root := gen.QueryFromContext(ctx)
	if root != nil && root.Type == ent.TypeOrder && len(root.Fields) > 0 {
		return nil // no computed field is asked for
	}
	q.WithSubOrders()
	v := auth.From(ctx)
	if readsPayments(v) {
		q.WithPayments()
	}
	if v.IsBuyer() {
		q.WithAddressChanges()
	}
	return nil
}

// withOwner loads the sub-order of a review, on which what may be done with it depends.
func withOwner(ctx context.Context, q *ent.ReviewQuery) error {
	root := gen.QueryFromContext(ctx)
	if root == nil || root.Op == gen.OpQueryAll || root.Op == gen.OpQueryOnly {
		q.WithSubOrder()
	}
	return nil
}

// wholeEvent reads all of an event, whatever is selected: its name decides its type in the graph.
func wholeEvent(ctx context.Context, q *ent.EventQuery) error {
	root := gen.QueryFromContext(ctx)
	if root == nil || root.Op == gen.OpQueryAll || root.Op == gen.OpQueryOnly {
		q.Select(event.Columns...)
	}
	return nil
}

// visiblePart is a column beside a payment for the staff of shops: what it is for, as far as they
// see it; -1 when they see all of it.
const visiblePart = "visible_part"

func withPart(ctx context.Context, q *ent.PaymentQuery) error {
	v := auth.From(ctx)
	if v.IsBuyer() || v.SeesAllShops() {
		return nil
	}
	q.Modify(func(s *sql.Selector) {
		orderID := s.C(payment.FieldOrderID)
		whole, part := sql.Table(order.Table).As("whole"), sql.Table(suborder.Table).As("part")
		shops := make([]any, len(v.Shops))
		for i, shop := range v.Shops {
			shops[i] = shop
		}
		sole := sql.Select(whole.C(order.FieldID)).From(whole).Where(sql.And(
			sql.ColumnsEQ(whole.C(order.FieldID), orderID),
			sql.NotNull(whole.C(order.FieldSoleShopID))))
		sum := sql.SelectExpr(sql.Expr("COALESCE(SUM(" + part.C(suborder.FieldGoodsPayable) +
			" + " + part.C(suborder.FieldFreight) + "), 0)")).From(part).Where(sql.And(
			sql.ColumnsEQ(part.C(suborder.FieldOrderID), orderID),
			sql.In(part.C(suborder.FieldShopID), shops...)))
		s.AppendSelectExprAs(sql.ExprFunc(func(b *sql.Builder) {
			b.WriteString("CAST(CASE WHEN EXISTS ").Wrap(func(b *sql.Builder) { b.Join(sole) }).
				WriteString(" THEN -1 ELSE ").Wrap(func(b *sql.Builder) { b.Join(sum) }).
				WriteString(" END AS SIGNED)")
		}), visiblePart)
	})
	return nil
}

// rows is a query for rows of one type.
type rows[Q, T any] interface {
	CollectFields(ctx context.Context, satisfies ...string) (Q, error)
	Only(ctx context.Context) (T, error)
	All(ctx context.Context) ([]T, error)
}

// one reads the row of a query with what the field at path selects of it; nothing is no error.
func one[Q rows[Q, T], T any](ctx context.Context, q Q, name string, path ...string) (T, error) {
	q, err := q.CollectFields(below(ctx, path), name, "Node")
	if err != nil {
		var none T
		return none, fmt.Errorf("%s: %w", name, err)
	}
	row, err := q.Only(ctx)
	return row, ent.MaskNotFound(err)
}

// all reads the rows of a query with what the field at path selects of each.
func all[Q rows[Q, T], T any](ctx context.Context, q Q, name string, path ...string) ([]T, error) {
	q, err := q.CollectFields(below(ctx, path), name, "Node")
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return q.All(ctx)
}

// mostCounted bounds the counting of a connection.
const mostCounted = 10_000

type counted[Q any] interface {
	Clone() Q
	Limit(n int) Q
	IDs(ctx context.Context) ([]globalid.ID, error)
}

// total counts the rows of a connection when they are asked for, up to a bound.
func total[Q counted[Q]](ctx context.Context, q Q) (int, error) {
	if !selects(ctx, "totalCount") {
		return 0, nil
	}
	ids, err := q.Clone().Limit(mostCounted).IDs(ctx)
	return len(ids), err
}

// size is that of a page: null means the schema's default.
func size(first *int) *int {
	if first != nil {
		return first
	}
	n := 20
	return &n
}
