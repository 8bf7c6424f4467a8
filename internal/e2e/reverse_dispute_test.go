package e2e_test

import (
	"testing"
	"time"
)

// TestReverseAnswers: shop and buyer answer each other, or do not.
func TestReverseAnswers(t *testing.T) {
	reverse(t, []scenario{
		{name: "the shop says nothing about a refund", run: (*deal).silentRefund},
		{name: "the shop says nothing in a time of its own", run: (*deal).silentShop,
			policy: fields{"merchantHours": 12}},
		{name: "the shop says nothing about goods", run: (*deal).silentReship},
		{name: "a proposal is accepted", run: (*deal).proposalAccepted},
		{name: "a proposal is refused, the next ignored", run: (*deal).proposalIgnored},
		{name: "revised after a rejection", run: (*deal).revised},
		{name: "rejected, and the buyer accepts that", run: (*deal).rejectionStands},
		{name: "forced by the platform", run: (*deal).forcedOpen},
	})
}

// TestReverseDisputes: the platform decides between shop and buyer.
func TestReverseDisputes(t *testing.T) {
	reverse(t, []scenario{
		{name: "a part is missing, ruled for the buyer", run: (*deal).missingForBuyer},
		{name: "a part is missing, ruled for the shop", run: (*deal).missingForShop},
		{name: "nothing came back, ruled for the buyer", run: (*deal).refusedForBuyer},
		{name: "nothing came back, ruled for the shop", run: (*deal).refusedForShop},
		{name: "a refusal, ruled to be a return", run: (*deal).ruledReturn},
		{name: "a missing part, ruled to be sent", run: (*deal).ruledReship},
	})
}

func (d *deal) silentRefund() {
	d.receive()
	d.makeRequest(d.requestInput("REFUND_ONLY", "QUALITY", 2))
	d.advance(2*day - time.Minute)
	d.awaitStatus("AWAITING_MERCHANT", "MERCHANT_ANSWER", time.Minute)
	d.advance(2 * time.Minute)
	d.awaitStatus("COMPLETED", "", 0)
	d.expect(outcome{order: "RECEIVED", sub: "RECEIVED", refunds: []int64{6666}, trigger: "OVERDUE",
		events: "REQUESTED APPROVED COMPLETED", movements: "S SHIPPED -3 -3"})
}

func (d *deal) silentShop() {
	d.deliver()
	d.makeRequest(d.requestInput("REFUND_ONLY", "QUALITY", 1))
	d.awaitStatus("AWAITING_MERCHANT", "MERCHANT_ANSWER", day/2)
	d.advance(day/2 + time.Minute)
	d.awaitStatus("COMPLETED", "", 0)
	d.expect(outcome{order: "SHIPPED", sub: "SHIPPED", refunds: []int64{3333}, trigger: "OVERDUE",
		events: "REQUESTED APPROVED COMPLETED", movements: "S SHIPPED -3 -3"})
}

// silentReship: without an answer no goods are sent; staff decide.
func (d *deal) silentReship() {
	d.deliver()
	d.makeRequest(d.requestInput("RESHIP", "MISSING", 1))
	d.advance(2*day + time.Minute)
	d.awaitStatus("IN_ARBITRATION", "RULING", 7*day)
	d.expectActions(d.platform, "FORCE_REFUND RULE_CLOSE RULE_REFUND RULE_RESHIP RULE_RETURN")
	d.advance(7*day + time.Minute)
	d.awaitStatus("IN_ARBITRATION", "RULING", 7*day) // staff were reminded
	d.act(d.platform, "ruleAfterSale", fields{"ruling": "REFUND", "liable": "SHOP"})
	d.awaitStatus("COMPLETED", "", 0)
	d.expect(outcome{order: "SHIPPED", sub: "SHIPPED", refunds: []int64{3333}, trigger: "ARBITRATION",
		events: "REQUESTED ESCALATED OVERDUE RULED COMPLETED", movements: "S SHIPPED -3 -3"})
}

// propose offers money for one unit alone.
func (d *deal) propose(amount int64) {
	d.Helper()
	d.act(d.st.merchant, "proposeAfterSale", fields{"kind": "REFUND_ONLY", "text": "部分退款",
		"lines": []fields{{"item": d.item, "quantity": 1, "amount": amount}}})
	found := d.awaitStatus("AWAITING_BUYER", "BUYER_ANSWER", 7*day)
	if str(found, "proposal", "kind") != "REFUND_ONLY" {
		d.Errorf("proposed %v", found["proposal"])
	}
	d.expectActions(d.buyer, "ACCEPT_PROPOSAL REFUSE_PROPOSAL WITHDRAW")
	d.expectActions(d.st.merchant, "")
}

