package e2e_test

import (
	"strings"
	"testing"
	"time"

	sandbox "orderflow/internal/sandbox/pay"
)

// TestReverseUnshipped asks for money for goods that no courier has yet.
func TestReverseUnshipped(t *testing.T) {
	packedAsks := fields{"autoApproveUntil": "PACKED"}
	reverse(t, []row{
		{name: "refunded before picking", run: (*deal).refundedBeforePicking},
		{name: "a part refunded before picking", run: (*deal).partRefunded},
		{name: "refunded while picking", run: (*deal).refundedWhilePicking},
		{name: "packed, and the warehouse says nothing", policy: packedAsks,
			run: (*deal).packedInSilence},
		{name: "packed, and the warehouse says no", policy: packedAsks, run: (*deal).packedAndRefused},
		{name: "forced by the platform", run: (*deal).forced},
		{name: "opened by the merchant", run: (*deal).openedByMerchant},
		{name: "the refund fails and is retried", run: (*deal).refundRetried},
		{name: "the refund is closed and replaced", run: (*deal).refundReplaced},
	})
}

func (d *deal) refundedBeforePicking() {
	d.asks(d.wants("REFUND_ONLY", "NOT_WANTED", 3))
	d.is("COMPLETED", "", 0)
	d.may(d.buyer, "")
	d.ends(end{order: "CLOSED", sub: "CLOSED", reason: "REFUNDED", refunds: []int64{dealPaid},
		trigger: "UNSHIPPED", told: "REQUESTED COMPLETED", moved: "S RELEASED +0 -3"})
}

// partRefunded takes a third at a time: what is left is shipped, and its freight is not given back.
func (d *deal) partRefunded() {
	for range 2 {
		d.asks(d.wants("REFUND_ONLY", "NOT_WANTED", 1))
		d.is("COMPLETED", "", 0)
	}
	d.ship()
	d.ends(end{order: "SHIPPED", sub: "SHIPPED", refunds: []int64{3333, 3333},
		trigger: "UNSHIPPED", told: "REQUESTED COMPLETED REQUESTED COMPLETED",
		moved: "S RELEASED +0 -1, S RELEASED +0 -1, S SHIPPED -1 -1"})
}

