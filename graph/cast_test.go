package graph_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"orderflow/ent/payment"
	"orderflow/graph"
	"orderflow/internal/dbtest"
	"orderflow/internal/globalid"
	"orderflow/internal/gqlserver"
	sandbox "orderflow/internal/sandbox/pay"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// cast is a market with everybody who may call the API and a channel to pay by. Its methods bring
// an order to any point of its way, through the API.
type cast struct {
	*market
	peer                  *sandbox.Peer
	otherBuyer, otherShop string // tokens
	hand, support         string
	buyerID, elsewhere    string // ids of the buyer and of a second warehouse
	placed, sent          int
}

// part is an order of one line with its only sub-order.
type part struct{ order, sub, item string }

func newCast(t *testing.T, db *store.DB) *cast {
	t.Helper()
	c := &cast{market: newMarket(serve(t, db, gqlserver.Limits{}, func(d *graph.Deps) {
		d.Drain = func(context.Context) error { return nil }
	}))}
	c.openChannel()
	shop, err := globalid.Parse(c.shop)
	if err != nil {
		t.Fatal(err)
	}
	other := c.id(c.platform, "setShop", vars{"code": "ink", "name": "Ink", "currency": "CNY",
		"merchantAccount": "m2"}, "shop")
	others, err := globalid.Parse(other)
	if err != nil {
		t.Fatal(err)
	}
	c.otherBuyer = c.token("bob", vocab.Buyer)
	c.otherShop = c.token("ink-clerk", vocab.Merchant, others)
	c.hand = c.token("tea-hand", vocab.Warehouse, shop)
	c.support = c.token("sue", vocab.Support)
	c.elsewhere = c.id(c.platform, "setWarehouse", vars{"code": "BJ", "name": "Beijing",
		"region": "北京"}, "warehouse")
	for _, warehouse := range []string{c.warehouse, c.elsewhere} {
		c.done(c.platform, "adjustStock", vars{"sku": c.sku, "warehouse": warehouse,
			"delta": 10_000}, "stock { id }")
	}
	c.buyerID = c.must(c.buyer, "{ viewer { buyer { id } } }", nil).
		at("viewer", "buyer", "id").(string)
	return c
}

// openChannel lets the server take payments through a sandbox of the test's own.
func (c *cast) openChannel() {
	c.Helper()
	const secret = "a secret between the test and the channel"
	var err error
	c.peer, err = sandbox.NewPeer(sandbox.Options{Path: ":memory:", Secret: []byte(secret),
		Now: func() time.Time {
			now, err := c.db.Now(context.Background())
			if err != nil {
				c.Error(err)
			}
			return now
		}})
	if err != nil {
		c.Fatal(err)
	}
	server := httptest.NewServer(c.peer)
	c.Cleanup(func() {
		server.Close()
		if err := c.peer.Close(); err != nil {
			c.Error(err)
		}
	})
	c.payments.Channels[vocab.Sandbox], err = sandbox.NewClient(sandbox.ClientOptions{
		BaseURL: server.URL, Secret: []byte(secret), HTTP: server.Client()})
	if err != nil {
		c.Fatal(err)
	}
}

// mutate calls a mutation with its one input.
func (a *api) mutate(token, name string, input vars, selection string) answer {
	a.Helper()
	return a.ask(token, fmt.Sprintf("mutation($in: %sInput!) { %s(input: $in) { %s } }",
		strings.ToUpper(name[:1])+name[1:], name, selection), vars{"in": input})
}

// done is mutate for what must succeed.
func (a *api) done(token, name string, input vars, selection string) answer {
	a.Helper()
	r := a.mutate(token, name, input, selection+" userErrors { code field message }")
	if refused := refusalOf(r, name); refused != "" {
		a.Fatalf("%s %v\n→ %s", name, input, r.raw)
	}
	return r
}

// id is done for what makes or changes an object, whose id it returns.
func (a *api) id(token, name string, input vars, object string) string {
	a.Helper()
	id, _ := a.done(token, name, input, object+" { id }").at(name, object, "id").(string)
	return id
}

// refusalOf is the code by which a mutation was refused, or the first entry of a bulk one; empty
// when it was done.
func refusalOf(r answer, name string) string {
	if code := r.code(); code != "" {
		return code
	}
	code, _ := r.at(name, "userErrors", 0, "code").(string)
	if code == "" {
		code, _ = r.at(name, "results", 0, "userErrors", 0, "code").(string)
	}
	return code
}

func (c *cast) unpaid() string {
	c.Helper()
	c.placed++
	return c.place(fmt.Sprintf("order %d", c.placed), 3)
}

func (c *cast) attempted() (order, attempt string) {
	c.Helper()
	order = c.unpaid()
	return order, c.id(c.buyer, "startPayment", vars{"order": order, "channel": "SANDBOX"},
		"payment")
}

