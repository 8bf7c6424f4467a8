package graph_test

import "testing"

// A buyer reads what holds for their order, also when the shop has changed its mind since.
func TestABuyerSeesTheTermsOfAnOrder(t *testing.T) {
	t.Parallel()
	eachEnv(t, func(e *env) {
		set := func(days int) vars {
			return vars{"shop": e.shop, "policy": vars{"returnWindowDays": days}}
		}
		e.mutateOK(e.merchant, "setShopPolicy", set(30), "")
		p := e.paidOrder()
		e.mutateOK(e.merchant, "setShopPolicy", set(7), "")
		e.expectRefusal(e.merchant, "setShopPolicy", set(1), "INVALID_INPUT",
			"policy.returnWindowDays")
		const query = `query($id: ID!) { node(id: $id) { ... on Order { subOrders { terms {
			returnWindowDays merchantHours autoApproveUntil allowRegionChange } } } } }`
		for _, token := range []string{e.buyer, e.merchant, e.support} {
			r := e.must(token, query, vars{"id": p.order})
			terms := []any{"node", "subOrders", 0, "terms"}
			e.expect(r, "30", append(terms, "returnWindowDays")...)
			e.expect(r, "48", append(terms, "merchantHours")...)
			e.expect(r, "HANDED_OVER", append(terms, "autoApproveUntil")...)
		}
	})
}

// The buyer corrects what they sent, and both sides still read the number of before.
func TestBothSidesReadTheFormerNumber(t *testing.T) {
	t.Parallel()
	eachEnv(t, func(e *env) {
		label := e.newLabel(e.returnParcel())
		const former = "formerNumbers { trackingNumber correctedBy track { stage } }"
		e.mutateOK(e.buyer, "correctReturnShipment", label, "shipment { trackingNumber }")
		e.expectRefusal(e.buyer, "correctReturnShipment", e.newLabel(label["shipment"].(string)),
			"ACTION_NOT_ALLOWED", "")
		e.expectRefusal(e.merchant, "correctTrackingNumber", label, "ACTION_NOT_ALLOWED", "")
		e.expectRefusal(e.merchant, "markShipmentLost", vars{"shipment": label["shipment"]},
			"ACTION_NOT_ALLOWED", "")
		for _, token := range []string{e.buyer, e.merchant} {
			r := e.must(token, `query($id: ID!) { node(id: $id) { ... on Shipment {
				trackingNumber availableActions `+former+` } } }`,
				vars{"id": label["shipment"]})
			e.expect(r, label["trackingNumber"].(string), "node", "trackingNumber")
			e.expect(r, "BUYER", "node", "formerNumbers", 0, "correctedBy")
			e.expect(r, "[]", "node", "availableActions")
		}
	})
}
