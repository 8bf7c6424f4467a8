package graph_test

import (
	"testing"
	"time"

	"orderflow/internal/vocab"
)

func TestASubOrderIsSplitAndGivenAway(t *testing.T) {
	t.Parallel()
	eachCast(t, func(c *cast) {
		p := c.paid()
		split := func(lines []vars) vars { return vars{"subOrder": p.sub, "lines": lines} }
		c.refuses(c.merchant, "splitSubOrder", split(p.lines(3)), "INVALID_INPUT", "lines")
		c.refuses(c.merchant, "splitSubOrder", split([]vars{{"item": c.paid().item, "quantity": 1}}),
			"INVALID_INPUT", "lines[0].item")
		r := c.done(c.merchant, "splitSubOrder", split(p.lines(1)), `
			subOrder { items { quantity payable { amount } } price { payable { amount } } }
			newSubOrder { id number status warehouse { code } availableActions
				items { id quantity payable { amount } } deadlines { kind }
				order { subOrders { number } price { payable { amount } } } }`)
		c.want(r, "2", "splitSubOrder", "subOrder", "items", 0, "quantity")
		c.want(r, "5000", "splitSubOrder", "subOrder", "price", "payable", "amount")
		part := func(path ...any) []any { return append([]any{"splitSubOrder", "newSubOrder"}, path...) }
		c.want(r, "1", part("items", 0, "quantity")...)
		c.want(r, "2500", part("items", 0, "payable", "amount")...)
		c.want(r, "7500", part("order", "price", "payable", "amount")...)
		c.want(r, "SHIP", part("deadlines", 0, "kind")...)
		if subs, _ := r.at(part("order", "subOrders")...).([]any); len(subs) != 2 {
			c.Error(r.raw)
		}
		sub := r.at(part("id")...)
		to := func(warehouse string) vars { return vars{"subOrder": sub, "warehouse": warehouse} }
		c.refuses(c.hand, "reassignWarehouse", to(c.warehouse), "INVALID_INPUT", "warehouse")
		c.refuses(c.hand, "reassignWarehouse", to(c.shop), "NOT_FOUND", "warehouse")
		r = c.done(c.hand, "reassignWarehouse", to(c.elsewhere),
			"subOrder { status warehouse { code } order { timeline { type } } }")
		c.want(r, "BJ", "reassignWarehouse", "subOrder", "warehouse", "code")
	})
}

func TestTheAddressOfAPaidOrderIsChanged(t *testing.T) {
	t.Parallel()
	eachCast(t, func(c *cast) {
		p := c.paid()
		to := func(region string) vars {
			return vars{"order": p.order, "address": vars{"name": "Li", "phone": "13900001111",
				"region": region, "street": "Bund 2"}}
		}
		c.refuses(c.buyer, "requestAddressChange", to(""), "INVALID_INPUT", "address.region")
		c.refuses(c.buyer, "requestAddressChange", to("北京"), "ACTION_NOT_ALLOWED", "address.region")
		r := c.done(c.buyer, "requestAddressChange", to("上海"), `changes { id status
			availableActions address { name phone } shop { code } order { availableActions } }`)
		change := r.at("requestAddressChange", "changes", 0, "id")
		c.want(r, "map[address:map[name:Li phone:139****1111] availableActions:[] "+
			"id:"+change.(string)+" order:map[availableActions:[]] shop:map[code:tea] status:ASKED]",
			"requestAddressChange", "changes", 0)
		c.refuses(c.buyer, "requestAddressChange", to("上海"), "ACTION_NOT_ALLOWED", "")
		c.refuses(c.merchant, "answerAddressChange", vars{"change": change, "accept": false},
			"INVALID_INPUT", "reason")
		r = c.done(c.merchant, "answerAddressChange", vars{"change": change, "accept": true}, `
			change { status answeredAt order { subOrders { address { name phone } } } }`)
		c.want(r, "ACCEPTED", "answerAddressChange", "change", "status")
		c.want(r, "map[name:Li phone:13900001111]",
			"answerAddressChange", "change", "order", "subOrders", 0, "address")
		c.refuses(c.merchant, "answerAddressChange", vars{"change": change, "accept": true},
			"ACTION_NOT_ALLOWED", "")
	})
}

