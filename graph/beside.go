package graph

import (
	"context"
	"maps"
	"slices"
	"sync"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	gen "entgo.io/ent"

	"orderflow/ent"
	"orderflow/ent/orderitem"
	"orderflow/ent/suborder"
	"orderflow/internal/aftersale"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/shipment"
	"orderflow/internal/store"
)

// beside finds what computed fields need that is no column and no edge: for all rows of a query at
// once, when they are read, so that a list costs as many questions as one row.
type beside struct {
	db        *store.DB
	shipments *shipment.Shipments
}

// found is what was found for the rows of one response.
type found struct {
	mu      sync.Mutex
	stopped map[globalid.ID]bool
	facts   map[globalid.ID]lifecycle.AfterSaleFacts
	sums    map[globalid.ID]sums // of the lines of paid sub-orders
}

// sums are amounts of the lines of a sub-order.
type sums struct {
	SubOrder   globalid.ID `json:"sub_order_id"`
	Payable    int64       `json:"payable"`
	Refunded   int64       `json:"refunded"`
	Refundable int64       `json:"refundable"`
}

type foundKey struct{}

// ExtensionName implements graphql.HandlerExtension.
func (beside) ExtensionName() string { return "Beside" }

// Validate implements graphql.HandlerExtension.
func (beside) Validate(graphql.ExecutableSchema) error { return nil }

// InterceptResponse implements graphql.ResponseInterceptor.
func (beside) InterceptResponse(
	ctx context.Context, next graphql.ResponseHandler,
) *graphql.Response {
	return next(context.WithValue(ctx, foundKey{}, &found{
		stopped: map[globalid.ID]bool{}, facts: map[globalid.ID]lifecycle.AfterSaleFacts{},
		sums: map[globalid.ID]sums{},
	}))
}

// watch looks beside the parcels and requests that a client reads.
func (b beside) watch(client *ent.Client) {
	client.Shipment.Intercept(lookBeside(b.stopped))
	client.AfterSale.Intercept(lookBeside(b.facts))
	client.SubOrder.Intercept(lookBeside(func(ctx context.Context, rows []*ent.SubOrder) error {
		return sumsOf(ctx, b, rows, func(s *ent.SubOrder) globalid.ID { return s.ID })
	}))
	client.OrderItem.Intercept(lookBeside(func(ctx context.Context, rows []*ent.OrderItem) error {
		return sumsOf(ctx, b, rows, func(it *ent.OrderItem) globalid.ID { return it.SubOrderID })
	}))
}

func (b beside) stopped(ctx context.Context, rows []*ent.Shipment) error {
	if !asks(ctx, "stopped", "availableActions") {
		return nil
	}
	ids := make([]globalid.ID, len(rows))
	for i, row := range rows {
		ids[i] = row.ID
	}
	stopped, err := b.shipments.Stopped(ctx, ids...)
	foundIn(ctx, func(f *found) { maps.Copy(f.stopped, stopped) })
	return err
}

func (b beside) facts(ctx context.Context, rows []*ent.AfterSale) error {
	if !asks(ctx, "availableActions") {
		return nil
	}
	now, err := momentOf(ctx, b.db)
	if err != nil {
		return err
	}
	seen, err := aftersale.See(ctx, b.db.Client, now, rows...)
	foundIn(ctx, func(f *found) {
		for _, s := range seen {
			f.facts[s.Row.ID] = s.Facts()
		}
	})
	return err
}

// sumsOf adds up the lines of those sub-orders that are paid: they have a time to ship.
func sumsOf[T any](
	ctx context.Context, b beside, rows []T, subOrder func(T) globalid.ID,
) error {
	if !asks(ctx, "balance") {
		return nil
	}
	ids := make([]globalid.ID, len(rows))
	for i, row := range rows {
		ids[i] = subOrder(row)
	}
	slices.SortFunc(ids, globalid.ID.Compare)
	var all []sums
	err := b.db.Client.OrderItem.Query().Where(orderitem.SubOrderIDIn(slices.Compact(ids)...),
		orderitem.HasSubOrderWith(suborder.ShipDueAtNotNil())).
		GroupBy(orderitem.FieldSubOrderID).Aggregate(
		ent.As(ent.Sum(orderitem.FieldPayable), "payable"),
		ent.As(ent.Sum(orderitem.FieldRefunded), "refunded"),
		ent.As(ent.Sum(orderitem.FieldRefundable), "refundable")).Scan(ctx, &all)
	foundIn(ctx, func(f *found) {
		for _, s := range all {
			f.sums[s.SubOrder] = s
		}
	})
	return err
}

// lookBeside lets look see the rows of each query of a response.
func lookBeside[T any](look func(ctx context.Context, rows []T) error) ent.Interceptor {
	return gen.InterceptFunc(func(next gen.Querier) gen.Querier {
		return gen.QuerierFunc(func(ctx context.Context, q gen.Query) (gen.Value, error) {
			value, err := next.Query(ctx, q)
			rows, ok := value.([]T)
			if err != nil || !ok || len(rows) == 0 || ctx.Value(foundKey{}) == nil {
				return value, err
			}
			return value, look(ctx, rows)
		})
	})
}

// foundIn works on what was found for the response that is being made.
func foundIn(ctx context.Context, work func(*found)) {
	f := ctx.Value(foundKey{}).(*found)
	f.mu.Lock()
	defer f.mu.Unlock()
	work(f)
}

// stopped reports whether a parcel that this response read must not go on.
func stopped(ctx context.Context, p *ent.Shipment) (yes bool) {
	foundIn(ctx, func(f *found) { yes = f.stopped[p.ID] })
	return yes
}

// factsOf is what decides about a request that this response read.
func factsOf(ctx context.Context, row *ent.AfterSale) (facts lifecycle.AfterSaleFacts) {
	foundIn(ctx, func(f *found) { facts = f.facts[row.ID] })
	return facts
}

// paidFor is what the lines of a sub-order that this response read sum up to; false when nothing
// was paid for them.
func paidFor(ctx context.Context, subOrder globalid.ID) (all sums, paid bool) {
	foundIn(ctx, func(f *found) { all, paid = f.sums[subOrder] })
	return all, paid
}

// asks reports whether the operation selects a field of one of these names anywhere.
func asks(ctx context.Context, names ...string) bool {
	if !graphql.HasOperationContext(ctx) {
		return false
	}
	op := graphql.GetOperationContext(ctx)
	if selectsDeep(op.Operation.SelectionSet, names) {
		return true
	}
	for _, fragment := range op.Doc.Fragments {
		if selectsDeep(fragment.SelectionSet, names) {
			return true
		}
	}
	return false
}

func selectsDeep(set ast.SelectionSet, names []string) bool {
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			if slices.Contains(names, s.Name) || selectsDeep(s.SelectionSet, names) {
				return true
			}
		case *ast.InlineFragment:
			if selectsDeep(s.SelectionSet, names) {
				return true
			}
		}
	}
	return false
}
