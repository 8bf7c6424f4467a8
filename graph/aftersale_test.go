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

const requestFields = `afterSale { id status kind goods amount { amount } availableActions
	deadlines { kind } lines { quantity amount { amount } item { balance {
		paid { amount } refunded { amount } held { amount } refundable { amount } } } }
	messages { kind text images author { role } } proposal { kind lines { amount { amount } } }
	subOrder { openRequests } order { balance {
		paid { amount } refunded { amount } held { amount } refundable { amount } } } }`

// balance prints where money is: paid, refunded, held, refundable.
func balance(r response, path ...any) string {
	at := func(name string) any { return r.at(append(path, "balance", name, "amount")...) }
	return fmt.Sprint(at("paid"), at("refunded"), at("held"), at("refundable"))
}

func TestAPreviewShowsWhatARequestTakes(t *testing.T) {
	t.Parallel()
	eachEnv(t, func(e *env) {
		p := e.paidOrder()
		in := p.requestInput("REFUND_ONLY")
		r := e.must(e.buyer, preview, vars{"in": in})
		at := []any{"refundPreview", "preview"}
		e.expect(r, "UNSHIPPED", append(at, "goods")...)
		e.expect(r, "true", append(at, "selfApproved")...)
		e.expect(r, "2500", append(at, "total", "amount")...)
		e.expect(r, "3", append(at, "lines", 0, "mostUnshipped")...)
		e.expect(r, "0", append(at, "lines", 0, "mostHandedOver")...)

		r = e.mutateOK(e.buyer, "requestAfterSale", in, requestFields)
		at = []any{"requestAfterSale", "afterSale"}
		e.expect(r, "REFUNDING", append(at, "status")...)
		e.expect(r, "2500", append(at, "amount", "amount")...)
		e.expect(r, "[ADD_MESSAGE]", append(at, "availableActions")...)
		if got := balance(r, append(at, "order")...); got != "7500 0 2500 5000" {
			e.Errorf("the order's money is %s", got)
		}
		if got := balance(r, append(at, "lines", 0, "item")...); got != "7500 0 2500 5000" {
			e.Errorf("the line's money is %s", got)
		}

		in["lines"] = p.lines(3)
		r = e.must(e.buyer, preview, vars{"in": in})
		e.expect(r, "LIMIT_EXCEEDED", "refundPreview", "userErrors", 0, "code")
		e.expect(r, "lines[0].quantity", "refundPreview", "userErrors", 0, "field")
		e.expectRefusal(e.buyer, "requestAfterSale", in, "LIMIT_EXCEEDED", "lines[0].quantity")
	})
}

func TestShippedAndUnshippedUnitsAreTwoRequests(t *testing.T) {
	t.Parallel()
	eachEnv(t, func(e *env) {
		p := e.paidOrder()
		e.newParcel(p, 1, 4)
		in := p.requestInput("REFUND_ONLY")
		in["lines"] = p.lines(3)
		e.expectRefusal(e.buyer, "requestAfterSale", in, "MIXED_QUANTITY", "lines[0].quantity")
		in["lines"] = p.lines(2)
		r := e.mutateOK(e.buyer, "requestAfterSale", in, requestFields)
		e.expect(r, "UNSHIPPED", "requestAfterSale", "afterSale", "goods")
	})
}

