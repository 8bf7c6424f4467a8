package e2e_test

import (
	"testing"
	"time"

	"orderflow/internal/shipment/courier"
	"orderflow/internal/vocab"
)

// TestReverseInTransit asks for money for goods that are on their way.
func TestReverseInTransit(t *testing.T) {
	reverse(t, []row{
		{name: "intercepted", run: (*deal).intercepted},
		{name: "intercepted, and refunded before it is back", run: (*deal).refundedEarly,
			policy: fields{"refundIntercepted": true, "interceptionDays": 1}},
		{name: "refused by the courier, then at the door", run: (*deal).refusedAtDoor},
		{name: "not intercepted in time, then returned after receipt", run: (*deal).returnedAfterReceipt},
		{name: "delivered before it was intercepted, and kept", run: (*deal).deliveredFirst},
		{name: "withdrawn before the courier promises", run: (*deal).withdrawnInTransit},
		{name: "refused at the door without a request", run: (*deal).refusedUnasked},
		{name: "lost", run: (*deal).lost},
	})
}

// intercepts makes a request for everything that is on its way and lets the shop agree. The courier
// has that much time.
func (d *deal) intercepts(within time.Duration) {
	d.Helper()
	d.ship()
	in := d.wants("REFUND_ONLY", "NOT_WANTED", 3)
	in["way"] = "INTERCEPTION"
	d.asks(in)
	if found := d.is("AWAITING_MERCHANT", "MERCHANT_ANSWER", 2*day); found["goods"] !=
		"IN_TRANSIT" || found["way"] != "INTERCEPTION" {
		d.Errorf("asked for %v", found)
	}
	d.agrees()
	d.is("AWAITING_INTERCEPTION", "INTERCEPTION", within)
	d.intercepting("ASKED")
}

// intercepting waits until the courier's answer is known.
func (d *deal) intercepting(status string) {
	d.Helper()
	d.sys.until("the interception is "+status, func() bool {
		return str(d.seen(d.buyer), "interceptions", 0, "status") == status
	})
}

// promises lets the courier say something about the interception.
func (d *deal) promises(answer courier.Interception, status string) {
	d.Helper()
	d.peer.do(d.peer.AnswerInterception(d.Context(), courier.Parcel{Reference: d.parcel}, answer))
	d.peer.do(d.peer.Push(d.Context(), d.parcel))
	d.intercepting(status)
}

func (d *deal) intercepted() {
	d.intercepts(3 * day)
	d.may(d.buyer, "WITHDRAW")
	d.promises(courier.InterceptionAccepted, "ACCEPTED")
	d.may(d.buyer, "") // the courier is on it
	d.promises(courier.InterceptionSucceeded, "SUCCEEDED")
	d.is("RETURN_IN_TRANSIT", "RETURN_CONFIRMATION", 10*day)
	d.tells(vocab.CarrierReturning)
	d.tells(vocab.CarrierReturned)
	d.is("RETURN_IN_TRANSIT", "RETURN_CONFIRMATION", 3*day)
	d.inspects(3, 0)
	d.is("COMPLETED", "", 0)
	d.ends(end{order: "CLOSED", sub: "CLOSED", reason: "REFUNDED", refunds: []int64{dealGoods},
		trigger: "RETURNED", told: "REQUESTED APPROVED (REQUESTED) (ASKED) (ACCEPTED) " +
			"(SUCCEEDED) INTERCEPTED RETURNED COMPLETED", moved: "S SHIPPED -3 -3, S RETURNED +3 +0"})
}

func (d *deal) refundedEarly() {
	d.intercepts(day)
	d.tells(vocab.CarrierReturning)
	d.is("COMPLETED", "", 0)
	d.ends(end{order: "CLOSED", sub: "CLOSED", reason: "REFUNDED", refunds: []int64{dealGoods},
		trigger: "RETURNED", moved: "S SHIPPED -3 -3",
		told: "REQUESTED APPROVED (REQUESTED) (ASKED) (SUCCEEDED) INTERCEPTED COMPLETED"})
}

func (d *deal) refusedAtDoor() {
	d.intercepts(3 * day)
	d.promises(courier.InterceptionRefused, "REFUSED")
	d.is("AWAITING_CHOICE", "CHOICE", 7*day)
	d.may(d.buyer, "CHOOSE_REFUSAL CHOOSE_RETURN WITHDRAW")
	d.does(d.buyer, "chooseAfterInterception", fields{"way": "REFUSAL"})
	d.is("AWAITING_REFUSAL", "REFUSAL", 7*day)
	d.tells(vocab.CarrierRefused)
	d.is("RETURN_IN_TRANSIT", "RETURN_CONFIRMATION", 10*day)
	d.inspects(3, 0)
	d.is("COMPLETED", "", 0)
	d.ends(end{order: "CLOSED", sub: "CLOSED", reason: "REFUNDED", refunds: []int64{dealGoods},
		trigger: "RETURNED",
		told: "REQUESTED APPROVED (REQUESTED) (ASKED) (REFUSED) " +
			"INTERCEPTION_FAILED CHOSEN TURNED_BACK RETURNED COMPLETED",
		moved: "S SHIPPED -3 -3, S RETURNED +3 +0"})
}

