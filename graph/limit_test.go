package graph_test

import (
	"fmt"
	"testing"
	"time"

	"orderflow/internal/dbtest"
	"orderflow/internal/limit"
	"orderflow/internal/store"
)

// A refusal by a limit says which number stands in the way and until when, and is counted; a quote
// says it before.
func TestALimitSaysUntilWhen(t *testing.T) {
	t.Parallel()
	e := newEnv(t, dbtest.Open(t, dbtest.SQLite, store.Options{}))
	e.mutateOK(e.platform, "setShopPolicy",
		vars{"shop": e.shop, "policy": vars{"unpaidOrders": 1}}, "shop { id }")
	const place = `mutation($in: PlaceOrderInput!) { placeOrder(input: $in) { order { id }
		userErrors { code limit until } } }`
	input := e.checkout(1, 2500)
	e.must(e.buyer, place, vars{"in": input})
	before := limit.UnpaidOrders.Refused()
	refused := e.must(e.buyer, place, vars{"in": input})
	quoted := e.must(e.buyer, `query($in: QuoteInput!) { quote(input: $in) {
		problems { code limit until } } }`, vars{"in": vars{"lines": input["lines"], "region": "浙江"}})
	for _, found := range []any{refused.at("placeOrder", "userErrors", 0),
		quoted.at("quote", "problems", 0)} {
		f, _ := found.(map[string]any)
		text, _ := f["until"].(string)
		until, err := time.Parse(time.RFC3339, text)
		if f["code"] != "TOO_MANY_UNPAID_ORDERS" || fmt.Sprint(f["limit"]) != "1" || err != nil ||
			!until.After(time.Now()) {
			t.Errorf("%v: %v", found, err)
		}
	}
	if n := limit.UnpaidOrders.Refused() - before; n != 1 {
		t.Errorf("%d refusals were counted, a quote is none", n)
	}
}
