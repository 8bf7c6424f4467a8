package order_test

import (
	"context"
	"testing"

	"orderflow/ent"
	"orderflow/internal/fault"
	"orderflow/internal/order"
	"orderflow/internal/ordertest"
	"orderflow/internal/vocab"
)

// TestAnyOrderOfRefundsReturnsThePayable takes all units of a two-line order one by one and settles
// each, and counts what came back: freight too, with the last unit.
func TestAnyOrderOfRefundsReturnsThePayable(t *testing.T) {
	ordertest.Each(t, func(t *testing.T, e *ordertest.Env) {
		a := e.NewSku(ordertest.Sku{Price: 334, South: 9})
		b := e.NewSku(ordertest.Sku{Price: 1001, South: 9})
		e.ChargeFreight(800, 0)
		id := e.Place(ordertest.Line(a, 7),
			ordertest.Line(b, 3))
		e.Must(e.LowerPrice(id, 1717))
		e.Pay(id)
		payable := e.Order(id).Payable
		var returned int64
		for _, step := range []struct{ line, units int64 }{{0, 2}, {1, 1}, {0, 1}, {1, 2}, {0, 4}} {
			returned += refund(e, []*ent.OrderItem{e.ItemOf(id, a), e.ItemOf(id, b)}[step.line].ID,
				step.units)
		}
		o := e.Order(id)
		if returned != payable || o.Status != vocab.Closed ||
			*o.CloseReason != vocab.MerchantCancelled {
			t.Errorf("%d of %d came back, %s %v", returned, payable, o.Status, o.CloseReason)
		}
		if e.Available(a) != 9 || e.Available(b) != 9 {
			t.Errorf("stock %d and %d", e.Available(a), e.Available(b))
		}
		err := e.Locked(id, vocab.System,
			func(ctx context.Context, l *order.Locked) error {
				return order.Take(order.Hold{Item: l.Items[0], Units: 1, Unshipped: true})
			})
		if !fault.Is(err, fault.LimitExceeded) {
			t.Errorf("one unit too many: %v", err)
		}
	})
}
