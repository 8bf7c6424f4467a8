package graph_test

import (
	"fmt"
	"testing"
)

func TestManyParcelsAtOnceEachHaveAResult(t *testing.T) {
	t.Parallel()
	eachCast(t, func(c *cast) {
		p := c.paid()
		one, sent := c.parcel(p, 1, 0), c.parcel(p, 1, 4)
		const each = `results { shipment { id stage } userErrors { code field } }`
		r := c.mutate(c.hand, "printPickLists", vars{"shipments": []string{c.shop, one, sent}},
			each+" userErrors { code }")
		c.want(r, "NOT_FOUND", "printPickLists", "results", 0, "userErrors", 0, "code")
		c.want(r, "map[shipment:map[id:"+one+" stage:LIST_PRINTED] userErrors:[]]",
			"printPickLists", "results", 1)
		c.want(r, "ACTION_NOT_ALLOWED", "printPickLists", "results", 2, "userErrors", 0, "code")
		many := make([]string, 101)
		for i := range many {
			many[i] = one
		}
		c.refuses(c.hand, "printPickLists", vars{"shipments": many}, "LIMIT_EXCEEDED", "shipments")
	})
}

func TestManyOrdersAreShippedAtOnce(t *testing.T) {
	t.Parallel()
	eachCast(t, func(c *cast) {
		entry := func(sub, carrier string) vars {
			c.sent++
			return vars{"subOrder": sub, "carrier": carrier,
				"trackingNumber": fmt.Sprintf("SF%d", c.sent)}
		}
		one, two := c.paid(), c.paid()
		entries := vars{"entries": []vars{entry(one.sub, "sf"), entry(c.shop, "sf"),
			entry(two.sub, "1"), entry(two.sub, "yto")}}
		const ship = `mutation($in: ShipOrdersInput!) { shipOrders(input: $in)
			@idempotent(key: "monday") { results { shipment { id stage carrier
				items { quantity subOrder { status } } } userErrors { code field } }
			userErrors { code } } }`
		r := c.must(c.merchant, ship, vars{"in": entries})
		c.want(r, "SHIPPED", "shipOrders", "results", 0, "shipment", "items", 0, "subOrder", "status")
		c.want(r, "[map[code:NOT_FOUND field:subOrder]]", "shipOrders", "results", 1, "userErrors")
		c.want(r, "[map[code:INVALID_INPUT field:carrier]]", "shipOrders", "results", 2, "userErrors")
		c.want(r, "yto", "shipOrders", "results", 3, "shipment", "carrier")
		again := c.must(c.merchant, ship, vars{"in": entries})
		for _, i := range []int{0, 3} {
			c.want(again, fmt.Sprint(r.at("shipOrders", "results", i, "shipment", "id")),
				"shipOrders", "results", i, "shipment", "id")
		}
		many := make([]vars, 101)
		for i := range many {
			many[i] = entry(one.sub, "sf")
		}
		c.refuses(c.hand, "shipOrders", vars{"entries": many}, "LIMIT_EXCEEDED", "entries")
	})
}

func TestReviewsAreAddedToAndRepliedTo(t *testing.T) {
	t.Parallel()
	eachCast(t, func(c *cast) {
		review := c.reviewed()
		text := func(text string) vars { return vars{"review": review, "text": text} }
		c.refuses(c.buyer, "appendReview", text(""), "INVALID_INPUT", "text")
		r := c.done(c.buyer, "appendReview", text("still good"), `review { appended appendedAt
			availableActions }`)
		c.want(r, "still good", "appendReview", "review", "appended")
		c.want(r, "[]", "appendReview", "review", "availableActions")
		c.refuses(c.buyer, "appendReview", text("again"), "ACTION_NOT_ALLOWED", "")
		c.refuses(c.merchant, "replyReview", text(" "), "INVALID_INPUT", "text")
		r = c.done(c.merchant, "replyReview", text("thank you"), "review { reply repliedAt }")
		c.want(r, "thank you", "replyReview", "review", "reply")
		c.refuses(c.merchant, "replyReview", text("again"), "ACTION_NOT_ALLOWED", "")
		r = c.must(c.otherBuyer, `{ reviews(filter: {replied: true}) { totalCount edges { node {
			rating appended reply } } } }`, nil)
		c.want(r, "map[appended:still good rating:4 reply:thank you]",
			"reviews", "edges", 0, "node")
	})
}
