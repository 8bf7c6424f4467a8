package graph_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"orderflow/ent/payment"
	"orderflow/internal/event"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	internalpayment "orderflow/internal/payment"
	sandbox "orderflow/internal/sandbox/pay"
	"orderflow/internal/shipment/courier"
	"orderflow/internal/vocab"
)

// placedOrder is an order of one line with its only sub-order.
type placedOrder struct{ order, sub, item string }

const placeOrder = `mutation($in: PlaceOrderInput!, $key: String!) {
	placeOrder(input: $in) @idempotent(key: $key) {
		order { id number status availableActions deadlines { kind }
			price { payable { amount text } } address { name phone } }
		quote { price { payable { amount } } lines { sku { code stocks { id } } quantity } }
		skus { code shop { code } stocks { id } }
		userErrors { code field message } } }`

func (e *env) checkout(quantity int, expected int64) vars {
	return vars{
		"lines": []any{vars{"sku": e.sku, "quantity": quantity}},
		"address": vars{"name": "Wang", "phone": "13812345678", "region": "上海",
			"street": "Nanjing Road 1"},
		"expectedPayable": expected,
	}
}

// place places an order of a quantity at its price and returns its id.
func (e *env) place(key string, quantity int) string {
	e.Helper()
	r := e.must(e.buyer, placeOrder,
		vars{"in": e.checkout(quantity, int64(quantity)*2500), "key": key})
	id, _ := r.at("placeOrder", "order", "id").(string)
	if id == "" {
		e.Fatalf("not placed: %s", r.raw)
	}
	return id
}

// payOrder pays the only order as its channel would.
func (e *env) payOrder() {
	e.Helper()
	id := e.db.Client.Order.Query().OnlyIDX(e.Context())
	err := order.Run(e.Context(), e.db, id, event.Actor{Role: vocab.Channel},
		func(ctx context.Context, l *order.Locked) error {
			facts := l.Facts()
			facts.AmountMatches = true
			_, err := l.Pay(ctx, facts, l.Tx.Now)
			return err
		})
	if err != nil {
		e.Fatal(err)
	}
}

func (e *env) unpaidOrder() string {
	e.Helper()
	e.orderCount++
	return e.place(fmt.Sprintf("order %d", e.orderCount), 3)
}

func (e *env) startedPayment() (order, attempt string) {
	e.Helper()
	order = e.unpaidOrder()
	return order, e.mutateID(e.buyer, "startPayment", vars{"order": order, "channel": "SANDBOX"},
		"payment")
}

func (e *env) paidOrder() (p placedOrder) {
	e.Helper()
	order, attempt := e.startedPayment()
	if err := e.peer.Pay(e.Context(), attempt, sandbox.Payment{}); err != nil {
		e.Fatal(err)
	}
	id, err := globalid.Parse(attempt)
	if err == nil {
		err = e.payments.RunAttempt(e.Context(), id)
	}
	if err != nil {
		e.Fatal(err)
	}
	if got := e.db.Client.Payment.Query().Where(payment.ID(id)).OnlyX(e.Context()); got.Verdict ==
		nil || *got.Verdict != vocab.Counted {
		e.Fatalf("not paid: %v", got)
	}
	r := e.must(e.buyer, `query($id: ID!) { node(id: $id) { ... on Order {
		subOrders { id items { id } } } } }`, vars{"id": order})
	p.order = order
	p.sub, _ = r.at("node", "subOrders", 0, "id").(string)
	p.item, _ = r.at("node", "subOrders", 0, "items", 0, "id").(string)
	return p
}

// lines is the input for a number of units of the order's line.
func (p placedOrder) lines(units int) []vars { return []vars{{"item": p.item, "quantity": units}} }

// newParcel makes a parcel of units and takes it through that many steps.
func (e *env) newParcel(p placedOrder, units, steps int) string {
	e.Helper()
	id := e.mutateID(e.picker, "createShipment", vars{"lines": p.lines(units)}, "shipment")
	for _, step := range []string{"printPickList", "startPicking", "pack"}[:min(steps, 3)] {
		e.mutateOK(e.picker, step, vars{"shipment": id}, "")
	}
	if steps > 3 {
		e.mutateOK(e.picker, "handOver", e.newLabel(id), "")
	}
	return id
}

// newLabel is the input for the label of a parcel, each with a tracking number of its own.
func (e *env) newLabel(shipment string) vars {
	e.labelCount++
	return vars{"shipment": shipment, "carrier": "sf",
		"trackingNumber": fmt.Sprintf("SF%08d", e.labelCount)}
}

func (e *env) shippedOrder() placedOrder {
	e.Helper()
	p := e.paidOrder()
	e.newParcel(p, 3, 4)
	return p
}

