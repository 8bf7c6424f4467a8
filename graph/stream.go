package graph

import (
	"context"
	"errors"
	"slices"

	"orderflow/ent"
	entaftersale "orderflow/ent/aftersale"
	"orderflow/ent/shipment"
	"orderflow/graph/read"
	"orderflow/graph/view"
	"orderflow/internal/auth"
	"orderflow/internal/event"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/gqlserver"
	"orderflow/internal/lifecycle"
	"orderflow/internal/vocab"
)

// eventStream sends the events of the feed that pass a filter and that the viewer sees. It ends
// with ctx, or with an error such as CURSOR_EXPIRED.
func eventStream[T any](
	ctx context.Context, r *Resolver, filter event.Filter, after *event.Cursor,
) (<-chan T, error) {
	return stream(ctx, r, filter, after, func(e event.Entry) (T, error) {
		return read.Event[T](ctx, r.read, e)
	})
}

// stream sends what convert makes of the events of the feed that pass a filter.
func stream[T any](
	ctx context.Context, r *Resolver, filter event.Filter, after *event.Cursor,
	convert func(e event.Entry) (T, error),
) (<-chan T, error) {
	events, err := r.feed.Follow(ctx, r.read.Client, filter, after)
	if err != nil {
		return nil, err
	}
	out := make(chan T)
	go func() {
		defer close(out)
		for e, err := range events {
			var value T
			if err == nil {
				read.BeginEvent(ctx)
				value, err = convert(e)
			}
			if errors.Is(err, errSkip) {
				continue
			}
			if err != nil {
				gqlserver.EndStream(ctx, err)
				return
			}
			select {
			case out <- value:
			case <-ctx.Done():
				return
			}
		}
	}()
	return out, nil
}

// errSkip: the event does not belong to the stream.
var errSkip = errors.New("the event is skipped")

// trackingEvents are the events that change what is known about where a parcel is.
var trackingEvents = []string{vocab.EventShipmentHandedOver, vocab.EventShipmentTracked,
	vocab.EventShipmentCorrected, vocab.EventShipmentHandOverUndone}

// trackingStream sends the changes of one parcel. NOT_FOUND for one that the viewer may not see.
func (r *Resolver) trackingStream(
	ctx context.Context, id globalid.ID, after *event.Cursor,
) (<-chan *view.TrackingUpdate, error) {
	parcel, err := r.read.Shipment.Query().Where(shipment.ID(id)).Only(ctx)
	if ent.IsNotFound(err) {
		return nil, notFound("shipment")
	}
	if err != nil {
		return nil, err
	}
	filter := event.Filter{Order: parcel.OrderID, Types: trackingEvents}
	return stream(ctx, r, filter, after, func(e event.Entry) (*view.TrackingUpdate, error) {
		if e.Payload.Shipment != id {
			return nil, errSkip
		}
		parcel, err := r.shipmentOf(ctx, id)
		if err != nil {
			return nil, err
		}
		return &view.TrackingUpdate{
			Cursor: e.Cursor, OccurredAt: e.CreatedAt, Shipment: parcel,
		}, nil
	})
}

// afterSaleStream sends the events of one request, or of all requests of a shop.
func (r *Resolver) afterSaleStream(
	ctx context.Context, id, shop *globalid.ID, after *event.Cursor,
) (<-chan view.OrderEvent, error) {
	if (id == nil) == (shop == nil) {
		return nil, fault.At("afterSale", fault.BadUserInput, "Name a request or a shop.")
	}
	filter := event.Filter{Types: afterSaleEvents}
	if shop != nil {
		if v := auth.From(ctx); !v.HasShop(*shop) {
			return nil, notFound("shop")
		}
		filter.Shop = *shop
		return eventStream[view.OrderEvent](ctx, r, filter, after)
	}
	row, err := r.read.AfterSale.Query().Where(entaftersale.ID(*id)).Only(ctx)
	if ent.IsNotFound(err) {
		return nil, notFound("after-sale request")
	}
	if err != nil {
		return nil, err
	}
	filter.Order = row.OrderID
	return stream(ctx, r, filter, after, func(e event.Entry) (view.OrderEvent, error) {
		if e.Payload.AfterSale != *id {
			return nil, errSkip
		}
		return read.Event[view.OrderEvent](ctx, r.read, e)
	})
}

// afterSaleEvents are the events of requests and of their interceptions.
var afterSaleEvents = func() (names []string) {
	for _, row := range lifecycle.AfterSale.Rows {
		names = append(names, row.Emit)
	}
	for _, row := range lifecycle.Interception.Rows {
		names = append(names, row.Emit)
	}
	slices.Sort(names)
	return slices.Compact(names)
}()

// storedNames are the names of event types as the feed stores them, none for all types. Fault:
// BAD_USER_INPUT for an empty list, which is not all types and never has an event.
func storedNames(types []view.EventType) ([]string, error) {
	if types != nil && len(types) == 0 {
		return nil, fault.At("types", fault.BadUserInput,
			"Name a type of events, or leave types out for all of them.")
	}
	out := make([]string, len(types))
	for i, t := range types {
		out[i] = t.Name()
	}
	return out, nil
}

func notFound(what string) error {
	return fault.New(fault.NotFound, "There is no such %s, or you may not see it.", what)
}