func TestANegotiationIsKept(t *testing.T) {
	t.Parallel()
	eachEnv(t, func(e *env) {
		p := e.receivedOrder()
		in := p.requestInput("REFUND_ONLY")
		in["text"], in["images"] = "It broke", []string{evidence}
		r := e.mutateOK(e.buyer, "requestAfterSale", in, requestFields)
		at := []any{"requestAfterSale", "afterSale"}
		e.expect(r, "[WITHDRAW ADD_MESSAGE]", append(at, "availableActions")...)
		e.expect(r, "[map[kind:MERCHANT_ANSWER]]", append(at, "deadlines")...)
		e.expect(r, "1", append(at, "subOrder", "openRequests")...)
		id, _ := r.at(append(at, "id")...).(string)
		e.expectRefusal(e.buyer, "confirmReceipt", afterSaleInput(id), "ACTION_NOT_ALLOWED", "")

		list := e.must(e.merchant, `{ afterSales(filter: {status: [AWAITING_MERCHANT]}) {
			totalCount edges { node { id availableActions } } } viewer { orderCounts { afterSale } } }`,
			nil)
		e.expect(list, "1", "afterSales", "totalCount")
		e.expect(list, "1", "viewer", "orderCounts", "afterSale")
		e.expect(list, "[APPROVE REJECT PROPOSE ADD_MESSAGE]",
			"afterSales", "edges", 0, "node", "availableActions")

		offer := p.proposalInput(id)
		offer["text"] = "Half?"
		r = e.mutateOK(e.merchant, "proposeAfterSale", offer, requestFields)
		at = []any{"proposeAfterSale", "afterSale"}
		e.expect(r, "AWAITING_BUYER", append(at, "status")...)
		e.expect(r, "1000", append(at, "proposal", "lines", 0, "amount", "amount")...)
		long := vars{"afterSale": id, "text": string(make([]rune, 501))}
		e.expectRefusal(e.buyer, "addAfterSaleMessage", long, "INVALID_INPUT", "text")
		bad := vars{"afterSale": id, "images": []string{"http://images.example/a.jpg"}}
		e.expectRefusal(e.buyer, "addAfterSaleMessage", bad, "INVALID_INPUT", "images")

		r = e.mutateOK(e.buyer, "answerProposal", vars{"afterSale": id, "accept": true}, requestFields)
		at = []any{"answerProposal", "afterSale"}
		e.expect(r, "REFUNDING", append(at, "status")...)
		e.expect(r, "1000", append(at, "amount", "amount")...)
		e.expect(r, "It broke", append(at, "messages", 0, "text")...)
		e.expect(r, "PROPOSAL", append(at, "messages", 1, "kind")...)
		e.expect(r, "MERCHANT", append(at, "messages", 1, "author", "role")...)
		if got := balance(r, append(at, "order")...); got != "7500 0 1000 6500" {
			e.Errorf("the order's money is %s", got)
		}
	})
}

func TestStaffGiveARequestMoreTime(t *testing.T) {
	t.Parallel()
	eachEnv(t, func(e *env) {
		id := e.requestAfterSale(e.receivedOrder(), "REFUND_ONLY")
		more := vars{"afterSale": id, "kind": "MERCHANT_ANSWER", "seconds": 3600}
		due := func() string {
			row, err := globalid.Parse(id)
			if err != nil {
				e.Fatal(err)
			}
			return e.db.Client.AfterSale.GetX(e.Context(), row).DueAt.String()
		}
		before := due()
		r := e.mutateOK(e.support, "extendDeadline", more, "afterSale { status }")
		e.expect(r, "AWAITING_MERCHANT", "extendDeadline", "afterSale", "status")
		if due() == before {
			e.Error("there is no more time than before")
		}
		more["kind"] = "RETURN"
		e.expectRefusal(e.support, "extendDeadline", more, "ACTION_NOT_ALLOWED", "")
		more["subOrder"] = id
		e.expectRefusal(e.support, "extendDeadline", more, "INVALID_INPUT", "subOrder")

		short := vars{"shortage": e.newShortage(), "kind": "SHORTAGE_OFFER", "seconds": 60}
		r = e.mutateOK(e.platform, "extendDeadline", short, "shortage { status }")
		e.expect(r, "OPEN", "extendDeadline", "shortage", "status")
	})
}

func TestAParcelOfRefundedUnitsStops(t *testing.T) {
	t.Parallel()
	eachEnv(t, func(e *env) {
		p := e.paidOrder()
		id := e.newParcel(p, 3, 2)
		const seen = `query($id: ID!) { node(id: $id) { ... on Shipment {
			stopped availableActions } } }`
		r := e.must(e.picker, seen, vars{"id": id})
		e.expect(r, "false", "node", "stopped")
		e.expect(r, "[PACK HAND_OVER CANCEL]", "node", "availableActions")
		e.requestAfterSale(p, "REFUND_ONLY")
		r = e.must(e.picker, seen, vars{"id": id})
		e.expect(r, "true", "node", "stopped")
		e.expect(r, "[CANCEL]", "node", "availableActions")
		e.expectRefusal(e.picker, "handOver", e.newLabel(id), "ACTION_NOT_ALLOWED", "")
	})
}

