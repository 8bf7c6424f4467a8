package graph_test

import (
	"strings"
	"testing"
	"time"
)

const day = 24 * time.Hour

// A carrier that no courier service of the server tracks is no dead end: each of these flows ends
// by what people report, and by the clock when nobody reports anything.

func TestAReceiptEndsWithoutATrackingService(t *testing.T) {
	t.Parallel()
	eachEnv(t, func(e *env) {
		silent, told := e.sentOrder(), e.sentOrder()
		handed := e.now()
		for _, stage := range []string{"COLLECTED", "IN_TRANSIT", "OUT_FOR_DELIVERY"} {
			e.later(time.Hour)
			e.report(told.parcel, stage)
		}
		e.later(time.Hour)
		delivered := e.now()
		e.mutateOK(e.merchant, "reportTracking", vars{"shipment": told.parcel, "stage": "DELIVERED",
			"occurredAt": delivered, "note": "left with the neighbour"}, "")
		r := e.must(e.buyer, `query($id: ID!) { node(id: $id) { ... on Shipment { carrierStage
			tracking { stage reportedBy text } } } }`, vars{"id": told.parcel})
		e.expect(r, "DELIVERED", "node", "carrierStage")
		e.expect(r, "map[reportedBy:WAREHOUSE stage:COLLECTED text:]", "node", "tracking", 0)
		e.expect(r, "map[reportedBy:MERCHANT stage:DELIVERED text:left with the neighbour]",
			"node", "tracking", 3)
		if due := e.dueAt(told.sub, "RECEIPT").Sub(delivered); due.Abs() > 7*day+time.Second ||
			due < 7*day-time.Second {
			e.Errorf("due %s after the delivery", due)
		}
		e.later(7*day + time.Minute)
		e.wantTrade(told.placedOrder, "RECEIVED")
		e.wantTrade(silent.placedOrder, "SHIPPED")
		e.later(handed.Add(15*day + time.Hour).Sub(e.now()))
		e.wantTrade(silent.placedOrder, "RECEIVED")
		e.verify()
	})
}

// What a shop reports late leaves the buyer a day at least.
func TestADeliveryThatIsReportedLateLeavesADay(t *testing.T) {
	t.Parallel()
	eachEnv(t, func(e *env) {
		s := e.sentOrder()
		long := e.now()
		e.later(14 * day)
		e.mutateOK(e.merchant, "reportTracking",
			vars{"shipment": s.parcel, "stage": "DELIVERED", "occurredAt": long}, "")
		if left := e.dueAt(s.sub, "RECEIPT").Sub(e.now()); left < day-time.Minute {
			e.Errorf("%s are left", left)
		}
		for e.runOnce() > 0 {
		}
		e.wantTrade(s.placedOrder, "SHIPPED")
		e.later(day + time.Minute)
		e.wantTrade(s.placedOrder, "RECEIVED")
		e.verify()
	})
}

// The review reminder comes a day after the receipt, from when on a review is possible, also when
// nobody knows when the goods were delivered.
func TestTheReviewReminderComesWhenReviewingIsPossible(t *testing.T) {
	t.Parallel()
	eachEnv(t, func(e *env) {
		tracked, untracked, byClock := e.sentOrder(), e.sentOrder(), e.sentOrder()
		reminded := func(s sent) bool {
			r := e.must(e.buyer, `query($id: ID!) { node(id: $id) { ... on Order {
				timeline { type } } } }`, vars{"id": s.order})
			return strings.Contains(r.raw, "SUB_ORDER_REVIEW_REMINDED")
		}
		e.report(tracked.parcel, "DELIVERED")
		e.later(3 * day)
		for _, s := range []sent{tracked, untracked, byClock} {
			if reminded(s) {
				e.Error("reminded of a review that is refused")
			}
			e.expectRefusal(e.buyer, "reviewItem", vars{"item": s.item, "rating": 5},
				"ACTION_NOT_ALLOWED", "")
		}
		for _, s := range []sent{tracked, untracked} {
			e.mutateOK(e.buyer, "confirmReceipt", vars{"subOrder": s.sub}, "")
		}
		e.later(day - time.Minute)
		if reminded(tracked) || reminded(untracked) {
			e.Error("reminded too early")
		}
		e.later(2 * time.Minute)
		if !reminded(tracked) || !reminded(untracked) {
			e.Error("not reminded a day after the receipt")
		}
		e.later(11 * day)
		e.wantTrade(byClock.placedOrder, "RECEIVED")
		e.later(day)
		if !reminded(byClock) {
			e.Error("not reminded after the clock confirmed the receipt")
		}
		e.mutateOK(e.buyer, "reviewItem", vars{"item": byClock.item, "rating": 5}, "")
		e.verify()
	})
}

