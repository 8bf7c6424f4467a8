package verify_test

import (
	"time"

	"orderflow/ent/reservation"
	"orderflow/ent/stockmovement"
	"orderflow/internal/globalid"
	"orderflow/internal/vocab"
)

var stockDamage = []damage{
	{check: "stock.rows", do: func(w *damaged) string {
		return w.add("stocks", "on_hand", w.stocks[0], 1)
	}},
	{check: "stock.reserved", do: func(w *damaged) string {
		id := globalid.New(globalid.StockMovement)
		w.DB.Client.StockMovement.Create().SetID(id).SetStockID(w.stocks[0]).
			SetShopID(w.shops[0].ID).SetOnHandDelta(0).SetReservedDelta(1).
			SetCause(vocab.StockAdjusted).SetActorRole(vocab.Platform).ExecX(w.ctx())
		w.undo = append(w.undo, func() { w.exec("DELETE FROM stock_movements WHERE id = ?", id) })
		return w.add("stocks", "reserved", w.stocks[0], 1)
	}},
	{check: "stock.ledger", do: func(w *damaged) string {
		first := w.DB.Client.StockMovement.Query().
			Where(stockmovement.CauseEQ(vocab.StockReserved)).
			Where(stockmovement.ReservedDelta(2)).Where(stockmovement.StockID(w.stocks[0])).
			Order(stockmovement.ByID()).FirstX(w.ctx())
		w.set("stock_movements", "reservation_id", first.ID, nil)
		return first.ReservationID.String()
	}},
	{check: "stock.transfers", do: func(w *damaged) string {
		return w.add("stock_transfers", "received_quantity", w.transfer.ID, 1)
	}, also: []string{"events.shop_wide"}},
	{check: "stock.transfers", do: func(w *damaged) string {
		w.set("stock_transfers", "status", w.transfer.ID, "RECEIVED")
		return w.transfer.ID.String()
	}, also: []string{"events.shop_wide"}},
	{check: "stock.held", do: func(w *damaged) string {
		id := w.pending.items[0].ID
		w.set("order_items", "deduction_mode", id, "ON_PAYMENT")
		return id.String()
	}},
	{check: "stock.ledger", do: func(w *damaged) string { // what was shipped
		sent := w.DB.Client.StockMovement.Query().
			Where(stockmovement.CauseEQ(vocab.StockShipped),
				stockmovement.StockID(w.done.stock)).OnlyX(w.ctx())
		w.set("stock_movements", "cause", sent.ID, "ADJUSTED")
		return sent.ReservationID.String()
	}},
	{check: "stock.places", do: func(w *damaged) string {
		w.set("sub_orders", "warehouse_id", w.pending.subs[0].ID, w.transfer.ToWarehouseID)
		return w.DB.Client.Reservation.Query().Where(reservation.OrderID(w.pending.ID)).
			OnlyIDX(w.ctx()).String()
	}},
	{check: "stock.places", do: func(w *damaged) string {
		moving := w.DB.Client.Reservation.Query().
			Where(reservation.OrderID(w.moving.order)).OnlyX(w.ctx())
		w.set("reservations", "transfer_id", moving.ID, nil)
		return moving.ID.String()
	}, also: []string{"stock.transfers"}},
	{check: "units.packed", do: func(w *damaged) string {
		w.add("shipment_items", "quantity", w.box, 1)
		return w.packed.item.String()
	}},
	{check: "units.once", do: func(w *damaged) string {
		return w.add("order_items", "shipped_quantity", w.late.items[0].ID, 2)
	}},
}

var moneyDamage = []damage{
	{check: "price.items", do: func(w *damaged) string {
		return w.add("order_items", "unit_price", w.pending.items[0].ID, 1)
	}},
	{check: "price.items", do: func(w *damaged) string {
		w.set("order_items", "shares", w.pending.items[0].ID, "[]")
		return w.pending.items[0].ID.String()
	}},
	{check: "price.sub_orders", do: func(w *damaged) string {
		return w.add("sub_orders", "freight_list", w.paid.subs[0].ID, 1)
	}},
	{check: "price.sub_orders", do: func(w *damaged) string {
		return w.add("sub_orders", "list_amount", w.paid.subs[1].ID, 1)
	}},
	{check: "price.sub_orders", do: func(w *damaged) string {
		return w.add("sub_orders", "weight_grams", w.paid.subs[1].ID, 1)
	}},
	{check: "payments.attempts", do: func(w *damaged) string {
		return w.add("payments", "amount", w.pending.payments[0].ID, 1)
	}},
	{check: "price.paid", do: func(w *damaged) string {
		w.set("orders", "paid_at", w.paid.ID, w.now.Add(time.Second))
		return w.paid.ID.String()
	}},
	{check: "price.orders", do: func(w *damaged) string {
		return w.add("orders", "payable", w.late.ID, 1)
	}},
	{check: "price.paid", do: func(w *damaged) string {
		return w.add("payments", "paid_amount", w.paid.payments[0].ID, 1)
	}},
	{check: "price.paid", do: func(w *damaged) string {
		w.set("payments", "verdict", w.pending.payments[0].ID, "COUNTED")
		return w.pending.payments[0].ID.String()
	}},
	{check: "refunds.payments", do: func(w *damaged) string {
		w.set("refunds", "payment_id", w.gone.refunds[0].ID, w.gone.payments[0].ID)
		return w.gone.payments[0].ID.String()
	}, also: []string{"refunds.rows"}},
	{check: "refunds.items", do: func(w *damaged) string {
		return w.add("order_items", "refundable", w.pending.items[0].ID, -1)
	}},
	{check: "refunds.items", do: func(w *damaged) string {
		return w.add("order_items", "refundable_quantity", w.late.items[0].ID, 1)
	}},
	{check: "refunds.items", do: func(w *damaged) string {
		return w.add("order_items", "refunded_quantity", w.late.items[0].ID, 1)
	}},
	{check: "refunds.rows", do: func(w *damaged) string {
		w.set("refunds", "succeeded_at", w.gone.refunds[0].ID, nil)
		return w.gone.refunds[0].ID.String()
	}},
	{check: "refunds.rows", do: func(w *damaged) string {
		w.set("refunds", "replaces_id", w.paid.refunds[1].ID, nil)
		return w.paid.refunds[0].ID.String()
	}},
	{check: "refunds.rows", do: func(w *damaged) string {
		return w.add("refunds", "amount", w.gone.refunds[0].ID, -1)
	}},
	{check: "refunds.freight", do: func(w *damaged) string {
		return w.add("sub_orders", "freight_refundable", w.paid.subs[0].ID, -1)
	}},
	{check: "refunds.uncounted", do: func(w *damaged) string {
		w.set("refunds", "trigger", w.late.refunds[0].ID, "MERCHANT")
		return w.late.payments[0].ID.String()
	}},
}
