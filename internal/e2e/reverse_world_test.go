package e2e_test

import (
	"fmt"
	"testing"
	"time"

	sandbox "orderflow/internal/sandbox/pay"
	"orderflow/internal/vocab"
)

// What every deal begins with: three units for 100.00 together, so that a third is no whole number,
// and 8.00 of freight.
const (
	dealUnits   = 3
	dealGoods   = 10_000
	dealFreight = 800
	dealPaid    = dealGoods + dealFreight
	dealStock   = 10
	returnsTo   = "广州 退货路 1 号"
)

// world is one server on which deals of the reverse flow go their ways one after another: they
// share its clock.
type world struct {
	top    *testing.T // of all deals
	sys    *system
	server *server
	market *market
	peer   *carrier
	ours   staff
	deals  int
}

// row is a way that a deal can go.
type row struct {
	name   string
	policy fields // of a shop of its own; nil for the one that all share
	unpaid bool   // it begins with an order that was not paid yet
	run    func(d *deal)
}

// deal is an order of its own buyer for its own sku.
type deal struct {
	*testing.T
	*world
	buyer, platform            *user
	st                         staff
	sku, order, sub, item, pay string
	number, parcel             string // of what is shipped
	request                    string
	asked                      int64 // what the preview of the request said, minor units
}

// reverse lets deals go their ways on every dialect. What each leaves behind is verified.
func reverse(t *testing.T, rows []row) {
	t.Helper()
	t.Parallel()
	each(t, func(t *testing.T, sys *system) {
		w := &world{top: t, sys: sys, peer: sys.withCourier()}
		w.server = sys.start()
		w.market = sys.market(w.server, vocab.OnOrder)
		w.ours = w.market.staff(w.server)
		w.market.set(w.server, "setWarehouse", "warehouse", fields{"id": w.market.south,
			"code": "S", "name": "South", "region": "广东", "returnAddress": returnsTo})
		for _, r := range rows {
			t.Run(r.name, func(t *testing.T) {
				w.of(t)
				defer w.of(w.top)
				d := w.deal(t, r.policy)
				if !r.unpaid {
					d.pays()
				}
				r.run(d)
				sys.verify()
			})
		}
	})
}

// of lets failures count for a test.
func (w *world) of(t *testing.T) {
	w.sys.t = t
	for _, u := range []*user{w.market.platform, w.ours.merchant, w.ours.warehouse} {
		u.t = t
	}
}

// restarts starts a server after the last one was killed.
func (w *world) restarts() {
	t := w.sys.t
	w.of(w.top) // the next deals need it too
	w.server = w.sys.start()
	w.of(t)
}

// deal begins with an order of three units that can be paid.
func (w *world) deal(t *testing.T, policy fields) *deal {
	t.Helper()
	w.deals++
	d := &deal{T: t, world: w, number: fmt.Sprint("SB", w.deals), platform: w.market.platform,
		st: w.ours, buyer: w.server.user("BUYER", fmt.Sprint("buyer-", w.deals))}
	shop := w.market.shop
	if policy != nil {
		shop = w.market.open(w.server, fmt.Sprint("shop-", w.deals), vocab.OnOrder)
		must(t, w.market.platform.mutate(w.server, "setShopPolicy",
			fields{"shop": shop, "policy": policy}, "shop { id }"))
		d.st = staff{w.server.user("MERCHANT", "mia", shop), w.server.user("WAREHOUSE", "wan", shop)}
	}
	d.sku = w.market.skuOf(w.server, shop, vocab.Ordinary, dealGoods, dealStock)
	d.order = d.buyer.place(w.server, lines(d.sku, dealUnits))
	must(t, d.st.merchant.mutate(w.server, "adjustPrice", fields{"order": d.order,
		"payable": fields{"amount": dealPaid, "currency": "CNY"}}, "order { id }"))
	d.pay = d.buyer.start(w.server, d.order)
	sub, item := part(d.see(), d.sku)
	d.sub, d.item = str(sub, "id"), str(item, "id")
	return d
}

