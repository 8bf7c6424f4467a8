package verify_test

import (
	"encoding/json"
	"strconv"
	"time"

	"orderflow/ent/event"
	"orderflow/ent/trackingevent"
	"orderflow/internal/globalid"
	"orderflow/internal/vocab"
)

var historyDamage = []damage{
	{check: "events.sequence", do: func(w *damaged) string {
		return w.add("orders", "event_sequence", w.late.ID, 1)
	}},
	{check: "events.sequence", do: func(w *damaged) string {
		id, _ := w.event(w.pending, -1)
		return w.add("events", "sequence", id, 1)
	}},
	{check: "events.replay", do: func(w *damaged) string {
		w.set("payments", "status", w.gone.payments[0].ID, "CLOSED")
		return w.gone.payments[0].ID.String()
	}, also: []string{"payments.attempts"}},
	{check: "events.replay", do: func(w *damaged) string {
		for _, table := range []string{"orders", "sub_orders"} {
			id := w.paid.ID
			if table == "sub_orders" {
				w.set(table, "status", w.paid.subs[1].ID, "SHIPPED")
				id = w.paid.subs[0].ID
			}
			w.set(table, "status", id, "SHIPPED")
		}
		return w.paid.ID.String()
	}, also: []string{"status.times", "status.deadlines", "status.next_due",
		"waits.somebody"}},
	{check: "payments.given_up", do: func(w *damaged) string {
		o := w.Order(w.silent.order)
		w.set("orders", "pay_due_at", o.ID, o.PayDueAt.Add(time.Hour))
		return o.QueryPayments().OnlyIDX(w.ctx()).String()
	}},
	{check: "events.words", do: func(w *damaged) string {
		w.set("reviews", "appended_at", w.review, nil)
		return w.review.String()
	}},
	{check: "events.replay", do: func(w *damaged) string { // an unknown refund
		refund := w.DB.Client.Event.Query().Where(event.OrderID(w.done.order),
			event.Type(vocab.EventRefundSucceeded)).OnlyX(w.ctx())
		payload := refund.Payload
		payload.Refund = globalid.New(globalid.Refund)
		payload.From = ""
		text, err := json.Marshal(payload)
		if err != nil {
			w.T.Fatal(err)
		}
		w.set("events", "payload", refund.ID, string(text))
		return refund.ID.String()
	}},
	{check: "events.shop_wide", do: func(w *damaged) string {
		row := w.DB.Client.Event.Query().Where(event.OrderIDIsNil(),
			event.Type(vocab.EventTransferShipped)).OnlyX(w.ctx())
		w.set("events", "type", row.ID, "transfer.unknown")
		return row.ID.String()
	}},
	{check: "parcels.track", do: func(w *damaged) string {
		row := w.DB.Client.TrackingEvent.Query().
			Where(trackingevent.ShipmentID(w.parcel)).OnlyX(w.ctx())
		w.set("tracking_events", "text", row.ID, "something else")
		return row.ID.String()
	}},
	{check: "parcels.track", do: func(w *damaged) string {
		w.set("shipments", "delivered_at", w.parcel, w.now)
		return w.parcel.String()
	}},
	{check: "statuses.roll_up", do: func(w *damaged) string {
		w.set("orders", "close_reason", w.gone.ID, "REFUNDED")
		return w.gone.ID.String()
	}},
	{check: "statuses.roll_up", do: func(w *damaged) string {
		w.set("sub_orders", "closed_at", w.late.subs[0].ID, nil)
		return w.late.subs[0].ID.String()
	}},
	{check: "statuses.known", do: func(w *damaged) string {
		w.set("coupons", "status", w.spareCoupon.ID, "LOST")
		return w.spareCoupon.ID.String()
	}},
	{check: "statuses.steps", do: func(w *damaged) string {
		id, _ := w.event(w.pending, -1)
		w.set("events", "type", id, "payment.closed")
		return id.String()
	}},
	{check: "statuses.steps", do: func(w *damaged) string {
		id, _ := w.event(w.pending, -1)
		w.set("events", "type", id, "payment.unknown")
		return id.String()
	}, also: []string{"payments.given_up"}},
}

var feedDamage = []damage{
	{check: "feed.positions", do: func(w *damaged) string {
		w.set("feed_heads", "position", 1, w.head()+1)
		return strconv.FormatInt(w.head()-1, 10)
	}},
	{check: "feed.positions", do: func(w *damaged) string {
		last := w.head()
		id, _ := w.event(w.pending, -2)
		w.set("events", "position", id, last+5)
		w.set("feed_heads", "position", 1, last+5)
		return strconv.FormatInt(last+5, 10)
	}},
	{check: "feed.positions", do: func(w *damaged) string {
		id, _ := w.event(w.pending, -2)
		w.set("events", "position", id, w.head()+1)
		return strconv.FormatInt(w.head()+1, 10)
	}, also: []string{"feed.events"}},
	{check: "feed.events", do: func(w *damaged) string {
		id, _ := w.event(w.paid, -1)
		_, other := w.event(w.late, 1)
		w.set("events", "position", id, other)
		return id.String()
	}, also: []string{"feed.positions"}},
	{check: "feed.order", do: func(w *damaged) string {
		first, at := w.event(w.gone, 3)
		second, after := w.event(w.gone, 4)
		w.set("events", "position", first, after)
		w.set("events", "position", second, at)
		return second.String()
	}},
	{check: "feed.order", do: func(w *damaged) string {
		placed, at := w.event(w.pending, -2)
		waiting, _ := w.event(w.pending, -1)
		w.set("events", "position", placed, nil)
		w.set("events", "position", waiting, at)
		return placed.String()
	}},
}
