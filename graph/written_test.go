package graph_test

import (
	"fmt"
	"reflect"
	"testing"

	"orderflow/graph"
	"orderflow/internal/dbtest"
	"orderflow/internal/gqlserver"
	"orderflow/internal/store"
)

// TestAnswersOfCommandsAreTheirRows places and pays with each field selected by itself, so that the
// answer is the row that the command has written wherever it may be, and compares it with what a
// query reads.
func TestAnswersOfCommandsAreTheirRows(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		e := newShop(serve(t, db, gqlserver.Limits{Aliases: 1 << 10, Complexity: 1 << 30}))
		e.openChannel()
		e.mutateOK(e.platform, "setShopPolicy", vars{"shop": e.shop, "policy": manyOrders}, "shop { id }")
		e.mutateOK(e.platform, "adjustStock", vars{"sku": e.sku, "warehouse": e.warehouse,
			"delta": 1000}, "stock { id }")
		e.each("Order", func(i int, field string) (answer, id any) {
			in := vars{"in": e.checkout(1, 2500), "key": fmt.Sprint("place ", i)}
			r := e.must(e.buyer, `mutation($in: PlaceOrderInput!, $key: String!) {
				placeOrder(input: $in) @idempotent(key: $key) { order { `+field+` } } }`, in)
			again := e.must(e.buyer, `mutation($in: PlaceOrderInput!, $key: String!) {
				placeOrder(input: $in) @idempotent(key: $key) { order { id } } }`, in)
			return r.at("placeOrder", "order"), again.at("placeOrder", "order", "id")
		})
		e.each("Payment", func(_ int, field string) (answer, id any) {
			in := vars{"order": e.unpaidOrder(), "channel": "SANDBOX"}
			r := e.must(e.buyer, `mutation($in: StartPaymentInput!) {
				startPayment(input: $in) { payment { `+field+` } } }`, vars{"in": in})
			again := e.must(e.buyer, `mutation($in: StartPaymentInput!) {
				startPayment(input: $in) { payment { id } } }`, vars{"in": in})
			return r.at("startPayment", "payment"), again.at("startPayment", "payment", "id")
		})
	})
}

// each compares what a mutation answers, for each field of a type, with what a query reads.
func (e *env) each(name string, mutate func(i int, field string) (answer, id any)) {
	e.Helper()
	q := queryBuilder{graph.Schema()}
	def := q.schema.Types[name]
	for i, f := range def.Fields {
		field := q.field(def, f, 1)
		answer, id := mutate(i, field)
		want := e.must(e.buyer, "query($id: ID!) { node(id: $id) { ... on "+name+" { "+field+" } } }",
			vars{"id": id}).at("node")
		if answer == nil || !reflect.DeepEqual(answer, want) {
			e.Errorf("%s.%s is %v in the answer, and %v when it is read", name, f.Name, answer, want)
		}
	}
}
