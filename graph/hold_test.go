package graph_test

import "testing"

// Everybody who sees a sub-order sees that it is on hold; the reason is for staff, and each side is
// offered to release its own.
func TestAHoldIsSeenWithoutItsReasonByTheBuyer(t *testing.T) {
	t.Parallel()
	eachEnv(t, func(e *env) {
		p := e.paidOrder()
		hold := vars{"subOrder": p.sub, "reason": "OTHER"}
		e.expectRefusal(e.merchant, "holdSubOrder", hold, "INVALID_INPUT", "note")
		hold["note"] = "three cards in an hour"
		r := e.mutateOK(e.merchant, "holdSubOrder", hold,
			"subOrder { onHold status deadlines { kind } holds { reason note heldBy releasedAt } }")
		e.expect(r, "map[deadlines:[] holds:[map[heldBy:MERCHANT note:three cards in an hour "+
			"reason:OTHER releasedAt:<nil>]] onHold:true status:AWAITING_SHIPMENT]",
			"holdSubOrder", "subOrder")
		hold["reason"] = "FRAUD_SUSPECTED"
		e.mutateOK(e.platform, "holdSubOrder", hold, "")
		const seen = `query($id: ID!) { node(id: $id) { ... on Order {
			subOrders { onHold status availableActions holds { reason } }
			timeline { type ... on SubOrderStatusEvent { holdReason } } } } }`
		for _, viewer := range []struct{ name, token, holds, actions, reason string }{
			{"buyer", e.buyer, "[]", "[REMIND_SHIPMENT REQUEST_AFTER_SALE]", "<nil>"},
			{"merchant", e.merchant, "[map[reason:OTHER] map[reason:FRAUD_SUSPECTED]]",
				"[REASSIGN CLOSE_UNSHIPPED ADD_MEMO RELEASE OPEN_FOR_BUYER " +
					"REPORT_SHORTAGE REQUEST_TRANSFER SPLIT]", "OTHER"},
			{"picker", e.picker, "[map[reason:OTHER] map[reason:FRAUD_SUSPECTED]]",
				"[REASSIGN ADD_MEMO REPORT_SHORTAGE REQUEST_TRANSFER SPLIT]", "OTHER"},
			{"platform", e.platform, "[map[reason:OTHER] map[reason:FRAUD_SUSPECTED]]",
				"[ADD_MEMO EXTEND_DEADLINE RELEASE OPEN_FOR_BUYER " +
					"FORCE_REFUND REQUEST_TRANSFER]", "OTHER"},
			{"support", e.support, "[map[reason:OTHER] map[reason:FRAUD_SUSPECTED]]",
				"[ADD_MEMO EXTEND_DEADLINE OPEN_FOR_BUYER FORCE_REFUND]", "OTHER"},
		} {
			r := e.must(viewer.token, seen, vars{"id": p.order})
			e.expect(r, "true", "node", "subOrders", 0, "onHold")
			e.expect(r, "AWAITING_SHIPMENT", "node", "subOrders", 0, "status")
			e.expect(r, viewer.holds, "node", "subOrders", 0, "holds")
			e.expect(r, viewer.actions, "node", "subOrders", 0, "availableActions")
			events, _ := r.at("node", "timeline").([]any)
			if len(events) < 2 {
				e.Fatalf("%s: %s", viewer.name, r.raw)
			}
			held := len(events) - 2
			e.expect(r, "SUB_ORDER_HELD", "node", "timeline", held, "type")
			e.expect(r, viewer.reason, "node", "timeline", held, "holdReason")
		}
		hold = e.mustHold(p.sub)
		e.expect(e.must(e.buyer, `query($id: ID!) { node(id: $id) { id } }`, hold), "<nil>", "node")
		e.expectRefusal(e.merchant, "createShipment", vars{"lines": p.lines(1)}, "ON_HOLD", "")
	})
}

// mustHold finds the first hold of a sub-order.
func (e *env) mustHold(sub string) vars {
	e.Helper()
	r := e.must(e.merchant, `query($id: ID!) { node(id: $id) { ... on SubOrder { holds { id note
		subOrder { id } createdAt } } } }`, vars{"id": sub})
	return vars{"id": r.at("node", "holds", 0, "id")}
}

// What is on hold is found by filters and counted for buyer and staff; what is to be shipped soon
// leaves it out.
func TestWhatIsOnHoldIsFoundAndCounted(t *testing.T) {
	t.Parallel()
	eachEnv(t, func(e *env) {
		held, free := e.heldOrder(), e.paidOrder()
		const lists = `query($soon: Time!) {
			orders(filter: {onHold: true}) { totalCount edges { node { id } } }
			free: orders(filter: {onHold: false}) { totalCount edges { node { id } } }
			subOrders(filter: {onHold: true}) { totalCount edges { node { id } } }
			freeSubs: subOrders(filter: {onHold: false}) { edges { node { id } } }
			soon: subOrders(filter: {deadlineBefore: $soon}) { edges { node { id } } }
			viewer { orderCounts { onHold toShip } } }`
		look := func(token string) response {
			e.Helper()
			return e.must(token, lists, vars{"soon": "2100-01-01T00:00:00Z"})
		}
		for _, token := range []string{e.buyer, e.merchant, e.picker, e.support, e.platform} {
			r := look(token)
			for path, want := range map[string]string{"orders": held.order, "free": free.order,
				"subOrders": held.sub, "freeSubs": free.sub, "soon": free.sub} {
				e.expect(r, want, path, "edges", 0, "node", "id")
				if more, _ := r.at(path, "edges").([]any); len(more) != 1 {
					e.Errorf("%s: %d rows: %s", path, len(more), r.raw)
				}
			}
			e.expect(r, "map[onHold:1 toShip:2]", "viewer", "orderCounts")
		}
		r := look(e.otherMerchant)
		e.expect(r, "0", "viewer", "orderCounts", "onHold")
		e.mutateOK(e.platform, "releaseSubOrder", vars{"subOrder": held.sub}, "")
		e.expect(look(e.buyer), "1", "viewer", "orderCounts", "onHold")
		e.mutateOK(e.merchant, "releaseSubOrder", vars{"subOrder": held.sub}, "")
		for _, token := range []string{e.buyer, e.merchant, e.platform} {
			r := look(token)
			e.expect(r, "0", "orders", "totalCount")
			e.expect(r, "0", "subOrders", "totalCount")
			e.expect(r, "0", "viewer", "orderCounts", "onHold")
		}
	})
}

