package order_test

import (
	"testing"
	"time"

	"orderflow/ent"
	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/ordertest"
	"orderflow/internal/vocab"
)

func TestTheTimeToPayIsExtended(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		sku := e.NewSku(ordertest.Sku{Price: 999, South: 100})
		place := func() *ent.Order {
			return e.Order(e.Place(ordertest.Line(sku, 1)))
		}
		extend := func(o *ent.Order) error {
			_, err := e.Orders.ExtendDeadline(e.Support, order.ExtendInput{
				SubOrder: o.Edges.SubOrders[0].ID, Kind: order.ExtendPayBy, Seconds: 3600})
			return err
		}
		dueAt := func(o *ent.Order) time.Time {
			return e.DB.Client.Order.GetX(t.Context(), o.ID).PayDueAt
		}

		o := place()
		attempt := e.DB.Client.Payment.Create().SetID(globalid.New(globalid.Payment)).
			SetOrderID(o.ID).SetBuyerID(o.BuyerID).SetChannel(vocab.Sandbox).SetStatus(vocab.AttemptClosing).
			SetCurrency("CNY").SetAmount(o.Payable).SetExpiresAt(o.PayDueAt).SaveX(t.Context())
		e.WantFault(extend(o), fault.ActionNotAllowed)
		attempt.Update().SetStatus(vocab.AttemptClosed).ExecX(t.Context())
		if err := extend(o); err != nil || !dueAt(o).Equal(o.PayDueAt.Add(time.Hour)) {
			t.Errorf("due at %v, before %v: %v", dueAt(o), o.PayDueAt, err)
		}
		if n := e.Events(vocab.EventOrderDeadlineExtended); n != 1 {
			t.Errorf("%d events", n)
		}
		e.Pay(o.ID)
		e.WantFault(extend(o), fault.ActionNotAllowed)
		late := place()
		e.Move(31 * time.Minute)
		e.WantFault(extend(late), fault.ActionNotAllowed)
		if !dueAt(late).Equal(late.PayDueAt) {
			t.Error("what is refused changes nothing")
		}
	}, ordertest.Options{Policy: document.ShopPolicy{PayMinutes: 30}, Inexact: true})
}
