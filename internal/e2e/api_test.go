package e2e_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"orderflow/internal/terms"
)

// user is somebody with a token.
type user struct {
	t     *testing.T
	token string
}

// user asks the development server for a token.
func (s *server) user(role, subject string, shops ...string) *user {
	s.sys.t.Helper()
	query := url.Values{"role": {role}, "subject": {subject}, "shop": shops}
	res, err := http.Get(s.url + "/dev/token?" + query.Encode())
	if err != nil {
		s.sys.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		s.sys.t.Fatalf("token: %v %s %s", err, res.Status, body)
	}
	return &user{t: s.sys.t, token: strings.TrimSpace(string(body))}
}

type fields = map[string]any

// answer is a GraphQL response.
type answer struct {
	Data   fields `json:"data"`
	Errors []struct {
		Message    string `json:"message"`
		Extensions fields `json:"extensions"`
	} `json:"errors"`
}

var client = &http.Client{Timeout: patience}

// try sends one operation. The error is one of the connection.
func (u *user) try(s *server, query string, variables fields) (answer, error) {
	var a answer
	body, err := json.Marshal(fields{"query": query, "variables": variables})
	if err != nil {
		return a, err
	}
	req, err := http.NewRequest(http.MethodPost, s.url+"/graphql", bytes.NewReader(body))
	if err != nil {
		return a, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+u.token)
	res, err := client.Do(req)
	if err != nil {
		return a, err
	}
	defer res.Body.Close()
	return a, json.NewDecoder(res.Body).Decode(&a)
}

// do sends one operation that must not have top-level errors and returns its data.
func (u *user) do(s *server, query string, variables fields) fields {
	u.t.Helper()
	a, err := u.try(s, query, variables)
	if err != nil || len(a.Errors) > 0 {
		u.t.Fatalf("%v %v\n%s\n%v", err, a.Errors, query, variables)
	}
	return a.Data
}

// mutate calls one mutation whose input is in and whose payload selects what is wanted.
func (u *user) mutate(s *server, name string, in fields, want string) fields {
	u.t.Helper()
	payload, err := u.tryMutate(s, name, in, want, "")
	if err != nil {
		u.t.Fatal(err)
	}
	return payload
}

// tryMutate is mutate for a server that may be killed meanwhile, with an idempotency key if not
// empty.
func (u *user) tryMutate(
	s *server, name string, in fields, want, key string,
) (fields, error) {
	directive := ""
	if key != "" {
		directive = fmt.Sprintf("@idempotent(key: %q)", key)
	}
	inputType := strings.ToUpper(name[:1]) + name[1:] + "Input"
	query := fmt.Sprintf(
		"mutation($in: %s!) { m: %s(input: $in) %s { %s userErrors { code field message } } }",
		inputType, name, directive, want)
	a, err := u.try(s, query, fields{"in": in})
	if err != nil {
		return nil, err
	}
	if len(a.Errors) > 0 {
		return nil, fmt.Errorf("%s: %v", name, a.Errors)
	}
	return a.Data["m"].(fields), nil
}

// must fails the test when a payload has userErrors.
func must(t *testing.T, payload fields) fields {
	t.Helper()
	if errs := payload["userErrors"].([]any); len(errs) > 0 {
		t.Fatalf("userErrors: %v", errs)
	}
	return payload
}

// code is the code of the first userError, or "".
func code(payload fields) string {
	errs := payload["userErrors"].([]any)
	if len(errs) == 0 {
		return ""
	}
	return errs[0].(fields)["code"].(string)
}

// at follows a path into nested fields: at(data, "order", "price", "payable").
func at(v any, path ...any) any {
	for _, step := range path {
		switch step := step.(type) {
		case string:
			v = v.(fields)[step]
		case int:
			list := v.([]any)
			if step >= len(list) {
				return nil
			}
			v = list[step]
		}
		if v == nil {
			return nil
		}
	}
	return v
}

func str(v any, path ...any) string {
	s, _ := at(v, path...).(string)
	return s
}

func num(v any, path ...any) int64 {
	f, _ := at(v, path...).(float64)
	return int64(f)
}

// market is a catalogue with one shop, made through the API.
type market struct {
	sys      *system
	platform *user
	shop     string
	south    string
	north    string
	count    int
}

