package graph_test

import (
	"strings"
	"sync/atomic"
	"testing"

	"orderflow/internal/dbtest"
	"orderflow/internal/event"
	"orderflow/internal/gqlserver"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

const fullOrders = `query($n: Int) { orders(first: $n) { totalCount pageInfo { hasNextPage }
	edges { cursor node { id number status closeReason availableActions
		deadlines { kind dueAt } price { payable { text } } address { phone } buyer { id }
		shipments { number trackingNumber stage carrierStage availableActions
			warehouse { name } shop { name } items { quantity item { title } subOrder { number } }
			tracking { occurredAt stage text location } }
		addressChanges { status address { name } shop { name } availableActions }
		memos { text } balance { held { text } }
		shortages { status availableActions }
		afterSales { status availableActions deadlines { kind } lines { amount { text } }
			messages { text } shipment { stopped } refunds { status } }
		subOrders { number status availableActions deadlines { dueAt } price { payable { text } }
			shipmentItems { quantity shipment { number tracking { text } } } address { name }
			shop { name policy { payMinutes } } warehouse { name } items { title } }
		items { title balance { paid { text } } shares { label }
			sku { code price { text } product { title } }
			review { rating text availableActions } payable { text } subOrder { number } }
		payments { id amount { text } paidAmount { text } clientParams { name } refunds { id } }
		refunds { amount { text } lines { quantity item { title } } subOrder { number }
			shop { name } payment { id } }
		timeline { id type occurredAt sequence actor { role } shop { name }
			... on SubOrderStatusEvent { to order { number status } }
			... on PaymentEvent { attemptTo } ... on ShipmentEvent { carrierTo } } } } } }`

// TestStatementsDoNotGrowWithRows counts the statements of one page with one order and with twenty,
// and of an order with one parcel and with many, each with a track and events.
func TestStatementsDoNotGrowWithRows(t *testing.T) {
	t.Parallel()
	for _, dialect := range dbtest.Dialects(t) {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			var statements atomic.Int64
			db := dbtest.Open(t, dialect, store.Options{SimulatedClock: true,
				Observe: func(string) { statements.Add(1) }})
			f := newFixture(serve(t, db, gqlserver.Limits{Complexity: 1 << 30}))
			if err := event.NewEpoch(t.Context(), db); err != nil { // as a sequencer begins
				t.Fatal(err)
			}
			viewers := map[string]struct {
				token string
				most  int64
			}{
				"buyer":    {f.token("buyer-0", vocab.Buyer), 60},
				"merchant": {f.token("m", vocab.Merchant, f.shops[0].shop.ID), 71},
				"platform": {f.token("p", vocab.Platform), 69},
			}
			count := func(name string, orders int) (n int64, response string) {
				before := statements.Load()
				r := f.must(viewers[name].token, fullOrders, vars{"n": orders})
				if n := strings.Count(r.raw, `"cursor"`); n != orders {
					t.Fatalf("%s sees %d orders, not %d", name, n, orders)
				}
				return statements.Load() - before, r.raw
			}
			small := map[string]int64{}
			for name := range viewers {
				count(name, 1) // the first request makes the staff member's row
				small[name], _ = count(name, 1)
			}
			f.addParcels(f.addOrders(19), 12)
			for name, viewer := range viewers {
				one, response := count(name, 1)
				twenty, _ := count(name, 20)
				if one != small[name] || twenty != one || one > viewer.most {
					t.Errorf("%s: %d statements for one small order, %d for one with many parcels, "+
						"%d for twenty, most %d", name, small[name], one, twenty, viewer.most)
				}
				for of, want := range map[string]int{
					`"trackingNumber":"MANY`: 12, `"dueAt"`: 1, `"carrierTo":"IN_TRANSIT"`: 36,
					`"text":"on its way"`: 36,
				} {
					if n := strings.Count(response, of); n < want {
						t.Errorf("%s: %s stands %d times in an order with many parcels: %s",
							name, of, n, response)
					}
				}
			}
		})
	}
}
