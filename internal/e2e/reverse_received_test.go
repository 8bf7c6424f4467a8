package e2e_test

import (
	"testing"
	"time"

	"orderflow/internal/vocab"
)

// TestReverseReceived requests refunds for goods that the buyer has.
func TestReverseReceived(t *testing.T) {
	reverse(t, []scenario{
		{name: "refund only", run: (*deal).refundOnly},
		{name: "refund only, of everything", run: (*deal).refundedAll},
		{name: "a part goes back", run: (*deal).partReturned},
		{name: "some come back damaged", run: (*deal).damaged},
		{name: "the buyer never sends the goods", run: (*deal).neverSent},
		{name: "the shop never confirms the return", run: (*deal).neverConfirmed},
		{name: "a price difference", run: (*deal).priceDifference},
		{name: "a request is open when the window ends", run: (*deal).windowWaits},
		{name: "a request is open when the receipt is due", run: (*deal).receiptWaits},
	})
}

func (d *deal) refundOnly() {
	d.receive()
	d.makeRequest(d.requestInput("REFUND_ONLY", "QUALITY", 1))
	found := d.awaitStatus("AWAITING_MERCHANT", "MERCHANT_ANSWER", 2*day)
	if found["goods"] != "RECEIVED" || found["liable"] != "SHOP" || d.requested != 3333 {
		d.Errorf("%d for %v", d.requested, found)
	}
	d.approve()
	d.awaitStatus("COMPLETED", "", 0)
	d.expect(outcome{order: "RECEIVED", sub: "RECEIVED", refunds: []int64{3333}, trigger: "APPROVED",
		events: "REQUESTED APPROVED COMPLETED", movements: "S SHIPPED -3 -3"})
}

// refundedAll gives back the freight too: the shop is liable.
func (d *deal) refundedAll() {
	d.deliver()
	d.makeRequest(d.requestInput("REFUND_ONLY", "WRONG_GOODS", 3))
	d.approve()
	d.awaitStatus("COMPLETED", "", 0)
	d.expect(outcome{order: "CLOSED", sub: "CLOSED", reason: "REFUNDED", refunds: []int64{dealPaid},
		trigger: "APPROVED", events: "REQUESTED APPROVED COMPLETED", movements: "S SHIPPED -3 -3"})
}

// approve approves the request as the shop.
func (d *deal) approve() {
	d.Helper()
	d.expectActions(d.st.merchant, "APPROVE PROPOSE REJECT")
	d.expectActions(d.buyer, "WITHDRAW")
	d.act(d.st.merchant, "approveAfterSale", nil)
}

// sendBack approves the request and sends the goods back.
func (d *deal) sendBack() (parcel string) {
	d.Helper()
	d.approve()
	found := d.awaitStatus("AWAITING_RETURN", "RETURN", 7*day)
	if found["returnAddress"] != returnsTo {
		d.Errorf("the goods are to go to %v", found["returnAddress"])
	}
	d.expectActions(d.buyer, "SEND_RETURN WITHDRAW")
	d.act(d.buyer, "submitReturnShipment", fields{"carrier": "SANDBOX",
		"trackingNumber": d.number + "R"})
	found = d.awaitStatus("RETURN_IN_TRANSIT", "RETURN_CONFIRMATION", 10*day)
	d.expectActions(d.buyer, "")
	return str(found, "parcels", 0, "id")
}

// inspectionInput is what the warehouse found of the deal's line.
func (d *deal) inspectionInput(good, damaged int64) fields {
	return fields{"lines": []fields{{"item": d.item, "good": good, "damaged": damaged}}}
}

// confirmReturn confirms that all units came back.
func (d *deal) confirmReturn(good, damaged int64) {
	d.Helper()
	d.expectActions(d.st.warehouse, "CONFIRM_RETURN REFUSE_RETURN")
	d.act(d.st.warehouse, "confirmReturn", d.inspectionInput(good, damaged))
}

// partReturned: with the return at the shop's door its time is shorter.
func (d *deal) partReturned() {
	d.receive()
	d.makeRequest(d.requestInput("RETURN_AND_REFUND", "NOT_WANTED", 2))
	parcel := d.sendBack()
	d.waitForSubscription(parcel)
	d.peer.pushEvent(parcel, vocab.CarrierDelivered)
	d.waitForStage(parcel, "DELIVERED")
	d.awaitStatus("RETURN_IN_TRANSIT", "RETURN_CONFIRMATION", 3*day)
	d.confirmReturn(2, 0)
	d.awaitStatus("COMPLETED", "", 0)
	d.expect(outcome{order: "RECEIVED", sub: "RECEIVED", refunds: []int64{6666}, trigger: "RETURNED",
		events:    "REQUESTED APPROVED SENT RETURNED COMPLETED",
		movements: "S SHIPPED -3 -3, S RETURNED +2 +0"})
}

func (d *deal) damaged() {
	d.deliver()
	d.makeRequest(d.requestInput("RETURN_AND_REFUND", "QUALITY", 3))
	d.sendBack()
	d.confirmReturn(1, 2)
	line := at(d.awaitStatus("COMPLETED", "", 0), "lines", 0)
	if num(line, "goodQuantity") != 1 || num(line, "damagedQuantity") != 2 {
		d.Errorf("came back: %v", line)
	}
	d.expect(outcome{order: "CLOSED", sub: "CLOSED", reason: "REFUNDED", refunds: []int64{dealPaid},
		trigger: "RETURNED", events: "REQUESTED APPROVED SENT RETURNED COMPLETED",
		movements: "S SHIPPED -3 -3, S RETURNED +3 +0, S ADJUSTED -2 +0"})
}

