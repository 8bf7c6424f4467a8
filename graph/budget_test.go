package graph_test

import (
	"strings"
	"testing"

	"orderflow/internal/dbtest"
	"orderflow/internal/store"
)

// TestBudgetOfStatements bounds what the mutations of a checkout send to the database, transactions
// and the reading of the answer included.
func TestBudgetOfStatements(t *testing.T) {
	t.Parallel()
	for _, dialect := range dbtest.Dialects(t) {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			var log dbtest.Statements
			e := newEnv(t, dbtest.Open(t, dialect, store.Options{Observe: log.Observe}))
			within := func(what string, most int) {
				t.Helper()
				if seen := log.Take(); len(seen) > most {
					t.Errorf("%s: %d statements, most %d:\n%s", what, len(seen), most,
						strings.Join(seen, "\n"))
				}
			}
			const place = `mutation($in: PlaceOrderInput!, $key: String!) {
				placeOrder(input: $in) @idempotent(key: $key) { order { id } userErrors { code } } }`
			input := vars{"in": e.checkout(2, 5000), "key": "first"} // reads the catalogue
			e.must(e.buyer, place, input)
			input["key"] = "second"
			log.Take()
			order := e.must(e.buyer, place, input).at("placeOrder", "order", "id")
			within("placing", 12)
			const start = `mutation($order: ID!) {
				startPayment(input: {order: $order, channel: SANDBOX}) @idempotent(key: "b") {
					payment { id status } userErrors { code } } }`
			_ = e.must(e.buyer, start, vars{"order": order}).at("startPayment", "payment", "id")
			within("starting a payment", 9)
		})
	}
}
