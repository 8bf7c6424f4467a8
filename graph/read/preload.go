package read

import (
	"context"
	"sync"
	"sync/atomic"

	gen "entgo.io/ent"
	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"orderflow/ent"
	"orderflow/internal/aftersale"
	"orderflow/internal/document"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/shipment"
	"orderflow/internal/store"
)

// preloader loads what computed fields need that is neither a column nor an edge. It does so for
// all rows of a query at once, when they are read, so that a list costs as many statements as one
// row; and only for operations that select such a field.
type preloader struct {
	db         *store.DB
	shipments  *shipment.Shipments
	afterSales *aftersale.AfterSales
}

// cache holds what was preloaded for the rows of an operation. A subscription reads the rows of
// one event while the response of the event before is still being written: both are kept.
type cache struct {
	mu                sync.Mutex
	current, previous preloaded
	selections        map[selectionKey]ast.SelectionSet
	epoch             atomic.Int64 // of the feed, before the operation read its first event
}

// selectionKey is a selection of the document, by its place in memory, and what is made of it.
type selectionKey struct {
	first *ast.Selection
	n     int
	way   string
}

// preloaded is what was loaded, by the ids of the rows that it is about.
type preloaded struct {
	parcels map[globalid.ID]shipment.Around
	facts   map[globalid.ID]lifecycle.AfterSaleFacts
	paid    map[globalid.ID]lineTotals          // paid sub-orders
	terms   map[globalid.ID]document.ShopPolicy // sub-orders
	// trade is by the row itself: another of the same sub-order may have been read for less.
	trade map[*ent.SubOrder]lifecycle.TradeFacts
}

func newPreloaded() preloaded {
	return preloaded{parcels: map[globalid.ID]shipment.Around{}, paid: map[globalid.ID]lineTotals{},
		terms: map[globalid.ID]document.ShopPolicy{}, trade: map[*ent.SubOrder]lifecycle.TradeFacts{},
		facts: map[globalid.ID]lifecycle.AfterSaleFacts{}}
}

type cacheKey struct{}

// ExtensionName implements graphql.HandlerExtension.
func (preloader) ExtensionName() string { return "Preloader" }

// Validate implements graphql.HandlerExtension.
func (preloader) Validate(graphql.ExecutableSchema) error { return nil }

// InterceptOperation implements graphql.OperationInterceptor.
func (preloader) InterceptOperation(
	ctx context.Context, next graphql.OperationHandler,
) graphql.ResponseHandler {
	return next(context.WithValue(ctx, cacheKey{}, &cache{current: newPreloaded(),
		selections: map[selectionKey]ast.SelectionSet{}}))
}

// selectionsOnce makes a selection of that of the field being resolved, once in an operation, and
// keeps it: gqlgen caches what it collects of a selection by its place in memory, for as long as
// the operation lasts.
func selectionsOnce(
	ctx context.Context, way string, build func() ast.SelectionSet,
) ast.SelectionSet {
	own := graphql.GetFieldContext(ctx).Field.Selections
	c, ok := ctx.Value(cacheKey{}).(*cache)
	if !ok || len(own) == 0 {
		return build()
	}
	key := selectionKey{&own[0], len(own), way}
	c.mu.Lock()
	defer c.mu.Unlock()
	made, ok := c.selections[key]
	if !ok {
		made = build()
		c.selections[key] = made
	}
	return made
}

// BeginEvent separates what is preloaded for the next event of a subscription.
func BeginEvent(ctx context.Context) {
	if c, ok := ctx.Value(cacheKey{}).(*cache); ok {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.current, c.previous = newPreloaded(), c.current
	}
}

// intercept preloads for the rows that a client reads.
func (p preloader) intercept(client *ent.Client) {
	client.Shipment.Intercept(afterRows(p.loadParcels))
	client.AfterSale.Intercept(afterRows(p.loadAfterSaleFacts))
	client.SubOrder.Intercept(afterRows(p.loadTerms))
	client.SubOrder.Intercept(afterRows(p.loadTradeFacts))
	client.SubOrder.Intercept(afterRows(func(ctx context.Context, rows []*ent.SubOrder) error {
		return loadTotals(ctx, p, rows, func(s *ent.SubOrder) globalid.ID { return s.ID })
	}))
	client.OrderItem.Intercept(afterRows(func(ctx context.Context, rows []*ent.OrderItem) error {
		return loadTotals(ctx, p, rows, func(it *ent.OrderItem) globalid.ID { return it.SubOrderID })
	}))
}

// afterRows calls load with the rows of each query that belongs to an operation.
func afterRows[T any](load func(ctx context.Context, rows []T) error) ent.Interceptor {
	return gen.InterceptFunc(func(next gen.Querier) gen.Querier {
		return gen.QuerierFunc(func(ctx context.Context, q gen.Query) (gen.Value, error) {
			value, err := next.Query(ctx, q)
			rows, ok := value.([]T)
			if err != nil || !ok || len(rows) == 0 || ctx.Value(cacheKey{}) == nil {
				return value, err
			}
			return value, load(ctx, rows)
		})
	})
}

// keep stores what was loaded.
func keep(ctx context.Context, put func(preloaded)) {
	c := ctx.Value(cacheKey{}).(*cache)
	c.mu.Lock()
	defer c.mu.Unlock()
	put(c.current)
}

// lookup finds what was loaded for a row, the latest first.
func lookup[K comparable, T any](
	ctx context.Context, in func(preloaded) map[K]T, of K,
) (value T, found bool) {
	c := ctx.Value(cacheKey{}).(*cache)
	c.mu.Lock()
	defer c.mu.Unlock()
	if value, found = in(c.current)[of]; !found {
		value, found = in(c.previous)[of]
	}
	return value, found
}