// neverSent: what the request held can be requested again.
func (d *deal) neverSent() {
	d.deliver()
	d.makeRequest(d.requestInput("RETURN_AND_REFUND", "NOT_WANTED", 2))
	d.approve()
	d.awaitStatus("AWAITING_RETURN", "RETURN", 7*day)
	d.advance(7*day + time.Minute)
	d.awaitStatus("CLOSED", "", 0)
	d.makeRequest(d.requestInput("RETURN_AND_REFUND", "NOT_WANTED", 3))
	d.act(d.buyer, "withdrawAfterSale", nil)
	d.expect(outcome{order: "SHIPPED", sub: "SHIPPED",
		events: "REQUESTED APPROVED CLOSED REQUESTED WITHDRAWN", movements: "S SHIPPED -3 -3"})
}

// neverConfirmed: nobody has confirmed the return, so the goods are not in stock.
func (d *deal) neverConfirmed() {
	d.deliver()
	d.makeRequest(d.requestInput("RETURN_AND_REFUND", "NOT_WANTED", 2))
	d.sendBack()
	d.advance(10*day + time.Minute)
	d.awaitStatus("COMPLETED", "", 0)
	d.expect(outcome{order: "SHIPPED", sub: "SHIPPED", refunds: []int64{6666}, trigger: "OVERDUE",
		events: "REQUESTED APPROVED SENT RETURNED COMPLETED", movements: "S SHIPPED -3 -3"})
}

// priceDifferenceInput is a request for money alone.
func (d *deal) priceDifferenceInput(amount int64) fields {
	return fields{"subOrder": d.sub, "kind": "PRICE_DIFFERENCE", "reason": "PRICE_FELL",
		"lines": []fields{{"item": d.item, "quantity": 0, "amount": amount}}}
}

// priceDifference lowers what the units are worth later.
func (d *deal) priceDifference() {
	d.receive()
	if p := d.buyer.mutate(d.server, "requestAfterSale", d.priceDifferenceInput(dealGoods+1),
		"afterSale { id }"); code(p) != "LIMIT_EXCEEDED" {
		d.Errorf("more than was paid: %v", p)
	}
	d.makeRequest(d.priceDifferenceInput(1000))
	d.awaitStatus("AWAITING_MERCHANT", "MERCHANT_ANSWER", 2*day)
	d.approve()
	d.awaitStatus("COMPLETED", "", 0)
	d.makeRequest(d.requestInput("REFUND_ONLY", "QUALITY", 1))
	d.approve()
	d.awaitStatus("COMPLETED", "", 0)
	d.expect(outcome{order: "RECEIVED", sub: "RECEIVED", refunds: []int64{1000, 3000},
		trigger: "APPROVED", events: "REQUESTED APPROVED COMPLETED REQUESTED APPROVED COMPLETED",
		movements: "S SHIPPED -3 -3"})
}

// windowWaits: the trade is a success only when nothing is open any more.
func (d *deal) windowWaits() {
	d.receive()
	d.advance(7*day - time.Hour)
	d.makeRequest(d.requestInput("REFUND_ONLY", "QUALITY", 1))
	d.advance(2 * time.Hour)
	d.buyer.settles(d.server, d.order, "RECEIVED")
	if p := d.buyer.mutate(d.server, "requestAfterSale", d.requestInput("REFUND_ONLY", "QUALITY", 1),
		"afterSale { id }"); code(p) != "ACTION_NOT_ALLOWED" {
		d.Errorf("requested when the window was over: %v", p)
	}
	d.approve()
	d.awaitStatus("COMPLETED", "", 0)
	d.expect(outcome{order: "COMPLETED", sub: "COMPLETED", refunds: []int64{3333}, trigger: "APPROVED",
		events: "REQUESTED APPROVED COMPLETED", movements: "S SHIPPED -3 -3"})
}

// receiptWaits: the receipt deadline is suspended, and is at least a day away afterwards.
func (d *deal) receiptWaits() {
	d.deliver()
	d.advance(7*day - time.Hour)
	d.makeRequest(d.requestInput("RETURN_AND_REFUND", "NOT_WANTED", 1))
	if due := d.buyer.due(d.server, d.sub, "RECEIPT"); !due.IsZero() {
		d.Errorf("the receipt is due at %v although a request is open", due)
	}
	if p := d.buyer.mutate(d.server, "confirmReceipt", fields{"subOrder": d.sub},
		"subOrder { id }"); code(p) != "AFTER_SALE_OPEN" {
		d.Errorf("confirmed although a request is open: %v", p)
	}
	d.advance(day)
	d.buyer.settles(d.server, d.order, "SHIPPED")
	d.act(d.buyer, "withdrawAfterSale", nil)
	d.advance(day - time.Hour)
	d.buyer.settles(d.server, d.order, "SHIPPED")
	d.advance(time.Hour + time.Minute)
	d.expect(outcome{order: "RECEIVED", sub: "RECEIVED", events: "REQUESTED WITHDRAWN",
		movements: "S SHIPPED -3 -3"})
}
