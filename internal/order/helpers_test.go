package order_test

import (
	"context"

	"orderflow/ent"
	"orderflow/internal/checkout"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/ordertest"
)

// buyUnits places and pays an order with a line of each quantity, each of a sku of its own.
func buyUnits(buyer context.Context, e *ordertest.Env, quantities ...int64) *ent.Order {
	e.T.Helper()
	var lines []checkout.Line
	for _, n := range quantities {
		sku := e.NewSku(ordertest.Sku{Price: 999, South: 100})
		lines = append(lines, ordertest.Line(sku, n))
	}
	return e.Order(e.BuyLinesAs(buyer, lines...))
}

// refund gives up units that are not shipped, and returns what came back.
func refund(e *ordertest.Env, item globalid.ID, units int64) int64 {
	e.T.Helper()
	id := e.MustID(e.CloseUnshipped(item, units))
	e.Must(e.Payments.RunRefund(e.T.Context(), id))
	return e.DB.Client.Refund.GetX(e.T.Context(), id).Amount
}

// shortages reads what a paid order lacks.
func shortages(e *ordertest.Env, id globalid.ID) []*ent.Shortage {
	return e.DB.Client.Order.GetX(e.T.Context(), id).QueryShortages().AllX(e.T.Context())
}

// runDue does once what is due of the deadlines of this package, and returns how many rows that
// were.
func runDue(e *ordertest.Env) (n int) {
	e.T.Helper()
	ids, err := e.DB.Take(e.T.Context(), order.Due, 100)
	e.Must(err)
	for _, id := range ids {
		e.Must(e.Orders.RunDue(e.T.Context(), id))
	}
	return len(ids)
}
