package read

import (
	"context"
	"fmt"
	"slices"

	"github.com/99designs/gqlgen/graphql"

	"orderflow/ent"
	entevent "orderflow/ent/event"
	"orderflow/graph/generated"
	"orderflow/graph/view"
	feed "orderflow/internal/event"
)

// Event reads what a subscription selects of an event and gives it its type in the graph.
func Event[T any](ctx context.Context, r *Reader, e feed.Entry) (T, error) {
	var none T
	row := e.Event
	if selectsRows(ctx) {
		q := r.Event.Query().Where(entevent.ID(row.ID))
		q, err := q.CollectFields(below(ctx, nil), eventTypes...)
		if err != nil {
			return none, err
		}
		if row, err = q.Only(ctx); err != nil {
			return none, err
		}
	}
	event, ok := any(view.EventOf(row, &e.Cursor)).(T)
	if !ok {
		return none, fmt.Errorf("event %s has the unknown type %q", row.ID, row.Type)
	}
	return event, nil
}

// epochBefore notes the feed's epoch before the first events of an operation are read.
func epochBefore(f *feed.Feed) func(ctx context.Context, q *ent.EventQuery) error {
	return func(ctx context.Context, _ *ent.EventQuery) error {
		c, ok := ctx.Value(cacheKey{}).(*cache)
		if !ok || c.epoch.Load() != 0 {
			return nil
		}
		epoch, err := f.Epoch(ctx)
		c.epoch.CompareAndSwap(0, epoch)
		return err
	}
}

// typedEvent gives an event that the operation has read its type in the graph.
func typedEvent(ctx context.Context, row *ent.Event) view.FeedEvent {
	var epoch int64
	if c, ok := ctx.Value(cacheKey{}).(*cache); ok {
		epoch = c.epoch.Load()
	}
	return view.EventOf(row, feed.CursorOf(row, epoch))
}

// eventTypes are the types that fragments on events may name. Field collection appends to them:
// with room at the end, subscriptions would write there at once.
var eventTypes = func() []string {
	schema := generated.NewExecutableSchema(generated.Config{}).Schema()
	names := []string{"Event", "Node", "FeedEvent", "OrderEvent"}
	for _, t := range schema.GetPossibleTypes(schema.Types["FeedEvent"]) {
		names = append(names, t.Name)
	}
	return slices.Clip(names)
}()

// selectsRows reports whether a subscription selects other rows than the event's own.
func selectsRows(ctx context.Context) bool {
	selections := graphql.GetFieldContext(ctx).Field.Selections
	for _, f := range graphql.CollectFields(
		graphql.GetOperationContext(ctx), selections, eventTypes) {
		if f.Name == "order" || f.Name == "shop" {
			return true
		}
	}
	return false
}
