package graph_test

import (
	"fmt"
	"testing"

	"orderflow/internal/dbtest"
	"orderflow/internal/gqlserver"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

func TestFiltersRevealNothingThatAReadDoesNotShow(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		f := newFixture(serve(t, db, gqlserver.Limits{}))
		shop0, shop1 := f.shops[0].shop.ID, f.shops[1].shop.ID
		merchant := f.token("m0", vocab.Merchant, shop0)
		support := f.token("s", vocab.Support)
		for name, tc := range map[string]struct {
			filter          vars
			merchant, staff float64
		}{
			"own shop":             {vars{"shop": shop0}, 1, 1},
			"another shop":         {vars{"shop": shop1}, 0, 2},
			"own sku":              {vars{"sku": f.shops[0].sku.ID}, 1, 1},
			"another shop's sku":   {vars{"sku": f.shops[1].sku.ID}, 0, 2},
			"number":               {vars{"number": "N0"}, 1, 1},
			"own sub-order":        {vars{"number": "N0-1"}, 1, 1},
			"another's sub-order":  {vars{"number": "N0-2"}, 0, 1},
			"another's order":      {vars{"number": "N1"}, 0, 1},
			"counted transaction":  {vars{"transactionId": "T-COUNTEDN0"}, 1, 1},
			"late transaction":     {vars{"transactionId": "T-LATEN0"}, 0, 1},
			"status":               {vars{"status": []string{"AWAITING_SHIPMENT"}}, 1, 2},
			"other status":         {vars{"status": []string{"CLOSED"}}, 0, 0},
			"another's buyer":      {vars{"buyer": f.buyers[1].ID}, 0, 1},
			"no out_trade_no":      {vars{"outTradeNo": "x"}, 0, 0},
			"unpaid with deadline": {vars{"deadlineBefore": "2999-01-01T00:00:00Z"}, 0, 0},
		} {
			const query = `query($f: OrderFilter) { orders(filter: $f) { totalCount
				edges { node { id } } } }`
			for token, want := range map[string]float64{merchant: tc.merchant, support: tc.staff} {
				r := f.must(token, query, vars{"f": tc.filter})
				edges, _ := r.at("orders", "edges").([]any)
				if r.at("orders", "totalCount") != want || len(edges) != int(want) {
					t.Errorf("%s: want %v: %s", name, want, r.raw)
				}
			}
		}
	})
}

// TestOrdersAreFoundByPhoneBySupportAlone: others are shown masked numbers, whose digits they could
// find one after the other.
func TestOrdersAreFoundByPhoneBySupportAlone(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		f := newFixture(serve(t, db, gqlserver.Limits{}))
		const query = `query($p: String) { orders(filter: {receiverPhone: $p}) { totalCount } }`
		for phone, want := range map[string]float64{
			"+86 138-1234-5670": 1, "13812345671": 1, "13812345679": 0,
		} {
			for _, role := range []vocab.Role{vocab.Support, vocab.Platform} {
				r := f.must(f.token("s", role), query, vars{"p": phone})
				if r.at("orders", "totalCount") != want {
					t.Errorf("%s: want %v: %s", phone, want, r.raw)
				}
			}
			shop := f.shops[0].shop.ID
			for _, token := range []string{f.token("m0", vocab.Merchant, shop),
				f.token("w0", vocab.Warehouse, shop), f.token("buyer-0", vocab.Buyer)} {
				r := f.post(token, query, vars{"p": phone})
				if r.code() != "FORBIDDEN" ||
					r.Errors[0].Extensions["field"] != "filter.receiverPhone" {
					t.Errorf("%s: %s", phone, r.raw)
				}
			}
		}
	})
}

func TestPagesGoThroughAllOrdersOnce(t *testing.T) {
	t.Parallel()
	eachShop(t, func(e *env) {
		want := map[string]bool{}
		for i := range 7 {
			want[e.place(fmt.Sprint("k", i), 1)] = true
		}
		const query = `query($after: Cursor) { list: orders(first: 3, after: $after) { ...Page } }
			fragment Page on OrderConnection { totalCount page: pageInfo { ...Info }
				rows: edges { ...Row } }
			fragment Row on OrderEdge { at: cursor one: node { ... on Node { id }
				parts: subOrders { number again: order { number } } } }
			fragment Info on PageInfo { hasNextPage endCursor }`
		var after any
		for page := 0; ; page++ {
			r := e.must(e.buyer, query, vars{"after": after})
			rows, _ := r.at("list", "rows").([]any)
			for i := range rows {
				id, _ := r.at("list", "rows", i, "one", "id").(string)
				if !want[id] || r.at("list", "rows", i, "one", "parts", 0, "number") == nil {
					e.Fatalf("page %d: %s", page, r.raw)
				}
				delete(want, id)
			}
			if r.at("list", "totalCount") != 7. {
				e.Error(r.raw)
			}
			if r.at("list", "page", "hasNextPage") != true {
				break
			}
			after = r.at("list", "page", "endCursor")
		}
		if len(want) > 0 {
			e.Errorf("%d orders were on no page", len(want))
		}
		r := e.must(e.buyer, "{ orders(first: 3) { pageInfo { hasNextPage } } }", nil)
		if r.at("orders", "pageInfo", "hasNextPage") != true {
			e.Errorf("without edges: %s", r.raw)
		}
	})
}

func TestNodes(t *testing.T) {
	t.Parallel()
	eachShop(t, func(e *env) {
		order := e.place("k", 1)
		stranger := e.token("mallory", vocab.Buyer)
		const query = `query($ids: [ID!]!) { nodes(ids: $ids) { id __typename } }`
		ids := []string{e.shop, order, e.sku, order, e.warehouse}
		r := e.must(e.buyer, query, vars{"ids": ids})
		for i, id := range ids {
			if r.at("nodes", i, "id") != id {
				e.Errorf("nodes[%d]: %s", i, r.raw)
			}
		}
		r = e.must(stranger, query, vars{"ids": ids})
		if r.at("nodes", 1) != nil || r.at("nodes", 3) != nil || r.at("nodes", 0) == nil {
			e.Errorf("a stranger: %s", r.raw)
		}
		r = e.must(stranger, `query($id: ID!) { node(id: $id) { id } }`, vars{"id": order})
		if r.at("node") != nil {
			e.Errorf("a stranger: %s", r.raw)
		}
		reservation := e.db.Client.Reservation.Query().FirstIDX(t.Context())
		r = e.must(e.platform, `query($id: ID!) { node(id: $id) { id } }`, vars{"id": reservation})
		if r.at("node") != nil {
			e.Errorf("a hidden table: %s", r.raw)
		}
		event := e.db.Client.Event.Query().FirstIDX(t.Context())
		r = e.must(e.buyer, `query($id: ID!) { node(id: $id) { __typename } }`, vars{"id": event})
		if r.at("node", "__typename") != "OrderStatusEvent" {
			e.Errorf("an event: %s", r.raw)
		}
	})
}
