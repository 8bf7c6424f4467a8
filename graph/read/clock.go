package read

import (
	"context"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"orderflow/internal/store"
)

// clock gives each response one business time, read when the first field needs it.
type clock struct{ db *store.DB }

type nowKey struct{}

// ExtensionName implements graphql.HandlerExtension.
func (clock) ExtensionName() string { return "Clock" }

// Validate implements graphql.HandlerExtension.
func (clock) Validate(graphql.ExecutableSchema) error { return nil }

// InterceptResponse implements graphql.ResponseInterceptor. A subscription has a response for each
// event, and so a time for each.
func (c clock) InterceptResponse(
	ctx context.Context, next graphql.ResponseHandler,
) *graphql.Response {
	read := sync.OnceValues(func() (time.Time, error) { return c.db.Now(ctx) })
	return next(context.WithValue(ctx, nowKey{}, read))
}

// Now is the business time of the response that is being made.
func (r *Reader) Now(ctx context.Context) (time.Time, error) { return now(ctx, r.preload.db) }

func now(ctx context.Context, db *store.DB) (time.Time, error) {
	if read, ok := ctx.Value(nowKey{}).(func() (time.Time, error)); ok {
		return read()
	}
	return db.Now(ctx)
}
