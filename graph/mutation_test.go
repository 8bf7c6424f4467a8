package graph_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"orderflow/internal/vocab"
)

func TestPlacingThroughTheAPI(t *testing.T) {
	t.Parallel()
	eachShop(t, func(e *env) {
		r := e.must(e.buyer, placeOrder, vars{"in": e.checkout(2, 5000), "key": "k"})
		if r.at("placeOrder", "order", "price", "payable", "text") != "¥50.00" ||
			r.at("placeOrder", "order", "address", "phone") != "138****5678" ||
			r.at("placeOrder", "order", "deadlines", 0, "kind") != "PAY" ||
			fmt.Sprint(r.at("placeOrder", "order", "availableActions")) != "[START_PAYMENT CANCEL]" {
			e.Error(r.raw)
		}
		number := r.at("placeOrder", "order", "number")
		r = e.must(e.merchant, `query($n: String!) { order(number: $n) {
			availableActions address { phone } subOrders { availableActions } }
			viewer { orderCounts { pendingPayment toShip } } }`, vars{"n": number})
		if fmt.Sprint(r.at("order", "availableActions")) != "[ADJUST_PRICE CANCEL]" ||
			r.at("order", "address") != nil || r.at("viewer", "orderCounts", "pendingPayment") != 1. {
			e.Error(r.raw)
		}
		r = e.must(e.buyer, `mutation($o: ID!) { cancelOrder(input: {order: $o}) {
			order { status closeReason availableActions timeline { type sequence actor { role id } } }
			userErrors { code } } }`, vars{"o": e.place("second", 1)})
		if r.at("cancelOrder", "order", "closeReason") != "BUYER_CANCELLED" ||
			!strings.Contains(r.raw, "ORDER_CANCELLED") ||
			fmt.Sprint(r.at("cancelOrder", "order", "availableActions")) != "[]" {
			e.Error(r.raw)
		}
	})
}

func TestWhatABuyerCanCauseIsData(t *testing.T) {
	t.Parallel()
	eachShop(t, func(e *env) {
		stranger := e.token("mallory", vocab.Buyer)
		order := e.place("k", 1)
		for name, tc := range map[string]struct {
			token, query string
			variables    vars
			code, path   string
		}{
			"price": {e.buyer, placeOrder, vars{"in": e.checkout(1, 1), "key": "a"},
				"PRICE_CHANGED", "placeOrder"},
			"stock": {e.buyer, placeOrder, vars{"in": e.checkout(11, 27500), "key": "b"},
				"OUT_OF_STOCK", "placeOrder"},
			"another's order": {stranger, `mutation($o: ID!) { cancelOrder(input: {order: $o}) {
				order { id } userErrors { code } } }`, vars{"o": order}, "NOT_FOUND", "cancelOrder"},
			"channel": {e.buyer, `mutation($o: ID!) {
				startPayment(input: {order: $o, channel: ALIPAY}) { payment { id }
				userErrors { code field } } }`, vars{"o": order}, "CHANNEL_UNAVAILABLE",
				"startPayment"},
			"the real clock": {e.platform, `mutation { advanceClock(input: {seconds: 5}) { now
				userErrors { code } } }`, nil, "ACTION_NOT_ALLOWED", "advanceClock"},
		} {
			r := e.must(tc.token, tc.query, tc.variables)
			if r.at(tc.path, "userErrors", 0, "code") != tc.code || r.at(tc.path, "order") != nil {
				e.Errorf("%s: %s", name, r.raw)
			}
			switch tc.code {
			case "PRICE_CHANGED":
				if r.at(tc.path, "quote", "price", "payable", "amount") != 2500. ||
					fmt.Sprint(r.at(tc.path, "quote", "lines", 0, "sku", "stocks")) != "[]" {
					e.Errorf("%s: no quote, or stock that a buyer must not see: %s", name, r.raw)
				}
			case "OUT_OF_STOCK":
				if r.at(tc.path, "skus", 0, "code") != "s" ||
					r.at(tc.path, "skus", 0, "shop", "code") != "tea" {
					e.Errorf("%s: %s", name, r.raw)
				}
			}
		}
	})
}

