package graph

import (
	"context"
	"fmt"

	"github.com/99designs/gqlgen/graphql"

	entevent "orderflow/ent/event"

	"orderflow/ent"
	"orderflow/graph/view"
	"orderflow/internal/event"
	"orderflow/internal/fault"
	"orderflow/internal/gqlserver"
)

// follow streams the events of the feed that pass a filter and that the viewer sees. It ends with
// ctx, or with an error such as CURSOR_EXPIRED.
func follow[T any](
	ctx context.Context, r *Resolver, filter event.Filter, after *event.Cursor,
) (<-chan T, error) {
	events, err := r.feed.Follow(ctx, r.read, filter, after)
	if err != nil {
		return nil, err
	}
	out := make(chan T)
	go func() {
		defer close(out)
		for row, err := range events {
			var told T
			if err == nil {
				told, err = tell[T](ctx, r, row)
			}
			if err != nil {
				gqlserver.EndStream(ctx, err)
				return
			}
			select {
			case out <- told:
			case <-ctx.Done():
				return
			}
		}
	}()
	return out, nil
}

// tell reads what the subscription selects beside an event and gives it its type.
func tell[T any](ctx context.Context, r *Resolver, row *ent.Event) (T, error) {
	var none T
	if goesBeyond(ctx) {
		q, err := r.read.Event.Query().Where(entevent.ID(row.ID)).CollectFields(ctx, eventTypes...)
		if err != nil {
			return none, err
		}
		if row, err = q.Only(ctx); err != nil {
			return none, err
		}
	}
	told, ok := any(view.EventOf(row)).(T)
	if !ok {
		return none, fmt.Errorf("event %s has the unknown type %q", row.ID, row.Type)
	}
	return told, nil
}

// eventTypes are the types that fragments on events may name.
var eventTypes = []string{"Event", "Node", "FeedEvent", "OrderEvent", "OrderStatusEvent",
	"SubOrderStatusEvent", "PaymentEvent", "RefundEvent"}

// goesBeyond reports whether a subscription selects other rows than the event's own.
func goesBeyond(ctx context.Context) bool {
	selections := graphql.GetFieldContext(ctx).Field.Selections
	for _, f := range graphql.CollectFields(
		graphql.GetOperationContext(ctx), selections, eventTypes) {
		if f.Name == "order" || f.Name == "shop" {
			return true
		}
	}
	return false
}

func noSuch(what string) error {
	return fault.New(fault.NotFound, "There is no such %s, or you may not see it.", what)
}
