package e2e_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"orderflow/internal/dbtest"
	sandbox "orderflow/internal/sandbox/pay"
	"orderflow/internal/vocab"
)

// inParallel calls fn for 0 to n-1 from that many clients.
func inParallel(clients, n int, fn func(i int)) {
	var next atomic.Int64
	var wg sync.WaitGroup
	for range clients {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				fn(i)
			}
		})
	}
	wg.Wait()
}

// TestRushOnOneSku: many buyers place and pay at once. Exactly what there was is sold; others
// get OUT_OF_STOCK when stock is deducted on order, and refunded a day later when it is on
// payment.
func TestRushOnOneSku(t *testing.T) {
	t.Parallel()
	for _, rush := range []struct {
		buyers, clients int
		each, stock     int64
	}{
		{buyers: dbtest.Size(120, 300), clients: 64, each: 1,
			stock: int64(dbtest.Size(40, 100))},
		{buyers: dbtest.Size(48, 96), clients: 32, each: 2, stock: 20},
	} {
		for _, mode := range []vocab.DeductionMode{vocab.OnOrder, vocab.OnPayment} {
			name := fmt.Sprintf("%d buyers of %d, %d there, %s", rush.buyers, rush.each, rush.stock, mode)
			t.Run(name, func(t *testing.T) {
				each(t, func(t *testing.T, sys *system) {
					s := sys.start()
					m := sys.newCatalogue(s, mode)
					sku := m.sku(s, 5000, rush.stock)
					users := make([]*user, rush.buyers)
					for i := range users {
						users[i] = s.user("BUYER", fmt.Sprintf("buyer-%d", i))
					}
					orders := make([]string, rush.buyers)
					var refused atomic.Int64
					inParallel(rush.clients, rush.buyers, func(i int) {
						orders[i] = users[i].rush(t, s, sku, rush.each, &refused)
					})
					if mode == vocab.OnPayment {
						m.refundShortages(s, users, orders)
					}
					m.expectSoldOut(s, sku, users, orders, rush.stock, rush.each)
					bought := rush.stock / rush.each
					// Deducted on payment, only those are refused who come when all is paid for.
					got, most := refused.Load(), int64(rush.buyers)-bought
					if got > most || mode == vocab.OnOrder && got != most {
						t.Errorf("%d refused of %d who get nothing", got, most)
					}
					sys.verify()
				})
			})
		}
	}
}

// rush places and pays one order, and returns "" when there was no stock.
func (u *user) rush(t *testing.T, s *server, sku string, each int64, refused *atomic.Int64) string {
	price := 5000*each + 800
	p, err := u.tryMutate(s, "placeOrder", fields{"lines": lines(sku, each), "address": address,
		"expectedPayable": price}, "order { id } skus { id }", "")
	if err != nil {
		t.Error(err)
		return ""
	}
	if code(p) == "OUT_OF_STOCK" && str(p, "skus", 0, "id") == sku {
		refused.Add(1)
		return ""
	}
	if code(p) != "" {
		t.Error(p)
		return ""
	}
	order := str(p, "order", "id")
	p, err = u.tryMutate(s, "startPayment", fields{"order": order, "channel": "SANDBOX"},
		"payment { id status }", "")
	if err != nil || code(p) != "" && code(p) != "CHANNEL_PENDING" {
		t.Error(p, err)
		return ""
	}
	payment := str(p, "payment", "id")
	s.sys.until("the attempt can be paid", func() bool {
		return s.sys.peer.Pay(t.Context(), payment, sandbox.Payment{}) == nil
	})
	return order
}

// refundShortages waits until all orders are paid, and until the shop's time to make offers is
// over.
func (m *catalogue) refundShortages(s *server, users []*user, orders []string) {
	m.sys.t.Helper()
	for i, order := range orders {
		if order != "" {
			users[i].settles(s, order, "AWAITING_SHIPMENT")
		}
	}
	m.advance(s, day+time.Minute)
}

// expectSoldOut waits until every order is sold or closed, all money is back that bought nothing,
// and the sku is sold out.
func (m *catalogue) expectSoldOut(
	s *server, sku string, users []*user, orders []string, stock, each int64,
) {
	m.sys.t.Helper()
	var kept int64
	for i, order := range orders {
		if order == "" {
			continue
		}
		m.sys.until("the order is settled", func() bool {
			seen := users[i].view(s, order)
			switch seen["status"] {
			case "AWAITING_SHIPMENT":
				refunds := seen["refunds"].([]any)
				return len(refunds) == 0 || str(refunds[0], "status") == "SUCCEEDED"
			case "CLOSED":
				return str(seen, "closeReason") == "OUT_OF_STOCK"
			}
			return false
		})
		if seen := users[i].view(s, order); seen["status"] == "AWAITING_SHIPMENT" {
			item := at(seen, "subOrders", 0, "items", 0)
			sold := num(item, "quantity") - num(item, "refundedQuantity")
			stock -= sold
			kept += 5000*sold + 800
		}
	}
	if stock != 0 || m.available(s, sku) != 0 {
		m.sys.t.Errorf("%d pieces more or less sold than there were, %d left", -stock,
			m.available(s, sku))
	}
	m.sys.keeps(kept)
}
