package e2e_test

import (
	"fmt"
)

// statuses are the sub-orders of the order by id.
func (o *paidOrder) statuses() map[string]string {
	o.Helper()
	found := map[string]string{}
	for _, sub := range o.ann.fulfilment(o.server, o.order)["subOrders"].([]any) {
		found[str(sub, "id")] = str(sub, "status")
	}
	return found
}

// confirmReceipt confirms the cup as the buyer, who extends the receipt of the leaf; the clock
// confirms the rest.
func (o *paidOrder) confirmReceipt() {
	o.Helper()
	cup, _ := findItem(o.ann.fulfilment(o.server, o.order), o.cup)
	if p := o.server.user("BUYER", "bob").mutate(o.server, "confirmReceipt",
		fields{"subOrder": str(cup, "id")}, "subOrder { status }"); code(p) != "NOT_FOUND" {
		o.Errorf("a stranger confirms: %v", p)
	}
	must(o.T, o.ann.mutate(o.server, "confirmReceipt", fields{"subOrder": str(cup, "id")},
		"subOrder { status }"))
	due := o.ann.due(o.server, o.main, "RECEIPT")
	more := fields{"subOrder": o.main}
	must(o.T, o.ann.mutate(o.server, "extendReceipt", more, "subOrder { id }"))
	if p := o.ann.mutate(o.server, "extendReceipt", more, "subOrder { id }"); code(p) !=
		"ACTION_NOT_ALLOWED" {
		o.Errorf("extended twice: %v", p)
	}
	if got := o.ann.due(o.server, o.main, "RECEIPT"); got.Sub(due) != 3*day {
		o.Errorf("the receipt was due at %v, now at %v", due, got)
	}
	o.catalogue.advance(o.server, 8*day)
	if got := o.statuses(); got[o.main] != "SHIPPED" || got[o.moved] != "RECEIVED" {
		o.Errorf("after eight days: %v", got)
	}
	o.catalogue.advance(o.server, 3*day)
	if got := o.statuses(); got[o.main] != "RECEIVED" {
		o.Errorf("after eleven days: %v", got)
	}
	by := map[string]int{}
	for _, e := range o.ann.fulfilment(o.server, o.order)["timeline"].([]any) {
		if str(e, "type") == "SUB_ORDER_RECEIVED" {
			by[str(e, "actor", "role")]++
		}
	}
	if by["BUYER"] != 1 || by["CLOCK"] != 3 {
		o.Errorf("received by %v", by)
	}
}

// reviewAll reviews every line, with a follow-up and a reply of the shop.
func (o *paidOrder) reviewAll() {
	o.Helper()
	if n := o.ann.count(o.server, "orders", "awaitingReview: true"); n != 1 {
		o.Errorf("%d orders await a review", n)
	}
	var review string
	left := int64(4)
	for _, sub := range o.ann.fulfilment(o.server, o.order)["subOrders"].([]any) {
		if n := o.ann.count(o.server, "subOrders", "awaitingReview: true"); n != left {
			o.Errorf("%d parts await a review, want %d", n, left)
		}
		left--
		for _, item := range at(sub, "items").([]any) {
			review = str(must(o.T, o.ann.mutate(o.server, "reviewItem", fields{
				"item": str(item, "id"), "rating": 5, "text": fmt.Sprint("好", left)},
				"review { id shop { id } }")), "review", "id")
		}
	}
	if n := o.ann.count(o.server, "orders", "awaitingReview: true"); n != 0 {
		o.Errorf("%d orders still await a review", n)
	}
	shop := o.ann.do(o.server, "query($id: ID!) { node(id: $id) { ... on Review { shop { id } } } }",
		fields{"id": review})
	ours, others := o.tea, o.cups
	if str(shop, "node", "shop", "id") == o.cupShop {
		ours, others = others, ours
	}
	bob := o.server.user("BUYER", "bob")
	for _, c := range []struct {
		name         string
		who, instead *user
	}{{"appendReview", o.ann, bob}, {"replyReview", ours.merchant, others.merchant}} {
		in := fields{"review": review, "text": "谢谢"}
		if p := c.instead.mutate(o.server, c.name, in, "review { id }"); code(p) != "NOT_FOUND" {
			o.Errorf("%s by a stranger: %v", c.name, p)
		}
		must(o.T, c.who.mutate(o.server, c.name, in, "review { id }"))
		if p := c.who.mutate(o.server, c.name, in, "review { id }"); code(p) !=
			"ACTION_NOT_ALLOWED" {
			o.Errorf("%s again: %v", c.name, p)
		}
	}
	if n := happened(o.ann.fulfilment(o.server, o.order), "SUB_ORDER_REVIEWED"); n != 4 {
		o.Errorf("%d reviews of four lines", n)
	}
}
