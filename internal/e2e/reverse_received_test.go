package e2e_test

import (
	"testing"
	"time"

	"orderflow/internal/vocab"
)

// TestReverseReceived asks for money for goods that the buyer has.
func TestReverseReceived(t *testing.T) {
	reverse(t, []row{
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
	d.asks(d.wants("REFUND_ONLY", "QUALITY", 1))
	found := d.is("AWAITING_MERCHANT", "MERCHANT_ANSWER", 2*day)
	if found["goods"] != "RECEIVED" || found["liable"] != "SHOP" || d.asked != 3333 {
		d.Errorf("%d for %v", d.asked, found)
	}
	d.agrees()
	d.is("COMPLETED", "", 0)
	d.ends(end{order: "RECEIVED", sub: "RECEIVED", refunds: []int64{3333}, trigger: "APPROVED",
		told: "REQUESTED APPROVED COMPLETED", moved: "S SHIPPED -3 -3"})
}

// refundedAll gives back the freight too: the shop is liable.
func (d *deal) refundedAll() {
	d.deliver()
	d.asks(d.wants("REFUND_ONLY", "WRONG_GOODS", 3))
	d.agrees()
	d.is("COMPLETED", "", 0)
	d.ends(end{order: "CLOSED", sub: "CLOSED", reason: "REFUNDED", refunds: []int64{dealPaid},
		trigger: "APPROVED", told: "REQUESTED APPROVED COMPLETED", moved: "S SHIPPED -3 -3"})
}

// agrees lets the shop do what was asked for.
func (d *deal) agrees() {
	d.Helper()
	d.may(d.st.merchant, "APPROVE PROPOSE REJECT")
	d.may(d.buyer, "WITHDRAW")
	d.does(d.st.merchant, "approveAfterSale", nil)
}

// sends lets the shop agree and the buyer send goods back.
func (d *deal) sends() (parcel string) {
	d.Helper()
	d.agrees()
	if found := d.is("AWAITING_RETURN", "RETURN", 7*day); found["returnAddress"] != returnsTo {
		d.Errorf("the goods are to go to %v", found["returnAddress"])
	}
	d.may(d.buyer, "SEND_RETURN WITHDRAW")
	d.does(d.buyer, "submitReturnShipment", fields{"carrier": "SANDBOX",
		"trackingNumber": d.number + "R"})
	found := d.is("RETURN_IN_TRANSIT", "RETURN_CONFIRMATION", 10*day)
	d.may(d.buyer, "")
	return str(found, "parcels", 0, "id")
}

// cameBack is what the warehouse found of the deal's line.
func (d *deal) cameBack(good, damaged int64) fields {
	return fields{"lines": []fields{{"item": d.item, "good": good, "damaged": damaged}}}
}

// inspects lets the warehouse find that all units came back.
func (d *deal) inspects(good, damaged int64) {
	d.Helper()
	d.may(d.st.warehouse, "CONFIRM_RETURN REFUSE_RETURN")
	d.does(d.st.warehouse, "confirmReturn", d.cameBack(good, damaged))
}

// partReturned: with the return at the shop's door its time is shorter.
func (d *deal) partReturned() {
	d.receive()
	d.asks(d.wants("RETURN_AND_REFUND", "NOT_WANTED", 2))
	parcel := d.sends()
	d.follows(parcel)
	d.peer.tells(parcel, vocab.CarrierDelivered)
	d.arrives(parcel, "DELIVERED")
	d.is("RETURN_IN_TRANSIT", "RETURN_CONFIRMATION", 3*day)
	d.inspects(2, 0)
	d.is("COMPLETED", "", 0)
	d.ends(end{order: "RECEIVED", sub: "RECEIVED", refunds: []int64{6666}, trigger: "RETURNED",
		told: "REQUESTED APPROVED SENT RETURNED COMPLETED", moved: "S SHIPPED -3 -3, S RETURNED +2 +0"})
}

func (d *deal) damaged() {
	d.deliver()
	d.asks(d.wants("RETURN_AND_REFUND", "QUALITY", 3))
	d.sends()
	d.inspects(1, 2)
	line := at(d.is("COMPLETED", "", 0), "lines", 0)
	if num(line, "goodQuantity") != 1 || num(line, "damagedQuantity") != 2 {
		d.Errorf("came back: %v", line)
	}
	d.ends(end{order: "CLOSED", sub: "CLOSED", reason: "REFUNDED", refunds: []int64{dealPaid},
		trigger: "RETURNED", told: "REQUESTED APPROVED SENT RETURNED COMPLETED",
		moved: "S SHIPPED -3 -3, S RETURNED +3 +0, S ADJUSTED -2 +0"})
}

// neverSent: what the request held can be asked for again.
func (d *deal) neverSent() {
	d.deliver()
	d.asks(d.wants("RETURN_AND_REFUND", "NOT_WANTED", 2))
	d.agrees()
	d.is("AWAITING_RETURN", "RETURN", 7*day)
	d.passes(7*day + time.Minute)
	d.is("CLOSED", "", 0)
	d.asks(d.wants("RETURN_AND_REFUND", "NOT_WANTED", 3))
	d.does(d.buyer, "withdrawAfterSale", nil)
	d.ends(end{order: "SHIPPED", sub: "SHIPPED",
		told: "REQUESTED APPROVED CLOSED REQUESTED WITHDRAWN", moved: "S SHIPPED -3 -3"})
}

// neverConfirmed: nobody has told that the goods are back, so that the stock has them not.
func (d *deal) neverConfirmed() {
	d.deliver()
	d.asks(d.wants("RETURN_AND_REFUND", "NOT_WANTED", 2))
	d.sends()
	d.passes(10*day + time.Minute)
	d.is("COMPLETED", "", 0)
	d.ends(end{order: "SHIPPED", sub: "SHIPPED", refunds: []int64{6666}, trigger: "OVERDUE",
		told: "REQUESTED APPROVED SENT RETURNED COMPLETED", moved: "S SHIPPED -3 -3"})
}

// difference is a request for money alone.
func (d *deal) difference(amount int64) fields {
	return fields{"subOrder": d.sub, "kind": "PRICE_DIFFERENCE", "reason": "PRICE_FELL",
		"lines": []fields{{"item": d.item, "quantity": 0, "amount": amount}}}
}

// priceDifference lowers what the units are worth later.
func (d *deal) priceDifference() {
	d.receive()
	if p := d.buyer.mutate(d.server, "requestAfterSale", d.difference(dealGoods+1),
		"afterSale { id }"); code(p) != "LIMIT_EXCEEDED" {
		d.Errorf("more than was paid: %v", p)
	}
	d.asks(d.difference(1000))
	d.is("AWAITING_MERCHANT", "MERCHANT_ANSWER", 2*day)
	d.agrees()
	d.is("COMPLETED", "", 0)
	d.asks(d.wants("REFUND_ONLY", "QUALITY", 1))
	d.agrees()
	d.is("COMPLETED", "", 0)
	d.ends(end{order: "RECEIVED", sub: "RECEIVED", refunds: []int64{1000, 3000},
		trigger: "APPROVED", told: "REQUESTED APPROVED COMPLETED REQUESTED APPROVED COMPLETED",
		moved: "S SHIPPED -3 -3"})
}

// windowWaits: the trade is a success only when nothing is open any more.
func (d *deal) windowWaits() {
	d.receive()
	d.passes(7*day - time.Hour)
	d.asks(d.wants("REFUND_ONLY", "QUALITY", 1))
	d.passes(2 * time.Hour)
	d.buyer.settles(d.server, d.order, "RECEIVED")
	if p := d.buyer.mutate(d.server, "requestAfterSale", d.wants("REFUND_ONLY", "QUALITY", 1),
		"afterSale { id }"); code(p) != "ACTION_NOT_ALLOWED" {
		d.Errorf("asked when the window was over: %v", p)
	}
	d.agrees()
	d.is("COMPLETED", "", 0)
	d.ends(end{order: "COMPLETED", sub: "COMPLETED", refunds: []int64{3333}, trigger: "APPROVED",
		told: "REQUESTED APPROVED COMPLETED", moved: "S SHIPPED -3 -3"})
}

// receiptWaits: the clock of the receipt stands still, and has a day at least afterwards.
func (d *deal) receiptWaits() {
	d.deliver()
	d.passes(7*day - time.Hour)
	d.asks(d.wants("RETURN_AND_REFUND", "NOT_WANTED", 1))
	if due := d.buyer.due(d.server, d.sub, "RECEIPT"); !due.IsZero() {
		d.Errorf("the receipt is due at %v although a request is open", due)
	}
	if p := d.buyer.mutate(d.server, "confirmReceipt", fields{"subOrder": d.sub},
		"subOrder { id }"); code(p) != "AFTER_SALE_OPEN" {
		d.Errorf("confirmed although a request is open: %v", p)
	}
	d.passes(day)
	d.buyer.settles(d.server, d.order, "SHIPPED")
	d.does(d.buyer, "withdrawAfterSale", nil)
	d.passes(day - time.Hour)
	d.buyer.settles(d.server, d.order, "SHIPPED")
	d.passes(time.Hour + time.Minute)
	d.ends(end{order: "RECEIVED", sub: "RECEIVED", told: "REQUESTED WITHDRAWN",
		moved: "S SHIPPED -3 -3"})
}