func TestARefusalEndsWithoutATrackingService(t *testing.T) {
	t.Parallel()
	eachEnv(t, func(e *env) {
		s := e.sentOrder()
		e.report(s.parcel, "REFUSED")
		e.wantNode(s.parcel, "Shipment", map[string]any{"needsMerchant": true})
		id := e.systemRequest(s.placedOrder)
		e.wantRequest(id, "RETURN_IN_TRANSIT")
		e.report(s.parcel, "RETURNING")
		e.report(s.parcel, "RETURNED")
		e.confirmReturned(id, s, 3)
		e.wantRequest(id, "COMPLETED")
		e.wantTrade(s.placedOrder, "CLOSED")

		// A buyer who said so, and a shop that reports it.
		s = e.sentOrder()
		id = e.request(s, "REFUND_ONLY", "REFUSAL")
		e.wantRequest(id, "AWAITING_REFUSAL")
		e.report(s.parcel, "RETURNED")
		e.confirmReturned(id, s, 3)
		e.wantRequest(id, "COMPLETED")

		// Nobody reports anything, or confirms what comes back.
		s = e.sentOrder()
		id = e.request(s, "REFUND_ONLY", "REFUSAL")
		e.later(7*day + time.Minute)
		e.wantRequest(id, "AWAITING_CHOICE")
		e.mutateOK(e.buyer, "chooseAfterInterception", vars{"afterSale": id, "way": "REFUSAL"}, "")
		e.report(s.parcel, "REFUSED")
		e.later(10*day + time.Minute)
		e.wantRequest(id, "COMPLETED")
		e.verify()
	})
}

func TestAnInterceptionEndsWithoutATrackingService(t *testing.T) {
	t.Parallel()
	eachEnv(t, func(e *env) {
		outcome := func(s sent, outcome string) vars {
			return vars{"shipment": s.parcel, "outcome": outcome, "note": "the driver has it"}
		}
		wantInterception := func(request, want string) {
			e.Helper()
			r := e.must(e.buyer, `query($id: ID!) { node(id: $id) { ... on AfterSale {
				interceptions { status reportedBy note } } } }`, vars{"id": request})
			e.expect(r, want, "node", "interceptions", 0)
		}
		// The courier brings it back.
		s := e.sentOrder()
		e.expectRefusal(e.merchant, "reportInterception", outcome(s, "ACCEPTED"),
			"ACTION_NOT_ALLOWED", "")
		id := e.request(s, "REFUND_ONLY", "INTERCEPTION")
		for e.runOnce() > 0 {
		}
		e.wantRequest(id, "AWAITING_INTERCEPTION")
		wantInterception(id, "map[note: reportedBy:<nil> status:REQUESTED]")
		e.mutateOK(e.merchant, "reportInterception", outcome(s, "ACCEPTED"), "")
		wantInterception(id, "map[note:the driver has it reportedBy:MERCHANT status:ACCEPTED]")
		e.expectRefusal(e.buyer, "withdrawAfterSale", afterSaleInput(id), "ACTION_NOT_ALLOWED", "")
		e.expectRefusal(e.merchant, "reportInterception", outcome(s, "ACCEPTED"),
			"ACTION_NOT_ALLOWED", "")
		e.mutateOK(e.picker, "reportInterception", outcome(s, "SUCCEEDED"), "")
		wantInterception(id, "map[note:the driver has it reportedBy:WAREHOUSE status:SUCCEEDED]")
		e.wantRequest(id, "RETURN_IN_TRANSIT")
		e.wantNode(s.parcel, "Shipment", map[string]any{"carrierStage": "RETURNING"})
		e.confirmReturned(id, s, 3)
		e.wantRequest(id, "COMPLETED")

		// The courier does not do it, or did not manage.
		for _, word := range []string{"REFUSED", "FAILED"} {
			s = e.sentOrder()
			id = e.request(s, "REFUND_ONLY", "INTERCEPTION")
			e.mutateOK(e.support, "reportInterception", outcome(s, word), "")
			wantInterception(id,
				"map[note:the driver has it reportedBy:SUPPORT status:"+word+"]")
			e.wantRequest(id, "AWAITING_CHOICE")
		}

		// It came back: nobody had telephoned.
		s = e.sentOrder()
		id = e.request(s, "REFUND_ONLY", "INTERCEPTION")
		e.report(s.parcel, "RETURNED")
		e.wantRequest(id, "RETURN_IN_TRANSIT")

		// Nobody telephones.
		s = e.sentOrder()
		id = e.request(s, "REFUND_ONLY", "INTERCEPTION")
		e.later(3*day + time.Minute)
		e.wantRequest(id, "AWAITING_CHOICE")
		wantInterception(id, "map[note: reportedBy:<nil> status:FAILED]")
		e.verify()
	})
}