func (d *deal) refundedWhilePicking() {
	parcel := fields{"shipment": d.st.create(d.server, units(d.item, 3))}
	for _, step := range []string{"printPickList", "startPicking"} {
		must(d.T, d.st.warehouse.mutate(d.server, step, parcel, "shipment { stage }"))
	}
	d.asks(d.wants("REFUND_ONLY", "NOT_WANTED", 2))
	if seen := at(d.see(), "shipments", 0); at(seen, "stopped") != true {
		d.Errorf("the picker is not told to stop: %v", seen)
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
	d.ends(end{order: "SHIPPED", sub: "SHIPPED", refunds: []int64{6666}, trigger: "UNSHIPPED",
		told: "REQUESTED COMPLETED", moved: "S RELEASED +0 -2, S SHIPPED -1 -1"})
}

// packs takes everything to the point where the shop wants to be asked.
func (d *deal) packs() (parcel string) {
	d.Helper()
	parcel = d.st.create(d.server, units(d.item, 3))
	for _, step := range []string{"printPickList", "startPicking", "pack"} {
		must(d.T, d.st.warehouse.mutate(d.server, step, fields{"shipment": parcel},
			"shipment { stage }"))
	}
	return parcel
}

func (d *deal) packedInSilence() {
	d.packs()
	d.asks(d.wants("REFUND_ONLY", "TOO_LATE", 3))
	d.is("AWAITING_MERCHANT", "MERCHANT_ANSWER", day)
	d.may(d.buyer, "WITHDRAW")
	d.may(d.st.merchant, "APPROVE PROPOSE REJECT")
	d.may(d.st.warehouse, "APPROVE REJECT")
	d.may(d.platform, "FORCE_REFUND")
	d.passes(day + time.Minute)
	d.is("COMPLETED", "", 0)
	d.ends(end{order: "CLOSED", sub: "CLOSED", reason: "REFUNDED", refunds: []int64{dealPaid},
		trigger: "OVERDUE", told: "REQUESTED APPROVED COMPLETED", moved: "S RELEASED +0 -3"})
}

// packedAndRefused: the parcel cannot go as long as the request stands.
func (d *deal) packedAndRefused() {
	d.parcel = d.packs()
	d.asks(d.wants("REFUND_ONLY", "TOO_LATE", 3))
	label := fields{"shipment": d.parcel, "carrier": "SANDBOX", "trackingNumber": d.number}
	if p := d.st.warehouse.mutate(d.server, "handOver", label, "shipment { stage }"); code(p) !=
		"ACTION_NOT_ALLOWED" {
		d.Errorf("what was asked for was handed over: %v", p)
	}
	d.does(d.st.warehouse, "rejectAfterSale", fields{"reason": "ON_ITS_WAY"})
	d.is("REJECTED", "ESCALATION", 7*day)
	d.may(d.buyer, "ESCALATE REVISE WITHDRAW")
	d.does(d.buyer, "withdrawAfterSale", nil)
	d.is("WITHDRAWN", "", 0)
	must(d.T, d.st.warehouse.mutate(d.server, "handOver", label, "shipment { stage }"))
	d.ends(end{order: "SHIPPED", sub: "SHIPPED", told: "REQUESTED REJECTED WITHDRAWN",
		moved: "S SHIPPED -3 -3"})
}

func (d *deal) forced() {
	for _, who := range []*user{d.buyer, d.st.merchant} {
		_, err := who.tryMutate(d.server, "forceRefund",
			fields{"request": d.wants("REFUND_ONLY", "OTHER", 3)}, "afterSale { id }", "")
		if err == nil {
			d.Error("somebody else than staff forces a refund")
		}
	}
	p := must(d.T, d.platform.mutate(d.server, "forceRefund",
		fields{"request": d.wants("REFUND_ONLY", "OTHER", 3)}, "afterSale { id openedBy }"))
	d.request = str(p, "afterSale", "id")
	if by := d.is("COMPLETED", "", 0)["openedBy"]; by != "PLATFORM" {
		d.Errorf("opened by %v", by)
	}
	d.ends(end{order: "CLOSED", sub: "CLOSED", reason: "REFUNDED", refunds: []int64{dealPaid},
		trigger: "FORCED", told: "FORCED COMPLETED", moved: "S RELEASED +0 -3"})
}

func (d *deal) openedByMerchant() {
	p := must(d.T, d.st.merchant.mutate(d.server, "openAfterSaleForBuyer",
		d.wants("REFUND_ONLY", "OTHER", 1), "afterSale { id }"))
	d.request = str(p, "afterSale", "id")
	d.is("COMPLETED", "", 0)
	d.ends(end{order: "AWAITING_SHIPMENT", sub: "AWAITING_SHIPMENT", refunds: []int64{3333},
		trigger: "MERCHANT", told: "REQUESTED COMPLETED", moved: "S RELEASED +0 -1"})
}

// refundIs waits until the deal's only refund has that status.
func (d *deal) refundIs(status string) (refund fields) {
	d.Helper()
	d.sys.until("the refund is "+status, func() bool {
		refund, _ = at(d.see(), "refunds", 0).(fields)
		return refund != nil && refund["status"] == status
	})
	return refund
}

// refundRetried: the money stays held, and the channel sees one number.
func (d *deal) refundRetried() {
	d.sys.fault(sandbox.Fault{Kind: sandbox.RefuseRefund, Op: sandbox.OpRefund})
	d.asks(d.wants("REFUND_ONLY", "NOT_WANTED", 3))
	failed := d.refundIs("FAILED")
	d.is("REFUNDING", "", 0)
	if b := d.balance(); b != (balance{dealPaid, 0, dealPaid, 0}) {
		d.Errorf("the refund failed, the balance is %+v", b)
	}
	d.cannot(d.buyer, "withdrawAfterSale", nil, "ACTION_NOT_ALLOWED")
	must(d.T, d.platform.mutate(d.server, "retryRefund", fields{"refund": str(failed, "id")},
		"refund { id }"))
	if again := d.refundIs("SUCCEEDED"); again["id"] != failed["id"] {
		d.Errorf("refunded as %v, first asked as %v", again["id"], failed["id"])
	}
	d.is("COMPLETED", "", 0)
	d.ends(end{order: "CLOSED", sub: "CLOSED", reason: "REFUNDED", refunds: []int64{dealPaid},
		trigger: "UNSHIPPED", told: "REQUESTED COMPLETED", moved: "S RELEASED +0 -3"})
}

// refundReplaced: a refund that the channel closed is over; a new one has its money.
func (d *deal) refundReplaced() {
	d.sys.fault(sandbox.Fault{Kind: sandbox.CloseRefund, Op: sandbox.OpRefund})
	d.asks(d.wants("REFUND_ONLY", "NOT_WANTED", 3))
	d.is("COMPLETED", "", 0)
	d.buyer.settles(d.server, d.order, "CLOSED")
	count := map[string]int{}
	for _, r := range d.see()["refunds"].([]any) {
		count[str(r, "status")]++
	}
	if len(count) != 2 || count["CLOSED"] != 1 || count["SUCCEEDED"] != 1 {
		d.Errorf("the refunds are %v", count)
	}
	if b := d.balance(); b != (balance{dealPaid, dealPaid, 0, 0}) {
		d.Errorf("the balance is %+v", b)
	}
	d.keeps(0)
}
