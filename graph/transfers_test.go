package graph_test

import (
	"context"
	"sync"
	"testing"

	"orderflow/internal/event"
)

func TestUnitsAreTransferred(t *testing.T) {
	t.Parallel()
	eachCast(t, func(c *cast) {
		for field, wrong := range map[string]any{
			"sku": c.shop, "to": c.shop, "quantity": 0, "item": c.paid().order,
		} {
			input := c.units()
			input[field] = wrong
			code := map[string]string{"quantity": "INVALID_INPUT"}[field]
			if code == "" {
				code = "NOT_FOUND"
			}
			c.refuses(c.hand, "requestTransfer", input, code, field)
		}
		const seen = `transfer { id status quantity receivedQuantity lostQuantity availableActions
			fromWarehouse { code } toWarehouse { code } sku { code } item { id } shop { code } }`
		r := c.done(c.hand, "requestTransfer", c.units(), seen)
		c.want(r, "[CANCEL SHIP]", "requestTransfer", "transfer", "availableActions")
		c.want(r, "SH", "requestTransfer", "transfer", "fromWarehouse", "code")
		c.want(r, "BJ", "requestTransfer", "transfer", "toWarehouse", "code")
		id := r.at("requestTransfer", "transfer", "id")
		receive := func(units int, last bool) vars {
			return vars{"transfer": id, "quantity": units, "last": last}
		}
		c.refuses(c.hand, "receiveTransfer", receive(1, false), "ACTION_NOT_ALLOWED", "")
		c.want(c.done(c.hand, "shipTransfer", vars{"transfer": id}, seen), "SHIPPED",
			"shipTransfer", "transfer", "status")
		c.refuses(c.hand, "cancelTransfer", vars{"transfer": id}, "ACTION_NOT_ALLOWED", "")
		c.refuses(c.hand, "receiveTransfer", receive(3, false), "INVALID_INPUT", "quantity")
		r = c.done(c.hand, "receiveTransfer", receive(1, false), seen)
		c.want(r, "SHIPPED", "receiveTransfer", "transfer", "status")
		c.want(r, "1", "receiveTransfer", "transfer", "receivedQuantity")
		r = c.done(c.hand, "receiveTransfer", receive(0, true), seen)
		c.want(r, "RECEIVED", "receiveTransfer", "transfer", "status")
		c.want(r, "1", "receiveTransfer", "transfer", "lostQuantity")
		cancelled := c.done(c.hand, "cancelTransfer", vars{"transfer": c.transfer(false)}, seen)
		c.want(cancelled, "CANCELLED", "cancelTransfer", "transfer", "status")
	})
}

func TestAnOrdersUnitsTravelAndTheMissingAreAShortage(t *testing.T) {
	t.Parallel()
	eachCast(t, func(c *cast) {
		p := c.paid()
		input := c.units()
		input["quantity"], input["item"] = 3, p.item
		r := c.done(c.hand, "requestTransfer", input,
			"transfer { id item { id subOrder { warehouse { code } } } }")
		c.want(r, "BJ", "requestTransfer", "transfer", "item", "subOrder", "warehouse", "code")
		id := r.at("requestTransfer", "transfer", "id")
		c.done(c.hand, "shipTransfer", vars{"transfer": id}, "")
		c.done(c.hand, "receiveTransfer", vars{"transfer": id, "quantity": 2, "last": true}, "")
		r = c.must(c.buyer, `query($id: ID!) { node(id: $id) { ... on Order {
			shortages { id cause status quantity availableActions deadlines { kind } } } } }`,
			vars{"id": p.order})
		for name, want := range map[string]string{
			"cause": "TRANSFER", "status": "OPEN", "quantity": "1",
			"availableActions": "[REQUEST_REFUND]", "deadlines": "[map[kind:SHORTAGE_OFFER]]",
		} {
			c.want(r, want, "node", "shortages", 0, name)
		}
	})
}

// sequence gives events their places in the feed as long as the test runs.
func (c *cast) sequence() {
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() {
		event.NewSequencer(c.db, c.feed, event.SequencerOptions{Holder: "test"}).Run(ctx)
	})
	c.Cleanup(func() { cancel(); running.Wait() })
}

// TestAShopHearsOfItsTransfers follows events that are of a shop and of no order.
func TestAShopHearsOfItsTransfers(t *testing.T) {
	t.Parallel()
	eachCast(t, func(c *cast) {
		c.sequence()
		live := c.subscribe(c.T, c.merchant, "shopEvents", `subscription($id: ID!, $a: FeedCursor) {
			shopEvents(shop: $id, after: $a, types: [TRANSFER_REQUESTED, TRANSFER_SHIPPED]) {
				type shop { code } ... on StockTransferEvent { transferId transferFrom transferTo
				quantity } ... on TransferEvent { order { id } transferId } } }`,
			vars{"id": c.shop, "a": event.Cursor(0).String()})
		free := c.transfer(true)
		p := c.paid()
		input := c.units()
		input["item"] = p.item
		bound := c.id(c.hand, "requestTransfer", input, "transfer")
		told := live.next()
		if told["type"] != "TRANSFER_REQUESTED" || told["transferId"] != free ||
			told["transferTo"] != "REQUESTED" || told["quantity"] != 2. {
			c.Errorf("first %v", told)
		}
		if told = live.next(); told["transferFrom"] != "REQUESTED" ||
			told["transferTo"] != "SHIPPED" {
			c.Errorf("then %v", told)
		}
		told = live.next()
		order, _ := told["order"].(map[string]any)
		if told["transferId"] != bound || order["id"] != p.order {
			c.Errorf("for an order %v", told)
		}
	})
}
