package graph

import (
	"context"
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

// found is what was found for the rows that an operation reads. A subscription reads the rows of
// one event while it still tells of the one before: it keeps what was found for these two.
type found struct {
	mu           sync.Mutex
	last, before tables
}

// tables are by the ids of rows.
type tables struct {
	stopped map[globalid.ID]bool
	facts   map[globalid.ID]lifecycle.AfterSaleFacts
	sums    map[globalid.ID]sums // of the lines of paid sub-orders
}

func newTables() tables {
	return tables{stopped: map[globalid.ID]bool{}, sums: map[globalid.ID]sums{},
		facts: map[globalid.ID]lifecycle.AfterSaleFacts{}}
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

// InterceptOperation implements graphql.OperationInterceptor.
func (beside) InterceptOperation(
	ctx context.Context, next graphql.OperationHandler,
) graphql.ResponseHandler {
	return next(context.WithValue(ctx, foundKey{}, &found{last: newTables()}))
}

// nextEvent begins the rows of another event of a subscription.
func nextEvent(ctx context.Context) {
	if f, ok := ctx.Value(foundKey{}).(*found); ok {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.last, f.before = newTables(), f.last
	}
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
	keep(ctx, func(t tables) {
		for _, id := range ids {
			t.stopped[id] = stopped[id]
		}
	})
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
	keep(ctx, func(t tables) {
		for _, s := range seen {
			t.facts[s.Row.ID] = s.Facts()
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
	keep(ctx, func(t tables) {
		for _, s := range all {
			t.sums[s.SubOrder] = s
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

// keep keeps what was found for rows.
func keep(ctx context.Context, put func(tables)) {
	f := ctx.Value(foundKey{}).(*found)
	f.mu.Lock()
	defer f.mu.Unlock()
	put(f.last)
}

// look finds what was kept for a row, the newest first.
func look[T any](
	ctx context.Context, in func(tables) map[globalid.ID]T, id globalid.ID,
) (value T, there bool) {
	f := ctx.Value(foundKey{}).(*found)
	f.mu.Lock()
	defer f.mu.Unlock()
	if value, there = in(f.last)[id]; !there {
		value, there = in(f.before)[id]
	}
	return value, there
}

// stopped reports whether a parcel that this operation read must not go on.
func stopped(ctx context.Context, p *ent.Shipment) bool {
	stopped, _ := look(ctx, func(t tables) map[globalid.ID]bool { return t.stopped }, p.ID)
	return stopped
}

// factsOf is what decides about a request that this operation read.
func factsOf(ctx context.Context, row *ent.AfterSale) lifecycle.AfterSaleFacts {
	facts, _ := look(ctx,
		func(t tables) map[globalid.ID]lifecycle.AfterSaleFacts { return t.facts }, row.ID)
	return facts
}

// paidFor is what the lines of a sub-order that this operation read sum up to; false when nothing
// was paid for them.
func paidFor(ctx context.Context, subOrder globalid.ID) (sums, bool) {
	return look(ctx, func(t tables) map[globalid.ID]sums { return t.sums }, subOrder)
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