func (d *deal) proposalAccepted() {
	d.receive()
	d.makeRequest(d.requestInput("RETURN_AND_REFUND", "QUALITY", 2))
	d.propose(2000)
	d.act(d.buyer, "answerProposal", fields{"accept": true})
	found := d.awaitStatus("COMPLETED", "", 0)
	if found["kind"] != "REFUND_ONLY" || num(found, "lines", 0, "quantity") != 1 {
		d.Errorf("the request became %v", found)
	}
	said := found["messages"].([]any)
	if len(said) != 1 || str(said[0], "kind") != "PROPOSAL" || str(said[0], "author", "role") !=
		"MERCHANT" {
		d.Errorf("said was %v", said)
	}
	d.expect(outcome{order: "RECEIVED", sub: "RECEIVED", refunds: []int64{2000}, trigger: "APPROVED",
		events: "REQUESTED PROPOSED PROPOSAL_ACCEPTED COMPLETED", movements: "S SHIPPED -3 -3"})
}

func (d *deal) proposalIgnored() {
	d.receive()
	d.makeRequest(d.requestInput("REFUND_ONLY", "QUALITY", 2))
	d.advance(day)
	d.propose(1000)
	d.act(d.buyer, "answerProposal", fields{"accept": false})
	d.awaitStatus("AWAITING_MERCHANT", "MERCHANT_ANSWER", 2*day)
	d.propose(1500)
	d.advance(7*day + time.Minute)
	d.awaitStatus("WITHDRAWN", "", 0)
	d.expect(outcome{order: "COMPLETED", sub: "COMPLETED",
		events:    "REQUESTED PROPOSED PROPOSAL_REFUSED PROPOSED WITHDRAWN",
		movements: "S SHIPPED -3 -3"})
}

// rejectRequest makes a request that the shop rejects.
func (d *deal) rejectRequest(in fields) {
	d.Helper()
	d.makeRequest(in)
	d.act(d.st.merchant, "rejectAfterSale", fields{"reason": "NO_EVIDENCE", "text": "请举证"})
	if found := d.awaitStatus("REJECTED", "ESCALATION", 7*day); found["rejection"] != "NO_EVIDENCE" {
		d.Errorf("rejected because of %v", found["rejection"])
	}
	d.expectActions(d.buyer, "ESCALATE REVISE WITHDRAW")
}

// revised: what the first request held is released.
func (d *deal) revised() {
	d.receive()
	d.rejectRequest(d.requestInput("RETURN_AND_REFUND", "QUALITY", 3))
	in := d.priceDifferenceInput(500)
	delete(in, "subOrder")
	in["images"] = []string{"https://img.example/1.jpg"}
	d.act(d.buyer, "reviseAfterSale", in)
	found := d.awaitStatus("AWAITING_MERCHANT", "MERCHANT_ANSWER", 2*day)
	if found["kind"] != "PRICE_DIFFERENCE" || num(found, "amount", "amount") != 500 {
		d.Errorf("revised to %v", found)
	}
	if b := d.balance(); b != (balance{dealPaid, 0, 500, dealPaid - 500}) {
		d.Errorf("500 are requested, the balance is %+v", b)
	}
	d.approve()
	d.awaitStatus("COMPLETED", "", 0)
	d.expect(outcome{order: "RECEIVED", sub: "RECEIVED", refunds: []int64{500}, trigger: "APPROVED",
		events: "REQUESTED REJECTED REVISED APPROVED COMPLETED", movements: "S SHIPPED -3 -3"})
}

func (d *deal) rejectionStands() {
	d.deliver()
	d.rejectRequest(d.requestInput("REFUND_ONLY", "QUALITY", 1))
	d.advance(7*day + time.Minute)
	d.awaitStatus("CLOSED", "", 0)
	d.expect(outcome{order: "SHIPPED", sub: "SHIPPED", events: "REQUESTED REJECTED CLOSED",
		movements: "S SHIPPED -3 -3"})
}

func (d *deal) forcedOpen() {
	d.receive()
	d.rejectRequest(d.requestInput("REFUND_ONLY", "QUALITY", 1))
	d.expectActions(d.platform, "FORCE_REFUND")
	d.act(d.platform, "forceRefund", fields{"text": "证据充分"})
	d.awaitStatus("COMPLETED", "", 0)
	d.expect(outcome{order: "RECEIVED", sub: "RECEIVED", refunds: []int64{3333}, trigger: "FORCED",
		events: "REQUESTED REJECTED FORCED COMPLETED", movements: "S SHIPPED -3 -3"})
}
