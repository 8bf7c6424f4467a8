package order_test

import (
	"testing"

	entevent "orderflow/ent/event"
	"orderflow/internal/fault"
	"orderflow/internal/ordertest"
	"orderflow/internal/vocab"
)

func TestAdjustedPriceIsOneMoreShare(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		const freight = 500
		e.ChargeFreight(freight, 0)
		a := e.NewSku(ordertest.Sku{Price: 333, South: 9})
		b := e.NewSku(ordertest.Sku{Price: 1000, South: 9, Class: vocab.ColdChain})
		id := e.Place(ordertest.Line(a, 3),
			ordertest.Line(b, 1))
		adjust := func(by int64) error { return e.LowerPrice(id, by) }
		if err := adjust(2000 + 2*freight); !fault.Is(err, fault.InvalidInput) {
			t.Errorf("more than the order costs: %v", err)
		}
		if err := adjust(1000); err != nil {
			t.Fatal(err)
		}
		if o := e.Order(id); o.Payable != 999+freight {
			t.Errorf("payable %d", o.Payable)
		}
		var amounts []int64 // of the order, then of each sub-order
		for _, row := range e.DB.Client.Event.Query().Where(entevent.TypeIn(vocab.EventOrderPriceAdjusted,
			vocab.EventSubOrderPriceAdjusted)).Order(entevent.BySequence()).AllX(t.Context()) {
			amounts = append(amounts, row.Payload.Amount)
		}
		if len(amounts) != 3 || amounts[0] != 1000 || amounts[1]+amounts[2] != 1000 ||
			amounts[1] >= amounts[0] {
			t.Errorf("events of %v", amounts)
		}
		if err := adjust(999); err != nil {
			t.Fatal(err)
		}
		if o := e.Order(id); o.Payable != freight {
			t.Errorf("payable %d", o.Payable)
		}
	})
}
