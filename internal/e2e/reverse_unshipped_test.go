package e2e_test

import (
	"strings"
	"testing"
	"time"

	sandbox "orderflow/internal/sandbox/pay"
)

// TestReverseUnshipped requests refunds for goods that no courier has yet.
func TestReverseUnshipped(t *testing.T) {
	manualAfterPacking := fields{"autoApproveUntil": "PACKED"}
	reverse(t, []scenario{
		{name: "refunded before picking", run: (*deal).refundedBeforePicking},
		{name: "a part refunded before picking", run: (*deal).partRefunded},
		{name: "refunded while picking", run: (*deal).refundedWhilePicking},
		{name: "packed, and the shop says nothing", policy: manualAfterPacking,
			run: (*deal).packedInSilence},
		{name: "packed, and the shop says no", policy: manualAfterPacking,
			run: (*deal).packedAndRefused},
		{name: "forced by the platform", run: (*deal).forced},
		{name: "opened by the merchant", run: (*deal).openedByMerchant},
		{name: "the refund fails and is retried", run: (*deal).refundRetried},
		{name: "the refund is closed and replaced", run: (*deal).refundReplaced},
	})
}

func (d *deal) refundedBeforePicking() {
	d.makeRequest(d.requestInput("REFUND_ONLY", "NOT_WANTED", 3))
	d.awaitStatus("COMPLETED", "", 0)
	d.expectActions(d.buyer, "")
	d.expect(outcome{order: "CLOSED", sub: "CLOSED", reason: "REFUNDED", refunds: []int64{dealPaid},
		trigger: "UNSHIPPED", events: "REQUESTED COMPLETED", movements: "S RELEASED +0 -3"})
}

// partRefunded takes a third at a time: what is left is shipped, and its freight is not refunded.
func (d *deal) partRefunded() {
	for range 2 {
		d.makeRequest(d.requestInput("REFUND_ONLY", "NOT_WANTED", 1))
		d.awaitStatus("COMPLETED", "", 0)
	}
	d.ship()
	d.expect(outcome{order: "SHIPPED", sub: "SHIPPED", refunds: []int64{3333, 3333},
		trigger: "UNSHIPPED", events: "REQUESTED COMPLETED REQUESTED COMPLETED",
		movements: "S RELEASED +0 -1, S RELEASED +0 -1, S SHIPPED -1 -1"})
}

func (d *deal) refundedWhilePicking() {
	parcel := fields{"shipment": d.st.create(d.server, units(d.item, 3))}
	for _, step := range []string{"printPickList", "startPicking"} {
		must(d.T, d.st.warehouse.mutate(d.server, step, parcel, "shipment { stage }"))
	}
	d.makeRequest(d.requestInput("REFUND_ONLY", "NOT_WANTED", 2))
	if seen := at(d.view(), "shipments", 0); at(seen, "stopped") != true {
		d.Errorf("the parcel is not stopped: %v", seen)
	}
	if page := d.st.warehouse.pickList(d.server, str(parcel, "shipment")); !strings.Contains(page,
		"STOP") {
		d.Errorf("no STOP in the pick list %s", page)
	}
	for step, in := range map[string]fields{"pack": parcel, "handOver": {
		"shipment": parcel["shipment"], "carrier": "SANDBOX", "trackingNumber": d.number}} {
		if p := d.st.warehouse.mutate(d.server, step, in, "shipment { stage }"); code(p) !=
			"ACTION_NOT_ALLOWED" {
			d.Errorf("%s of what was refunded: %v", step, p)
		}
	}
	must(d.T, d.st.warehouse.mutate(d.server, "cancelShipment", parcel, "shipment { stage }"))
	d.ship()
	d.expect(outcome{order: "SHIPPED", sub: "SHIPPED", refunds: []int64{6666}, trigger: "UNSHIPPED",
		events: "REQUESTED COMPLETED", movements: "S RELEASED +0 -2, S SHIPPED -1 -1"})
}

// pack packs everything, from where on the shop approves refunds itself.
func (d *deal) pack() (parcel string) {
	d.Helper()
	parcel = d.st.create(d.server, units(d.item, 3))
	for _, step := range []string{"printPickList", "startPicking", "pack"} {
		must(d.T, d.st.warehouse.mutate(d.server, step, fields{"shipment": parcel},
			"shipment { stage }"))
	}
	return parcel
}

func (d *deal) packedInSilence() {
	d.pack()
	d.makeRequest(d.requestInput("REFUND_ONLY", "TOO_LATE", 3))
	d.awaitStatus("AWAITING_MERCHANT", "MERCHANT_ANSWER", day)
	d.expectActions(d.buyer, "WITHDRAW")
	d.expectActions(d.st.merchant, "APPROVE PROPOSE REJECT")
	d.expectActions(d.st.warehouse, "") // it says nothing about money
	d.expectActions(d.platform, "FORCE_REFUND")
	d.advance(day + time.Minute)
	d.awaitStatus("COMPLETED", "", 0)
	d.expect(outcome{order: "CLOSED", sub: "CLOSED", reason: "REFUNDED", refunds: []int64{dealPaid},
		trigger: "OVERDUE", events: "REQUESTED APPROVED COMPLETED", movements: "S RELEASED +0 -3"})
}

