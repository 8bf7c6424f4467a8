package graph_test

import (
	"fmt"
	"testing"
)

func TestManyParcelsAtOnceEachHaveAResult(t *testing.T) {
	t.Parallel()
	eachEnv(t, func(e *env) {
		p := e.paidOrder()
		one, sent := e.newParcel(p, 1, 0), e.newParcel(p, 1, 4)
		const each = `results { shipment { id stage } userErrors { code field } }`
		r := e.mutate(e.picker, "printPickLists", vars{"shipments": []string{e.shop, one, sent}},
			each+" userErrors { code }")
		e.expect(r, "NOT_FOUND", "printPickLists", "results", 0, "userErrors", 0, "code")
		e.expect(r, "map[shipment:map[id:"+one+" stage:LIST_PRINTED] userErrors:[]]",
			"printPickLists", "results", 1)
		e.expect(r, "ACTION_NOT_ALLOWED", "printPickLists", "results", 2, "userErrors", 0, "code")
		many := make([]string, 101)
		for i := range many {
			many[i] = one
		}
		e.expectRefusal(e.picker, "printPickLists", vars{"shipments": many},
			"LIMIT_EXCEEDED", "shipments")
	})
}

func TestManyOrdersAreShippedAtOnce(t *testing.T) {
	t.Parallel()
	eachEnv(t, func(e *env) {
		entry := func(sub, carrier string) vars {
			e.labelCount++
			return vars{"subOrder": sub, "carrier": carrier,
				"trackingNumber": fmt.Sprintf("SF%d", e.labelCount)}
		}
		one, two := e.paidOrder(), e.paidOrder()
		entries := vars{"entries": []vars{entry(one.sub, "sf"), entry(e.shop, "sf"),
			entry(two.sub, "nonsense"), entry(two.sub, "yto")}}
		const ship = `mutation($in: ShipOrdersInput!) { shipOrders(input: $in)
			@idempotent(key: "monday") { results { shipment { id stage carrier
				items { quantity subOrder { status } } } userErrors { code field } }
			userErrors { code } } }`
		r := e.must(e.merchant, ship, vars{"in": entries})
		e.expect(r, "SHIPPED", "shipOrders", "results", 0, "shipment", "items", 0, "subOrder", "status")
		e.expect(r, "[map[code:NOT_FOUND field:subOrder]]", "shipOrders", "results", 1, "userErrors")
		e.expect(r, "[map[code:INVALID_INPUT field:carrier]]", "shipOrders", "results", 2, "userErrors")
		e.expect(r, "YTO", "shipOrders", "results", 3, "shipment", "carrier")
		again := e.must(e.merchant, ship, vars{"in": entries})
		for _, i := range []int{0, 3} {
			e.expect(again, fmt.Sprint(r.at("shipOrders", "results", i, "shipment", "id")),
				"shipOrders", "results", i, "shipment", "id")
		}
		many := make([]vars, 101)
		for i := range many {
			many[i] = entry(one.sub, "sf")
		}
		e.expectRefusal(e.picker, "shipOrders", vars{"entries": many}, "LIMIT_EXCEEDED", "entries")
	})
}
