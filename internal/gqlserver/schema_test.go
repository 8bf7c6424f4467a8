package gqlserver_test

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/99designs/gqlgen/graphql"

	"orderflow/internal/fault"
	"orderflow/internal/gqlserver"
	ts "orderflow/internal/gqlserver/testschema"
)

// resolvers resolve the test schema; the counters show what has run.
type resolvers struct {
	bumped  atomic.Int64
	tagged  atomic.Value
	started chan struct{} // a quiet subscription runs
	stopped chan struct{} // its context has ended
}

func newResolvers() *resolvers {
	return &resolvers{started: make(chan struct{}, 100), stopped: make(chan struct{}, 100)}
}

func (r *resolvers) schema() graphql.ExecutableSchema {
	return ts.NewExecutableSchema(ts.Config{
		Resolvers: r,
		Directives: ts.DirectiveRoot{Tag: func(
			ctx context.Context, _ any, next graphql.Resolver, key string,
		) (any, error) {
			r.tagged.Store(key)
			return next(ctx)
		}},
	})
}

func (r *resolvers) Query() ts.QueryResolver               { return query{r} }
func (r *resolvers) Mutation() ts.MutationResolver         { return mutation{r} }
func (r *resolvers) Subscription() ts.SubscriptionResolver { return subscription{r} }
func (r *resolvers) Item() ts.ItemResolver                 { return item{} }

type query struct{ *resolvers }

func (query) Hello(_ context.Context, name *string) (string, error) {
	if name == nil {
		return "hello", nil
	}
	return "hello " + *name, nil
}

// Items breaks its promise not to be null for the cursor "nil".
func (query) Items(_ context.Context, _ *int, after *string) (*ts.ItemConnection, error) {
	if after != nil && *after == "nil" {
		return nil, nil
	}
	return &ts.ItemConnection{Edges: []*ts.ItemEdge{{Node: &ts.Item{ID: "1", Name: "one"}}}}, nil
}

func (query) Nodes(_ context.Context, ids []string) ([]*ts.Item, error) {
	return make([]*ts.Item, len(ids)), nil
}

func (query) Code(_ context.Context, value ts.Code) (string, error) { return string(value), nil }

func (query) Fails(_ context.Context, how ts.Failure) (*string, error) { return nil, fail(how) }

func (query) Required(_ context.Context, how ts.Failure) (string, error) { return "", fail(how) }

func (query) RequestID(ctx context.Context) (string, error) {
	return gqlserver.RequestID(ctx), nil
}

func (query) Viewer(ctx context.Context) (*string, error) {
	if name, ok := ctx.Value(viewerKey{}).(string); ok {
		return &name, nil
	}
	return nil, nil
}

const secretText = "Duplicate entry 'somebody' for key 'PRIMARY'"

func fail(how ts.Failure) error {
	switch how {
	case ts.FailureFault:
		return fault.At("input.sku", fault.NotSold, "Not for sale.")
	case ts.FailureFaults:
		var list fault.List
		list.Add("a", fault.InvalidInput, "First.")
		list.Add("b", fault.OutOfStock, "Second.")
		return list.Err()
	case ts.FailurePanic:
		panic(secretText)
	case ts.FailureOrdinary:
		return errors.New(secretText)
	}
	return nil
}

type mutation struct{ *resolvers }

func (m mutation) Bump(_ context.Context, by int) (int, error) {
	return int(m.bumped.Add(int64(by))), nil
}

type item struct{}

func (item) Children(context.Context, *ts.Item, *int) ([]*ts.Item, error) { return nil, nil }

type subscription struct{ *resolvers }

func (subscription) Count(ctx context.Context, to int) (<-chan int, error) {
	return emit(ctx, to, nil), nil
}

func (subscription) Ends(ctx context.Context, after int) (<-chan int, error) {
	return emit(ctx, after, fault.New(fault.CursorExpired, "Too old.")), nil
}

func emit(ctx context.Context, to int, end error) <-chan int {
	out := make(chan int)
	go func() {
		defer close(out)
		for i := range to {
			select {
			case out <- i + 1:
			case <-ctx.Done():
				return
			}
		}
		if end != nil {
			gqlserver.EndStream(ctx, end)
		}
	}()
	return out
}

// Flood sends more than socket buffers hold.
func (s subscription) Flood(ctx context.Context) (<-chan string, error) {
	out := make(chan string)
	go func() {
		defer close(out)
		defer func() { s.stopped <- struct{}{} }()
		for i := 0; ; i++ {
			select {
			case out <- strconv.Itoa(i) + strings.Repeat("x", 1<<20):
			case <-ctx.Done():
				return
			}
		}
	}()
	return out, nil
}

func (s subscription) Quiet(ctx context.Context) (<-chan int, error) {
	out := make(chan int)
	s.started <- struct{}{}
	go func() {
		defer close(out)
		<-ctx.Done()
		s.stopped <- struct{}{}
	}()
	return out, nil
}

func (subscription) Refused(context.Context) (<-chan int, error) {
	return nil, fault.New(fault.NotFound, "No such order.")
}

func (subscription) Explodes(context.Context) (<-chan int, error) { panic(secretText) }
