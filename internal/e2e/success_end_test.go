package e2e_test

import (
	"fmt"
)

// statuses are the sub-orders of the story by id.
func (s *story) statuses() map[string]string {
	s.Helper()
	found := map[string]string{}
	for _, sub := range s.ann.fulfilment(s.server, s.order)["subOrders"].([]any) {
		found[str(sub, "id")] = str(sub, "status")
	}
	return found
}

// isReceived confirms the cup by the buyer, who gives themselves more time for the leaf; the clock
// confirms the rest.
func (s *story) isReceived() {
	s.Helper()
	cup, _ := part(s.ann.fulfilment(s.server, s.order), s.cup)
	if p := s.server.user("BUYER", "bob").mutate(s.server, "confirmReceipt",
		fields{"subOrder": str(cup, "id")}, "subOrder { status }"); code(p) != "NOT_FOUND" {
		s.Errorf("a stranger confirms: %v", p)
	}
	must(s.T, s.ann.mutate(s.server, "confirmReceipt", fields{"subOrder": str(cup, "id")},
		"subOrder { status }"))
	due := s.ann.due(s.server, s.main, "RECEIPT")
	more := fields{"subOrder": s.main}
	must(s.T, s.ann.mutate(s.server, "extendReceipt", more, "subOrder { id }"))
	if p := s.ann.mutate(s.server, "extendReceipt", more, "subOrder { id }"); code(p) !=
		"ACTION_NOT_ALLOWED" {
		s.Errorf("extended twice: %v", p)
	}
	if got := s.ann.due(s.server, s.main, "RECEIPT"); got.Sub(due) != 3*day {
		s.Errorf("the receipt was due at %v, now at %v", due, got)
	}
	s.market.advance(s.server, 8*day)
	if got := s.statuses(); got[s.main] != "SHIPPED" || got[s.moved] != "RECEIVED" {
		s.Errorf("after eight days: %v", got)
	}
	s.market.advance(s.server, 3*day)
	if got := s.statuses(); got[s.main] != "RECEIVED" {
		s.Errorf("after eleven days: %v", got)
	}
	by := map[string]int{}
	for _, e := range s.ann.fulfilment(s.server, s.order)["timeline"].([]any) {
		if str(e, "type") == "SUB_ORDER_RECEIVED" {
			by[str(e, "actor", "role")]++
		}
	}
	if by["BUYER"] != 1 || by["CLOCK"] != 3 {
		s.Errorf("received by %v", by)
	}
}

// isReviewed reviews every line, with a follow-up and a reply of the shop.
func (s *story) isReviewed() {
	s.Helper()
	if n := s.ann.count(s.server, "orders", "awaitingReview: true"); n != 1 {
		s.Errorf("%d orders await a review", n)
	}
	var review string
	left := int64(4)
	for _, sub := range s.ann.fulfilment(s.server, s.order)["subOrders"].([]any) {
		if n := s.ann.count(s.server, "subOrders", "awaitingReview: true"); n != left {
			s.Errorf("%d parts await a review, want %d", n, left)
		}
		left--
		for _, item := range at(sub, "items").([]any) {
			review = str(must(s.T, s.ann.mutate(s.server, "reviewItem", fields{
				"item": str(item, "id"), "rating": 5, "text": fmt.Sprint("好", left)},
				"review { id shop { id } }")), "review", "id")
		}
	}
	if n := s.ann.count(s.server, "orders", "awaitingReview: true"); n != 0 {
		s.Errorf("%d orders still await a review", n)
	}
	shop := s.ann.do(s.server, "query($id: ID!) { node(id: $id) { ... on Review { shop { id } } } }",
		fields{"id": review})
	ours, others := s.tea, s.cups
	if str(shop, "node", "shop", "id") == s.cupShop {
		ours, others = others, ours
	}
	bob := s.server.user("BUYER", "bob")
	for _, c := range []struct {
		name         string
		who, instead *user
	}{{"appendReview", s.ann, bob}, {"replyReview", ours.merchant, others.merchant}} {
		in := fields{"review": review, "text": "谢谢"}
		if p := c.instead.mutate(s.server, c.name, in, "review { id }"); code(p) != "NOT_FOUND" {
			s.Errorf("%s by a stranger: %v", c.name, p)
		}
		must(s.T, c.who.mutate(s.server, c.name, in, "review { id }"))
		if p := c.who.mutate(s.server, c.name, in, "review { id }"); code(p) !=
			"ACTION_NOT_ALLOWED" {
			s.Errorf("%s again: %v", c.name, p)
		}
	}
	if n := happened(s.ann.fulfilment(s.server, s.order), "SUB_ORDER_REVIEWED"); n != 4 {
		s.Errorf("%d reviews of four lines", n)
	}
}
