package main

import (
	"testing"

	"orderflow/internal/dbtest"
)

// The member level is that of the token that asks, whatever another server saw of the buyer.
func TestTheLevelIsOfItsToken(t *testing.T) {
	t.Parallel()
	dbtest.EachName(t, func(t *testing.T, name string) {
		var servers [2]*App
		for i := range servers {
			servers[i] = startApp(t, "--demo", "--database", name,
				"--sandbox-state", t.TempDir()+"/sandbox.db")
		}
		found := query[struct {
			Skus struct {
				Edges []struct{ Node struct{ ID, Code string } }
			}
		}](t, servers[0], token(t, servers[0], "role=support"),
			`{ skus(first: 100) { edges { node { id code } } } }`, nil)
		var sku string
		for _, edge := range found.Skus.Edges {
			if edge.Node.Code == "TEA-KT-WH" {
				sku = edge.Node.ID
			}
		}
		plain := token(t, servers[0], "role=buyer&subject=lin&level=0")
		silver := token(t, servers[0], "role=buyer&subject=lin&level=2")
		price := func(a *App, token string) int64 {
			t.Helper()
			return query[struct {
				Quote struct {
					Price struct{ Payable struct{ Amount int64 } }
				}
			}](t, a, token,
				`query($in: QuoteInput!) { quote(input: $in) { price { payable { amount } } } }`,
				object{"in": object{"lines": []object{{"sku": sku, "quantity": 1}},
					"region": "浙江"}}).Quote.Price.Payable.Amount
		}
		full := price(servers[1], plain)
		reduced := price(servers[0], silver)
		if reduced >= full {
			t.Fatalf("silver pays %d, others %d", reduced, full)
		}
		for _, a := range servers {
			if got := price(a, plain); got != full {
				t.Errorf("after an old token of level 2 one of level 0 pays %d, want %d", got, full)
			}
			if got := price(a, silver); got != reduced {
				t.Errorf("a token of level 2 pays %d, want %d", got, reduced)
			}
		}
	})
}
