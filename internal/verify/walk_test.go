package verify_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"orderflow/ent"
	entaftersale "orderflow/ent/aftersale"
	"orderflow/ent/suborder"
	"orderflow/internal/aftersale"
	"orderflow/internal/checkout"
	"orderflow/internal/dbtest"
	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/ordertest"
	"orderflow/internal/payment"
	"orderflow/internal/shipment"
	"orderflow/internal/shortage"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// walker tries random actions of everybody with its orders.
type walker struct {
	*ordertest.Env
	chance    *rand.Rand
	purchases []purchase
	done      []string // what was not refused
}

// Whatever buyers, shops, couriers, channels and clocks do, in whatever order, every invariant
// holds. What is not possible is refused with a fault.
func TestInvariantsHoldOnRandomWalks(t *testing.T) {
	t.Parallel()
	for seed := range uint64(dbtest.Size(2, 20)) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			each(t, func(t *testing.T, e *ordertest.Env) { walk(t, e, seed) })
		})
	}
}

func walk(t *testing.T, e *ordertest.Env, seed uint64) {
	const steps, orders, often = 250, 3, 12
	w := &walker{Env: e, chance: rand.New(rand.NewPCG(seed, seed))}
	e.Bank.SetFunc(w.answer)
	e.SetPolicy(document.ShopPolicy{RefundIntercepted: seed%2 == 0})
	e.ChargeFreight(701, 0)
	for range orders {
		w.purchases = append(w.purchases, w.buy())
	}
	checked := 0
	for step := range steps {
		pick(w, actions)(w, pick(w, w.purchases))
		if len(w.done) < checked+often && step < steps-1 {
			continue
		}
		if report := check(t, e.DB); !report.OK() {
			t.Fatalf("seed %d, after %q:%s", seed, w.done[max(0, len(w.done)-20):],
				violations(report))
		}
		checked = len(w.done)
	}
	w.finish()
	if report := check(t, e.DB); !report.OK() {
		t.Fatalf("seed %d, in the end:%s", seed, violations(report))
	}
	for _, a := range e.DB.Client.AfterSale.Query().AllX(t.Context()) {
		if a.Status == vocab.AfterSaleCompleted {
			return
		}
	}
	t.Error("no request came to its end")
}

// finish lets time pass, in which nobody does anything but pay what the bank refused: whatever
// waits for the clock, a courier or a refund comes to its end.
func (w *walker) finish() {
	w.Bank.Set(ordertest.Pays)
	for range 24 {
		w.Courier.SetDown(false)
		w.Clock.Advance(time.Hour)
		w.Later(16 * ordertest.Day)
		for _, p := range w.purchases {
			w.settleRefunds(p)
		}
	}
	client, ctx := w.DB.Client, w.T.Context()
	for _, sub := range client.SubOrder.Query().Where(suborder.StatusIn(
		vocab.Shipped, vocab.Received)).AllX(ctx) {
		w.T.Errorf("a sub-order is %s for ever", sub.Status)
	}
	for _, a := range client.AfterSale.Query().Where(entaftersale.StatusNotIn(
		vocab.AfterSaleFinal...)).AllX(ctx) {
		w.T.Errorf("a request is %s for ever", a.Status)
	}
}

// actions are what anybody may try with an order; what is tried often is listed more often.
var actions = slices.Concat(
	slices.Repeat([]func(*walker, purchase){
		(*walker).pack, (*walker).handOver, (*walker).track, (*walker).openRequest,
	}, 3),
	slices.Repeat([]func(*walker, purchase){(*walker).handleRequest}, 9),
	slices.Repeat([]func(*walker, purchase){(*walker).settleRefunds}, 2),
	[]func(*walker, purchase){
		(*walker).answerInterception, (*walker).confirmReceipt, (*walker).closeUnshipped,
		(*walker).reviewAny,
		(*walker).reportShortage, (*walker).settleShortage, (*walker).workOnTransfer, (*walker).moveUnits,
		(*walker).wait, (*walker).holdOrRelease, (*walker).releaseAll, (*walker).changeAddress,
	},
)

func pick[T any](w *walker, list []T) (one T) {
	if len(list) > 0 {
		one = list[w.chance.IntN(len(list))]
	}
	return one
}

func (w *walker) some(n int64) int64 { return w.chance.Int64N(n) }

