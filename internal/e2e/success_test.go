package e2e_test

import (
	"maps"
	"strings"
	"testing"
	"time"

	"orderflow/internal/vocab"
)

// paidOrder is an order of two shops on its way from paid to success: tea in two parts, of which
// one is oversized, and cups.
type paidOrder struct {
	*testing.T
	sys       *system
	peer      *testCourier
	server    *server
	catalogue *catalogue
	ann       *user
	tea       staff
	cups      staff
	cupShop   string

	leaf, chest, cup string // skus
	order            string
	main, moved      string // sub-orders of leaf; one of its units is moved
	movedItem        string
	parcels          struct{ leaf, both, moved, cup string }
}

const day = 24 * time.Hour

// TestFromPaidToSuccess takes that order through every step after the payment.
func TestFromPaidToSuccess(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, sys *system) {
		o := newPaidOrder(t, sys)
		refused := o.refuseAnotherOrder()
		o.changeAddress()
		o.splitAndTransfer()
		o.shipAll()
		o.track()
		o.correctDelivery()
		o.stopPushes()
		o.confirmReceipt()
		o.reviewAll()
		o.catalogue.advance(o.server, 8*day)
		o.ann.settles(o.server, o.order, "COMPLETED")
		gone := refused.settles(o.server, str(o.onlyOrder(refused), "id"), "CLOSED")
		if reason := str(gone, "closeReason"); reason != "REFUNDED" {
			t.Errorf("closed because of %s although the parcel was refused", reason)
		}
		sys.keeps(4*5000 + 3000 + 2000 + 3*800 + 800) // the buyer bears the freight of a refusal
		sys.verify()
	})
}

func newPaidOrder(t *testing.T, sys *system) *paidOrder {
	t.Helper()
	o := &paidOrder{T: t, sys: sys, peer: sys.withCourier()}
	o.server = sys.start()
	o.catalogue = sys.newCatalogue(o.server, vocab.OnOrder)
	o.cupShop = o.catalogue.open(o.server, "cups", vocab.OnOrder)
	o.tea = o.catalogue.staff(o.server)
	o.cups = staff{o.server.user("MERCHANT", "min", o.cupShop),
		o.server.user("WAREHOUSE", "wen", o.cupShop)}
	o.leaf = o.catalogue.sku(o.server, 5000, 10)
	o.chest = o.catalogue.skuOf(o.server, o.catalogue.shop, vocab.Oversized, 3000, 10)
	o.cup = o.catalogue.skuOf(o.server, o.cupShop, vocab.Ordinary, 2000, 10)
	o.ann = o.server.user("BUYER", "ann")
	o.order = sys.paid(o.server, o.ann, []fields{{"sku": o.leaf, "quantity": 4},
		{"sku": o.chest, "quantity": 1}, {"sku": o.cup, "quantity": 1}})
	return o
}

// onlyOrder is the only order of a buyer.
func (o *paidOrder) onlyOrder(buyer *user) fields {
	o.Helper()
	return at(buyer.do(o.server, "{ orders { edges { node { id } } } }", nil),
		"orders", "edges", 0, "node").(fields)
}

// refuseAnotherOrder ships an order of another buyer, who refuses it.
func (o *paidOrder) refuseAnotherOrder() (bob *user) {
	o.Helper()
	bob = o.server.user("BUYER", "bob")
	order := o.sys.paid(o.server, bob, lines(o.leaf, 1))
	sub, _ := findItem(bob.fulfilment(o.server, order), o.leaf)
	parcel := o.tea.ship(o.server, str(sub, "id"), "SB9")
	bob.settles(o.server, order, "SHIPPED")
	o.peer.waitForSubscriptions(1)
	o.peer.pushEvent(parcel, vocab.CarrierRefused)
	o.sys.until("the merchant has a task", func() bool {
		return o.tea.merchant.parcel(o.server, parcel)["needsMerchant"] == true
	})
	if n := o.tea.merchant.count(o.server, "orders", "needsMerchant: true"); n != 1 {
		o.Errorf("%d orders need the merchant", n)
	}
	if due := bob.due(o.server, str(sub, "id"), "RECEIPT"); !due.IsZero() {
		o.Errorf("the receipt is due at %v although the parcel was refused", due)
	}
	return bob
}

// requestAddress requests another street and returns the address changes by shop.
func (o *paidOrder) requestAddress(street string) map[string]string {
	o.Helper()
	to := maps.Clone(address)
	to["street"] = street
	p := must(o.T, o.ann.mutate(o.server, "requestAddressChange",
		fields{"order": o.order, "address": to}, "changes { id shop { id } status }"))
	changes := map[string]string{}
	for _, change := range p["changes"].([]any) {
		changes[str(change, "shop", "id")] = str(change, "id")
	}
	if len(changes) != 2 {
		o.Fatalf("%d shops have a request: %v", len(changes), p)
	}
	return changes
}

