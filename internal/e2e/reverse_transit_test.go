package e2e_test

import (
	"testing"
	"time"

	"orderflow/internal/shipment/courier"
	"orderflow/internal/vocab"
)

// TestReverseInTransit requests refunds for goods in transit.
func TestReverseInTransit(t *testing.T) {
	reverse(t, []scenario{
		{name: "intercepted", run: (*deal).intercepted},
		{name: "intercepted, and refunded before it is back", run: (*deal).refundedEarly,
			policy: fields{"refundIntercepted": true, "interceptionDays": 1}},
		{name: "refused by the courier, then at the door", run: (*deal).refusedAtDoor},
		{name: "not intercepted in time, then returned after receipt", run: (*deal).returnedAfterReceipt},
		{name: "delivered before it was intercepted, and kept", run: (*deal).deliveredFirst},
		{name: "withdrawn before the courier promises", run: (*deal).withdrawnInTransit},
		{name: "refused at the door without a request", run: (*deal).refusedWithoutRequest},
		{name: "lost", run: (*deal).lost},
	})
}

// requestInterception makes a request for everything in transit, which the shop approves. The
// courier has that much time.
func (d *deal) requestInterception(within time.Duration) {
	d.Helper()
	d.ship()
	in := d.requestInput("REFUND_ONLY", "NOT_WANTED", 3)
	in["way"] = "INTERCEPTION"
	d.makeRequest(in)
	if found := d.awaitStatus("AWAITING_MERCHANT", "MERCHANT_ANSWER", 2*day); found["goods"] !=
		"IN_TRANSIT" || found["way"] != "INTERCEPTION" {
		d.Errorf("requested %v", found)
	}
	d.approve()
	d.awaitStatus("AWAITING_INTERCEPTION", "INTERCEPTION", within)
	d.waitForInterception("ASKED")
}

// waitForInterception waits until the interception has that status.
func (d *deal) waitForInterception(status string) {
	d.Helper()
	d.sys.until("the interception is "+status, func() bool {
		return str(d.requestAs(d.buyer), "interceptions", 0, "status") == status
	})
}

// answerInterception answers the interception as the courier.
func (d *deal) answerInterception(answer courier.Interception, status string) {
	d.Helper()
	d.peer.check(d.peer.AnswerInterception(d.Context(), courier.Parcel{Reference: d.parcel}, answer))
	d.peer.check(d.peer.Push(d.Context(), d.parcel))
	d.waitForInterception(status)
}

func (d *deal) intercepted() {
	d.requestInterception(3 * day)
	d.expectActions(d.buyer, "WITHDRAW")
	d.answerInterception(courier.InterceptionAccepted, "ACCEPTED")
	d.expectActions(d.buyer, "") // the courier has accepted
	d.answerInterception(courier.InterceptionSucceeded, "SUCCEEDED")
	d.awaitStatus("RETURN_IN_TRANSIT", "RETURN_CONFIRMATION", 10*day)
	d.pushStage(vocab.CarrierReturning)
	d.pushStage(vocab.CarrierReturned)
	d.awaitStatus("RETURN_IN_TRANSIT", "RETURN_CONFIRMATION", 3*day)
	d.confirmReturn(3, 0)
	d.awaitStatus("COMPLETED", "", 0)
	d.expect(outcome{order: "CLOSED", sub: "CLOSED", reason: "REFUNDED", refunds: []int64{dealGoods},
		trigger: "RETURNED", events: "REQUESTED APPROVED (REQUESTED) (ASKED) (ACCEPTED) " +
			"(SUCCEEDED) INTERCEPTED RETURNED COMPLETED", movements: "S SHIPPED -3 -3, S RETURNED +3 +0"})
}

func (d *deal) refundedEarly() {
	d.requestInterception(day)
	d.pushStage(vocab.CarrierReturning)
	d.awaitStatus("COMPLETED", "", 0)
	d.expect(outcome{order: "CLOSED", sub: "CLOSED", reason: "REFUNDED", refunds: []int64{dealGoods},
		trigger: "RETURNED", movements: "S SHIPPED -3 -3",
		events: "REQUESTED APPROVED (REQUESTED) (ASKED) (SUCCEEDED) INTERCEPTED COMPLETED"})
}

func (d *deal) refusedAtDoor() {
	d.requestInterception(3 * day)
	d.answerInterception(courier.InterceptionRefused, "REFUSED")
	d.awaitStatus("AWAITING_CHOICE", "CHOICE", 7*day)
	d.expectActions(d.buyer, "CHOOSE_REFUSAL CHOOSE_RETURN WITHDRAW")
	d.act(d.buyer, "chooseAfterInterception", fields{"way": "REFUSAL"})
	d.awaitStatus("AWAITING_REFUSAL", "REFUSAL", 7*day)
	d.pushStage(vocab.CarrierRefused)
	d.awaitStatus("RETURN_IN_TRANSIT", "RETURN_CONFIRMATION", 10*day)
	d.confirmReturn(3, 0)
	d.awaitStatus("COMPLETED", "", 0)
	d.expect(outcome{order: "CLOSED", sub: "CLOSED", reason: "REFUNDED", refunds: []int64{dealGoods},
		trigger: "RETURNED",
		events: "REQUESTED APPROVED (REQUESTED) (ASKED) (REFUSED) " +
			"INTERCEPTION_FAILED CHOSEN TURNED_BACK RETURNED COMPLETED",
		movements: "S SHIPPED -3 -3, S RETURNED +3 +0"})
}

