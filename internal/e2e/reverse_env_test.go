package e2e_test

import (
	"fmt"
	"testing"
	"time"

	sandbox "orderflow/internal/sandbox/pay"
	"orderflow/internal/vocab"
)

// Every deal begins with three units for 100.00 together, so that a third is no round amount, and
// 8.00 of freight.
const (
	dealUnits   = 3
	dealGoods   = 10_000
	dealFreight = 800
	dealPaid    = dealGoods + dealFreight
	dealStock   = 10
	returnsTo   = "广州 退货路 1 号"
)

// reverseEnv is one server on which the deals of the reverse flow run one after another: they share
// its clock.
type reverseEnv struct {
	parent    *testing.T // of all deals
	sys       *system
	server    *server
	catalogue *catalogue
	peer      *testCourier
	staff     staff
	deals     int
}

// scenario is a course of a deal.
type scenario struct {
	name   string
	policy fields // of a shop of its own; nil for the one that all share
	unpaid bool   // it begins with an order that was not paid yet
	run    func(d *deal)
}

// deal is an order of its own buyer for its own sku.
type deal struct {
	*testing.T
	*reverseEnv
	buyer, platform                *user
	st                             staff
	sku, order, sub, item, payment string
	number, parcel                 string // of what is shipped
	request                        string
	requested                      int64 // of the request's preview, in minor units
}

// reverse runs scenarios on every dialect, each with a deal of its own, and verifies the database
// after each.
func reverse(t *testing.T, rows []scenario) {
	t.Helper()
	t.Parallel()
	each(t, func(t *testing.T, sys *system) {
		e := &reverseEnv{parent: t, sys: sys, peer: sys.withCourier()}
		e.server = sys.start()
		e.catalogue = sys.newCatalogue(e.server, vocab.OnOrder)
		e.staff = e.catalogue.staff(e.server)
		e.catalogue.set(e.server, "setWarehouse", "warehouse", fields{"id": e.catalogue.south,
			"code": "S", "name": "South", "region": "广东", "returnAddress": returnsTo})
		for _, r := range rows {
			t.Run(r.name, func(t *testing.T) {
				e.useT(t)
				defer e.useT(e.parent)
				d := e.newDeal(t, r.policy)
				if !r.unpaid {
					d.payOrder()
				}
				r.run(d)
				sys.verify()
			})
		}
	})
}

// useT reports failures to a test.
func (e *reverseEnv) useT(t *testing.T) {
	e.sys.t = t
	for _, u := range []*user{e.catalogue.platform, e.staff.merchant, e.staff.warehouse} {
		u.t = t
	}
}

// restart starts a server after the last one was killed.
func (e *reverseEnv) restart() {
	t := e.sys.t
	e.useT(e.parent) // the next deals need it too
	e.server = e.sys.start()
	e.useT(t)
}

// newDeal begins with an order of three units that can be paid.
func (e *reverseEnv) newDeal(t *testing.T, policy fields) *deal {
	t.Helper()
	e.deals++
	d := &deal{T: t, reverseEnv: e, number: fmt.Sprint("SB", e.deals), platform: e.catalogue.platform,
		st: e.staff, buyer: e.server.user("BUYER", fmt.Sprint("buyer-", e.deals))}
	shop := e.catalogue.shop
	if policy != nil {
		shop = e.catalogue.open(e.server, fmt.Sprint("shop-", e.deals), vocab.OnOrder)
		must(t, e.catalogue.platform.mutate(e.server, "setShopPolicy",
			fields{"shop": shop, "policy": policy}, "shop { id }"))
		d.st = staff{e.server.user("MERCHANT", "mia", shop), e.server.user("WAREHOUSE", "wan", shop)}
	}
	d.sku = e.catalogue.skuOf(e.server, shop, vocab.Ordinary, dealGoods, dealStock)
	d.order = d.buyer.place(e.server, lines(d.sku, dealUnits))
	must(t, d.st.merchant.mutate(e.server, "adjustPrice", fields{"order": d.order,
		"payable": fields{"amount": dealPaid, "currency": "CNY"}}, "order { id }"))
	d.payment = d.buyer.startPayment(e.server, d.order)
	sub, item := findItem(d.view(), d.sku)
	d.sub, d.item = str(sub, "id"), str(item, "id")
	return d
}