func (sys *system) market(s *server, deduction terms.DeductionMode) *market {
	sys.t.Helper()
	m := &market{sys: sys, platform: s.user("PLATFORM", "root")}
	set := func(name, object string, in fields) string {
		p := must(sys.t, m.platform.mutate(s, name, in, object+" { id }"))
		return str(p, object, "id")
	}
	m.shop = set("setShop", "shop", fields{"code": "tea", "name": "茶", "currency": "CNY",
		"merchantAccount": "acct"})
	set("setShopPolicy", "shop", fields{"shop": m.shop,
		"policy": fields{"deduction": string(deduction)}})
	m.south = set("setWarehouse", "warehouse",
		fields{"code": "S", "name": "South", "region": "广东"})
	m.north = set("setWarehouse", "warehouse",
		fields{"code": "N", "name": "North", "region": "北京", "priority": 1})
	set("setFreightTemplate", "freightTemplate", fields{"shop": m.shop,
		"logisticsClass": "ORDINARY", "basis": "PIECE", "rule": fields{"zones": []fields{
			{"first": 1, "firstFee": 800, "step": 1, "stepFee": 0}}}})
	return m
}

// sku makes a sku of that price with stock in the southern warehouse.
func (m *market) sku(s *server, price, stock int64) string {
	m.sys.t.Helper()
	m.count++
	code := fmt.Sprintf("c%d", m.count)
	t := m.sys.t
	product := str(must(t, m.platform.mutate(s, "setProduct",
		fields{"shop": m.shop, "code": code, "title": code}, "product { id }")), "product", "id")
	sku := str(must(t, m.platform.mutate(s, "setSku", fields{"product": product, "code": code,
		"title": code, "price": price, "weightGrams": 100}, "sku { id }")), "sku", "id")
	m.stock(s, sku, m.south, stock)
	return sku
}

func (m *market) stock(s *server, sku, warehouse string, delta int64) {
	m.sys.t.Helper()
	if delta != 0 {
		must(m.sys.t, m.platform.mutate(s, "adjustStock",
			fields{"sku": sku, "warehouse": warehouse, "delta": delta}, "stock { id }"))
	}
}

var address = fields{"name": "王芳", "phone": "13812345678", "region": "广东", "city": "深圳",
	"street": "科技路 1 号"}

func lines(sku string, quantity int64) []fields {
	return []fields{{"sku": sku, "quantity": quantity}}
}

const orderFields = `order { id number status closeReason price { payable { amount } } }`

// quote returns the payable of a checkout.
func (u *user) quote(s *server, lines []fields) int64 {
	u.t.Helper()
	data := u.do(s, `query($in: QuoteInput!) { quote(input: $in) { price { payable { amount } } } }`,
		fields{"in": fields{"lines": lines, "region": "广东"}})
	return num(data, "quote", "price", "payable", "amount")
}

// place quotes and places, and returns the order's id.
func (u *user) place(s *server, lines []fields) string {
	u.t.Helper()
	p := must(u.t, u.tryPlace(s, lines))
	return str(p, "order", "id")
}

func (u *user) tryPlace(s *server, lines []fields) fields {
	u.t.Helper()
	return u.mutate(s, "placeOrder", fields{"lines": lines, "address": address,
		"expectedPayable": u.quote(s, lines)}, orderFields+" skus { id }")
}

// start starts a payment through the sandbox channel and returns its id, the out_trade_no.
func (u *user) start(s *server, order string) string {
	u.t.Helper()
	p := must(u.t, u.mutate(s, "startPayment",
		fields{"order": order, "channel": "SANDBOX"}, "payment { id status }"))
	return str(p, "payment", "id")
}

const viewOrder = `query($id: ID!) { node(id: $id) { ... on Order {
	id number status closeReason price { payable { amount } }
	subOrders { id number status closeReason warehouse { id } items { id quantity refundedQuantity } }
	payments { id status verdict amount { amount } paidAmount { amount } closeCause attemptId }
	refunds { id status trigger amount { amount } }
	timeline { sequence type }
} } }`

func (u *user) view(s *server, order string) fields {
	u.t.Helper()
	return u.do(s, viewOrder, fields{"id": order})["node"].(fields)
}

// settles waits until the order has that status and returns it.
func (u *user) settles(s *server, order, status string) fields {
	u.t.Helper()
	var seen fields
	s.sys.until("the order is "+status, func() bool {
		seen = u.view(s, order)
		return seen["status"] == status
	})
	return seen
}

// advance moves the simulated clock and waits for what falls due.
func (m *market) advance(s *server, by time.Duration) {
	m.sys.t.Helper()
	must(m.sys.t, m.platform.mutate(s, "advanceClock",
		fields{"seconds": int64(by / time.Second)}, "now"))
}
