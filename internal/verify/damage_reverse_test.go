package verify_test

import (
	"orderflow/ent"
	"orderflow/ent/aftersaleline"
	"orderflow/ent/aftersalemessage"
	"orderflow/ent/interception"
	"orderflow/ent/refund"
	"orderflow/ent/reservation"
	"orderflow/ent/shipmentitem"
	"orderflow/ent/stockmovement"
	"orderflow/internal/globalid"
	"orderflow/internal/vocab"
)

func (w *damaged) line(c claim) *ent.AfterSaleLine {
	return w.DB.Client.AfterSaleLine.Query().Where(aftersaleline.AfterSaleID(c.id)).
		OnlyX(w.ctx())
}

func (w *damaged) sku(c claim) string {
	return w.DB.Client.OrderItem.GetX(w.ctx(), c.item).SkuID.String()
}

func (w *damaged) hold(c claim) globalid.ID {
	return w.DB.Client.Reservation.Query().Where(reservation.AfterSaleID(c.id),
		reservation.StatusEQ(vocab.ReservationHeld)).OnlyIDX(w.ctx())
}

func (w *damaged) refundOf(c claim) *ent.Refund {
	return w.DB.Client.Refund.Query().Where(refund.OrderID(c.order)).WithLines().OnlyX(w.ctx())
}

func (w *damaged) interception() globalid.ID {
	return w.DB.Client.Interception.Query().
		Where(interception.AfterSaleID(w.intercepted.id)).OnlyIDX(w.ctx())
}

// heldDamage is about what requests and shortages hold.
var heldDamage = []damage{
	{check: "stock.returns", do: func(w *damaged) string {
		back := w.DB.Client.StockMovement.Query().
			Where(stockmovement.CauseEQ(vocab.StockReturned)).OnlyIDX(w.ctx())
		w.set("stock_movements", "cause", back, "ADJUSTED")
		return w.sku(w.returned)
	}},
	{check: "stock.returns", do: func(w *damaged) string {
		off := w.DB.Client.StockMovement.Query().
			Where(stockmovement.NoteHasPrefix("damaged ")).OnlyIDX(w.ctx())
		w.set("stock_movements", "note", off, "lost")
		return w.sku(w.returned)
	}},
	{check: "stock.again", do: func(w *damaged) string {
		w.set("reservations", "after_sale_id", w.hold(w.exchanged), nil)
		return w.exchanged.id.String()
	}, also: []string{"stock.held"}},
	{check: "stock.again", do: func(w *damaged) string {
		w.set("after_sales", "kind", w.exchanged.id, "RETURN_AND_REFUND")
		return w.hold(w.exchanged).String()
	}},
	{check: "stock.again", do: func(w *damaged) string {
		parcel := w.AfterSale(w.disputed.id).QueryParcels().OnlyIDX(w.ctx())
		w.set("shipments", "after_sale_id", parcel, nil)
		return parcel.String()
	}},
	{check: "stock.again", do: func(w *damaged) string {
		parcel := w.AfterSale(w.reshipped.id).QueryParcels().OnlyIDX(w.ctx())
		w.add("shipment_items", "quantity", w.DB.Client.ShipmentItem.Query().
			Where(shipmentitem.ShipmentID(parcel)).OnlyIDX(w.ctx()), 1)
		return w.reshipped.id.String()
	}},
	{check: "after_sales.rows", do: func(w *damaged) string {
		return w.add("after_sales", "amount", w.intercepted.id, 1)
	}},
	{check: "after_sales.rows", do: func(w *damaged) string {
		return w.add("after_sale_lines", "good_quantity", w.line(w.returned).ID, 1)
	}, also: []string{"stock.returns", "units.counted"}},
	{check: "refunds.causes", do: func(w *damaged) string {
		w.set("refunds", "after_sale_id", w.refundOf(w.recalled).ID, nil)
		return w.recalled.id.String()
	}, also: []string{"waits.somebody"}},
	{check: "refunds.causes", do: func(w *damaged) string {
		w.set("after_sales", "trigger", w.returned.id, nil)
		return w.returned.id.String()
	}},
	{check: "refunds.causes", do: func(w *damaged) string {
		w.set("refunds", "trigger", w.refundOf(w.recalled).ID, "FORCED")
		return w.recalled.id.String()
	}},
	{check: "refunds.causes", do: func(w *damaged) string {
		w.set("refunds", "shortage_id", w.refundOf(w.refunded).ID, nil)
		return w.refunded.id.String()
	}, also: []string{"waits.somebody"}},
	{check: "refunds.causes", do: func(w *damaged) string {
		return w.add("shortages", "quantity", w.refunded.id, 1)
	}},
	{check: "refunds.items", do: func(w *damaged) string {
		w.add("after_sale_lines", "amount", w.line(w.intercepted).ID, 1)
		return w.intercepted.item.String()
	}, also: []string{"after_sales.rows"}},
	{check: "refunds.items", do: func(w *damaged) string {
		return w.add("order_items", "refunded", w.returned.item, 1)
	}},
	{check: "refunds.freight", do: func(w *damaged) string {
		w.add("after_sales", "freight", w.intercepted.id, 1)
		return w.intercepted.sub.String()
	}, also: []string{"after_sales.rows"}},
	{check: "refunds.freight", do: func(w *damaged) string {
		return w.add("sub_orders", "freight_refunded", w.returned.sub, 1)
	}},
}

