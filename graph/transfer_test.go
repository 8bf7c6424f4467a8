package graph_test

import (
	"context"
	"sync"
	"testing"

	"orderflow/internal/event"
)

func TestUnitsAreTransferred(t *testing.T) {
	t.Parallel()
	eachEnv(t, func(e *env) {
		for field, wrong := range map[string]any{
			"sku": e.shop, "to": e.shop, "quantity": 0, "item": e.paidOrder().order,
		} {
			input := e.transferInput()
			input[field] = wrong
			code := map[string]string{"quantity": "INVALID_INPUT"}[field]
			if code == "" {
				code = "NOT_FOUND"
			}
			e.expectRefusal(e.picker, "requestTransfer", input, code, field)
		}
		const seen = `transfer { id status quantity receivedQuantity lostQuantity availableActions
			fromWarehouse { code } toWarehouse { code } sku { code } item { id } shop { code } }`
		r := e.mutateOK(e.picker, "requestTransfer", e.transferInput(), seen)
		e.expect(r, "[CANCEL SHIP]", "requestTransfer", "transfer", "availableActions")
		e.expect(r, "SH", "requestTransfer", "transfer", "fromWarehouse", "code")
		e.expect(r, "BJ", "requestTransfer", "transfer", "toWarehouse", "code")
		id := r.at("requestTransfer", "transfer", "id")
		receive := func(units int, last bool) vars {
			return vars{"transfer": id, "quantity": units, "last": last}
		}
		e.expectRefusal(e.picker, "receiveTransfer", receive(1, false), "ACTION_NOT_ALLOWED", "")
		e.expect(e.mutateOK(e.picker, "shipTransfer", vars{"transfer": id}, seen), "SHIPPED",
			"shipTransfer", "transfer", "status")
		e.expectRefusal(e.picker, "cancelTransfer", vars{"transfer": id}, "ACTION_NOT_ALLOWED", "")
		e.expectRefusal(e.picker, "receiveTransfer", receive(3, false), "INVALID_INPUT", "quantity")
		r = e.mutateOK(e.picker, "receiveTransfer", receive(1, false), seen)
		e.expect(r, "SHIPPED", "receiveTransfer", "transfer", "status")
		e.expect(r, "1", "receiveTransfer", "transfer", "receivedQuantity")
		r = e.mutateOK(e.picker, "receiveTransfer", receive(0, true), seen)
		e.expect(r, "RECEIVED", "receiveTransfer", "transfer", "status")
		e.expect(r, "1", "receiveTransfer", "transfer", "lostQuantity")
		cancelled := e.mutateOK(e.picker, "cancelTransfer", vars{"transfer": e.newTransfer(false)}, seen)
		e.expect(cancelled, "CANCELLED", "cancelTransfer", "transfer", "status")
	})
}

func TestAnOrdersUnitsTravelAndTheMissingAreAShortage(t *testing.T) {
	t.Parallel()
	eachEnv(t, func(e *env) {
		p := e.paidOrder()
		input := e.transferInput()
		input["quantity"], input["item"] = 3, p.item
		r := e.mutateOK(e.picker, "requestTransfer", input,
			"transfer { id item { id subOrder { warehouse { code } } } }")
		e.expect(r, "BJ", "requestTransfer", "transfer", "item", "subOrder", "warehouse", "code")
		id := r.at("requestTransfer", "transfer", "id")
		e.mutateOK(e.picker, "shipTransfer", vars{"transfer": id}, "")
		e.mutateOK(e.picker, "receiveTransfer", vars{"transfer": id, "quantity": 2, "last": true}, "")
		r = e.must(e.buyer, `query($id: ID!) { node(id: $id) { ... on Order {
			shortages { id cause status quantity availableActions deadlines { kind } } } } }`,
			vars{"id": p.order})
		for name, want := range map[string]string{
			"cause": "TRANSFER", "status": "OPEN", "quantity": "1",
			"availableActions": "[REQUEST_REFUND]", "deadlines": "[map[kind:SHORTAGE_OFFER]]",
		} {
			e.expect(r, want, "node", "shortages", 0, name)
		}
	})
}

// startSequencer sequences events into the feed as long as the test runs.
func (e *env) startSequencer() {
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() {
		event.NewSequencer(e.db, e.feed, event.SequencerOptions{Holder: "test"}).Run(ctx)
	})
	e.Cleanup(func() { cancel(); running.Wait() })
}

// TestAShopFollowsItsTransfers follows events that are of a shop and of no order.
func TestAShopFollowsItsTransfers(t *testing.T) {
	t.Parallel()
	eachEnv(t, func(e *env) {
		e.startSequencer()
		live := e.subscribe(e.T, e.merchant, "shopEvents", `subscription($id: ID!, $a: FeedCursor) {
			shopEvents(shop: $id, after: $a, types: [TRANSFER_REQUESTED, TRANSFER_SHIPPED]) {
				type shop { code } ... on StockTransferEvent { transferId transferFrom transferTo
				quantity } ... on TransferEvent { order { id } transferId } } }`,
			vars{"id": e.shop, "a": event.Cursor{}.String()})
		free := e.newTransfer(true)
		p := e.paidOrder()
		input := e.transferInput()
		input["item"] = p.item
		bound := e.mutateID(e.picker, "requestTransfer", input, "transfer")
		received := live.next()
		if received["type"] != "TRANSFER_REQUESTED" || received["transferId"] != free ||
			received["transferTo"] != "REQUESTED" || received["quantity"] != 2. {
			e.Errorf("first %v", received)
		}
		if received = live.next(); received["transferFrom"] != "REQUESTED" ||
			received["transferTo"] != "SHIPPED" {
			e.Errorf("then %v", received)
		}
		received = live.next()
		order, _ := received["order"].(map[string]any)
		if received["transferId"] != bound || order["id"] != p.order {
			e.Errorf("for an order %v", received)
		}
	})
}