func TestAShortageIsOfferedAndChosen(t *testing.T) {
	t.Parallel()
	eachEnv(t, func(e *env) {
		id := e.newShortage()
		const seen = "shortage { status options availableActions quantity subOrder { status } }"
		r := e.mutateOK(e.merchant, "offerShortageOptions", vars{"shortage": id,
			"options": []string{"OTHER_WAREHOUSE", "TRANSFER"}, "warehouse": e.otherWarehouse}, seen)
		e.expect(r, "[OTHER_WAREHOUSE TRANSFER REFUND]",
			"offerShortageOptions", "shortage", "options")
		list := e.must(e.buyer, `{ shortages(filter: {status: [OFFERED]}) { totalCount
			edges { node { availableActions deadlines { kind } } } } }`, nil)
		e.expect(list, "1", "shortages", "totalCount")
		e.expect(list, "[CHOOSE_REFUND CHOOSE_WAREHOUSE CHOOSE_TRANSFER REQUEST_REFUND]",
			"shortages", "edges", 0, "node", "availableActions")
		r = e.mutateOK(e.buyer, "answerShortage",
			vars{"shortage": id, "choice": "OTHER_WAREHOUSE"}, seen)
		e.expect(r, "RESOLVED", "answerShortage", "shortage", "status")
		e.expectRefusal(e.buyer, "answerShortage", vars{"shortage": id, "choice": "REFUND"},
			"ACTION_NOT_ALLOWED", "")
	})
}

// TestAfterSaleEventsAreOfOneRequest follows one request, and all of a shop.
func TestAfterSaleEventsAreOfOneRequest(t *testing.T) {
	t.Parallel()
	eachEnv(t, func(e *env) {
		e.startSequencer()
		first, second := e.rejectedRequest(e.receivedOrder()), e.rejectedRequest(e.receivedOrder())
		const eventFields = `type ... on AfterSaleEvent { afterSaleId afterSaleFrom afterSaleTo detail }`
		one := e.subscribe(e.T, e.buyer, "afterSaleEvents", `subscription($id: ID!, $a: FeedCursor) {
			afterSaleEvents(afterSale: $id, after: $a) { `+eventFields+" } }",
			vars{"id": second, "a": event.Cursor{}.String()})
		all := e.subscribe(e.T, e.merchant, "afterSaleEvents", `subscription($id: ID!, $a: FeedCursor) {
			afterSaleEvents(shop: $id, after: $a) { `+eventFields+" } }",
			vars{"id": e.shop, "a": event.Cursor{}.String()})
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
				e.Errorf("received %v, want %s of %s", got, want.kind, want.request)
			}
		}
		e.mutateOK(e.buyer, "escalateAfterSale", afterSaleInput(second), "")
		if got := one.next(); got["afterSaleFrom"] != "REJECTED" ||
			got["afterSaleTo"] != "IN_ARBITRATION" {
			e.Errorf("then %v", got)
		}
		e.expectNoStream(e.otherBuyer, second)
		e.expectNoStream(e.otherMerchant, second)
	})
}

// TestAnEventShowsWhatDependsOnOtherRows: subscriptions show money and actions as queries do.
func TestAnEventShowsWhatDependsOnOtherRows(t *testing.T) {
	t.Parallel()
	eachEnv(t, func(e *env) {
		e.startSequencer()
		id := e.requestAfterSale(e.receivedOrder(), "REFUND_ONLY")
		live := e.subscribe(e.T, e.merchant, "afterSaleEvents", `subscription($id: ID!, $a: FeedCursor) {
			afterSaleEvents(afterSale: $id, after: $a) { type order {
				balance { paid { amount } held { amount } }
				afterSales { availableActions } shipments { stopped } } } }`,
			vars{"id": id, "a": event.Cursor{}.String()})
		for range 2 { // one event is read while the response of the one before is written
			received := response{Data: live.next()}
			if got := fmt.Sprint(received.at("order", "balance", "paid", "amount"),
				received.at("order", "balance", "held", "amount")); got != "7500 2500" {
				e.Errorf("the order's money is %s", got)
			}
			e.expect(received, "[APPROVE REJECT PROPOSE ADD_MESSAGE]",
				"order", "afterSales", 0, "availableActions")
			e.mutateOK(e.buyer, "addAfterSaleMessage", vars{"afterSale": id, "text": "Please"}, "")
		}
	})
}

// noStream expects that somebody may not follow a request.
func (e *env) expectNoStream(token, request string) {
	e.Helper()
	s := e.subscribe(e.T, token, "afterSaleEvents",
		"subscription($id: ID!) { afterSaleEvents(afterSale: $id) { type } }", vars{"id": request})
	if code := s.errorCode(); code != "NOT_FOUND" {
		e.Errorf("a stranger's stream ends with %v", code)
	}
}
