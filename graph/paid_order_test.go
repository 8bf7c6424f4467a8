package graph_test

import (
	"testing"
	"time"

	"orderflow/internal/vocab"
)

func TestASubOrderIsSplitAndReassigned(t *testing.T) {
	t.Parallel()
	eachEnv(t, func(e *env) {
		p := e.paidOrder()
		split := func(lines []vars) vars { return vars{"subOrder": p.sub, "lines": lines} }
		e.expectRefusal(e.merchant, "splitSubOrder", split(p.lines(3)), "INVALID_INPUT", "lines")
		e.expectRefusal(e.merchant, "splitSubOrder", split(e.paidOrder().lines(1)),
			"INVALID_INPUT", "lines[0].item")
		r := e.mutateOK(e.merchant, "splitSubOrder", split(p.lines(1)), `
			subOrder { items { quantity payable { amount } } price { payable { amount } } }
			newSubOrder { id number status warehouse { code } availableActions
				items { id quantity payable { amount } } deadlines { kind }
				order { subOrders { number } price { payable { amount } } } }`)
		e.expect(r, "2", "splitSubOrder", "subOrder", "items", 0, "quantity")
		e.expect(r, "5000", "splitSubOrder", "subOrder", "price", "payable", "amount")
		made := func(path ...any) []any {
			return append([]any{"splitSubOrder", "newSubOrder"}, path...)
		}
		e.expect(r, "1", made("items", 0, "quantity")...)
		e.expect(r, "2500", made("items", 0, "payable", "amount")...)
		e.expect(r, "7500", made("order", "price", "payable", "amount")...)
		e.expect(r, "SHIP", made("deadlines", 0, "kind")...)
		if subs, _ := r.at(made("order", "subOrders")...).([]any); len(subs) != 2 {
			e.Error(r.raw)
		}
		sub := r.at(made("id")...)
		to := func(warehouse string) vars { return vars{"subOrder": sub, "warehouse": warehouse} }
		e.expectRefusal(e.picker, "reassignWarehouse", to(e.warehouse), "INVALID_INPUT", "warehouse")
		e.expectRefusal(e.picker, "reassignWarehouse", to(e.shop), "NOT_FOUND", "warehouse")
		r = e.mutateOK(e.picker, "reassignWarehouse", to(e.otherWarehouse),
			"subOrder { status warehouse { code } order { timeline { type } } }")
		e.expect(r, "BJ", "reassignWarehouse", "subOrder", "warehouse", "code")
	})
}

func TestTheAddressOfAPaidOrderIsChanged(t *testing.T) {
	t.Parallel()
	eachEnv(t, func(e *env) {
		p := e.paidOrder()
		to := func(region string) vars {
			return vars{"order": p.order, "address": vars{"name": "Li", "phone": "13900001111",
				"region": region, "street": "Bund 2"}}
		}
		e.expectRefusal(e.buyer, "requestAddressChange", to(""), "INVALID_INPUT", "address.region")
		e.expectRefusal(e.buyer, "requestAddressChange", to("北京"), "ACTION_NOT_ALLOWED", "address.region")
		r := e.mutateOK(e.buyer, "requestAddressChange", to("上海"), `changes { id status
			availableActions address { name phone } shop { code } order { availableActions } }`)
		change := r.at("requestAddressChange", "changes", 0, "id")
		e.expect(r, "map[address:map[name:Li phone:139****1111] availableActions:[WITHDRAW] "+
			"id:"+change.(string)+" order:map[availableActions:[]] shop:map[code:tea] status:ASKED]",
			"requestAddressChange", "changes", 0)
		e.expectRefusal(e.buyer, "requestAddressChange", to("上海"), "ACTION_NOT_ALLOWED", "")
		e.expectRefusal(e.merchant, "answerAddressChange", vars{"change": change, "accept": false},
			"INVALID_INPUT", "reason")
		r = e.mutateOK(e.merchant, "answerAddressChange", vars{"change": change, "accept": true}, `
			change { status answeredAt order { subOrders { address { name phone } } } }`)
		e.expect(r, "ACCEPTED", "answerAddressChange", "change", "status")
		e.expect(r, "map[name:Li phone:13900001111]",
			"answerAddressChange", "change", "order", "subOrders", 0, "address")
		e.expectRefusal(e.merchant, "answerAddressChange", vars{"change": change, "accept": true},
			"ACTION_NOT_ALLOWED", "")
	})
}