// tried records what somebody tried. A fault is a refusal; any other error ends the test.
func (w *walker) tried(what string, err error) {
	w.T.Helper()
	switch {
	case err == nil:
		w.done = append(w.done, what)
	case fault.All(err) == nil:
		w.T.Fatalf("after %q, %s: %v", w.done[max(0, len(w.done)-20):], what, err)
	}
}

// buy is a paid order of units of several skus, some of them in the other warehouse too. Of one
// there may be too few when it is paid.
func (w *walker) buy() purchase {
	p := place(w.Env)
	w.Pay(p.order)
	client, ctx := w.DB.Client, w.T.Context()
	scarce := client.Sku.GetX(ctx, w.Item(p.item).SkuID)
	skus := []*ent.Sku{scarce}
	for _, earlier := range w.purchases {
		for _, it := range w.Items(earlier.order) {
			if !slices.ContainsFunc(skus, func(s *ent.Sku) bool { return s.ID == it.SkuID }) {
				skus = append(skus, client.Sku.GetX(ctx, it.SkuID))
			}
		}
	}
	var lines []checkout.Line
	for _, sku := range skus {
		w.AddStock(sku, w.South, 10)
		w.AddStock(sku, w.North, 10)
		lines = append(lines, ordertest.Line(sku, 2+w.some(5)))
	}
	scarce.Update().SetDeductionMode(vocab.OnPayment).ExecX(ctx)
	p.order = w.PlaceAs(p.buyer, lines...)
	for _, row := range scarce.QueryStocks().AllX(ctx) {
		w.AddStock(scarce, client.Warehouse.GetX(ctx, row.WarehouseID),
			row.Reserved-row.OnHand+w.some(3))
	}
	w.Pay(p.order)
	return p
}

// item is any item of an order, with its sub-order.
func (w *walker) item(b purchase) (*ent.OrderItem, *ent.SubOrder) {
	it := pick(w, w.row(b).QueryItems().AllX(w.T.Context()))
	return it, w.DB.Client.SubOrder.GetX(w.T.Context(), it.SubOrderID)
}

func (w *walker) row(b purchase) *ent.Order {
	return w.DB.Client.Order.GetX(w.T.Context(), b.order)
}

// wait moves business time, while the courier may be down, and does what is due then.
func (w *walker) wait(purchase) {
	by := pick(w, []time.Duration{1, 1, 1, 20, 48, 100, 200}) * time.Hour
	w.Courier.SetDown(w.some(4) == 0)
	w.Clock.Advance(time.Hour)
	w.Move(by)
	w.tried("wait "+by.String(), nil)
	for _, job := range []struct {
		name string
		due  store.Due
		run  func(context.Context, globalid.ID) error
	}{
		{"request", aftersale.Due, w.AfterSales.RunDue},
		{"shortage", shortage.Due, w.Shortages.RunDue},
		{"sub-order", order.Due, w.Orders.RunDue},
		{"parcel", shipment.TrackingDue, w.Shipments.RunTracking},
	} {
		ids, err := w.DB.Take(w.T.Context(), job.due, 100)
		w.Must(err)
		for _, id := range ids {
			w.tried("overdue "+job.name, job.run(w.T.Context(), id))
		}
	}
}

// settleRefunds does with refunds what the runner or staff would do next.
func (w *walker) settleRefunds(b purchase) {
	for _, refund := range w.row(b).QueryRefunds().AllX(w.T.Context()) {
		switch refund.Status {
		case vocab.RefundRequested:
			w.tried("submit refund", w.Payments.RunRefund(w.T.Context(), refund.ID))
		case vocab.RefundFailed:
			_, err := w.Payments.RetryRefund(w.Support, refund.ID)
			w.tried("retry refund", err)
		case vocab.RefundNeedsStaff:
			_, err := w.Payments.ResolveRefund(w.Support,
				payment.ResolveInput{Refund: refund.ID, PaidOutside: "cash"})
			w.tried("pay outside", err)
		}
	}
}

// answer draws how the bank treats a refund: it does not always pay.
func (w *walker) answer() ordertest.Answer {
	switch w.chance.IntN(8) {
	case 0:
		return ordertest.Refuses
	case 1:
		return ordertest.Closes
	case 2:
		return ordertest.NeedsStaff
	}
	return ordertest.Pays
}