// changeAddress: one shop accepts and the other rejects; a second request is not answered.
func (o *paidOrder) changeAddress() {
	o.Helper()
	changes := o.requestAddress("龙井路 2 号")
	must(o.T, o.tea.merchant.mutate(o.server, "answerAddressChange", fields{
		"change": changes[o.catalogue.shop], "accept": true}, "change { status }"))
	if p := o.tea.merchant.mutate(o.server, "answerAddressChange", fields{
		"change": changes[o.cupShop], "accept": true}, "change { status }"); code(p) != "NOT_FOUND" {
		o.Errorf("a shop answers for another: %v", p)
	}
	must(o.T, o.cups.merchant.mutate(o.server, "answerAddressChange", fields{
		"change": changes[o.cupShop], "accept": false, "reason": "装好了"}, "change { status }"))
	seen := o.ann.fulfilment(o.server, o.order)
	leaf, _ := findItem(seen, o.leaf)
	cup, _ := findItem(seen, o.cup)
	if str(leaf, "address", "street") != "龙井路 2 号" || cup["address"] != nil {
		o.Errorf("the tea goes to %v, the cup to %v", leaf["address"], cup["address"])
	}
	o.requestAddress("灵隐路 3 号")
}

// splitAndTransfer moves one unit of leaf into a sub-order of its own, which the north ships.
func (o *paidOrder) splitAndTransfer() {
	o.Helper()
	sub, item := findItem(o.ann.fulfilment(o.server, o.order), o.leaf)
	o.main = str(sub, "id")
	split := must(o.T, o.tea.merchant.mutate(o.server, "splitSubOrder", fields{
		"subOrder": o.main, "lines": []fields{units(str(item, "id"), 1)}},
		"newSubOrder { id items { id quantity } }"))
	o.moved = str(split, "newSubOrder", "id")
	o.movedItem = str(split, "newSubOrder", "items", 0, "id")
	transfer := must(o.T, o.tea.warehouse.mutate(o.server, "requestTransfer", fields{
		"sku": o.leaf, "from": o.catalogue.south, "to": o.catalogue.north, "quantity": 1,
		"item": o.movedItem}, "transfer { id item { subOrder { id warehouse { id } } } }"))
	if str(transfer, "transfer", "item", "subOrder", "warehouse", "id") != o.catalogue.north {
		o.Errorf("the unit does not wait in the north: %v", transfer)
	}
	id := fields{"transfer": str(transfer, "transfer", "id")}
	must(o.T, o.tea.warehouse.mutate(o.server, "shipTransfer", id, "transfer { status }"))
	id["quantity"] = 1
	got := must(o.T, o.tea.warehouse.mutate(o.server, "receiveTransfer", id, "transfer { status }"))
	if str(got, "transfer", "status") != "RECEIVED" {
		o.Errorf("the transfer is %v", got)
	}
}

// shipAll sends leaf in two parcels, one of them with the chest of another sub-order, the unit in
// the north, and the cup by one call.
func (o *paidOrder) shipAll() {
	o.Helper()
	seen := o.ann.fulfilment(o.server, o.order)
	_, leaf := findItem(seen, o.leaf)
	_, chest := findItem(seen, o.chest)
	cup, _ := findItem(seen, o.cup)
	o.parcels.leaf = o.tea.create(o.server, units(str(leaf, "id"), 2))
	o.checkPickList(o.parcels.leaf)
	o.tea.handOver(o.server, o.parcels.leaf, "SB1")
	o.ann.settles(o.server, o.order, "PARTIALLY_SHIPPED")
	o.parcels.both = o.tea.sendParcel(o.server, "SB2",
		units(str(leaf, "id"), 1), units(str(chest, "id"), 1))
	o.parcels.moved = o.tea.sendParcel(o.server, "SB3", units(o.movedItem, 1))
	o.parcels.cup = o.cups.ship(o.server, str(cup, "id"), "SB4")
	o.ann.settles(o.server, o.order, "SHIPPED")
	seen = o.ann.fulfilment(o.server, o.order)
	answers := map[string]int{}
	for _, change := range seen["addressChanges"].([]any) {
		answers[str(change, "status")]++
	}
	if want := map[string]int{"ACCEPTED": 1, "REJECTED": 1, "LAPSED": 2}; !maps.Equal(answers, want) {
		o.Errorf("the address changes are %v, want %v", answers, want)
	}
	o.peer.waitForSubscriptions(5)
}

// checkPickList fetches the page that is for the warehouse alone.
func (o *paidOrder) checkPickList(parcel string) {
	o.Helper()
	if found := o.cups.warehouse.pickListAt(o.server, parcel); found != "" {
		o.Errorf("another shop gets %v", found)
	}
	page := o.tea.warehouse.pickList(o.server, parcel)
	number := str(o.ann.fulfilment(o.server, o.order), "shipments", 0, "number")
	for _, want := range []string{number, "c1", "王芳", "龙井路 2 号", "tea"} {
		if !strings.Contains(page, want) {
			o.Errorf("no %q in the pick list %s", want, page)
		}
	}
	if n := strings.Count(page, "<svg "); n != 2 {
		o.Errorf("%d barcodes, want the number's and the sku's", n)
	}
}
