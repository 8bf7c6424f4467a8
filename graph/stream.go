package graph

import (
	"context"
	"errors"
	"fmt"

	"github.com/99designs/gqlgen/graphql"

	entevent "orderflow/ent/event"

	"orderflow/ent"
	"orderflow/ent/shipment"
	"orderflow/graph/view"
	"orderflow/internal/event"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/gqlserver"
	"orderflow/internal/vocab"
)

// follow streams the events of the feed that pass a filter and that the viewer sees. It ends with
// ctx, or with an error such as CURSOR_EXPIRED.
func follow[T any](
	ctx context.Context, r *Resolver, filter event.Filter, after *event.Cursor,
) (<-chan T, error) {
	return stream(ctx, r, filter, after, func(row *ent.Event) (T, error) {
		return tell[T](ctx, r, row)
	})
}

// stream sends what is told of the events of the feed that pass a filter.
func stream[T any](
	ctx context.Context, r *Resolver, filter event.Filter, after *event.Cursor,
	tell func(row *ent.Event) (T, error),
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
				nextEvent(ctx)
				told, err = tell(row)
			}
			if errors.Is(err, errNotMeant) {
				continue
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

// errNotMeant: the event is not for this stream.
var errNotMeant = errors.New("not meant for this stream")

// trackingEvents are the events that tell where a parcel is.
var trackingEvents = []string{vocab.EventShipmentHandedOver, vocab.EventShipmentTracked,
	vocab.EventShipmentCorrected}

// track streams the news of one parcel. It ends with NOT_FOUND for one that the viewer may not see.
func (r *Resolver) track(
	ctx context.Context, id globalid.ID, after *event.Cursor,
) (<-chan *view.TrackingUpdate, error) {
	parcel, err := r.read.Shipment.Query().Where(shipment.ID(id)).Only(ctx)
	if ent.IsNotFound(err) {
		return nil, noSuch("shipment")
	}
	if err != nil {
		return nil, err
	}
	filter := event.Filter{Order: parcel.OrderID, Types: trackingEvents}
	return stream(ctx, r, filter, after, func(row *ent.Event) (*view.TrackingUpdate, error) {
		if row.Payload.Shipment != id {
			return nil, errNotMeant
		}
		now, err := r.shipmentOf(ctx, id)
		if err != nil {
			return nil, err
		}
		return &view.TrackingUpdate{
			Cursor: event.Cursor(*row.Position), OccurredAt: row.CreatedAt, Shipment: now,
		}, nil
	})
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
	"SubOrderStatusEvent", "PaymentEvent", "RefundEvent", "ShipmentEvent", "TransferEvent",
	"StockTransferEvent", "AddressEvent", "ReviewEvent", "AfterSaleEvent", "ShortageEvent",
	"InterceptionEvent"}

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