func TestAReturnEndsWithoutATrackingService(t *testing.T) {
	t.Parallel()
	eachEnv(t, func(e *env) {
		confirmed, p := e.returnInTransit()
		silent, _ := e.returnInTransit()
		e.confirmReturned(confirmed, sent{placedOrder: p}, 1)
		e.wantRequest(confirmed, "COMPLETED")
		e.later(10*day - time.Hour)
		e.wantRequest(silent, "RETURN_IN_TRANSIT")
		e.later(2 * time.Hour)
		e.wantRequest(silent, "COMPLETED")
		e.verify()
	})
}

func TestWhatIsSentAgainEndsWithoutATrackingService(t *testing.T) {
	t.Parallel()
	eachEnv(t, func(e *env) {
		resend := func() (request, parcel string) {
			request = e.requestToReship()
			parcel = e.reshipped(request)
			e.mutateOK(e.picker, "handOver", e.newLabel(parcel), "")
			return request, parcel
		}
		told, parcel := resend()
		silent, _ := resend()
		lost, astray := resend()
		e.report(parcel, "DELIVERED")
		e.report(astray, "LOST")
		e.wantRequest(lost, "RESHIPPING")
		if left := e.leftOf(lost); left > 7*day {
			e.Errorf("the shop has %s to send it anew", left)
		}
		e.later(7*day + time.Minute)
		e.wantRequest(told, "COMPLETED")
		e.wantRequest(silent, "RESHIPPING")
		e.later(8 * day)
		e.wantRequest(silent, "COMPLETED")
		e.verify()
	})
}

// A parcel that the shop gave up turns up.
func TestALostParcelIsFound(t *testing.T) {
	t.Parallel()
	eachEnv(t, func(e *env) {
		s := e.sentOrder()
		e.report(s.parcel, "LOST")
		id := e.systemRequest(s.placedOrder)
		e.wantRequest(id, "AWAITING_MERCHANT")
		e.report(s.parcel, "IN_TRANSIT")
		e.wantNode(s.parcel, "Shipment", map[string]any{
			"carrierStage": "IN_TRANSIT", "needsMerchant": false})
		e.report(s.parcel, "DELIVERED")
		e.wantRequest(id, "AWAITING_CHOICE")
		e.expectRefusal(e.merchant, "reportTracking",
			vars{"shipment": s.parcel, "stage": "REFUSED"}, "ACTION_NOT_ALLOWED", "")
		e.mutateOK(e.support, "reportTracking", vars{"shipment": s.parcel, "stage": "PROBLEM"}, "")
		e.wantNode(s.parcel, "Shipment", map[string]any{
			"carrierStage": "PROBLEM", "deliveredAt": nil})
		e.verify()
	})
}

// A reported time must be one at which it can have happened.
func TestReportedTimesAreInOrder(t *testing.T) {
	t.Parallel()
	eachEnv(t, func(e *env) {
		s := e.sentOrder()
		handed := e.now()
		e.later(2 * time.Hour)
		refused := func(stage string, at time.Time, code, field string) {
			e.Helper()
			e.expectRefusal(e.merchant, "reportTracking",
				vars{"shipment": s.parcel, "stage": stage, "occurredAt": at}, code, field)
		}
		const wrong, field = "TIME_OUT_OF_ORDER", "occurredAt"
		refused("DELIVERED", e.now().Add(time.Minute), wrong, field)
		refused("COLLECTED", handed.Add(-time.Minute), wrong, field)
		refused("LABELLED", e.now(), "INVALID_INPUT", "stage")
		e.mutateOK(e.merchant, "reportTracking", vars{"shipment": s.parcel, "stage": "IN_TRANSIT",
			"occurredAt": handed.Add(time.Hour)}, "")
		refused("OUT_FOR_DELIVERY", handed.Add(time.Minute), wrong, field)
		refused("COLLECTED", e.now(), "INVALID_INPUT", "stage")
		r := e.mutateOK(e.merchant, "reportTracking", vars{"shipment": s.parcel, "stage": "DELIVERED",
			"occurredAt": handed.Add(time.Hour)}, "shipment { carrierStage tracking { id } }")
		e.expect(r, "DELIVERED", "reportTracking", "shipment", "carrierStage")
		if n := len(r.at("reportTracking", "shipment", "tracking").([]any)); n != 2 {
			e.Errorf("%d reports", n)
		}
		e.expectRefusal(e.buyer, "reportTracking", vars{"shipment": s.parcel, "stage": "LOST"},
			"FORBIDDEN", "")
		e.expectRefusal(e.otherMerchant, "reportTracking",
			vars{"shipment": s.parcel, "stage": "LOST"}, "NOT_FOUND", "")
		e.verify()
	})
}
