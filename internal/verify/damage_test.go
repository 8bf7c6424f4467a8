package verify_test

import (
	"strconv"

	"orderflow/ent/stockmovement"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/terms"
)

var stockDamage = []damage{
	{"stock.rows", func(w *wreck) string { return w.add("stocks", "on_hand", w.stocks[0], 1) }},
	{"stock.reserved", func(w *wreck) string {
		id := globalid.New(globalid.StockMovement)
		w.db.Client.StockMovement.Create().SetID(id).SetStockID(w.stocks[0]).
			SetShopID(w.shops[0].ID).SetOnHandDelta(0).SetReservedDelta(1).
			SetCause(terms.StockAdjusted).SetActorRole(lifecycle.Platform).ExecX(w.ctx())
		w.undo = append(w.undo, func() { w.exec("DELETE FROM stock_movements WHERE id = ?", id) })
		return w.add("stocks", "reserved", w.stocks[0], 1)
	}},
	{"stock.ledger", func(w *wreck) string {
		first := w.db.Client.StockMovement.Query().
			Where(stockmovement.CauseEQ(terms.StockReserved)).
			Where(stockmovement.ReservedDelta(2)).Where(stockmovement.StockID(w.stocks[0])).
			Order(stockmovement.ByID()).FirstX(w.ctx())
		w.set("stock_movements", "reservation_id", first.ID, nil)
		return first.ReservationID.String()
	}},
	{"stock.transfers", func(w *wreck) string {
		return w.add("stock_transfers", "received_quantity", w.transfer.ID, 1)
	}},
	{"stock.transfers", func(w *wreck) string {
		w.set("stock_transfers", "status", w.transfer.ID, "RECEIVED")
		return w.transfer.ID.String()
	}},
	{"stock.held", func(w *wreck) string {
		id := w.pending.items[0].ID
		w.set("order_items", "deduction_mode", id, "ON_PAYMENT")
		return id.String()
	}},
	{"units.once", func(w *wreck) string {
		return w.add("order_items", "shipped_quantity", w.late.items[0].ID, 2)
	}},
}

var moneyDamage = []damage{
	{"price.items", func(w *wreck) string {
		return w.add("order_items", "unit_price", w.pending.items[0].ID, 1)
	}},
	{"price.items", func(w *wreck) string {
		w.set("order_items", "shares", w.pending.items[0].ID, "[]")
		return w.pending.items[0].ID.String()
	}},
	{"price.sub_orders", func(w *wreck) string {
		return w.add("sub_orders", "freight_list", w.paid.subs[0].ID, 1)
	}},
	{"price.sub_orders", func(w *wreck) string {
		return w.add("sub_orders", "list_amount", w.paid.subs[1].ID, 1)
	}},
	{"price.orders", func(w *wreck) string { return w.add("orders", "payable", w.late.ID, 1) }},
	{"price.paid", func(w *wreck) string {
		return w.add("payments", "paid_amount", w.paid.payments[0].ID, 1)
	}},
	{"price.paid", func(w *wreck) string {
		w.set("payments", "verdict", w.pending.payments[0].ID, "COUNTED")
		return w.pending.payments[0].ID.String()
	}},
	{"refunds.payments", func(w *wreck) string {
		w.set("refunds", "payment_id", w.gone.refunds[0].ID, w.gone.payments[0].ID)
		return w.gone.payments[0].ID.String()
	}},
	{"refunds.items", func(w *wreck) string {
		return w.add("order_items", "refundable", w.pending.items[0].ID, -1)
	}},
	{"refunds.items", func(w *wreck) string {
		return w.add("order_items", "refundable_quantity", w.late.items[0].ID, 1)
	}},
	{"refunds.items", func(w *wreck) string {
		return w.add("order_items", "refunded_quantity", w.late.items[0].ID, 1)
	}},
	{"refunds.rows", func(w *wreck) string {
		w.set("refunds", "succeeded_at", w.gone.refunds[0].ID, nil)
		return w.gone.refunds[0].ID.String()
	}},
	{"refunds.rows", func(w *wreck) string {
		w.set("refunds", "replaces_id", w.paid.refunds[1].ID, nil)
		return w.paid.refunds[0].ID.String()
	}},
	{"refunds.rows", func(w *wreck) string {
		return w.add("refunds", "amount", w.gone.refunds[0].ID, -1)
	}},
	{"refunds.freight", func(w *wreck) string {
		return w.add("sub_orders", "freight_refundable", w.paid.subs[0].ID, -1)
	}},
	{"refunds.uncounted", func(w *wreck) string {
		w.set("refunds", "trigger", w.late.refunds[0].ID, "MERCHANT")
		return w.late.payments[0].ID.String()
	}},
}

