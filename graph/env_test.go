package graph_test

import (
	"context"
	"net/http/httptest"
	"testing"
	"time"

	"go.uber.org/goleak"

	"orderflow/graph"
	"orderflow/internal/dbtest"
	"orderflow/internal/globalid"
	"orderflow/internal/gqlserver"
	sandbox "orderflow/internal/sandbox/pay"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// env is a shop that was set up through the API, with the tokens of those who call it. Its methods
// bring an order to any point of its lifecycle, through the API.
type env struct {
	*api
	platform, buyer, merchant string // tokens
	shop, product, sku        string // ids
	warehouse                 string

	// What follows is set by newEnv.
	otherBuyer, otherMerchant string // tokens
	picker, support           string
	buyerID, otherWarehouse   string // ids
	peer                      *sandbox.Peer

	orderCount, labelCount int
}

// eachEnv runs a test with an environment of its own on every database.
func eachEnv(t *testing.T, test func(e *env)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, db *store.DB) { test(newEnv(t, db)) })
}

// eachShop is eachEnv for tests that need no payment channel, no second party and little stock.
func eachShop(t *testing.T, test func(e *env)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		test(newShop(serve(t, db, gqlserver.Limits{})))
	})
}

// newShop sets a shop up with ten units of a sku in stock.
func newShop(a *api) *env {
	e := &env{api: a, platform: a.token("root", vocab.Platform),
		buyer: a.token("alice", vocab.Buyer)}
	id := func(field, object, input string) string {
		a.Helper()
		r := a.must(e.platform, "mutation { "+field+"(input: {"+input+"}) { "+object+
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
	e.shop = id("setShop", "shop", `code: "tea", name: "Tea", currency: "CNY",
		merchantAccount: "m1"`)
	e.warehouse = id("setWarehouse", "warehouse", `code: "SH", name: "Shanghai", region: "上海"`)
	e.product = id("setProduct", "product", `shop: "`+e.shop+`", code: "p", title: "Tea"`)
	e.sku = id("setSku", "sku", `id: null, product: "`+e.product+`", code: "s", title: "100 g",
		price: 2500, deductionMode: null`)
	id("adjustStock", "stock", `sku: "`+e.sku+`", warehouse: "`+e.warehouse+`", delta: 10`)
	shop, err := globalid.Parse(e.shop)
	if err != nil {
		a.Fatal(err)
	}
	e.merchant = a.token("tea-clerk", vocab.Merchant, shop)
	return e
}

// manyOrders is the policy of a shop with few buyers.
var manyOrders = vars{"unpaidOrders": 10_000, "hourlyOrders": 100_000}

// newEnv adds to newShop everybody who may call the API, a payment channel, a second warehouse and
// ample stock in both.
func newEnv(t *testing.T, db *store.DB) *env {
	t.Helper()
	e := newShop(serve(t, db, gqlserver.Limits{}, func(d *graph.Deps) {
		d.Drain = func(context.Context) error { return nil }
	}))
	e.openChannel()
	e.mutateOK(e.platform, "setShopPolicy", vars{"shop": e.shop, "policy": manyOrders}, "shop { id }")
	shop, err := globalid.Parse(e.shop)
	if err != nil {
		t.Fatal(err)
	}
	other := e.mutateID(e.platform, "setShop", vars{"code": "ink", "name": "Ink", "currency": "CNY",
		"merchantAccount": "m2"}, "shop")
	others, err := globalid.Parse(other)
	if err != nil {
		t.Fatal(err)
	}
	e.otherBuyer = e.token("bob", vocab.Buyer)
	e.otherMerchant = e.token("ink-clerk", vocab.Merchant, others)
	e.picker = e.token("tea-hand", vocab.Warehouse, shop)
	e.support = e.token("sue", vocab.Support)
	e.otherWarehouse = e.mutateID(e.platform, "setWarehouse", vars{"code": "BJ", "name": "Beijing",
		"region": "北京"}, "warehouse")
	for _, warehouse := range []string{e.warehouse, e.otherWarehouse} {
		e.mutateOK(e.platform, "adjustStock", vars{"sku": e.sku, "warehouse": warehouse,
			"delta": 10_000}, "stock { id }")
	}
	e.buyerID = e.must(e.buyer, "{ viewer { buyer { id } } }", nil).
		at("viewer", "buyer", "id").(string)
	return e
}

// openChannel connects the server to a payment sandbox of the test's own.
func (e *env) openChannel() {
	e.Helper()
	const secret = "a secret between the test and the channel"
	var err error
	e.peer, err = sandbox.NewPeer(sandbox.Options{Path: ":memory:", Secret: []byte(secret),
		Now: func() time.Time {
			now, err := e.db.Now(context.Background())
			if err != nil {
				e.Error(err)
			}
			return now
		}})
	if err != nil {
		e.Fatal(err)
	}
	server := httptest.NewServer(e.peer)
	e.Cleanup(func() {
		server.Close()
		if err := e.peer.Close(); err != nil {
			e.Error(err)
		}
	})
	e.payments.Channels[vocab.Sandbox], err = sandbox.NewClient(sandbox.ClientOptions{
		BaseURL: server.URL, Secret: []byte(secret), HTTP: server.Client()})
	if err != nil {
		e.Fatal(err)
	}
}
