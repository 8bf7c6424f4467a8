package verify_test

import (
	"time"

	"orderflow/ent/benefituse"
	entevent "orderflow/ent/event"
	"orderflow/ent/stockmovement"
	"orderflow/internal/document"
	"orderflow/internal/globalid"
	"orderflow/internal/vocab"
)

var holderDamage = []damage{
	{check: "references.exist", do: func(w *damaged) string {
		w.set("skus", "product_id", w.skus[0].ID, globalid.New(globalid.Product))
		return w.skus[0].ID.String()
	}, also: []string{"references.copies"}},
	{check: "references.exist", do: func(w *damaged) string { // a shop-wide event of no shop
		next, nobody := w.head()+1, globalid.New(globalid.Shop)
		id := globalid.New(globalid.OrderEvent)
		c, ctx := w.DB.Client, w.ctx()
		c.Event.Create().SetID(id).SetShopID(nobody).SetType("stock.low").SetPosition(next).
			SetActorRole(vocab.System).SetPayload(document.Payload{}).ExecX(ctx)
		w.set("feed_heads", "position", 1, next)
		w.undo = append(w.undo, func() {
			w.exec("DELETE FROM events WHERE id = ?", id)
		})
		return id.String()
	}, also: []string{"events.shop_wide"}},
	{check: "references.copies", do: func(w *damaged) string {
		first := w.DB.Client.StockMovement.Query().
			Where(stockmovement.StockID(w.stocks[0])).Order(stockmovement.ByID()).FirstX(w.ctx())
		w.set("stock_movements", "shop_id", first.ID, w.shops[1].ID)
		return first.ID.String()
	}},
	{check: "keys.unique", do: func(w *damaged) string {
		restore := w.dropIndex("payments", "transaction_id")
		first, second := w.paid.payments[0], w.paid.payments[1]
		w.set("payments", "transaction_id", second.ID, *first.TransactionID)
		w.undo = append([]func(){restore}, w.undo...) // last of all
		return first.ID.String()
	}},
	{check: "references.agree", do: func(w *damaged) string {
		w.set("sub_orders", "buyer_id", w.paid.subs[0].ID, w.stranger.ID)
		return w.paid.subs[0].ID.String()
	}},
	{check: "terms.kept", do: func(w *damaged) string {
		w.set("sub_orders", "policy_version", w.paid.subs[0].ID, 7)
		return w.paid.subs[0].ID.String()
	}},
	{check: "references.agree", do: func(w *damaged) string {
		w.set("orders", "sole_shop_id", w.paid.ID, w.shops[0].ID)
		return w.paid.ID.String()
	}},
	{check: "once.holders", do: func(w *damaged) string {
		w.set("coupons", "order_id", w.spareCoupon.ID, w.pending.ID)
		return w.spareCoupon.ID.String()
	}},
	{check: "once.holders", do: func(w *damaged) string {
		w.set("quota_uses", "status", w.paidUse.ID, "HELD")
		return w.paidUse.ID.String()
	}},
	{check: "once.quotas", do: func(w *damaged) string {
		return w.add("quota", "taken", w.quotas[0].ID, 1)
	}},
	{check: "once.quotas", do: func(w *damaged) string {
		return w.add("quota", "taken", w.quotas[1].ID, -1)
	}},
	{check: "once.quotas", do: func(w *damaged) string {
		for _, q := range w.quotas {
			w.set("quota", "promotion_id", q.ID, w.freePromotion.ID)
		}
		return w.paidUse.ID.String()
	}},
	{check: "once.shares", do: func(w *damaged) string {
		w.set("coupons", "promotion_id", w.coupon.ID, w.freePromotion.ID)
		return w.pending.items[0].ID.String()
	}},
	{check: "once.shares", do: func(w *damaged) string {
		use := w.DB.Client.BenefitUse.Query().Where(benefituse.OrderID(w.paid.ID)).
			OnlyX(w.ctx())
		w.set("benefit_uses", "order_id", use.ID, nil)
		w.set("benefit_uses", "status", use.ID, "AVAILABLE")
		return w.paid.items[0].ID.String()
	}},
}

