package graph_test

import (
	"strings"
	"testing"
	"time"
)

// undo takes the handover of a parcel back.
func (e *env) undo(parcel string) {
	e.Helper()
	e.mutateOK(e.picker, "undoHandOver", vars{"shipment": parcel}, "")
}

func TestAMistakenHandOverIsUndone(t *testing.T) {
	t.Parallel()
	eachEnv(t, func(e *env) {
		p := e.paidOrder()
		parcel := e.newParcel(p, 3, 3)
		before, due := e.stockOf(), e.dueAt(p.sub, "SHIP")
		label := e.newLabel(parcel)
		e.mutateOK(e.picker, "handOver", label, "")
		e.wantTrade(p, "SHIPPED")
		if got := e.actions(e.picker, parcel, "Shipment"); got !=
			"[CORRECT_TRACKING_NUMBER UNDO_HAND_OVER REPORT_TRACKING]" {
			e.Errorf("the warehouse may %s", got)
		}
		e.undo(parcel)
		e.wantTrade(p, "AWAITING_SHIPMENT")
		e.wantNode(p.order, "Order", map[string]any{"status": "AWAITING_SHIPMENT"})
		e.wantNode(p.sub, "SubOrder", map[string]any{"shippedAt": nil})
		e.wantNode(parcel, "Shipment", map[string]any{"stage": "PACKED", "carrierStage": nil,
			"carrier": "", "trackingNumber": "", "handedOverAt": nil, "stopped": false})
		if after := e.stockOf(); after != before {
			e.Errorf("the stock is %s, was %s", after, before)
		}
		if after := e.dueAt(p.sub, "SHIP"); !after.Equal(due) {
			e.Errorf("to be shipped by %v, was %v", after, due)
		}
		e.verify()

		// The number is free for the right parcel, and this one can go again.
		other := e.newParcel(e.paidOrder(), 3, 3)
		label["shipment"] = other
		e.mutateOK(e.picker, "handOver", label, "")
		e.mutateOK(e.picker, "handOver", e.newLabel(parcel), "")
		e.wantTrade(p, "SHIPPED")
		e.undo(parcel)
		e.mutateOK(e.picker, "cancelShipment", vars{"shipment": parcel}, "")
		e.mutateOK(e.buyer, "requestAfterSale", vars{"subOrder": p.sub, "kind": "REFUND_ONLY",
			"reason": "NOT_WANTED", "lines": p.lines(3)}, "")
		for e.runOnce() > 0 {
		}
		e.wantTrade(p, "CLOSED")
		e.verify()
	})
}

func TestOneOfSeveralHandOversIsUndone(t *testing.T) {
	t.Parallel()
	eachEnv(t, func(e *env) {
		p := e.paidOrder()
		first, second := e.newParcel(p, 1, 4), e.newParcel(p, 2, 4)
		e.wantTrade(p, "SHIPPED")
		e.undo(second)
		e.wantTrade(p, "PARTIALLY_SHIPPED")
		e.undo(first)
		e.wantTrade(p, "AWAITING_SHIPMENT")
		e.verify()
	})
}

// A handover stands once the courier, a request or the buyer relies on it.
func TestAHandOverThatIsReliedOnIsNotUndone(t *testing.T) {
	t.Parallel()
	eachEnv(t, func(e *env) {
		stands := func(parcel string) {
			e.Helper()
			if got := e.actions(e.picker, parcel, "Shipment"); strings.Contains(got, "UNDO_HAND_OVER") {
				e.Errorf("the warehouse may %s", got)
			}
			e.expectRefusal(e.picker, "undoHandOver", vars{"shipment": parcel},
				"ACTION_NOT_ALLOWED", "")
		}
		collected, received, asked := e.sentOrder(), e.sentOrder(), e.sentOrder()
		e.report(collected.parcel, "COLLECTED")
		stands(collected.parcel)
		e.mutateOK(e.buyer, "confirmReceipt", vars{"subOrder": received.sub}, "")
		stands(received.parcel)
		id := e.request(asked, "REFUND_ONLY", "INTERCEPTION")
		stands(asked.parcel)
		e.mutateOK(e.buyer, "withdrawAfterSale", afterSaleInput(id), "")
		e.undo(asked.parcel)
		stands(e.returnParcel())
		packed := e.newParcel(e.paidOrder(), 3, 3)
		stands(packed)
		e.verify()
	})
}

func TestTheHandOverOfAReplacementIsUndone(t *testing.T) {
	t.Parallel()
	eachEnv(t, func(e *env) {
		id := e.requestToReship()
		parcel := e.reshipped(id)
		before, toSend := e.stockOf(), e.leftOf(id)
		e.mutateOK(e.picker, "handOver", e.newLabel(parcel), "")
		if left := e.leftOf(id); left <= toSend {
			e.Errorf("sent, and it is due in %s", left)
		}
		e.undo(parcel)
		if after := e.stockOf(); after != before {
			e.Errorf("the stock is %s, was %s", after, before)
		}
		e.wantRequest(id, "RESHIPPING")
		if left := e.leftOf(id); left > toSend+time.Minute {
			e.Errorf("not sent, and it is due in %s", left)
		}
		e.mutateOK(e.picker, "handOver", e.newLabel(parcel), "")
		e.later(15*day + time.Minute)
		e.wantRequest(id, "COMPLETED")
		e.expectRefusal(e.picker, "undoHandOver", vars{"shipment": parcel},
			"ACTION_NOT_ALLOWED", "")
		e.verify()
	})
}
