package view

import (
	"context"
	"strings"
	"time"

	"orderflow/ent"
	"orderflow/internal/auth"
	feed "orderflow/internal/event"
	"orderflow/internal/globalid"
	"orderflow/internal/money"
	"orderflow/internal/vocab"
)

// EventType is the name of an event as the graph spells it: "order.paid" is ORDER_PAID.
type EventType string

// TypeOf spells the name of an event for the graph.
func TypeOf(name string) EventType {
	return EventType(strings.ToUpper(strings.ReplaceAll(name, ".", "_")))
}

// Name is the event's name as it is stored.
func (t EventType) Name() string {
	name := strings.ToLower(string(t))
	for noun := range eventTypes {
		if fact, ok := strings.CutPrefix(name, noun+"_"); ok {
			return noun + "." + fact
		}
	}
	return name
}

// FeedEvent is a stored event as one of the graph's types.
type FeedEvent interface {
	ent.Noder
	isFeedEvent()
}

// OrderEvent is an event of an order.
type OrderEvent interface {
	FeedEvent
	isOrderEvent()
}

// eventTypes make the graph's types of events, by the noun with which an event's name begins.
var eventTypes = map[string]func(e Event) FeedEvent{
	"order":        func(e Event) FeedEvent { return OrderStatusEvent{trade{inOrder{e}}} },
	"sub_order":    subOrderEvent,
	"payment":      func(e Event) FeedEvent { return PaymentEvent{inOrder{e}} },
	"refund":       func(e Event) FeedEvent { return RefundEvent{inOrder{e}} },
	"shipment":     func(e Event) FeedEvent { return ShipmentEvent{inOrder{e}} },
	"transfer":     transferEvent,
	"address":      func(e Event) FeedEvent { return AddressEvent{inOrder{e}} },
	"after_sale":   func(e Event) FeedEvent { return AfterSaleEvent{inOrder{e}} },
	"shortage":     func(e Event) FeedEvent { return ShortageEvent{inOrder{e}} },
	"interception": func(e Event) FeedEvent { return InterceptionEvent{inOrder{e}} },
	"bill":         func(e Event) FeedEvent { return BillDifferenceEvent{e} },
}

// EventOf gives a stored event its type in the graph; nil for a name that the graph does not know.
func EventOf(row *ent.Event, cursor *feed.Cursor) FeedEvent {
	noun, _, _ := strings.Cut(row.Type, ".")
	if typed := eventTypes[noun]; typed != nil {
		return typed(Event{row, cursor})
	}
	return nil
}

func subOrderEvent(e Event) FeedEvent {
	_, fact, _ := strings.Cut(e.Event.Type, ".")
	if strings.HasPrefix(fact, "review") && fact != "review_reminded" {
		return ReviewEvent{inOrder{e}}
	}
	return SubOrderStatusEvent{trade{inOrder{e}}}
}

func transferEvent(e Event) FeedEvent {
	if e.OrderID == nil {
		return StockTransferEvent{TransferEvent{inOrder{e}}}
	}
	return TransferEvent{inOrder{e}}
}

// Event is the common part of all types of events.
type Event struct {
	*ent.Event
	cursor *feed.Cursor
}

func (Event) isFeedEvent() {}

// inOrder is the common part of the types of events of orders.
type inOrder struct{ Event }

func (inOrder) isOrderEvent() {}

// Type is what happened.
func (e Event) Type() EventType { return TypeOf(e.Event.Type) }

// Cursor is the position in the feed, nil until it is assigned.
func (e Event) Cursor() *feed.Cursor { return e.cursor }

// OccurredAt is when it happened.
func (e Event) OccurredAt() time.Time { return e.CreatedAt }

// Sequence is the number among the order's events.
func (e Event) Sequence() int64 { return *e.Event.Sequence }

// Actor is who did it.
func (e Event) Actor(ctx context.Context) Actor { return ActorOf(ctx, e.ActorRole, e.Event.Actor) }

// Amount is the money it is about, nil for none.
func (e Event) Amount() *money.Money {
	if e.Payload.Currency == "" {
		return nil
	}
	amount := Money(e.Payload.Amount, e.Payload.Currency)
	return &amount
}

// optional is a value of the payload, nil when it is not set.
func optional[T ~string](value string) *T {
	if value == "" {
		return nil
	}
	typed := T(value)
	return &typed
}

func optionalID(id globalid.ID) *globalid.ID {
	if id.IsZero() {
		return nil
	}
	return &id
}

// trade is what the events of an order and of a sub-order have in common.
type trade struct{ inOrder }

// From is the status before.
func (e trade) From() *vocab.TradeStatus {
	return optional[vocab.TradeStatus](e.Payload.From)
}

// To is the status after.
func (e trade) To() *vocab.TradeStatus {
	return optional[vocab.TradeStatus](e.Payload.To)
}

// Reason is why the trade was closed, nil unless it was: other events keep other values there.
func (e trade) Reason() *vocab.CloseReason {
	return oneOf(e.Payload.Reason, vocab.CloseReasons)
}

// OrderStatusEvent is about a whole order.
type OrderStatusEvent struct{ trade }

// SubOrderStatusEvent is about one sub-order.
type SubOrderStatusEvent struct{ trade }

// SubOrderID is which.
func (e SubOrderStatusEvent) SubOrderID() *globalid.ID { return optionalID(e.Payload.SubOrder) }

// HoldReason is why it was put on hold, nil for other events and for buyers.
func (e SubOrderStatusEvent) HoldReason(ctx context.Context) *vocab.HoldReason {
	if e.Event.Event.Type != vocab.EventSubOrderHeld || auth.From(ctx).IsBuyer() {
		return nil
	}
	return optional[vocab.HoldReason](e.Payload.Reason)
}

// PaymentEvent is about a payment attempt.
type PaymentEvent struct{ inOrder }

// PaymentID is which.
func (e PaymentEvent) PaymentID() *globalid.ID { return optionalID(e.Payload.Payment) }

// AttemptFrom is the status before.
func (e PaymentEvent) AttemptFrom() *vocab.AttemptStatus {
	return optional[vocab.AttemptStatus](e.Payload.From)
}

// AttemptTo is the status after.
func (e PaymentEvent) AttemptTo() *vocab.AttemptStatus {
	return optional[vocab.AttemptStatus](e.Payload.To)
}

// Detail is more about it.
func (e PaymentEvent) Detail() string { return e.Payload.Reason }

// RefundEvent is about a refund.
type RefundEvent struct{ inOrder }

// RefundID is which.
func (e RefundEvent) RefundID() *globalid.ID { return optionalID(e.Payload.Refund) }

// RefundFrom is the status before.
func (e RefundEvent) RefundFrom() *vocab.RefundStatus {
	return optional[vocab.RefundStatus](e.Payload.From)
}

// RefundTo is the status after.
func (e RefundEvent) RefundTo() *vocab.RefundStatus {
	return optional[vocab.RefundStatus](e.Payload.To)
}

// Detail is more about it.
func (e RefundEvent) Detail() string { return e.Payload.Reason }