var statusDamage = []damage{
	{check: "status.times", do: func(w *damaged) string {
		w.set("sub_orders", "completed_at", w.done.sub, w.now)
		return w.done.sub.String()
	}},
	{check: "status.times", do: func(w *damaged) string {
		w.set("sub_orders", "shipped_at", w.pending.subs[0].ID, w.now)
		return w.pending.subs[0].ID.String()
	}},
	{check: "status.deadlines", do: func(w *damaged) string {
		w.set("orders", "pay_due_at", w.pending.ID, w.now)
		return w.pending.ID.String()
	}},
	{check: "status.deadlines", do: func(w *damaged) string {
		w.set("sub_orders", "ship_due_at", w.paid.subs[0].ID, nil)
		return w.paid.subs[0].ID.String()
	}, also: []string{"status.next_due"}},
	{check: "terms.return_window", do: func(w *damaged) string {
		sub := w.SubOrder(w.done.sub)
		w.set("sub_orders", "complete_due_at", sub.ID, sub.ReceivedAt.Add(24*time.Hour))
		return sub.ID.String()
	}},
	{check: "status.deadlines", do: func(w *damaged) string {
		w.set("sub_orders", "complete_due_at", w.done.sub, nil)
		return w.done.sub.String()
	}, also: []string{"waits.somebody"}},
	{check: "status.deadlines", do: func(w *damaged) string {
		return w.add("sub_orders", "attempts", w.packed.sub, 1)
	}, also: []string{"status.next_due"}},
	{check: "status.next_due", do: func(w *damaged) string {
		w.set("sub_orders", "next_due_at", w.paid.subs[0].ID, nil)
		return w.paid.subs[0].ID.String()
	}},
	{check: "status.reviews", do: func(w *damaged) string {
		w.set("sub_orders", "awaiting_review", w.done.sub, true)
		return w.done.sub.String()
	}},
	{check: "status.reviews", do: func(w *damaged) string {
		w.set("sub_orders", "review_remind_at", w.packed.sub, w.now)
		return w.packed.sub.String()
	}},
	{check: "status.parcels", do: func(w *damaged) string {
		w.set("shipments", "needs_merchant", w.parcel, true)
		return w.parcel.String()
	}},
	{check: "status.parcels", do: func(w *damaged) string {
		w.set("shipments", "tracking_number", w.parcel, "")
		return w.parcel.String()
	}},
	{check: "status.next", do: func(w *damaged) string {
		w.set("refunds", "next_attempt_at", w.late.refunds[0].ID, nil)
		return w.late.refunds[0].ID.String()
	}, also: []string{"waits.somebody"}},
	{check: "status.next", do: func(w *damaged) string {
		w.set("payments", "next_attempt_at", w.pending.payments[0].ID, nil)
		return w.pending.payments[0].ID.String()
	}, also: []string{"waits.somebody"}},
	{check: "status.next", do: func(w *damaged) string {
		w.set("refunds", "next_attempt_at", w.back, w.now)
		return w.back.String()
	}},
	{check: "status.next", do: func(w *damaged) string {
		w.set("shipments", "next_attempt_at", w.parcel, w.now)
		return w.parcel.String()
	}},
	{check: "status.next_due", do: func(w *damaged) string {
		w.set("sub_orders", "next_due_at", w.troubled.sub, nil)
		return w.troubled.sub.String()
	}, also: []string{"waits.somebody"}},
	{check: "status.deadlines", do: func(w *damaged) string {
		w.set("sub_orders", "trouble_due_at", w.troubled.sub, nil)
		return w.troubled.sub.String()
	}, also: []string{"status.next_due", "waits.somebody"}},
	{check: "waits.somebody", do: func(w *damaged) string { // it is to be reviewed, no more
		w.set("sub_orders", "trouble_due_at", w.troubled.sub, nil)
		w.set("sub_orders", "next_due_at", w.troubled.sub, nil)
		return w.troubled.sub.String()
	}, also: []string{"status.deadlines"}},
	{check: "status.heard", do: func(w *damaged) string {
		w.set("shipments", "heard_at", w.unheard, nil)
		return w.waited.sub.String()
	}},
	{check: "status.addresses", do: func(w *damaged) string {
		w.set("sub_orders", "address", w.done.sub, nil)
		return w.done.sub.String()
	}},
	{check: "status.addresses", do: func(w *damaged) string {
		w.set("address_changes", "phone_index", w.change, nil)
		return w.change.String()
	}},
	{check: "status.addresses", do: func(w *damaged) string {
		w.set("address_changes", "answered_at", w.change, nil)
		return w.change.String()
	}},
	{check: "status.addresses", do: func(w *damaged) string {
		w.set("sub_orders", "address_due_at", w.packed.sub, w.now)
		return w.packed.sub.String()
	}, also: []string{"status.next_due"}},
	{check: "status.holds", do: func(w *damaged) string {
		w.set("sub_orders", "shop_hold", w.held.sub, false)
		return w.held.sub.String()
	}},
	{check: "status.holds", do: func(w *damaged) string {
		w.set("sub_orders", "held_at", w.held.sub, nil)
		return w.holdRow.String()
	}, also: []string{"status.next_due"}},
	{check: "status.holds", do: func(w *damaged) string {
		w.set("sub_order_holds", "released_at", w.holdRow, w.now)
		return w.held.sub.String()
	}},
	{check: "status.holds", do: func(w *damaged) string {
		held := w.DB.Client.Event.Query().Where(entevent.Type(vocab.EventSubOrderHeld)).OnlyIDX(w.ctx())
		w.set("events", "type", held, vocab.EventSubOrderReminded)
		return w.held.sub.String()
	}},
}
