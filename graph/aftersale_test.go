package graph_test

import (
	"fmt"
	"testing"

	"orderflow/internal/event"
	"orderflow/internal/globalid"
)

const preview = `query($in: RequestAfterSaleInput!) { refundPreview(input: $in) {
	preview { goods selfApproved refundsLeft nearLimit total { amount }
		lines { quantity amount { amount } mostUnshipped mostHandedOver mostAmount { amount } } }
	userErrors { code field message } } }`

const seenRequest = `afterSale { id status kind goods amount { amount } availableActions
	deadlines { kind } lines { quantity amount { amount } item { balance {
		paid { amount } refunded { amount } held { amount } refundable { amount } } } }
	messages { kind text images author { role } } proposal { kind lines { amount { amount } } }
	subOrder { openRequests } order { balance {
		paid { amount } refunded { amount } held { amount } refundable { amount } } } }`

// balance prints where money is: paid, refunded, held, refundable.
func balance(r answer, path ...any) string {
	at := func(name string) any { return r.at(append(path, "balance", name, "amount")...) }
	return fmt.Sprint(at("paid"), at("refunded"), at("held"), at("refundable"))
}

func TestAPreviewTellsWhatARequestTakes(t *testing.T) {
	t.Parallel()
	eachCast(t, func(c *cast) {
		p := c.paid()
		in := p.request("REFUND_ONLY")
		r := c.must(c.buyer, preview, vars{"in": in})
		at := []any{"refundPreview", "preview"}
		c.want(r, "UNSHIPPED", append(at, "goods")...)
		c.want(r, "true", append(at, "selfApproved")...)
		c.want(r, "2500", append(at, "total", "amount")...)
		c.want(r, "3", append(at, "lines", 0, "mostUnshipped")...)
		c.want(r, "0", append(at, "lines", 0, "mostHandedOver")...)

		r = c.done(c.buyer, "requestAfterSale", in, seenRequest)
		at = []any{"requestAfterSale", "afterSale"}
		c.want(r, "REFUNDING", append(at, "status")...)
		c.want(r, "2500", append(at, "amount", "amount")...)
		c.want(r, "[ADD_MESSAGE]", append(at, "availableActions")...)
		if got := balance(r, append(at, "order")...); got != "7500 0 2500 5000" {
			c.Errorf("the order's money is %s", got)
		}
		if got := balance(r, append(at, "lines", 0, "item")...); got != "7500 0 2500 5000" {
			c.Errorf("the line's money is %s", got)
		}

		in["lines"] = p.lines(3)
		r = c.must(c.buyer, preview, vars{"in": in})
		c.want(r, "LIMIT_EXCEEDED", "refundPreview", "userErrors", 0, "code")
		c.want(r, "lines[0].quantity", "refundPreview", "userErrors", 0, "field")
		c.refuses(c.buyer, "requestAfterSale", in, "LIMIT_EXCEEDED", "lines[0].quantity")
	})
}

func TestUnitsHereAndUnitsGoneAreTwoRequests(t *testing.T) {
	t.Parallel()
	eachCast(t, func(c *cast) {
		p := c.paid()
		c.parcel(p, 1, 4)
		in := p.request("REFUND_ONLY")
		in["lines"] = p.lines(3)
		c.refuses(c.buyer, "requestAfterSale", in, "MIXED_QUANTITY", "lines[0].quantity")
		in["lines"] = p.lines(2)
		r := c.done(c.buyer, "requestAfterSale", in, seenRequest)
		c.want(r, "UNSHIPPED", "requestAfterSale", "afterSale", "goods")
	})
}