// pays pays the deal.
func (d *deal) pays() {
	d.Helper()
	d.sys.pay(d.pay, sandbox.Payment{})
	d.buyer.settles(d.server, d.order, "AWAITING_SHIPMENT")
}

// ship hands all of the sub-order over and waits until the courier tells of it.
func (d *deal) ship() {
	d.Helper()
	d.parcel = d.st.ship(d.server, d.sub, d.number)
	d.follows(d.parcel)
	d.peer.tells(d.parcel, vocab.CarrierInTransit)
	d.arrives(d.parcel, "IN_TRANSIT")
}

// deliver is ship, and the parcel is with the buyer.
func (d *deal) deliver() {
	d.Helper()
	d.ship()
	d.tells(vocab.CarrierDelivered)
}

// receive is deliver, confirmed by the buyer.
func (d *deal) receive() {
	d.Helper()
	d.deliver()
	must(d.T, d.buyer.mutate(d.server, "confirmReceipt", fields{"subOrder": d.sub},
		"subOrder { status }"))
}

// tells lets the courier tell something of the deal's parcel.
func (d *deal) tells(stage vocab.CarrierStage) {
	d.Helper()
	d.peer.tells(d.parcel, stage)
	d.arrives(d.parcel, string(stage))
}

// follows waits until the courier is asked for pushes about a parcel.
func (d *deal) follows(parcel string) {
	d.Helper()
	d.sys.until("the courier is asked for pushes", func() bool {
		all, err := d.peer.Subscriptions(d.Context())
		for _, s := range all {
			if s.Reference == parcel {
				return true
			}
		}
		d.peer.do(err)
		return false
	})
}

// arrives waits until that is known of a parcel.
func (d *deal) arrives(parcel, stage string) {
	d.Helper()
	d.sys.until("the parcel is "+stage, func() bool {
		return d.buyer.parcel(d.server, parcel)["carrierStage"] == stage
	})
}

// wants is a request of the deal for units of its line.
func (d *deal) wants(kind, reason string, units int64) fields {
	return fields{"subOrder": d.sub, "kind": kind, "reason": reason,
		"lines": []fields{{"item": d.item, "quantity": units}}}
}

// asks makes a request. It holds exactly what its preview told.
func (d *deal) asks(in fields) {
	d.Helper()
	data := d.buyer.do(d.server, `query($in: RequestAfterSaleInput!) { p: refundPreview(input: $in) {
		preview { total { amount } freight { amount } } userErrors { code field message } } }`,
		fields{"in": in})
	preview := must(d.T, data["p"].(fields))["preview"]
	before := d.balance()
	p := must(d.T, d.buyer.mutate(d.server, "requestAfterSale", in,
		"afterSale { id amount { amount } freight { amount } lines { quantity } }"))
	d.request, d.asked = str(p, "afterSale", "id"), num(preview, "total", "amount")
	if got := num(p, "afterSale", "amount", "amount"); got != d.asked ||
		num(p, "afterSale", "freight", "amount") != num(preview, "freight", "amount") {
		d.Errorf("%v was asked for, the preview was %v", p, preview)
	}
	if after := d.balance(); after.refundable != before.refundable-d.asked ||
		after.held+after.refunded != before.held+before.refunded+d.asked {
		d.Errorf("%d was asked for of %v, which makes %v", d.asked, before, after)
	}
}

// does lets somebody do something to the request.
func (d *deal) does(who *user, name string, in fields) {
	d.Helper()
	must(d.T, d.tries(who, name, in))
}

// cannot is does for what is refused.
func (d *deal) cannot(who *user, name string, in fields, why string) {
	d.Helper()
	if p := d.tries(who, name, in); code(p) != why {
		d.Errorf("%s: %v, want %s", name, p, why)
	}
}

func (d *deal) tries(who *user, name string, in fields) fields {
	d.Helper()
	all := fields{"afterSale": d.request}
	for key, value := range in {
		all[key] = value
	}
	return who.mutate(d.server, name, all, "afterSale { status }")
}

// passes moves the clock.
func (d *deal) passes(by time.Duration) {
	d.Helper()
	d.market.advance(d.server, by)
}