// A sub-order that was shipped in part and then refunded whole does not show what was handed over.
func TestNoAddressChangeIsOfferedAfterAPartialShipment(t *testing.T) {
	t.Parallel()
	eachEnv(t, func(e *env) {
		const actions = `query($id: ID!) { node(id: $id) { ... on Order { availableActions
			subOrders { status } } } }`
		p := e.paidOrder()
		e.mutateOK(e.merchant, "splitSubOrder", vars{"subOrder": p.sub, "lines": p.lines(1)}, "")
		e.expect(e.must(e.buyer, actions, vars{"id": p.order}), "[REQUEST_ADDRESS_CHANGE]",
			"node", "availableActions")
		e.newParcel(p, 1, 4)
		for range 2 { // what was handed over, then what was not
			e.mutateOK(e.support, "forceRefund", vars{"request": p.requestInput("REFUND_ONLY")}, "")
			e.runRefunds()
		}
		r := e.must(e.buyer, actions, vars{"id": p.order})
		e.expect(r, "[map[status:CLOSED] map[status:AWAITING_SHIPMENT]]", "node", "subOrders")
		e.expect(r, "[]", "node", "availableActions")
		e.expectRefusal(e.buyer, "requestAddressChange",
			vars{"order": p.order, "address": address}, "ACTION_NOT_ALLOWED", "")
	})
}

func TestRemindersMemosAndWhatIsNotShipped(t *testing.T) {
	t.Parallel()
	eachEnv(t, func(e *env) {
		p := e.paidOrder()
		r := e.mutateOK(e.buyer, "remindShipment", vars{"subOrder": p.sub},
			"subOrder { availableActions }")
		e.expect(r, "[REQUEST_AFTER_SALE]", "remindShipment", "subOrder", "availableActions")
		e.expectRefusal(e.buyer, "remindShipment", vars{"subOrder": p.sub}, "ACTION_NOT_ALLOWED", "")

		memo := vars{"subOrder": p.sub, "text": " "}
		e.expectRefusal(e.support, "addMemo", memo, "INVALID_INPUT", "text")
		memo["text"] = "call first"
		r = e.mutateOK(e.support, "addMemo", memo, "memo { text shop { code } order { id } authorID }")
		author, _ := r.at("addMemo", "memo", "authorID").(string)
		e.expect(r, "call first", "addMemo", "memo", "text")
		e.expect(r, "tea", "addMemo", "memo", "shop", "code")
		const memos = `query($id: ID!) { node(id: $id) { ... on Order { memos { text authorID } } } }`
		for token, want := range map[string]string{
			e.support: author, e.platform: author, e.merchant: "<nil>", e.picker: "<nil>"} {
			e.expect(e.must(token, memos, vars{"id": p.order}), want, "node", "memos", 0, "authorID")
		}
		e.expect(e.must(e.picker, memos, vars{"id": p.order}), "call first",
			"node", "memos", 0, "text")
		e.expect(e.must(e.buyer, memos, vars{"id": p.order}), "[]", "node", "memos")

		close := func(units int) vars { return vars{"subOrder": p.sub, "lines": p.lines(units)} }
		e.expectRefusal(e.merchant, "closeUnshipped", close(4), "INVALID_INPUT", "lines[0].quantity")
		r = e.mutateOK(e.merchant, "closeUnshipped", close(1), `refund { status trigger amount { amount }
			lines { quantity } } subOrder { items { refundableQuantity refundable { amount } } }`)
		e.expect(r, "MERCHANT", "closeUnshipped", "refund", "trigger")
		e.expect(r, "2500", "closeUnshipped", "refund", "amount", "amount")
		e.expect(r, "2", "closeUnshipped", "subOrder", "items", 0, "refundableQuantity")
	})
}

