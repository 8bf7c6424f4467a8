package graph_test

import (
	"testing"

	"orderflow/internal/dbtest"
	"orderflow/internal/globalid"
	"orderflow/internal/gqlserver"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// market is a shop that was set up through the API, with ten units of a sku in stock.
type market struct {
	*api
	platform, buyer, merchant string
	shop, product, sku        string
	warehouse                 string
}

func eachMarket(t *testing.T, test func(m *market)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		test(newMarket(serve(t, db, gqlserver.Limits{})))
	})
}

func newMarket(a *api) *market {
	m := &market{api: a, platform: a.token("root", vocab.Platform),
		buyer: a.token("alice", vocab.Buyer)}
	id := func(field, object, input string) string {
		a.Helper()
		r := a.must(m.platform, "mutation { "+field+"(input: {"+input+"}) { "+object+
			" { id } userErrors { code field message } } }", nil)
		got, _ := r.at("data", field, object, "id").(string)
		if got == "" {
			got, _ = r.at(field, object, "id").(string)
		}
		if got == "" {
			a.Fatalf("%s: %s", field, r.raw)
		}
		return got
	}
	m.shop = id("setShop", "shop", `code: "tea", name: "Tea", currency: "CNY",
		merchantAccount: "m1"`)
	m.warehouse = id("setWarehouse", "warehouse", `code: "SH", name: "Shanghai", region: "上海"`)
	m.product = id("setProduct", "product", `shop: "`+m.shop+`", code: "p", title: "Tea"`)
	m.sku = id("setSku", "sku", `id: null, product: "`+m.product+`", code: "s", title: "100 g",
		price: 2500, deductionMode: null`)
	id("adjustStock", "stock", `sku: "`+m.sku+`", warehouse: "`+m.warehouse+`", delta: 10`)
	shop, err := globalid.Parse(m.shop)
	if err != nil {
		a.Fatal(err)
	}
	m.merchant = a.token("tea-clerk", vocab.Merchant, shop)
	return m
}

const placeOrder = `mutation($in: PlaceOrderInput!, $key: String!) {
	placeOrder(input: $in) @idempotent(key: $key) {
		order { id number status availableActions deadlines { kind }
			price { payable { amount text } } address { name phone } }
		quote { price { payable { amount } } lines { sku { code stocks { id } } quantity } }
		skus { code shop { code } stocks { id } }
		userErrors { code field message } } }`

func (m *market) checkout(quantity int, expected int64) vars {
	return vars{
		"lines": []any{vars{"sku": m.sku, "quantity": quantity}},
		"address": vars{"name": "Wang", "phone": "13812345678", "region": "上海",
			"street": "Nanjing Road 1"},
		"expectedPayable": expected,
	}
}

// place places an order of a quantity at its price and returns its id.
func (m *market) place(key string, quantity int) string {
	m.Helper()
	r := m.must(m.buyer, placeOrder,
		vars{"in": m.checkout(quantity, int64(quantity)*2500), "key": key})
	id, _ := r.at("placeOrder", "order", "id").(string)
	if id == "" {
		m.Fatalf("not placed: %s", r.raw)
	}
	return id
}
