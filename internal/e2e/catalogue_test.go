package e2e_test

import (
	"fmt"
	"time"

	"orderflow/internal/vocab"
)

// catalogue is a tea shop with two warehouses, made through the API; more shops can be opened.
type catalogue struct {
	sys      *system
	platform *user
	shop     string
	south    string
	north    string
	count    int
}

func (sys *system) newCatalogue(s *server, deduction vocab.DeductionMode) *catalogue {
	sys.t.Helper()
	m := &catalogue{sys: sys, platform: s.user("PLATFORM", "root")}
	m.shop = m.open(s, "tea", deduction)
	m.south = m.set(s, "setWarehouse", "warehouse",
		fields{"code": "S", "name": "South", "region": "广东"})
	m.north = m.set(s, "setWarehouse", "warehouse",
		fields{"code": "N", "name": "North", "region": "北京", "priority": 1})
	return m
}

// set makes something of the catalogue and returns its id.
func (m *catalogue) set(s *server, name, object string, in fields) string {
	m.sys.t.Helper()
	return str(must(m.sys.t, m.platform.mutate(s, name, in, object+" { id }")), object, "id")
}

// open makes a shop that ships ordinary and oversized goods, for 8.00 each.
func (m *catalogue) open(s *server, code string, deduction vocab.DeductionMode) string {
	m.sys.t.Helper()
	shop := m.set(s, "setShop", "shop", fields{"code": code, "name": code, "currency": "CNY",
		"merchantAccount": "acct"})
	m.set(s, "setShopPolicy", "shop", fields{"shop": shop,
		// Few buyers do everything.
		"policy": fields{"deduction": string(deduction), "unpaidOrders": 1000, "hourlyOrders": 100_000,
			"dailyExpiries": 1000}})
	for _, class := range []vocab.LogisticsClass{vocab.Ordinary, vocab.Oversized} {
		m.set(s, "setFreightTemplate", "freightTemplate", fields{"shop": shop,
			"logisticsClass": string(class), "basis": "PIECE", "rule": fields{"zones": []fields{
				{"first": 1, "firstFee": 800, "step": 1, "stepFee": 0}}}})
	}
	return shop
}

// sku makes an ordinary sku of the tea shop with stock in the southern warehouse.
func (m *catalogue) sku(s *server, price, stock int64) string {
	m.sys.t.Helper()
	return m.skuOf(s, m.shop, vocab.Ordinary, price, stock)
}

func (m *catalogue) skuOf(
	s *server, shop string, class vocab.LogisticsClass, price, stock int64,
) string {
	m.sys.t.Helper()
	m.count++
	code := fmt.Sprintf("c%d", m.count)
	product := m.set(s, "setProduct", "product",
		fields{"shop": shop, "code": code, "title": code})
	sku := m.set(s, "setSku", "sku", fields{"product": product, "code": code, "title": code,
		"price": price, "weightGrams": 100, "logisticsClass": string(class)})
	m.stock(s, sku, m.south, stock)
	return sku
}

func (m *catalogue) stock(s *server, sku, warehouse string, delta int64) {
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

// checkout is a server, and on it a buyer who has placed an order of one unit of ten at 50.00.
type checkout struct {
	server    *server
	catalogue *catalogue
	sku       string
	buyer     *user
	order     string
}

func (sys *system) checkout(deduction vocab.DeductionMode) checkout {
	sys.t.Helper()
	s := sys.start()
	m := sys.newCatalogue(s, deduction)
	c := checkout{server: s, catalogue: m, sku: m.sku(s, 5000, 10), buyer: s.user("BUYER", "ann")}
	c.order = c.buyer.place(s, lines(c.sku, 1))
	return c
}

// startPayment starts a payment through the sandbox channel and returns its id, the out_trade_no.
func (u *user) startPayment(s *server, order string) string {
	u.t.Helper()
	p := must(u.t, u.mutate(s, "startPayment",
		fields{"order": order, "channel": "SANDBOX"}, "payment { id status }"))
	return str(p, "payment", "id")
}

const orderQuery = `query($id: ID!) { node(id: $id) { ... on Order {
	id number status closeReason price { payable { amount } }
	subOrders { id number status closeReason warehouse { id } items { id quantity refundedQuantity } }
	payments { id status verdict amount { amount } paidAmount { amount } closeCause attemptId }
	refunds { id status trigger amount { amount } }
	timeline { sequence type }
} } }`

func (u *user) view(s *server, order string) fields {
	u.t.Helper()
	return u.do(s, orderQuery, fields{"id": order})["node"].(fields)
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
func (m *catalogue) advance(s *server, by time.Duration) {
	m.sys.t.Helper()
	must(m.sys.t, m.platform.mutate(s, "advanceClock",
		fields{"seconds": int64(by / time.Second)}, "now"))
}