// troubledOrder is shippedOrder with a parcel that has a problem.
func (e *env) troubledOrder() placedOrder {
	e.Helper()
	p := e.paidOrder()
	parcel, err := globalid.Parse(e.newParcel(p, 3, 4))
	if err != nil {
		e.Fatal(err)
	}
	err = e.shipments.ApplySnapshot(e.Context(), parcel, courier.Snapshot{
		Number: fmt.Sprintf("SF%08d", e.labelCount),
		Events: []courier.Event{{At: time.Now(), Stage: vocab.CarrierProblem}}})
	if err != nil {
		e.Fatal(err)
	}
	return p
}

func (e *env) receivedOrder() placedOrder {
	e.Helper()
	p := e.shippedOrder()
	e.mutateOK(e.buyer, "confirmReceipt", vars{"subOrder": p.sub}, "")
	return p
}

func (e *env) reviewedItem() string {
	e.Helper()
	item := e.receivedOrder().item
	return e.mutateID(e.buyer, "reviewItem", vars{"item": item, "rating": 4}, "review")
}

// runRefunds makes the refunds that are due.
func (e *env) runRefunds() {
	e.Helper()
	due, err := e.db.Take(e.Context(), internalpayment.RefundsDue, 10)
	for _, id := range due {
		err = errors.Join(err, e.payments.RunRefund(e.Context(), id))
	}
	if err != nil {
		e.Fatal(err)
	}
}

// refundIn makes a refund of one unit and sets its status as if the channel had reported it.
func (e *env) refundIn(status vocab.RefundStatus) string {
	e.Helper()
	p := e.paidOrder()
	text := e.mutateID(e.merchant, "closeUnshipped", vars{"subOrder": p.sub, "lines": p.lines(1)},
		"refund")
	id, err := globalid.Parse(text)
	if err != nil {
		e.Fatal(err)
	}
	e.db.Client.Refund.UpdateOneID(id).SetStatus(status).ExecX(e.Context())
	return text
}

// proposedAccount has somebody propose another account for the shop, and returns it.
func (e *env) proposedAccount() string {
	e.Helper()
	const account = "m9"
	e.mutateOK(e.token("second", vocab.Platform), "setShop", vars{"id": e.shop, "code": "tea",
		"name": "Tea", "currency": "CNY", "merchantAccount": account}, "")
	return account
}

// outsideRefund is a refund that somebody has said was paid outside the channel, which needs a
// second person.
func (e *env) outsideRefund(by string) string {
	e.Helper()
	id := e.refundIn(vocab.RefundNeedsStaff)
	e.payments.OutsideAlone = 0
	defer func() { e.payments.OutsideAlone = internalpayment.OutsideAlone }()
	e.mutateOK(by, "resolveRefund", vars{"refund": id, "paidOutside": "bank transfer 7"}, "")
	return id
}

// newTransfer requests a transfer of two free units and ships it if sent.
func (e *env) newTransfer(sent bool) string {
	e.Helper()
	id := e.mutateID(e.picker, "requestTransfer", e.transferInput(), "transfer")
	if sent {
		e.mutateOK(e.picker, "shipTransfer", vars{"transfer": id}, "")
	}
	return id
}

func (e *env) transferInput() vars {
	return vars{"sku": e.sku, "from": e.warehouse, "to": e.otherWarehouse, "quantity": 2}
}

func (e *env) newAddressChange() string {
	e.Helper()
	r := e.mutateOK(e.buyer, "requestAddressChange",
		vars{"order": e.paidOrder().order, "address": address}, "changes { id }")
	id, _ := r.at("requestAddressChange", "changes", 0, "id").(string)
	return id
}

// newProposal has the shop propose another address.
func (e *env) newProposal(p placedOrder) string {
	e.Helper()
	return e.mutateID(e.merchant, "proposeAddressChange",
		vars{"subOrder": p.sub, "address": address, "note": "the street is closed"}, "change")
}

// heldOrder is a paid order that shop and platform have put on hold.
func (e *env) heldOrder() placedOrder {
	e.Helper()
	p := e.paidOrder()
	for _, token := range []string{e.merchant, e.platform} {
		e.mutateOK(token, "holdSubOrder", vars{"subOrder": p.sub, "reason": "OTHER",
			"note": "three cards in an hour"}, "")
	}
	return p
}

var address = vars{"name": "Li", "phone": "13900001111", "region": "上海", "street": "Bund 2"}

// couponPromotion is the input for a promotion whose coupons can be issued.
func (e *env) couponPromotion() vars {
	return vars{"shop": e.shop, "code": "ten", "title": "Ten off", "kind": "COUPON",
		"scope": "SHOP", "funder": "SHOP", "rule": vars{"amount": 10},
		"startsAt": "2020-01-01T00:00:00Z", "endsAt": "2100-01-01T00:00:00Z"}
}