func TestRemindersMemosAndWhatIsNotShipped(t *testing.T) {
	t.Parallel()
	eachCast(t, func(c *cast) {
		p := c.paid()
		r := c.done(c.buyer, "remindShipment", vars{"subOrder": p.sub},
			"subOrder { availableActions }")
		c.want(r, "[]", "remindShipment", "subOrder", "availableActions")
		c.refuses(c.buyer, "remindShipment", vars{"subOrder": p.sub}, "ACTION_NOT_ALLOWED", "")

		memo := vars{"subOrder": p.sub, "text": " "}
		c.refuses(c.support, "addMemo", memo, "INVALID_INPUT", "text")
		memo["text"] = "call first"
		r = c.done(c.support, "addMemo", memo, "memo { text shop { code } order { id } authorID }")
		c.want(r, "call first", "addMemo", "memo", "text")
		c.want(r, "tea", "addMemo", "memo", "shop", "code")
		const memos = `query($id: ID!) { node(id: $id) { ... on Order { memos { text } } } }`
		c.want(c.must(c.hand, memos, vars{"id": p.order}), "call first",
			"node", "memos", 0, "text")
		c.want(c.must(c.buyer, memos, vars{"id": p.order}), "[]", "node", "memos")

		close := func(units int) vars { return vars{"subOrder": p.sub, "lines": p.lines(units)} }
		c.refuses(c.merchant, "closeUnshipped", close(4), "INVALID_INPUT", "lines[0].quantity")
		r = c.done(c.merchant, "closeUnshipped", close(1), `refund { status trigger amount { amount }
			lines { quantity } } subOrder { items { refundableQuantity refundable { amount } } }`)
		c.want(r, "MERCHANT", "closeUnshipped", "refund", "trigger")
		c.want(r, "2500", "closeUnshipped", "refund", "amount", "amount")
		c.want(r, "2", "closeUnshipped", "subOrder", "items", 0, "refundableQuantity")
	})
}

func TestStaffGiveMoreTime(t *testing.T) {
	t.Parallel()
	eachCast(t, func(c *cast) {
		for kind, sub := range map[string]string{
			"SHIP": c.paid().sub, "RECEIPT": c.shipped().sub, "COMPLETE": c.received().sub,
		} {
			before := c.due(sub, "")
			more := vars{"subOrder": sub, "kind": kind, "seconds": 3600}
			c.done(c.support, "extendDeadline", more, "subOrder { id }")
			if got := c.due(sub, kind).Sub(before); got != time.Hour {
				c.Errorf("%s is %s later", kind, got)
			}
			c.refuses(c.support, "extendDeadline", vars{"subOrder": sub, "kind": kind, "seconds": 0},
				"INVALID_INPUT", "seconds")
			c.refuses(c.platform, "extendDeadline", vars{"subOrder": sub, "kind": "PAY",
				"seconds": 1}, "ACTION_NOT_ALLOWED", "")
		}
	})
}

// due is when the only deadline of a sub-order is, which must be of that kind if one is given.
func (c *cast) due(sub, kind string) time.Time {
	c.Helper()
	r := c.must(c.support, `query($id: ID!) { node(id: $id) { ... on SubOrder {
		availableActions deadlines { kind dueAt } } } }`, vars{"id": sub})
	text, _ := r.at("node", "deadlines", 0, "dueAt").(string)
	at, err := time.Parse(time.RFC3339, text)
	if err != nil || kind != "" && r.at("node", "deadlines", 0, "kind") != kind {
		c.Fatalf("no deadline %s: %s", kind, r.raw)
	}
	return at
}

func TestTheTimeToPayIsExtended(t *testing.T) {
	t.Parallel()
	eachCast(t, func(c *cast) {
		order, attempt := c.attempted()
		const seen = `query($id: ID!) { node(id: $id) { ... on Order { payDueAt availableActions
			subOrders { id } timeline { type ... on SubOrderStatusEvent { from to reason }
				... on OrderStatusEvent { from to reason } } } } }`
		look := func(token string) answer { return c.must(token, seen, vars{"id": order}) }
		dueAt := func() time.Time {
			at, err := time.Parse(time.RFC3339, look(c.buyer).at("node", "payDueAt").(string))
			if err != nil {
				c.Fatal(err)
			}
			return at
		}
		before := dueAt()
		more := vars{"subOrder": look(c.buyer).at("node", "subOrders", 0, "id"), "kind": "PAY",
			"seconds": 7200}
		// The channel takes the open attempt until the old deadline only.
		c.want(look(c.support), "[]", "node", "availableActions")
		c.refuses(c.support, "extendDeadline", more, "ACTION_NOT_ALLOWED", "")
		c.done(c.buyer, "abandonPayment", vars{"order": order}, "")
		c.want(look(c.support), "[EXTEND_DEADLINE]", "node", "availableActions")
		c.done(c.support, "extendDeadline", more, "subOrder { order { payDueAt } }")
		if got := dueAt().Sub(before); got != 2*time.Hour {
			c.Errorf("extended by %s", got)
		}
		events, _ := look(c.buyer).at("node", "timeline").([]any)
		for i, name := range []string{"ORDER_DEADLINE_EXTENDED", "SUB_ORDER_DEADLINE_EXTENDED"} {
			told, _ := events[len(events)-2+i].(map[string]any)
			if told["type"] != name || told["to"] != string(vocab.PaymentFailed) ||
				told["reason"] != nil {
				c.Errorf("told %v", told)
			}
		}
		r := c.done(c.buyer, "startPayment", vars{"order": order, "channel": "SANDBOX"},
			"payment { id expiresAt }")
		c.want(r, dueAt().Format(time.RFC3339Nano), "startPayment", "payment", "expiresAt")
		if r.at("startPayment", "payment", "id") == attempt {
			c.Error("the old attempt is paid on")
		}
	})
}