var historyDamage = []damage{
	{"events.sequence", func(w *wreck) string {
		return w.add("orders", "event_sequence", w.late.ID, 1)
	}},
	{"events.sequence", func(w *wreck) string {
		id, _ := w.event(w.pending, -1)
		return w.add("events", "sequence", id, 1)
	}},
	{"events.replay", func(w *wreck) string {
		w.set("payments", "status", w.gone.payments[0].ID, "CLOSED")
		return w.gone.payments[0].ID.String()
	}},
	{"events.replay", func(w *wreck) string {
		for _, table := range []string{"orders", "sub_orders"} {
			id := w.paid.ID
			if table == "sub_orders" {
				w.set(table, "status", w.paid.subs[1].ID, "SHIPPED")
				id = w.paid.subs[0].ID
			}
			w.set(table, "status", id, "SHIPPED")
		}
		return w.paid.ID.String()
	}},
	{"statuses.roll_up", func(w *wreck) string {
		w.set("orders", "close_reason", w.gone.ID, "REFUNDED")
		return w.gone.ID.String()
	}},
	{"statuses.roll_up", func(w *wreck) string {
		w.set("sub_orders", "closed_at", w.late.subs[0].ID, nil)
		return w.late.subs[0].ID.String()
	}},
	{"statuses.known", func(w *wreck) string {
		w.set("coupons", "status", w.spareCoupon.ID, "LOST")
		return w.spareCoupon.ID.String()
	}},
	{"statuses.steps", func(w *wreck) string {
		id, _ := w.event(w.pending, -1)
		w.set("events", "type", id, "payment.closed")
		return id.String()
	}},
	{"statuses.steps", func(w *wreck) string {
		id, _ := w.event(w.pending, -1)
		w.set("events", "type", id, "payment.dreamt")
		return id.String()
	}},
}

var feedDamage = []damage{
	{"feed.positions", func(w *wreck) string {
		w.set("feed_heads", "position", 1, w.head()+1)
		return strconv.FormatInt(w.head()-1, 10)
	}},
	{"feed.positions", func(w *wreck) string {
		last := w.head()
		id, _ := w.event(w.pending, -2)
		w.set("feed_entries", "position", last, last+5)
		w.set("events", "position", id, last+5)
		w.set("feed_heads", "position", 1, last+5)
		return strconv.FormatInt(last+5, 10)
	}},
	{"feed.events", func(w *wreck) string {
		id, position := w.event(w.pending, 2)
		w.set("feed_entries", "shop_id", position, nil)
		return id.String()
	}},
	{"feed.events", func(w *wreck) string {
		id, _ := w.event(w.pending, -2)
		w.set("events", "position", id, w.head()+1)
		return id.String()
	}},
	{"feed.events", func(w *wreck) string {
		id, _ := w.event(w.paid, -1)
		_, other := w.event(w.late, 1)
		w.set("events", "position", id, other)
		return id.String()
	}},
	{"feed.order", func(w *wreck) string {
		first, at := w.event(w.gone, 3)
		second, after := w.event(w.gone, 4)
		w.set("events", "position", first, after)
		w.set("events", "position", second, at)
		w.set("feed_entries", "event_id", at, w.buyer.ID)
		w.set("feed_entries", "event_id", after, first)
		w.set("feed_entries", "event_id", at, second)
		return second.String()
	}},
	{"feed.order", func(w *wreck) string {
		placed, at := w.event(w.pending, -2)
		waiting, _ := w.event(w.pending, -1)
		w.set("events", "position", placed, nil)
		w.set("events", "position", waiting, at)
		w.set("feed_entries", "event_id", at, waiting)
		return placed.String()
	}},
}

var holderDamage = []damage{
	{"references.exist", func(w *wreck) string {
		w.set("skus", "product_id", w.skus[0].ID, globalid.New(globalid.Product))
		return w.skus[0].ID.String()
	}},
	{"references.exist", func(w *wreck) string { // a shop-wide fact of no shop
		next, nobody := w.head()+1, globalid.New(globalid.Shop)
		id := globalid.New(globalid.OrderEvent)
		c, ctx := w.db.Client, w.ctx()
		c.Event.Create().SetID(id).SetShopID(nobody).SetType("stock.low").SetPosition(next).
			SetActorRole(lifecycle.System).SetFacts(terms.Facts{}).ExecX(ctx)
		c.FeedEntry.Create().SetID(next).SetEventID(id).SetShopID(nobody).ExecX(ctx)
		w.set("feed_heads", "position", 1, next)
		w.undo = append(w.undo, func() {
			w.exec("DELETE FROM feed_entries WHERE position = ?", next)
			w.exec("DELETE FROM events WHERE id = ?", id)
		})
		return id.String()
	}},
	{"references.agree", func(w *wreck) string {
		w.set("sub_orders", "buyer_id", w.paid.subs[0].ID, w.stranger.ID)
		return w.paid.subs[0].ID.String()
	}},
	{"references.agree", func(w *wreck) string {
		w.set("orders", "sole_shop_id", w.paid.ID, w.shops[0].ID)
		return w.paid.ID.String()
	}},
	{"once.holders", func(w *wreck) string {
		w.set("coupons", "order_id", w.spareCoupon.ID, w.pending.ID)
		return w.spareCoupon.ID.String()
	}},
	{"once.holders", func(w *wreck) string {
		w.set("quota_uses", "status", w.paidUse.ID, "HELD")
		return w.paidUse.ID.String()
	}},
	{"once.quotas", func(w *wreck) string { return w.add("quota", "taken", w.quotas[0].ID, 1) }},
	{"once.quotas", func(w *wreck) string { return w.add("quota", "taken", w.quotas[1].ID, -1) }},
	{"once.shares", func(w *wreck) string {
		w.set("coupons", "promotion_id", w.coupon.ID, w.freePromotion.ID)
		return w.pending.items[0].ID.String()
	}},
	{"once.shares", func(w *wreck) string {
		use := w.db.Client.BenefitUse.Query().OnlyX(w.ctx())
		w.set("benefit_uses", "order_id", use.ID, nil)
		w.set("benefit_uses", "status", use.ID, "AVAILABLE")
		return w.paid.items[0].ID.String()
	}},
}