func TestRolesAndTokens(t *testing.T) {
	t.Parallel()
	eachShop(t, func(e *env) {
		place := vars{"in": e.checkout(1, 2500), "key": "k"}
		for name, tc := range map[string]struct {
			token, query string
			variables    vars
			code         string
		}{
			"nobody reads":            {"", "{ orders { totalCount } }", nil, "UNAUTHENTICATED"},
			"nobody reads the viewer": {"", "{ viewer { role } }", nil, "UNAUTHENTICATED"},
			"nobody places":           {"", placeOrder, place, "UNAUTHENTICATED"},
			"a merchant places":       {e.merchant, placeOrder, place, "FORBIDDEN"},
			"a buyer reads stock":     {e.buyer, "{ stock { totalCount } }", nil, "FORBIDDEN"},
			"a key on a query": {e.buyer, `{ viewer @idempotent(key: "k") { role } }`, nil,
				"BAD_USER_INPUT"},
			"an empty key": {e.buyer, placeOrder, vars{"in": place["in"], "key": ""},
				"BAD_USER_INPUT"},
			"a page too large": {e.buyer, "{ orders(first: 101) { totalCount } }", nil,
				"BAD_USER_INPUT"},
			"no id": {e.buyer, `{ node(id: "x") { id } }`, nil, "BAD_USER_INPUT"},
			"a merchant retries": {e.merchant, `mutation($id: ID!) {
				retryRefund(input: {refund: $id}) { userErrors { code } } }`,
				vars{"id": e.shop}, "FORBIDDEN"},
		} {
			if r := e.post(tc.token, tc.query, tc.variables); r.code() != tc.code {
				e.Errorf("%s: %s", name, r.raw)
			}
		}
		if r := e.must("", "{ lifecycles { name rows { on } mermaid } now }", nil); len(r.raw) < 1000 {
			e.Error(r.raw)
		}
	})
}

func TestIdempotencyKeys(t *testing.T) {
	t.Parallel()
	eachShop(t, func(e *env) {
		first := e.place("k", 1)
		if again := e.place("k", 1); again != first {
			e.Errorf("the same key placed %s and %s", first, again)
		}
		inline := fmt.Sprintf(`mutation { placeOrder(input: {lines: [{sku: %q, quantity: 1}],
			address: {name: "Wang", phone: "13812345678", region: "上海", street: "Nanjing Road 1"},
			expectedPayable: 2500}) @idempotent(key: "k") { order { createdAt id } } }`, e.sku)
		if r := e.must(e.buyer, inline, nil); r.at("placeOrder", "order", "id") != first {
			e.Errorf("the same input in another form: %s", r.raw)
		}
		r := e.must(e.buyer, placeOrder, vars{"in": e.checkout(2, 5000), "key": "k"})
		if r.at("placeOrder", "userErrors", 0, "code") != "IDEMPOTENCY_KEY_REUSED" {
			e.Error(r.raw)
		}
		other := e.token("bob", vocab.Buyer)
		r = e.must(other, placeOrder, vars{"in": e.checkout(1, 2500), "key": "k"})
		if id := r.at("placeOrder", "order", "id"); id == nil || id == first {
			e.Errorf("another buyer's key: %s", r.raw)
		}
		// A failure stores nothing: the key serves once the stock is there.
		tooMany := vars{"in": e.checkout(20, 50000), "key": "later"}
		r = e.must(e.buyer, placeOrder, tooMany)
		if r.at("placeOrder", "userErrors", 0, "code") != "OUT_OF_STOCK" {
			e.Error(r.raw)
		}
		e.must(e.merchant, fmt.Sprintf(`mutation { adjustStock(input: {sku: %q, warehouse: %q,
			delta: 100}) { stock { available } } }`, e.sku, e.warehouse), nil)
		if r = e.must(e.buyer, placeOrder, tooMany); r.at("placeOrder", "order", "id") == nil {
			e.Error(r.raw)
		}
	})
}

func TestConcurrentRequestsWithOneKeyPlaceOnce(t *testing.T) {
	t.Parallel()
	eachShop(t, func(e *env) {
		var requests sync.WaitGroup
		var mu sync.Mutex
		ids := map[string]int{}
		for range 8 {
			requests.Go(func() {
				id := e.place("twin", 1)
				mu.Lock()
				defer mu.Unlock()
				ids[id]++
			})
		}
		requests.Wait()
		r := e.must(e.buyer, "{ orders { totalCount } }", nil)
		if len(ids) != 1 || r.at("orders", "totalCount") != 1. {
			e.Errorf("%v: %s", ids, r.raw)
		}
	})
}