func TestANegotiationIsKept(t *testing.T) {
	t.Parallel()
	eachCast(t, func(c *cast) {
		p := c.received()
		in := p.request("REFUND_ONLY")
		in["text"], in["images"] = "It broke", []string{evidence}
		r := c.done(c.buyer, "requestAfterSale", in, seenRequest)
		at := []any{"requestAfterSale", "afterSale"}
		c.want(r, "[WITHDRAW ADD_MESSAGE]", append(at, "availableActions")...)
		c.want(r, "[map[kind:MERCHANT_ANSWER]]", append(at, "deadlines")...)
		c.want(r, "1", append(at, "subOrder", "openRequests")...)
		id, _ := r.at(append(at, "id")...).(string)
		c.refuses(c.buyer, "confirmReceipt", of(id), "ACTION_NOT_ALLOWED", "")

		list := c.must(c.merchant, `{ afterSales(filter: {status: [AWAITING_MERCHANT]}) {
			totalCount edges { node { id availableActions } } } viewer { orderCounts { afterSale } } }`,
			nil)
		c.want(list, "1", "afterSales", "totalCount")
		c.want(list, "1", "viewer", "orderCounts", "afterSale")
		c.want(list, "[APPROVE REJECT PROPOSE ADD_MESSAGE]",
			"afterSales", "edges", 0, "node", "availableActions")

		offer := p.offer(id)
		offer["text"] = "Half?"
		r = c.done(c.merchant, "proposeAfterSale", offer, seenRequest)
		at = []any{"proposeAfterSale", "afterSale"}
		c.want(r, "AWAITING_BUYER", append(at, "status")...)
		c.want(r, "1000", append(at, "proposal", "lines", 0, "amount", "amount")...)
		long := vars{"afterSale": id, "text": string(make([]rune, 501))}
		c.refuses(c.buyer, "addAfterSaleMessage", long, "INVALID_INPUT", "text")
		bad := vars{"afterSale": id, "images": []string{"http://images.example/a.jpg"}}
		c.refuses(c.buyer, "addAfterSaleMessage", bad, "INVALID_INPUT", "images")

		r = c.done(c.buyer, "answerProposal", vars{"afterSale": id, "accept": true}, seenRequest)
		at = []any{"answerProposal", "afterSale"}
		c.want(r, "REFUNDING", append(at, "status")...)
		c.want(r, "1000", append(at, "amount", "amount")...)
		c.want(r, "It broke", append(at, "messages", 0, "text")...)
		c.want(r, "PROPOSAL", append(at, "messages", 1, "kind")...)
		c.want(r, "MERCHANT", append(at, "messages", 1, "author", "role")...)
		if got := balance(r, append(at, "order")...); got != "7500 0 1000 6500" {
			c.Errorf("the order's money is %s", got)
		}
	})
}

func TestStaffGiveARequestMoreTime(t *testing.T) {
	t.Parallel()
	eachCast(t, func(c *cast) {
		id := c.asked(c.received(), "REFUND_ONLY")
		more := vars{"afterSale": id, "kind": "MERCHANT_ANSWER", "seconds": 3600}
		due := func() string {
			row, err := globalid.Parse(id)
			if err != nil {
				c.Fatal(err)
			}
			return c.db.Client.AfterSale.GetX(c.Context(), row).DueAt.String()
		}
		before := due()
		r := c.done(c.support, "extendDeadline", more, "afterSale { status }")
		c.want(r, "AWAITING_MERCHANT", "extendDeadline", "afterSale", "status")
		if due() == before {
			c.Error("there is no more time than before")
		}
		more["kind"] = "RETURN"
		c.refuses(c.support, "extendDeadline", more, "ACTION_NOT_ALLOWED", "")
		more["subOrder"] = id
		c.refuses(c.support, "extendDeadline", more, "INVALID_INPUT", "subOrder")

		short := vars{"shortage": c.lacking(), "kind": "SHORTAGE_OFFER", "seconds": 60}
		r = c.done(c.platform, "extendDeadline", short, "shortage { status }")
		c.want(r, "OPEN", "extendDeadline", "shortage", "status")
	})
}

func TestAParcelOfUnitsThatWereAskedBackStops(t *testing.T) {
	t.Parallel()
	eachCast(t, func(c *cast) {
		p := c.paid()
		id := c.parcel(p, 3, 2)
		const seen = `query($id: ID!) { node(id: $id) { ... on Shipment {
			stopped availableActions } } }`
		r := c.must(c.hand, seen, vars{"id": id})
		c.want(r, "false", "node", "stopped")
		c.want(r, "[PACK HAND_OVER CANCEL]", "node", "availableActions")
		c.asked(p, "REFUND_ONLY")
		r = c.must(c.hand, seen, vars{"id": id})
		c.want(r, "true", "node", "stopped")
		c.want(r, "[CANCEL]", "node", "availableActions")
		c.refuses(c.hand, "handOver", c.label(id), "ACTION_NOT_ALLOWED", "")
	})
}