func TestStaffGiveMoreTime(t *testing.T) {
	t.Parallel()
	eachEnv(t, func(e *env) {
		for kind, sub := range map[string]string{
			"SHIP": e.paidOrder().sub, "RECEIPT": e.shippedOrder().sub, "COMPLETE": e.receivedOrder().sub,
			"TROUBLE": e.troubledOrder().sub,
		} {
			before := e.dueAt(sub, "")
			more := vars{"subOrder": sub, "kind": kind, "seconds": 3600}
			e.mutateOK(e.support, "extendDeadline", more, "subOrder { id }")
			if got := e.dueAt(sub, kind).Sub(before); got != time.Hour {
				e.Errorf("%s is %s later", kind, got)
			}
			e.expectRefusal(e.support, "extendDeadline", vars{"subOrder": sub, "kind": kind, "seconds": 0},
				"INVALID_INPUT", "seconds")
			e.expectRefusal(e.platform, "extendDeadline", vars{"subOrder": sub, "kind": "PAY",
				"seconds": 1}, "ACTION_NOT_ALLOWED", "")
		}
	})
}

// dueAt is when the only deadline of a sub-order is, which must be of that kind if one is given.
func (e *env) dueAt(sub, kind string) time.Time {
	e.Helper()
	r := e.must(e.support, `query($id: ID!) { node(id: $id) { ... on SubOrder {
		availableActions deadlines { kind dueAt } } } }`, vars{"id": sub})
	text, _ := r.at("node", "deadlines", 0, "dueAt").(string)
	at, err := time.Parse(time.RFC3339, text)
	if err != nil || kind != "" && r.at("node", "deadlines", 0, "kind") != kind {
		e.Fatalf("no deadline %s: %s", kind, r.raw)
	}
	return at
}

func TestTheTimeToPayIsExtended(t *testing.T) {
	t.Parallel()
	eachEnv(t, func(e *env) {
		order, attempt := e.startedPayment()
		const seen = `query($id: ID!) { node(id: $id) { ... on Order { payDueAt availableActions
			subOrders { id } timeline { type ... on SubOrderStatusEvent { from to reason }
				... on OrderStatusEvent { from to reason } } } } }`
		look := func(token string) response { return e.must(token, seen, vars{"id": order}) }
		dueAt := func() time.Time {
			at, err := time.Parse(time.RFC3339, look(e.buyer).at("node", "payDueAt").(string))
			if err != nil {
				e.Fatal(err)
			}
			return at
		}
		before := dueAt()
		more := vars{"subOrder": look(e.buyer).at("node", "subOrders", 0, "id"), "kind": "PAY",
			"seconds": 7200}
		// The channel takes the open attempt until the old deadline only.
		e.expect(look(e.support), "[]", "node", "availableActions")
		e.expectRefusal(e.support, "extendDeadline", more, "ACTION_NOT_ALLOWED", "")
		e.mutateOK(e.buyer, "abandonPayment", vars{"order": order}, "")
		e.expect(look(e.support), "[EXTEND_DEADLINE]", "node", "availableActions")
		e.mutateOK(e.support, "extendDeadline", more, "subOrder { order { payDueAt } }")
		if got := dueAt().Sub(before); got != 2*time.Hour {
			e.Errorf("extended by %s", got)
		}
		events, _ := look(e.buyer).at("node", "timeline").([]any)
		for i, name := range []string{"ORDER_DEADLINE_EXTENDED", "SUB_ORDER_DEADLINE_EXTENDED"} {
			received, _ := events[len(events)-2+i].(map[string]any)
			if received["type"] != name || received["to"] != string(vocab.PaymentFailed) ||
				received["reason"] != nil {
				e.Errorf("received %v", received)
			}
		}
		r := e.mutateOK(e.buyer, "startPayment", vars{"order": order, "channel": "SANDBOX"},
			"payment { id expiresAt }")
		e.expect(r, dueAt().Format(time.RFC3339Nano), "startPayment", "payment", "expiresAt")
		if r.at("startPayment", "payment", "id") == attempt {
			e.Error("the old attempt is paid on")
		}
	})
}