func TestAParcelOnHoldStopsAndGoesOn(t *testing.T) {
	t.Parallel()
	eachEnv(t, func(e *env) {
		p := e.paidOrder()
		parcel := e.newParcel(p, 1, 3)
		const seen = `query($id: ID!) { node(id: $id) { ... on Shipment { stopped availableActions } } }`
		e.mutateOK(e.platform, "holdSubOrder", vars{"subOrder": p.sub, "reason": "PAYMENT_DISPUTED"}, "")
		r := e.must(e.picker, seen, vars{"id": parcel})
		e.expect(r, "map[availableActions:[CANCEL] stopped:true]", "node")
		e.expectRefusal(e.picker, "handOver", e.newLabel(parcel), "ON_HOLD", "")
		e.mutateOK(e.platform, "releaseSubOrder", vars{"subOrder": p.sub}, "")
		r = e.must(e.picker, seen, vars{"id": parcel})
		e.expect(r, "map[availableActions:[HAND_OVER CANCEL] stopped:false]", "node")
		e.mutateOK(e.picker, "handOver", e.newLabel(parcel), "")
	})
}

func TestAShopProposesAnAddress(t *testing.T) {
	t.Parallel()
	eachEnv(t, func(e *env) {
		const actions = `query($id: ID!) { node(id: $id) { ... on Order { availableActions
			subOrders { deadlines { kind } } } } }`
		p := e.paidOrder()
		e.expect(e.must(e.merchant, actions, vars{"id": p.order}), "[PROPOSE_ADDRESS_CHANGE]",
			"node", "availableActions")
		e.expect(e.must(e.picker, actions, vars{"id": p.order}), "[]", "node", "availableActions")
		propose := vars{"subOrder": p.sub, "address": vars{"name": "Li", "phone": "13900001111",
			"region": "火星", "street": "Bund 2"}}
		e.expectRefusal(e.merchant, "proposeAddressChange", propose, "INVALID_INPUT", "address.region")
		change := e.newProposal(p)
		for token, want := range map[string]string{e.buyer: "[AGREE REJECT]", e.merchant: "[WITHDRAW]"} {
			r := e.must(token, `query($id: ID!) { node(id: $id) { ... on AddressChange { status openedBy
				note address { name phone street } availableActions } } }`, vars{"id": change})
			e.expect(r, "map[address:map[name:Li phone:139****1111 street:Bund 2] availableActions:"+
				want+" note:the street is closed openedBy:MERCHANT status:PROPOSED]", "node")
		}
		for _, token := range []string{e.buyer, e.merchant} {
			r := e.must(token, actions, vars{"id": p.order})
			e.expect(r, "[]", "node", "availableActions")
			e.expect(r, "[map[kind:SHIP] map[kind:ADDRESS_ANSWER]]", "node", "subOrders", 0, "deadlines")
		}
		e.expectRefusal(e.buyer, "requestAddressChange",
			vars{"order": p.order, "address": address}, "ACTION_NOT_ALLOWED", "")
		r := e.mutateOK(e.buyer, "answerAddressProposal", vars{"change": change, "accept": true}, `
			change { status answeredAt order { subOrders { address { street } }
				timeline { type ... on AddressEvent { changeFrom changeTo } } } }`)
		e.expect(r, "ACCEPTED", "answerAddressProposal", "change", "status")
		at := []any{"answerAddressProposal", "change", "order"}
		e.expect(r, "Bund 2", append(at, "subOrders", 0, "address", "street")...)
		events, _ := r.at(append(at, "timeline")...).([]any)
		e.expect(r, "map[changeFrom:PROPOSED changeTo:ACCEPTED type:ADDRESS_ACCEPTED]",
			append(at, "timeline", len(events)-1)...)
	})
}

func TestABuyerTakesAWishForAnAddressBack(t *testing.T) {
	t.Parallel()
	eachEnv(t, func(e *env) {
		change := e.newAddressChange()
		r := e.must(e.buyer, `query($id: ID!) { node(id: $id) { ... on AddressChange {
			availableActions openedBy note } } }`, vars{"id": change})
		e.expect(r, "map[availableActions:[WITHDRAW] note: openedBy:BUYER]", "node")
		r = e.mutateOK(e.buyer, "withdrawAddressChange", vars{"change": change},
			"change { status availableActions order { availableActions } }")
		e.expect(r, "map[availableActions:[] order:map[availableActions:[REQUEST_ADDRESS_CHANGE]] "+
			"status:WITHDRAWN]", "withdrawAddressChange", "change")
		e.expectRefusal(e.merchant, "answerAddressChange", vars{"change": change, "accept": true},
			"ACTION_NOT_ALLOWED", "")
	})
}
