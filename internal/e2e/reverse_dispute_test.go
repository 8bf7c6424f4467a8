package e2e_test

import (
	"testing"
	"time"
)

// TestReverseAnswers lets shop and buyer answer each other, or not.
func TestReverseAnswers(t *testing.T) {
	reverse(t, []row{
		{name: "the shop says nothing about a refund", run: (*deal).silentRefund},
		{name: "the shop says nothing in a time of its own", run: (*deal).silentShop,
			policy: fields{"merchantHours": 12}},
		{name: "the shop says nothing about goods", run: (*deal).silentReship},
		{name: "a proposal is accepted", run: (*deal).proposalAccepted},
		{name: "a proposal is refused, the next ignored", run: (*deal).proposalIgnored},
		{name: "revised after a rejection", run: (*deal).revised},
		{name: "rejected, and the buyer lets it stand", run: (*deal).rejectionStands},
		{name: "forced by the platform", run: (*deal).forcedOpen},
	})
}

// TestReverseDisputes lets the platform decide between shop and buyer.
func TestReverseDisputes(t *testing.T) {
	reverse(t, []row{
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
	d.asks(d.wants("REFUND_ONLY", "QUALITY", 2))
	d.passes(2*day - time.Minute)
	d.is("AWAITING_MERCHANT", "MERCHANT_ANSWER", time.Minute)
	d.passes(2 * time.Minute)
	d.is("COMPLETED", "", 0)
	d.ends(end{order: "RECEIVED", sub: "RECEIVED", refunds: []int64{6666}, trigger: "OVERDUE",
		told: "REQUESTED APPROVED COMPLETED", moved: "S SHIPPED -3 -3"})
}

func (d *deal) silentShop() {
	d.deliver()
	d.asks(d.wants("REFUND_ONLY", "QUALITY", 1))
	d.is("AWAITING_MERCHANT", "MERCHANT_ANSWER", day/2)
	d.passes(day/2 + time.Minute)
	d.is("COMPLETED", "", 0)
	d.ends(end{order: "SHIPPED", sub: "SHIPPED", refunds: []int64{3333}, trigger: "OVERDUE",
		told: "REQUESTED APPROVED COMPLETED", moved: "S SHIPPED -3 -3"})
}

// silentReship: goods are not sent by silence; staff decide.
func (d *deal) silentReship() {
	d.deliver()
	d.asks(d.wants("RESHIP", "MISSING", 1))
	d.passes(2*day + time.Minute)
	d.is("IN_ARBITRATION", "RULING", 7*day)
	d.may(d.platform, "FORCE_REFUND RULE_CLOSE RULE_REFUND RULE_RESHIP RULE_RETURN")
	d.passes(7*day + time.Minute)
	d.is("IN_ARBITRATION", "RULING", 7*day) // staff were reminded
	d.does(d.platform, "ruleAfterSale", fields{"ruling": "REFUND", "liable": "SHOP"})
	d.is("COMPLETED", "", 0)
	d.ends(end{order: "SHIPPED", sub: "SHIPPED", refunds: []int64{3333}, trigger: "ARBITRATION",
		told: "REQUESTED ESCALATED OVERDUE RULED COMPLETED", moved: "S SHIPPED -3 -3"})
}

// proposes offers money for one unit alone.
func (d *deal) proposes(amount int64) {
	d.Helper()
	d.does(d.st.merchant, "proposeAfterSale", fields{"kind": "REFUND_ONLY", "text": "部分退款",
		"lines": []fields{{"item": d.item, "quantity": 1, "amount": amount}}})
	if found := d.is("AWAITING_BUYER", "BUYER_ANSWER", 7*day); str(found, "proposal", "kind") !=
		"REFUND_ONLY" {
		d.Errorf("proposed %v", found["proposal"])
	}
	d.may(d.buyer, "ACCEPT_PROPOSAL REFUSE_PROPOSAL WITHDRAW")
	d.may(d.st.merchant, "")
}

func (d *deal) proposalAccepted() {
	d.receive()
	d.asks(d.wants("RETURN_AND_REFUND", "QUALITY", 2))
	d.proposes(2000)
	d.does(d.buyer, "answerProposal", fields{"accept": true})
	found := d.is("COMPLETED", "", 0)
	if found["kind"] != "REFUND_ONLY" || num(found, "lines", 0, "quantity") != 1 {
		d.Errorf("the request became %v", found)
	}
	said := found["messages"].([]any)
	if len(said) != 1 || str(said[0], "kind") != "PROPOSAL" || str(said[0], "author", "role") !=
		"MERCHANT" {
		d.Errorf("said was %v", said)
	}
	d.ends(end{order: "RECEIVED", sub: "RECEIVED", refunds: []int64{2000}, trigger: "APPROVED",
		told: "REQUESTED PROPOSED PROPOSAL_ACCEPTED COMPLETED", moved: "S SHIPPED -3 -3"})
}

func (d *deal) proposalIgnored() {
	d.receive()
	d.asks(d.wants("REFUND_ONLY", "QUALITY", 2))
	d.passes(day)
	d.proposes(1000)
	d.does(d.buyer, "answerProposal", fields{"accept": false})
	d.is("AWAITING_MERCHANT", "MERCHANT_ANSWER", 2*day)
	d.proposes(1500)
	d.passes(7*day + time.Minute)
	d.is("WITHDRAWN", "", 0)
	d.ends(end{order: "COMPLETED", sub: "COMPLETED",
		told:  "REQUESTED PROPOSED PROPOSAL_REFUSED PROPOSED WITHDRAWN",
		moved: "S SHIPPED -3 -3"})
}

// rejected lets the shop refuse a request.
func (d *deal) rejected(in fields) {
	d.Helper()
	d.asks(in)
	d.does(d.st.merchant, "rejectAfterSale", fields{"reason": "NO_EVIDENCE", "text": "请举证"})
	if found := d.is("REJECTED", "ESCALATION", 7*day); found["rejection"] != "NO_EVIDENCE" {
		d.Errorf("rejected because of %v", found["rejection"])
	}
	d.may(d.buyer, "ESCALATE REVISE WITHDRAW")
}

// revised: what was asked for first is free again.
func (d *deal) revised() {
	d.receive()
	d.rejected(d.wants("RETURN_AND_REFUND", "QUALITY", 3))
	in := d.difference(500)
	delete(in, "subOrder")
	in["images"] = []string{"https://img.example/1.jpg"}
	d.does(d.buyer, "reviseAfterSale", in)
	found := d.is("AWAITING_MERCHANT", "MERCHANT_ANSWER", 2*day)
	if found["kind"] != "PRICE_DIFFERENCE" || num(found, "amount", "amount") != 500 {
		d.Errorf("revised to %v", found)
	}
	if b := d.balance(); b != (balance{dealPaid, 0, 500, dealPaid - 500}) {
		d.Errorf("500 are asked for, the balance is %+v", b)
	}
	d.agrees()
	d.is("COMPLETED", "", 0)
	d.ends(end{order: "RECEIVED", sub: "RECEIVED", refunds: []int64{500}, trigger: "APPROVED",
		told: "REQUESTED REJECTED REVISED APPROVED COMPLETED", moved: "S SHIPPED -3 -3"})
}

func (d *deal) rejectionStands() {
	d.deliver()
	d.rejected(d.wants("REFUND_ONLY", "QUALITY", 1))
	d.passes(7*day + time.Minute)
	d.is("CLOSED", "", 0)
	d.ends(end{order: "SHIPPED", sub: "SHIPPED", told: "REQUESTED REJECTED CLOSED",
		moved: "S SHIPPED -3 -3"})
}

func (d *deal) forcedOpen() {
	d.receive()
	d.rejected(d.wants("REFUND_ONLY", "QUALITY", 1))
	d.may(d.platform, "FORCE_REFUND")
	d.does(d.platform, "forceRefund", fields{"text": "证据充分"})
	d.is("COMPLETED", "", 0)
	d.ends(end{order: "RECEIVED", sub: "RECEIVED", refunds: []int64{3333}, trigger: "FORCED",
		told: "REQUESTED REJECTED FORCED COMPLETED", moved: "S SHIPPED -3 -3"})
}