// countedDamage is about what items count.
var countedDamage = []damage{
	{check: "units.counted", do: func(w *damaged) string {
		return w.add("order_items", "recalled_quantity", w.recalled.item, -1)
	}, also: []string{"stock.held"}},
	{check: "units.counted", do: func(w *damaged) string {
		return w.add("order_items", "cancelled_quantity", w.done.item, 1)
	}},
	{check: "units.counted", do: func(w *damaged) string {
		return w.add("order_items", "short_quantity", w.lacked.item, -1)
	}, also: []string{"stock.held"}},
	{check: "units.counted", do: func(w *damaged) string {
		return w.add("order_items", "after_sale_quantity", w.exchanged.item, 1)
	}},
	{check: "units.counted", do: func(w *damaged) string {
		return w.add("order_items", "returned_quantity", w.returned.item, -1)
	}},
	{check: "units.counted", do: func(w *damaged) string { // as if it had been shipped
		w.set("refund_lines", "unshipped", w.refundOf(w.recalled).Edges.Lines[0].ID, false)
		return w.recalled.item.String()
	}, also: []string{"refunds.causes"}},
	{check: "units.counted", do: func(w *damaged) string {
		parcel := *w.AfterSale(w.intercepted.id).ShipmentID
		w.add("shipment_items", "quantity", w.DB.Client.ShipmentItem.Query().
			Where(shipmentitem.ShipmentID(parcel)).OnlyIDX(w.ctx()), -1)
		return w.intercepted.id.String()
	}, also: []string{"units.once"}},
}

// reverseDamage is about the statuses of the reverse flow and the columns that go with them.
var reverseDamage = []damage{
	{check: "events.replay", do: func(w *damaged) string {
		w.set("after_sales", "status", w.disputed.id, "IN_ARBITRATION")
		return w.disputed.id.String()
	}},
	{check: "events.replay", do: func(w *damaged) string {
		w.set("interceptions", "status", w.interception(), "UNKNOWN")
		return w.interception().String()
	}},
	{check: "events.replay", do: func(w *damaged) string {
		w.set("shortages", "status", w.awaited.id, "RESOLVED")
		return w.awaited.id.String()
	}, also: []string{"status.shortages", "units.counted", "stock.held"}},
	{check: "statuses.steps", do: func(w *damaged) string {
		last := lastEvent(w.Env, w.exchanged.purchase)
		w.set("events", "type", last, "after_sale.unknown")
		return last.String()
	}},
	{check: "events.words", do: func(w *damaged) string {
		message := w.DB.Client.AfterSaleMessage.Query().
			Where(aftersalemessage.KindEQ(vocab.MessageSaid)).OnlyIDX(w.ctx())
		w.set("after_sale_messages", "kind", message, "RULING")
		return w.returned.id.String()
	}},
	{check: "references.exist", do: func(w *damaged) string {
		w.set("after_sales", "return_warehouse_id", w.disputed.id,
			globalid.New(globalid.Warehouse))
		return w.disputed.id.String()
	}},
	{check: "references.copies", do: func(w *damaged) string {
		w.set("interceptions", "shop_id", w.interception(), w.shops[0].ID)
		return w.interception().String()
	}},
	{check: "references.agree", do: func(w *damaged) string {
		line := w.line(w.disputed).ID
		w.set("after_sale_lines", "item_id", line, w.lacked.item)
		return line.String()
	}, also: []string{"refunds.items", "units.counted"}},
	{check: "status.after_sales", do: func(w *damaged) string {
		w.set("after_sales", "due_at", w.exchanged.id, nil)
		return w.exchanged.id.String()
	}, also: []string{"waits.somebody"}},
	{check: "status.after_sales", do: func(w *damaged) string {
		w.set("after_sales", "due_at", w.recalled.id, w.now)
		return w.recalled.id.String()
	}},
	{check: "status.after_sales", do: func(w *damaged) string {
		w.set("after_sales", "ended_at", w.returned.id, nil)
		return w.returned.id.String()
	}},
	{check: "status.after_sales", do: func(w *damaged) string {
		w.set("after_sales", "rejection", w.disputed.id, nil)
		return w.disputed.id.String()
	}},
	{check: "status.after_sales", do: func(w *damaged) string {
		return w.add("sub_orders", "open_requests", w.exchanged.sub, -1)
	}},
	{check: "status.after_sales", do: func(w *damaged) string {
		w.set("sub_orders", "paused_at", w.exchanged.sub, w.now)
		return w.exchanged.sub.String()
	}},
	{check: "status.shortages", do: func(w *damaged) string {
		w.set("shortages", "due_at", w.lacked.id, nil)
		return w.lacked.id.String()
	}, also: []string{"waits.somebody"}},
	{check: "status.shortages", do: func(w *damaged) string {
		w.set("shortages", "transfer_id", w.awaited.id, nil)
		return w.awaited.id.String()
	}, also: []string{"stock.held", "waits.somebody"}},
	{check: "status.interceptions", do: func(w *damaged) string {
		w.set("interceptions", "ended_at", w.interception(), w.now)
		return w.interception().String()
	}},
	{check: "status.interceptions", do: func(w *damaged) string {
		w.set("interceptions", "status", w.interception(), "FAILED")
		w.set("interceptions", "ended_at", w.interception(), w.now)
		w.set("interceptions", "next_attempt_at", w.interception(), nil)
		return w.intercepted.id.String()
	}, also: []string{"events.replay"}},
	{check: "status.next", do: func(w *damaged) string {
		w.set("interceptions", "next_attempt_at", w.interception(), nil)
		return w.interception().String()
	}, also: []string{"waits.somebody"}},
}