func TestAShortageIsOfferedAndChosen(t *testing.T) {
	t.Parallel()
	eachCast(t, func(c *cast) {
		id := c.lacking()
		const seen = "shortage { status options availableActions quantity subOrder { status } }"
		r := c.done(c.merchant, "offerShortageOptions", vars{"shortage": id,
			"options": []string{"OTHER_WAREHOUSE", "TRANSFER"}, "warehouse": c.elsewhere}, seen)
		c.want(r, "[OTHER_WAREHOUSE TRANSFER REFUND]",
			"offerShortageOptions", "shortage", "options")
		list := c.must(c.buyer, `{ shortages(filter: {status: [OFFERED]}) { totalCount
			edges { node { availableActions deadlines { kind } } } } }`, nil)
		c.want(list, "1", "shortages", "totalCount")
		c.want(list, "[CHOOSE_REFUND CHOOSE_WAREHOUSE CHOOSE_TRANSFER REQUEST_REFUND]",
			"shortages", "edges", 0, "node", "availableActions")
		r = c.done(c.buyer, "answerShortage",
			vars{"shortage": id, "choice": "OTHER_WAREHOUSE"}, seen)
		c.want(r, "RESOLVED", "answerShortage", "shortage", "status")
		c.refuses(c.buyer, "answerShortage", vars{"shortage": id, "choice": "REFUND"},
			"ACTION_NOT_ALLOWED", "")
	})
}

// TestAfterSaleEventsAreOfOneRequest follows one request, and all of a shop.
func TestAfterSaleEventsAreOfOneRequest(t *testing.T) {
	t.Parallel()
	eachCast(t, func(c *cast) {
		c.sequence()
		first, second := c.rejected(c.received()), c.rejected(c.received())
		const told = `type ... on AfterSaleEvent { afterSaleId afterSaleFrom afterSaleTo detail }`
		one := c.subscribe(c.T, c.buyer, "afterSaleEvents", `subscription($id: ID!, $a: FeedCursor) {
			afterSaleEvents(afterSale: $id, after: $a) { `+told+" } }",
			vars{"id": second, "a": event.Cursor(0).String()})
		all := c.subscribe(c.T, c.merchant, "afterSaleEvents", `subscription($id: ID!, $a: FeedCursor) {
			afterSaleEvents(shop: $id, after: $a) { `+told+" } }",
			vars{"id": c.shop, "a": event.Cursor(0).String()})
		for _, want := range []struct {
			live          *stream
			request, kind string
		}{
			{one, second, "AFTER_SALE_REQUESTED"}, {one, second, "AFTER_SALE_REJECTED"},
			{all, first, "AFTER_SALE_REQUESTED"}, {all, first, "AFTER_SALE_REJECTED"},
			{all, second, "AFTER_SALE_REQUESTED"}, {all, second, "AFTER_SALE_REJECTED"},
		} {
			got := want.live.next()
			if got["afterSaleId"] != want.request || got["type"] != want.kind {
				c.Errorf("heard %v, want %s of %s", got, want.kind, want.request)
			}
		}
		c.done(c.buyer, "escalateAfterSale", of(second), "")
		if got := one.next(); got["afterSaleFrom"] != "REJECTED" ||
			got["afterSaleTo"] != "IN_ARBITRATION" {
			c.Errorf("then %v", got)
		}
		c.noStream(c.otherBuyer, second)
		c.noStream(c.otherShop, second)
	})
}

// TestAnEventShowsWhatDependsOnOtherRows: subscriptions tell money and actions as queries do.
func TestAnEventShowsWhatDependsOnOtherRows(t *testing.T) {
	t.Parallel()
	eachCast(t, func(c *cast) {
		c.sequence()
		id := c.asked(c.received(), "REFUND_ONLY")
		live := c.subscribe(c.T, c.merchant, "afterSaleEvents", `subscription($id: ID!, $a: FeedCursor) {
			afterSaleEvents(afterSale: $id, after: $a) { type order {
				balance { paid { amount } held { amount } }
				afterSales { availableActions } shipments { stopped } } } }`,
			vars{"id": id, "a": event.Cursor(0).String()})
		for range 2 { // one event is read while the one before is told
			told := answer{Data: live.next()}
			if got := fmt.Sprint(told.at("order", "balance", "paid", "amount"),
				told.at("order", "balance", "held", "amount")); got != "7500 2500" {
				c.Errorf("the order's money is %s", got)
			}
			c.want(told, "[APPROVE REJECT PROPOSE ADD_MESSAGE]",
				"order", "afterSales", 0, "availableActions")
			c.done(c.buyer, "addAfterSaleMessage", vars{"afterSale": id, "text": "Please"}, "")
		}
	})
}

// noStream expects that somebody may not follow a request.
func (c *cast) noStream(token, request string) {
	c.Helper()
	s := c.subscribe(c.T, token, "afterSaleEvents",
		"subscription($id: ID!) { afterSaleEvents(afterSale: $id) { type } }", vars{"id": request})
	if code := s.refused(); code != "NOT_FOUND" {
		c.Errorf("a stranger's stream ends with %v", code)
	}
}
