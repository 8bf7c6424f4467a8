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
func Event[T any](ctx context.Context, r *Reader, row *ent.Event) (T, error) {
	var none T
	if selectsRows(ctx) {
		q := r.Event.Query().Where(entevent.ID(row.ID))
		q, err := q.CollectFields(below(ctx, nil), eventTypes...)
		if err != nil {
			return none, err
		}
		again, err := q.Only(ctx)
		if err != nil {
			return none, err
		}
		// The follower has received all before this event in the epoch of its cursor alone.
		if c := feed.CursorOf(again); c == nil || *c != *feed.CursorOf(row) {
			return none, feed.OtherEpoch()
		}
		row = again
	}
	event, ok := any(view.EventOf(row)).(T)
	if !ok {
		return none, fmt.Errorf("event %s has the unknown type %q", row.ID, row.Type)
	}
	return event, nil
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
