package graph_test

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"orderflow/internal/dbtest"
	"orderflow/internal/gqlserver"
	"orderflow/internal/lifecycle"
	"orderflow/internal/store"
)

const wholeOrders = `query($n: Int) { orders(first: $n) { totalCount pageInfo { hasNextPage }
	edges { cursor node { id number status closeReason availableActions
		deadlines { kind dueAt } price { payable { text } } address { phone } buyer { id }
		shipments { number stage carrierStage availableActions warehouse { name } shop { name }
			items { quantity item { title } subOrder { number } }
			tracking { occurredAt stage text location } }
		addressChanges { status address { name } shop { name } availableActions }
		memos { text }
		subOrders { number status availableActions deadlines { dueAt } price { payable { text } }
			shipmentItems { quantity shipment { number tracking { text } } } address { name }
			shop { name policy { payMinutes } } warehouse { name } items { title } }
		items { title sku { code price { text } product { title } } shares { label }
			review { rating text availableActions } payable { text } subOrder { number } }
		payments { id amount { text } paidAmount { text } clientParams { name } refunds { id } }
		refunds { amount { text } lines { quantity item { title } } subOrder { number }
			shop { name } payment { id } }
		timeline { id type occurredAt sequence actor { role } shop { name }
			... on SubOrderStatusEvent { to order { number status } }
			... on PaymentEvent { attemptTo } ... on ShipmentEvent { carrierTo } } } } } }`

// TestStatementsDoNotGrowWithRows counts the statements of one page with one order and with twenty.
func TestStatementsDoNotGrowWithRows(t *testing.T) {
	t.Parallel()
	for _, dialect := range dbtest.Dialects(t) {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			var statements atomic.Int64
			db := dbtest.Open(t, dialect, store.Options{SimulatedClock: true,
				Observe: func(string) { statements.Add(1) }})
			s := newScene(serve(t, db, gqlserver.Limits{Complexity: 1 << 30}))
			w := db.Client.Warehouse.Query().OnlyX(t.Context())
			for i := range 19 {
				name := fmt.Sprintf("2%02d", i)
				b := db.Client.Buyer.Create().SetSubject(name).SaveX(t.Context())
				o := s.addOrder(name, b, w, s.shops[0], s.shops[1])
				db.Client.Order.UpdateOne(o).SetBuyerID(s.buyers[0].ID).ExecX(t.Context())
				db.Client.SubOrder.Update().SetBuyerID(s.buyers[0].ID).ExecX(t.Context())
			}
			for name, viewer := range map[string]struct {
				token string
				most  int64
			}{
				"buyer":    {s.token("buyer-0", lifecycle.Buyer), 44},
				"merchant": {s.token("m", lifecycle.Merchant, s.shops[0].shop.ID), 40},
				"platform": {s.token("p", lifecycle.Platform), 40},
			} {
				count := func(orders int) int64 {
					before := statements.Load()
					r := s.must(viewer.token, wholeOrders, vars{"n": orders})
					if n := strings.Count(r.raw, `"cursor"`); n != orders {
						t.Fatalf("%s sees %d orders, not %d", name, n, orders)
					}
					return statements.Load() - before
				}
				count(1) // the first request makes the staff member's row
				one, twenty := count(1), count(20)
				if one != twenty || one > viewer.most {
					t.Errorf("%s: %d statements for one order, %d for twenty, most %d",
						name, one, twenty, viewer.most)
				}
			}
		})
	}
}
