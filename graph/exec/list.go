package exec

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
)

// List resolves the elements of a list in their order. The context that resolve gets has the index
// in its field context.
func List(
	ctx context.Context, n int, resolve func(ctx context.Context, i int) graphql.Marshaler,
) graphql.Array {
	list, failed := make(graphql.Array, n), false
	fields, indices := make([]graphql.FieldContext, n), make([]int, n)
	for i := range n {
		indices[i] = i
		fields[i].Index = &indices[i]
		ctx := graphql.WithFieldContext(ctx, &fields[i])
		failed = !element(ctx, list, i, resolve) || failed
	}
	if failed {
		return nil
	}
	return list
}

// element resolves one element; false when it panicked.
func element(
	ctx context.Context, list graphql.Array, i int,
	resolve func(ctx context.Context, i int) graphql.Marshaler,
) (done bool) {
	defer func() {
		if r := recover(); r != nil {
			graphql.AddError(ctx, graphql.Recover(ctx, r))
		}
	}()
	list[i] = resolve(ctx, i)
	return true
}