func (c *cast) paid() (p part) {
	c.Helper()
	order, attempt := c.attempted()
	if err := c.peer.Pay(c.Context(), attempt, sandbox.Payment{}); err != nil {
		c.Fatal(err)
	}
	id, err := globalid.Parse(attempt)
	if err == nil {
		err = c.payments.RunAttempt(c.Context(), id)
	}
	if err != nil {
		c.Fatal(err)
	}
	if got := c.db.Client.Payment.Query().Where(payment.ID(id)).OnlyX(c.Context()); got.Verdict ==
		nil || *got.Verdict != vocab.Counted {
		c.Fatalf("not paid: %v", got)
	}
	r := c.must(c.buyer, `query($id: ID!) { node(id: $id) { ... on Order {
		subOrders { id items { id } } } } }`, vars{"id": order})
	p.order = order
	p.sub, _ = r.at("node", "subOrders", 0, "id").(string)
	p.item, _ = r.at("node", "subOrders", 0, "items", 0, "id").(string)
	return p
}

// lines is a number of units of the part's line, as inputs name it.
func (p part) lines(units int) []vars { return []vars{{"item": p.item, "quantity": units}} }

// parcel makes a parcel of units and takes it that many steps on.
func (c *cast) parcel(p part, units, steps int) string {
	c.Helper()
	id := c.id(c.hand, "createShipment", vars{"lines": p.lines(units)}, "shipment")
	for _, step := range []string{"printPickList", "startPicking", "pack"}[:min(steps, 3)] {
		c.done(c.hand, step, vars{"shipment": id}, "")
	}
	if steps > 3 {
		c.done(c.hand, "handOver", c.label(id), "")
	}
	return id
}

// label is what is written on a parcel, each with a tracking number of its own.
func (c *cast) label(shipment string) vars {
	c.sent++
	return vars{"shipment": shipment, "carrier": "sf",
		"trackingNumber": fmt.Sprintf("SF%08d", c.sent)}
}

func (c *cast) shipped() part {
	c.Helper()
	p := c.paid()
	c.parcel(p, 3, 4)
	return p
}

func (c *cast) received() part {
	c.Helper()
	p := c.shipped()
	c.done(c.buyer, "confirmReceipt", vars{"subOrder": p.sub}, "")
	return p
}

func (c *cast) reviewed() string {
	c.Helper()
	return c.id(c.buyer, "reviewItem", vars{"item": c.received().item, "rating": 4}, "review")
}

// refund makes a refund of one unit and lets it come to a status as if the channel had told so.
func (c *cast) refund(status vocab.RefundStatus) string {
	c.Helper()
	p := c.paid()
	text := c.id(c.merchant, "closeUnshipped", vars{"subOrder": p.sub, "lines": p.lines(1)},
		"refund")
	id, err := globalid.Parse(text)
	if err != nil {
		c.Fatal(err)
	}
	c.db.Client.Refund.UpdateOneID(id).SetStatus(status).ExecX(c.Context())
	return text
}

// transfer asks for two free units to travel and sends them if wanted.
func (c *cast) transfer(sent bool) string {
	c.Helper()
	id := c.id(c.hand, "requestTransfer", c.units(), "transfer")
	if sent {
		c.done(c.hand, "shipTransfer", vars{"transfer": id}, "")
	}
	return id
}

func (c *cast) units() vars {
	return vars{"sku": c.sku, "from": c.warehouse, "to": c.elsewhere, "quantity": 2}
}

func (c *cast) change() string {
	c.Helper()
	r := c.done(c.buyer, "requestAddressChange",
		vars{"order": c.paid().order, "address": address}, "changes { id }")
	id, _ := r.at("requestAddressChange", "changes", 0, "id").(string)
	return id
}

var address = vars{"name": "Li", "phone": "13900001111", "region": "上海", "street": "Bund 2"}

// coupon is a promotion whose coupons can be issued.
func (c *cast) coupon() vars {
	return vars{"shop": c.shop, "code": "ten", "title": "Ten off", "kind": "COUPON",
		"scope": "SHOP", "funder": "SHOP", "rule": vars{"amount": 10},
		"startsAt": "2020-01-01T00:00:00Z", "endsAt": "2100-01-01T00:00:00Z"}
}

// eachCast runs a test with a cast of its own on every database.
func eachCast(t *testing.T, test func(c *cast)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, db *store.DB) { test(newCast(t, db)) })
}

// refuses expects a userError about a field of the input; an empty field is about none.
func (a *api) refuses(token, name string, input vars, code, field string) {
	a.Helper()
	r := a.mutate(token, name, input, "userErrors { code field message }")
	told, _ := r.at(name, "userErrors", 0, "field").(string)
	if refusalOf(r, name) != code || told != field || r.at(name, "userErrors", 0, "message") == "" {
		a.Errorf("%s %v is not refused with %s at %q: %s", name, input, code, field, r.raw)
	}
}

// want compares what stands at a path, by how it prints.
func (a *api) want(r answer, want string, path ...any) {
	a.Helper()
	if got := fmt.Sprint(r.at(path...)); got != want {
		a.Errorf("%v is %s, want %s: %s", path, got, want, r.raw)
	}
}
