package graph

import (
	"context"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"orderflow/internal/fault"
	"orderflow/internal/store"
)

// clock gives each response one business time, read when the first field asks for it.
type clock struct{ db *store.DB }

type momentKey struct{}

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
	return next(context.WithValue(ctx, momentKey{}, read))
}

// moment is the business time of the response that is being made.
func (r *Resolver) moment(ctx context.Context) (time.Time, error) { return momentOf(ctx, r.db) }

func momentOf(ctx context.Context, db *store.DB) (time.Time, error) {
	if read, ok := ctx.Value(momentKey{}).(func() (time.Time, error)); ok {
		return read()
	}
	return db.Now(ctx)
}

// moveClock moves the simulated clock and tells what it shows then. Faults: ACTION_NOT_ALLOWED
// where it is the real one, CLOCK_LOCKED.
func (r *Resolver) moveClock(
	ctx context.Context, move func(now time.Time) time.Time,
) (time.Time, error) {
	err := error(fault.New(fault.ActionNotAllowed, "The clock of this server is the real one."))
	if r.drain != nil {
		err = r.db.MoveClock(ctx, move)
	}
	now, nerr := r.db.Now(ctx)
	if nerr != nil {
		return now, nerr
	}
	return now, err
}

// farthest bounds one advance of the clock.
const farthest = 10 * 365 * 24 * time.Hour

// advanceClock moves the clock forward and does what is due then. Fault: INVALID_INPUT.
func (r *Resolver) advanceClock(ctx context.Context, seconds int64) (time.Time, error) {
	if seconds < 0 || seconds > int64(farthest/time.Second) {
		now, err := r.db.Now(ctx)
		if err == nil {
			err = fault.At("seconds", fault.InvalidInput,
				"A number from 0 to %d.", int64(farthest/time.Second))
		}
		return now, err
	}
	step := time.Duration(seconds) * time.Second
	now, err := r.moveClock(ctx, func(now time.Time) time.Time { return now.Add(step) })
	if err != nil {
		return now, err
	}
	return now, r.drain(ctx)
}