// packedAndRefused: the parcel cannot be handed over while the request is open.
func (d *deal) packedAndRefused() {
	d.parcel = d.pack()
	d.makeRequest(d.requestInput("REFUND_ONLY", "TOO_LATE", 3))
	label := fields{"shipment": d.parcel, "carrier": "SANDBOX", "trackingNumber": d.number}
	if p := d.st.warehouse.mutate(d.server, "handOver", label, "shipment { stage }"); code(p) !=
		"ACTION_NOT_ALLOWED" {
		d.Errorf("what was requested was handed over: %v", p)
	}
	d.act(d.st.merchant, "rejectAfterSale", fields{"reason": "ON_ITS_WAY"})
	d.awaitStatus("REJECTED", "ESCALATION", 7*day)
	d.expectActions(d.buyer, "ESCALATE REVISE WITHDRAW")
	d.act(d.buyer, "withdrawAfterSale", nil)
	d.awaitStatus("WITHDRAWN", "", 0)
	must(d.T, d.st.warehouse.mutate(d.server, "handOver", label, "shipment { stage }"))
	d.expect(outcome{order: "SHIPPED", sub: "SHIPPED", events: "REQUESTED REJECTED WITHDRAWN",
		movements: "S SHIPPED -3 -3"})
}

func (d *deal) forced() {
	for _, who := range []*user{d.buyer, d.st.merchant} {
		_, err := who.tryMutate(d.server, "forceRefund",
			fields{"request": d.requestInput("REFUND_ONLY", "OTHER", 3)}, "afterSale { id }", "")
		if err == nil {
			d.Error("somebody else than staff forces a refund")
		}
	}
	p := must(d.T, d.platform.mutate(d.server, "forceRefund",
		fields{"request": d.requestInput("REFUND_ONLY", "OTHER", 3)}, "afterSale { id openedBy }"))
	d.request = str(p, "afterSale", "id")
	if by := d.awaitStatus("COMPLETED", "", 0)["openedBy"]; by != "PLATFORM" {
		d.Errorf("opened by %v", by)
	}
	d.expect(outcome{order: "CLOSED", sub: "CLOSED", reason: "REFUNDED", refunds: []int64{dealPaid},
		trigger: "FORCED", events: "FORCED COMPLETED", movements: "S RELEASED +0 -3"})
}

func (d *deal) openedByMerchant() {
	p := must(d.T, d.st.merchant.mutate(d.server, "openAfterSaleForBuyer",
		d.requestInput("REFUND_ONLY", "OTHER", 1), "afterSale { id }"))
	d.request = str(p, "afterSale", "id")
	d.awaitStatus("COMPLETED", "", 0)
	d.expect(outcome{order: "AWAITING_SHIPMENT", sub: "AWAITING_SHIPMENT", refunds: []int64{3333},
		trigger: "MERCHANT", events: "REQUESTED COMPLETED", movements: "S RELEASED +0 -1"})
}

// waitForRefund waits until the deal's only refund has that status.
func (d *deal) waitForRefund(status string) (refund fields) {
	d.Helper()
	d.sys.until("the refund is "+status, func() bool {
		refund, _ = at(d.view(), "refunds", 0).(fields)
		return refund != nil && refund["status"] == status
	})
	return refund
}

// refundRetried: the money stays held, and the channel sees one number.
func (d *deal) refundRetried() {
	d.sys.fault(sandbox.Fault{Kind: sandbox.RefuseRefund, Op: sandbox.OpRefund})
	d.makeRequest(d.requestInput("REFUND_ONLY", "NOT_WANTED", 3))
	failed := d.waitForRefund("FAILED")
	d.awaitStatus("REFUNDING", "", 0)
	if b := d.balance(); b != (balance{dealPaid, 0, dealPaid, 0}) {
		d.Errorf("the refund failed, the balance is %+v", b)
	}
	d.expectRefusal(d.buyer, "withdrawAfterSale", nil, "ACTION_NOT_ALLOWED")
	must(d.T, d.platform.mutate(d.server, "retryRefund", fields{"refund": str(failed, "id")},
		"refund { id }"))
	if again := d.waitForRefund("SUCCEEDED"); again["id"] != failed["id"] {
		d.Errorf("refunded as %v, first requested as %v", again["id"], failed["id"])
	}
	d.awaitStatus("COMPLETED", "", 0)
	d.expect(outcome{order: "CLOSED", sub: "CLOSED", reason: "REFUNDED", refunds: []int64{dealPaid},
		trigger: "UNSHIPPED", events: "REQUESTED COMPLETED", movements: "S RELEASED +0 -3"})
}

// refundReplaced: a refund that the channel closed is over; a new one has its money.
func (d *deal) refundReplaced() {
	d.sys.fault(sandbox.Fault{Kind: sandbox.CloseRefund, Op: sandbox.OpRefund})
	d.makeRequest(d.requestInput("REFUND_ONLY", "NOT_WANTED", 3))
	d.awaitStatus("COMPLETED", "", 0)
	d.buyer.settles(d.server, d.order, "CLOSED")
	count := map[string]int{}
	for _, r := range d.view()["refunds"].([]any) {
		count[str(r, "status")]++
	}
	if len(count) != 2 || count["CLOSED"] != 1 || count["SUCCEEDED"] != 1 {
		d.Errorf("the refunds are %v", count)
	}
	if b := d.balance(); b != (balance{dealPaid, dealPaid, 0, 0}) {
		d.Errorf("the balance is %+v", b)
	}
	d.waitForMoney(0)
}
