package order_test

import (
	"testing"

	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/ordertest"
	"orderflow/internal/payment"
	"orderflow/internal/vocab"
)

var onPayment = document.ShopPolicy{Deduction: vocab.OnPayment}

func TestPaymentTakesWhatThereIs(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		sku := e.NewSku(ordertest.Sku{Price: 999, South: 4, North: 3})
		gone := e.NewSku(ordertest.Sku{Price: 700, South: 1})
		e.ChargeFreight(1001, 0)
		id := e.Place(ordertest.Line(sku, 4),
			ordertest.Line(gone, 1))
		if e.Available(sku) != 7 {
			t.Errorf("placing took stock that is deducted on payment")
		}
		e.BuyLines(ordertest.Line(sku, 2), ordertest.Line(gone, 1))
		e.Pay(id) // 2 south, 2 north, nothing of the other sku
		short := shortages(e, id)
		if len(short) != 1 || short[0].Quantity != 1 ||
			short[0].ItemID != e.ItemOf(id, gone).ID {
			t.Fatalf("short of %v", short)
		}
		o := e.Order(id)
		if len(o.Edges.SubOrders) != 2 || o.Status != vocab.AwaitingShipment {
			t.Fatalf("%d sub-orders, %s", len(o.Edges.SubOrders), o.Status)
		}
		moved := o.Edges.SubOrders[1]
		if moved.WarehouseID != e.North.ID || moved.Status != vocab.AwaitingShipment ||
			len(moved.Edges.Items) != 1 || moved.Edges.Items[0].Quantity != 2 ||
			moved.Freight != 1001*200/500 {
			t.Errorf("split off: %v with %v", moved, moved.Edges.Items)
		}
		if e.Available(sku) != 1 {
			t.Errorf("%d left", e.Available(sku))
		}
	}, ordertest.Options{Policy: onPayment})
}

func TestAnotherWarehouseTakesASubOrderOver(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		sku := e.NewSku(ordertest.Sku{Price: 999, South: 2, North: 2})
		id := e.Place(ordertest.Line(sku, 2))
		e.BuyLines(ordertest.Line(sku, 2))
		e.Pay(id)
		if short := shortages(e, id); len(short) != 0 {
			t.Fatalf("short of %v", short)
		}
		o := e.Order(id)
		if len(o.Edges.SubOrders) != 1 || o.Edges.SubOrders[0].WarehouseID != e.North.ID {
			t.Errorf("sub-orders %v", o.Edges.SubOrders)
		}
	}, ordertest.Options{Policy: onPayment})
}

func TestFailingReleasesAndRetryingReservesAgain(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		sku := e.NewSku(ordertest.Sku{Price: 999, South: 2})
		id := e.Place(ordertest.Line(sku, 2))
		fail := func() error { _, err := e.Payments.Abandon(e.Buyer, id); return err }
		e.StartPayment(id)
		if err := fail(); err != nil || e.Available(sku) != 2 {
			t.Fatalf("%v, %d available", err, e.Available(sku))
		}
		if err := fail(); !fault.Is(err, fault.ActionNotAllowed) {
			t.Errorf("failed twice: %v", err)
		}
		if e.StartPayment(id); e.Available(sku) != 0 {
			t.Fatalf("%d available", e.Available(sku))
		}
		e.Must(fail())
		e.Place(ordertest.Line(sku, 1))
		_, err := e.Payments.Start(e.Buyer, payment.StartInput{Order: id, Channel: vocab.Sandbox})
		if !fault.Is(err, fault.OutOfStock) {
			t.Errorf("retried without stock: %v", err)
		}
		if o := e.Order(id); o.Status != vocab.PaymentFailed || e.Available(sku) != 1 {
			t.Errorf("%s, %d available", o.Status, e.Available(sku))
		}
	})
}
