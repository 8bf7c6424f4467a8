package order_test

import (
	"strings"
	"testing"

	"orderflow/ent"
	"orderflow/internal/globalid"
	"orderflow/internal/ordertest"
)

func TestEventsOfACommandAreInSequence(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		sku := e.NewSku(ordertest.Sku{Price: 999, South: 2})
		id := e.Place(ordertest.Line(sku, 2))
		e.Pay(id)
		want := []string{"order.placed", "sub_order.placed", "payment.started",
			"payment.succeeded", "order.paid", "sub_order.paid"}
		events := e.DB.Client.Order.GetX(t.Context(), id).QueryEvents().Order(ent.Asc("sequence")).
			AllX(t.Context())
		if len(events) != len(want) {
			t.Fatalf("%d events", len(events))
		}
		for i, row := range events {
			ofShop := strings.HasPrefix(row.Type, "sub_order.")
			if row.Type != want[i] || *row.Sequence != int64(i+1) || row.ShopID != nil &&
				*row.ShopID != e.Shop.ID || (row.ShopID != nil) != ofShop {
				t.Errorf("event %d: %v", i, row)
			}
		}
		if events[0].Payload.SubOrder != (globalid.ID{}) {
			t.Errorf("facts %v", events[0].Payload)
		}
	})
}