// payOrder pays the order.
func (d *deal) payOrder() {
	d.Helper()
	d.sys.pay(d.payment, sandbox.Payment{})
	d.buyer.settles(d.server, d.order, "AWAITING_SHIPMENT")
}

// ship hands all of the sub-order over and waits until it is in transit.
func (d *deal) ship() {
	d.Helper()
	d.parcel = d.st.ship(d.server, d.sub, d.number)
	d.waitForSubscription(d.parcel)
	d.peer.pushEvent(d.parcel, vocab.CarrierInTransit)
	d.waitForStage(d.parcel, "IN_TRANSIT")
}

// deliver is ship, and the parcel is with the buyer.
func (d *deal) deliver() {
	d.Helper()
	d.ship()
	d.pushStage(vocab.CarrierDelivered)
}

// receive is deliver, confirmed by the buyer.
func (d *deal) receive() {
	d.Helper()
	d.deliver()
	must(d.T, d.buyer.mutate(d.server, "confirmReceipt", fields{"subOrder": d.sub},
		"subOrder { status }"))
}

// pushStage pushes a stage of the deal's parcel and waits until it is stored.
func (d *deal) pushStage(stage vocab.CarrierStage) {
	d.Helper()
	d.peer.pushEvent(d.parcel, stage)
	d.waitForStage(d.parcel, string(stage))
}

// waitForSubscription waits until the server has subscribed to a parcel.
func (d *deal) waitForSubscription(parcel string) {
	d.Helper()
	d.sys.until("the server has subscribed", func() bool {
		all, err := d.peer.Subscriptions(d.Context())
		for _, s := range all {
			if s.Reference == parcel {
				return true
			}
		}
		d.peer.check(err)
		return false
	})
}

// waitForStage waits until a parcel has that stage.
func (d *deal) waitForStage(parcel, stage string) {
	d.Helper()
	d.sys.until("the parcel is "+stage, func() bool {
		return d.buyer.parcel(d.server, parcel)["carrierStage"] == stage
	})
}

// requestInput is the input of a request for units of the deal's line.
func (d *deal) requestInput(kind, reason string, units int64) fields {
	return fields{"subOrder": d.sub, "kind": kind, "reason": reason,
		"lines": []fields{{"item": d.item, "quantity": units}}}
}

// makeRequest makes a request. It holds exactly the amount of its preview.
func (d *deal) makeRequest(in fields) {
	d.Helper()
	data := d.buyer.do(d.server, `query($in: RequestAfterSaleInput!) { p: refundPreview(input: $in) {
		preview { total { amount } freight { amount } } userErrors { code field message } } }`,
		fields{"in": in})
	preview := must(d.T, data["p"].(fields))["preview"]
	before := d.balance()
	p := must(d.T, d.buyer.mutate(d.server, "requestAfterSale", in,
		"afterSale { id amount { amount } freight { amount } lines { quantity } }"))
	d.request, d.requested = str(p, "afterSale", "id"), num(preview, "total", "amount")
	if got := num(p, "afterSale", "amount", "amount"); got != d.requested ||
		num(p, "afterSale", "freight", "amount") != num(preview, "freight", "amount") {
		d.Errorf("%v was requested, the preview was %v", p, preview)
	}
	if after := d.balance(); after.refundable != before.refundable-d.requested ||
		after.held+after.refunded != before.held+before.refunded+d.requested {
		d.Errorf("%d was requested of %v, which makes %v", d.requested, before, after)
	}
}

// act calls a mutation on the request.
func (d *deal) act(who *user, name string, in fields) {
	d.Helper()
	must(d.T, d.tryMutation(who, name, in))
}

// expectRefusal is act for what is refused.
func (d *deal) expectRefusal(who *user, name string, in fields, why string) {
	d.Helper()
	if p := d.tryMutation(who, name, in); code(p) != why {
		d.Errorf("%s: %v, want %s", name, p, why)
	}
}

func (d *deal) tryMutation(who *user, name string, in fields) fields {
	d.Helper()
	all := fields{"afterSale": d.request}
	for key, value := range in {
		all[key] = value
	}
	return who.mutate(d.server, name, all, "afterSale { status }")
}

// advance moves the clock.
func (d *deal) advance(by time.Duration) {
	d.Helper()
	d.catalogue.advance(d.server, by)
}