// returnedAfterReceipt: the time to send the goods begins when they are there.
func (d *deal) returnedAfterReceipt() {
	d.requestInterception(3 * day)
	d.advance(3*day + time.Minute)
	d.awaitStatus("AWAITING_CHOICE", "CHOICE", 7*day)
	d.act(d.buyer, "chooseAfterInterception", fields{"way": "RETURN"})
	if found := d.awaitStatus("AWAITING_RETURN", "RETURN", 22*day); found["kind"] !=
		"RETURN_AND_REFUND" {
		d.Errorf("the request became %v", found["kind"])
	}
	d.pushStage(vocab.CarrierDelivered)
	d.awaitStatus("AWAITING_RETURN", "RETURN", 7*day)
	d.act(d.buyer, "submitReturnShipment", fields{"carrier": "SANDBOX",
		"trackingNumber": d.number + "R"})
	d.confirmReturn(3, 0)
	d.awaitStatus("COMPLETED", "", 0)
	d.expect(outcome{order: "CLOSED", sub: "CLOSED", reason: "REFUNDED", refunds: []int64{dealGoods},
		trigger: "RETURNED",
		events: "REQUESTED APPROVED (REQUESTED) (ASKED) " +
			"INTERCEPTION_FAILED (FAILED) CHOSEN SENT RETURNED COMPLETED",
		movements: "S SHIPPED -3 -3, S RETURNED +3 +0"})
}

func (d *deal) deliveredFirst() {
	d.requestInterception(3 * day)
	d.answerInterception(courier.InterceptionAccepted, "ACCEPTED")
	d.pushStage(vocab.CarrierDelivered)
	d.waitForInterception("FAILED")
	d.awaitStatus("AWAITING_CHOICE", "CHOICE", 7*day)
	d.expectActions(d.buyer, "CHOOSE_RETURN WITHDRAW")
	d.advance(7*day + time.Minute)
	d.awaitStatus("WITHDRAWN", "", 0)
	d.expect(outcome{order: "SHIPPED", sub: "SHIPPED",
		events: "REQUESTED APPROVED (REQUESTED) (ASKED) (ACCEPTED) (FAILED) " +
			"INTERCEPTION_FAILED WITHDRAWN", movements: "S SHIPPED -3 -3"})
}

func (d *deal) withdrawnInTransit() {
	d.requestInterception(3 * day)
	d.act(d.buyer, "withdrawAfterSale", nil)
	d.awaitStatus("WITHDRAWN", "", 0)
	d.waitForInterception("FAILED")
	d.pushStage(vocab.CarrierDelivered)
	d.expect(outcome{order: "SHIPPED", sub: "SHIPPED",
		events:    "REQUESTED APPROVED (REQUESTED) (ASKED) WITHDRAWN (FAILED)",
		movements: "S SHIPPED -3 -3"})
}

// waitForSystemRequest waits for the request that the system opens.
func (d *deal) waitForSystemRequest() {
	d.Helper()
	d.sys.until("the system has opened a request", func() bool {
		opened := at(d.view(), "afterSales", 0)
		d.request, _ = at(opened, "id").(string)
		return opened != nil && str(opened, "openedBy") == "SYSTEM"
	})
}

func (d *deal) refusedWithoutRequest() {
	d.ship()
	d.pushStage(vocab.CarrierRefused)
	d.waitForSystemRequest()
	if found := d.awaitStatus("RETURN_IN_TRANSIT", "RETURN_CONFIRMATION", 10*day); found["reason"] !=
		"REFUSED_AT_DOOR" || found["liable"] != "BUYER" {
		d.Errorf("the system requested %v", found)
	}
	d.confirmReturn(3, 0)
	d.awaitStatus("COMPLETED", "", 0)
	d.expect(outcome{order: "CLOSED", sub: "CLOSED", reason: "REFUNDED", refunds: []int64{dealGoods},
		trigger: "RETURNED", events: "REQUESTED RETURNED COMPLETED",
		movements: "S SHIPPED -3 -3, S RETURNED +3 +0"})
}

// lost: the shop is liable, so that the freight comes back too.
func (d *deal) lost() {
	d.ship()
	must(d.T, d.st.merchant.mutate(d.server, "markShipmentLost", fields{"shipment": d.parcel},
		"shipment { carrierStage }"))
	d.waitForSystemRequest()
	found := d.awaitStatus("AWAITING_MERCHANT", "MERCHANT_ANSWER", 2*day)
	if found["liable"] != "SHOP" {
		d.Errorf("the system requested %v", found)
	}
	d.advance(2*day + time.Minute)
	d.awaitStatus("COMPLETED", "", 0)
	d.expect(outcome{order: "CLOSED", sub: "CLOSED", reason: "REFUNDED", refunds: []int64{dealPaid},
		trigger: "OVERDUE", events: "REQUESTED APPROVED COMPLETED", movements: "S SHIPPED -3 -3"})
}
