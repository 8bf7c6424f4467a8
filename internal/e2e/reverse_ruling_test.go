package e2e_test

// escalate escalates the deal's request to the platform.
func (d *deal) escalate() {
	d.Helper()
	d.act(d.buyer, "escalateAfterSale", fields{"text": "三件都寄回了",
		"images": []string{"https://img.example/receipt.jpg"}})
	d.awaitStatus("IN_ARBITRATION", "RULING", 7*day)
	d.expectRefusal(d.st.merchant, "approveAfterSale", nil, "ACTION_NOT_ALLOWED")
}

// returnOneOfTwo sends two units back, of which one is not in the parcel; the request becomes that
// of the missing one, which the buyer escalates.
func (d *deal) returnOneOfTwo() {
	d.deliver()
	d.makeRequest(d.requestInput("RETURN_AND_REFUND", "NOT_WANTED", 2))
	d.sendBack()
	found := d.inspectionInput(1, 0)
	d.expectRefusal(d.st.warehouse, "confirmReturn", found, "INVALID_INPUT") // nothing shows it
	found["reason"], found["images"] = "INCOMPLETE", []string{"https://img.example/box.png"}
	d.act(d.st.warehouse, "confirmReturn", found)
	d.awaitStatus("COMPLETED", "", 0)
	whole := d.request
	for _, request := range d.view()["afterSales"].([]any) {
		if str(request, "splitFromId") == whole {
			d.request = str(request, "id")
		}
	}
	missing := d.awaitStatus("REJECTED", "ESCALATION", 7*day)
	if num(missing, "amount", "amount") != 3333 || num(missing, "lines", 0, "quantity") != 1 {
		d.Errorf("the missing unit's request is %v", missing)
	}
	d.expectActions(d.buyer, "ESCALATE") // goods have gone back
	d.escalate()
	d.expectActions(d.platform, "FORCE_REFUND RULE_CLOSE RULE_REFUND")
}

func (d *deal) missingForBuyer() {
	d.returnOneOfTwo()
	d.act(d.platform, "ruleAfterSale", fields{"ruling": "REFUND", "liable": "SHOP"})
	if side := d.awaitStatus("COMPLETED", "", 0)["liable"]; side != "SHOP" {
		d.Errorf("liable is %v", side)
	}
	found := map[string]bool{}
	for _, r := range d.buyer.waitForRefunds(d.server, d.order, 2) {
		found[str(r, "trigger")] = num(r, "amount", "amount") == 3333
	}
	if !found["RETURNED"] || !found["ARBITRATION"] {
		d.Errorf("refunded %v", found)
	}
	if b := d.balance(); b != (balance{dealPaid, 6666, 0, dealPaid - 6666}) {
		d.Errorf("the balance is %+v", b)
	}
	if movements := d.stockMovements(); movements != "S SHIPPED -3 -3, S RETURNED +1 +0" {
		d.Errorf("moved %s", movements)
	}
	d.waitForMoney(dealPaid - 6666)
}

func (d *deal) missingForShop() {
	d.returnOneOfTwo()
	d.act(d.platform, "ruleAfterSale", fields{"ruling": "CLOSE", "liable": "BUYER",
		"text": "包裹重量不足"})
	d.awaitStatus("CLOSED", "", 0)
	d.expect(outcome{order: "SHIPPED", sub: "SHIPPED", refunds: []int64{3333}, trigger: "RETURNED",
		events: "REQUESTED APPROVED SENT REQUESTED RETURN_REFUSED RETURNED COMPLETED " +
			"ESCALATED RULED",
		movements: "S SHIPPED -3 -3, S RETURNED +1 +0"})
}

// refuseEmptyReturn makes a return whose parcel is empty, which the shop refuses.
func (d *deal) refuseEmptyReturn() {
	d.deliver()
	d.makeRequest(d.requestInput("RETURN_AND_REFUND", "NOT_WANTED", 3))
	d.sendBack()
	d.expectRefusal(d.st.warehouse, "refuseReturn", fields{"reason": "NOT_OUR_GOODS",
		"images": []string{}}, "INVALID_INPUT")
	d.act(d.st.warehouse, "refuseReturn", fields{"reason": "NOT_OUR_GOODS",
		"images": []string{"https://img.example/stones.webp"}})
	d.awaitStatus("REJECTED", "ESCALATION", 7*day)
	d.expectActions(d.buyer, "ESCALATE")
	d.escalate()
}

func (d *deal) refusedForBuyer() {
	d.refuseEmptyReturn()
	d.act(d.platform, "ruleAfterSale", fields{"ruling": "REFUND", "liable": "BUYER"})
	d.awaitStatus("COMPLETED", "", 0)
	d.expect(outcome{order: "CLOSED", sub: "CLOSED", reason: "REFUNDED", refunds: []int64{dealGoods},
		trigger:   "ARBITRATION",
		events:    "REQUESTED APPROVED SENT RETURN_REFUSED ESCALATED RULED COMPLETED",
		movements: "S SHIPPED -3 -3"})
}

func (d *deal) refusedForShop() {
	d.refuseEmptyReturn()
	d.act(d.platform, "ruleAfterSale", fields{"ruling": "CLOSE", "liable": "BUYER"})
	d.awaitStatus("CLOSED", "", 0)
	d.expectActions(d.platform, "")
	d.expect(outcome{order: "SHIPPED", sub: "SHIPPED",
		events:    "REQUESTED APPROVED SENT RETURN_REFUSED " + "ESCALATED RULED",
		movements: "S SHIPPED -3 -3"})
}

func (d *deal) ruledReturn() {
	d.receive()
	d.rejectRequest(d.requestInput("REFUND_ONLY", "QUALITY", 1))
	d.escalate()
	d.act(d.platform, "ruleAfterSale", fields{"ruling": "RETURN_AND_REFUND", "liable": "SHOP"})
	d.awaitStatus("AWAITING_RETURN", "RETURN", 7*day)
	d.act(d.buyer, "submitReturnShipment", fields{"carrier": "SANDBOX",
		"trackingNumber": d.number + "R"})
	d.confirmReturn(1, 0)
	d.awaitStatus("COMPLETED", "", 0)
	d.expect(outcome{order: "RECEIVED", sub: "RECEIVED", refunds: []int64{3333}, trigger: "RETURNED",
		events:    "REQUESTED REJECTED ESCALATED RULED SENT RETURNED COMPLETED",
		movements: "S SHIPPED -3 -3, S RETURNED +1 +0"})
}

func (d *deal) ruledReship() {
	d.receive()
	d.rejectRequest(d.requestInput("RESHIP", "MISSING", 1))
	d.escalate()
	d.expectActions(d.platform, "FORCE_REFUND RULE_CLOSE RULE_REFUND RULE_RESHIP RULE_RETURN")
	d.act(d.platform, "ruleAfterSale", fields{"ruling": "RESHIP", "liable": "SHOP"})
	d.awaitStatus("RESHIPPING", "RESHIPMENT", 2*day)
	d.reship()
	d.act(d.buyer, "confirmReceipt", nil)
	d.awaitStatus("COMPLETED", "", 0)
	d.expect(outcome{order: "RECEIVED", sub: "RECEIVED",
		events:    "REQUESTED REJECTED ESCALATED RULED RESHIPPED COMPLETED",
		movements: "S SHIPPED -3 -3, S RESERVED +0 +1, S SHIPPED -1 -1"})
}
