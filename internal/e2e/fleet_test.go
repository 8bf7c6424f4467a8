package e2e_test

import (
	"fmt"
	"testing"
	"time"

	"orderflow/internal/vocab"
)

// startAnother starts one more server, with an address of its own.
func (sys *system) startAnother() *server {
	sys.t.Helper()
	first := sys.address
	sys.address = "127.0.0.1:0"
	s := sys.start()
	sys.address = first
	return s
}

// TestTwoServersRunEachDeadlineOnce lets orders of two servers expire, and others be received and
// completed: each is told once, whoever was first.
func TestTwoServersRunEachDeadlineOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, sys *system) {
		sys.withCourier()
		s := sys.start()
		other := sys.startAnother()
		m := sys.newCatalogue(s, vocab.OnOrder)
		st := m.staff(s)
		sku := m.sku(s, 5000, 100)
		ann := s.user("BUYER", "ann")
		const unpaid, shipped = 20, 10
		orders := map[string]string{} // what is to happen to each
		for range unpaid {
			orders[ann.place(s, lines(sku, 1))] = "ORDER_EXPIRED"
		}
		m.advance(s, 31*time.Minute)
		for i := range shipped {
			order := sys.paid(s, ann, lines(sku, 1))
			st.ship(other, str(ann.view(s, order), "subOrders", 0, "id"), fmt.Sprint("SB", i))
			orders[order] = "SUB_ORDER_RECEIVED"
		}
		m.advance(other, 16*day)
		// What s has claimed may still run when other has answered. Run after the next step, it would
		// open a return window that this test never reaches the end of.
		for order, event := range orders {
			sys.until("the order has "+event, func() bool {
				return happened(ann.view(other, order), event) > 0
			})
		}
		m.advance(s, 8*day)
		for order, event := range orders {
			status := map[string]string{"ORDER_EXPIRED": "CLOSED",
				"SUB_ORDER_RECEIVED": "COMPLETED"}[event]
			seen := ann.settles(other, order, status)
			if n := happened(seen, event); n != 1 {
				t.Errorf("%d times %s", n, event)
			}
		}
		if n := m.available(s, sku); n != 90 {
			t.Errorf("%d left of 100, of which 10 were sold", n)
		}
		sys.keeps(shipped * 5800)
		sys.verify()
	})
}