// returnedAfterReceipt: the time to send the goods begins when they are there.
func (d *deal) returnedAfterReceipt() {
	d.intercepts(3 * day)
	d.passes(3*day + time.Minute)
	d.is("AWAITING_CHOICE", "CHOICE", 7*day)
	d.does(d.buyer, "chooseAfterInterception", fields{"way": "RETURN"})
	if kind := d.is("AWAITING_RETURN", "RETURN", 22*day)["kind"]; kind != "RETURN_AND_REFUND" {
		d.Errorf("the request became %v", kind)
	}
	d.tells(vocab.CarrierDelivered)
	d.is("AWAITING_RETURN", "RETURN", 7*day)
	d.does(d.buyer, "submitReturnShipment", fields{"carrier": "SANDBOX",
		"trackingNumber": d.number + "R"})
	d.inspects(3, 0)
	d.is("COMPLETED", "", 0)
	d.ends(end{order: "CLOSED", sub: "CLOSED", reason: "REFUNDED", refunds: []int64{dealGoods},
		trigger: "RETURNED",
		told: "REQUESTED APPROVED (REQUESTED) (ASKED) " +
			"INTERCEPTION_FAILED (FAILED) CHOSEN SENT RETURNED COMPLETED",
		moved: "S SHIPPED -3 -3, S RETURNED +3 +0"})
}

func (d *deal) deliveredFirst() {
	d.intercepts(3 * day)
	d.promises(courier.InterceptionAccepted, "ACCEPTED")
	d.tells(vocab.CarrierDelivered)
	d.intercepting("FAILED")
	d.is("AWAITING_CHOICE", "CHOICE", 7*day)
	d.may(d.buyer, "CHOOSE_RETURN WITHDRAW")
	d.passes(7*day + time.Minute)
	d.is("WITHDRAWN", "", 0)
	d.ends(end{order: "SHIPPED", sub: "SHIPPED", told: "REQUESTED APPROVED (REQUESTED) (ASKED) " +
		"(ACCEPTED) (FAILED) INTERCEPTION_FAILED WITHDRAWN", moved: "S SHIPPED -3 -3"})
}

func (d *deal) withdrawnInTransit() {
	d.intercepts(3 * day)
	d.does(d.buyer, "withdrawAfterSale", nil)
	d.is("WITHDRAWN", "", 0)
	d.intercepting("FAILED")
	d.tells(vocab.CarrierDelivered)
	d.ends(end{order: "SHIPPED", sub: "SHIPPED", told: "REQUESTED APPROVED (REQUESTED) (ASKED) " +
		"WITHDRAWN (FAILED)", moved: "S SHIPPED -3 -3"})
}

// theSystemAsks finds the request that the system has opened.
func (d *deal) theSystemAsks() {
	d.Helper()
	d.sys.until("the system has opened a request", func() bool {
		opened := at(d.see(), "afterSales", 0)
		d.request, _ = at(opened, "id").(string)
		return opened != nil && str(opened, "openedBy") == "SYSTEM"
	})
}

func (d *deal) refusedUnasked() {
	d.ship()
	d.tells(vocab.CarrierRefused)
	d.theSystemAsks()
	if found := d.is("RETURN_IN_TRANSIT", "RETURN_CONFIRMATION", 10*day); found["reason"] !=
		"REFUSED_AT_DOOR" || found["liable"] != "BUYER" {
		d.Errorf("the system asks for %v", found)
	}
	d.inspects(3, 0)
	d.is("COMPLETED", "", 0)
	d.ends(end{order: "CLOSED", sub: "CLOSED", reason: "REFUNDED", refunds: []int64{dealGoods},
		trigger: "RETURNED", told: "REQUESTED RETURNED COMPLETED",
		moved: "S SHIPPED -3 -3, S RETURNED +3 +0"})
}

// lost: the shop is liable, so that the freight comes back too.
func (d *deal) lost() {
	d.ship()
	must(d.T, d.st.merchant.mutate(d.server, "markShipmentLost", fields{"shipment": d.parcel},
		"shipment { carrierStage }"))
	d.theSystemAsks()
	if found := d.is("AWAITING_MERCHANT", "MERCHANT_ANSWER", 2*day); found["liable"] != "SHOP" {
		d.Errorf("the system asks for %v", found)
	}
	d.passes(2*day + time.Minute)
	d.is("COMPLETED", "", 0)
	d.ends(end{order: "CLOSED", sub: "CLOSED", reason: "REFUNDED", refunds: []int64{dealPaid},
		trigger: "OVERDUE", told: "REQUESTED APPROVED COMPLETED", moved: "S SHIPPED -3 -3"})
}
