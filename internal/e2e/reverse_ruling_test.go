package e2e_test

// escalated asks the platform about the deal's request.
func (d *deal) escalated() {
	d.Helper()
	d.does(d.buyer, "escalateAfterSale", fields{"text": "三件都寄回了",
		"images": []string{"https://img.example/receipt.jpg"}})
	d.is("IN_ARBITRATION", "RULING", 7*day)
	d.cannot(d.st.merchant, "approveAfterSale", nil, "ACTION_NOT_ALLOWED")
}

// oneIsMissing sends two units back, of which one is not in the parcel; the request becomes that of
// the missing one, which the buyer escalates.
func (d *deal) oneIsMissing() {
	d.deliver()
	d.asks(d.wants("RETURN_AND_REFUND", "NOT_WANTED", 2))
	d.sends()
	found := d.cameBack(1, 0)
	d.cannot(d.st.warehouse, "confirmReturn", found, "INVALID_INPUT") // nothing shows it
	found["reason"], found["images"] = "INCOMPLETE", []string{"https://img.example/box.png"}
	d.does(d.st.warehouse, "confirmReturn", found)
	d.is("COMPLETED", "", 0)
	whole := d.request
	for _, request := range d.see()["afterSales"].([]any) {
		if str(request, "splitFromId") == whole {
			d.request = str(request, "id")
		}
	}
	if found := d.is("REJECTED", "ESCALATION", 7*day); num(found, "amount", "amount") != 3333 ||
		num(found, "lines", 0, "quantity") != 1 {
		d.Errorf("the missing unit's request is %v", found)
	}
	d.may(d.buyer, "ESCALATE") // goods have gone back
	d.escalated()
	d.may(d.platform, "FORCE_REFUND RULE_CLOSE RULE_REFUND")
}

func (d *deal) missingForBuyer() {
	d.oneIsMissing()
	d.does(d.platform, "ruleAfterSale", fields{"ruling": "REFUND", "liable": "SHOP"})
	if side := d.is("COMPLETED", "", 0)["liable"]; side != "SHOP" {
		d.Errorf("liable is %v", side)
	}
	found := map[string]bool{}
	for _, r := range d.buyer.refunded(d.server, d.order, 2) {
		found[str(r, "trigger")] = num(r, "amount", "amount") == 3333
	}
	if !found["RETURNED"] || !found["ARBITRATION"] {
		d.Errorf("refunded %v", found)
	}
	if b := d.balance(); b != (balance{dealPaid, 6666, 0, dealPaid - 6666}) {
		d.Errorf("the balance is %+v", b)
	}
	if moved := d.moves(); moved != "S SHIPPED -3 -3, S RETURNED +1 +0" {
		d.Errorf("moved %s", moved)
	}
	d.keeps(dealPaid - 6666)
}

func (d *deal) missingForShop() {
	d.oneIsMissing()
	d.does(d.platform, "ruleAfterSale", fields{"ruling": "CLOSE", "liable": "BUYER",
		"text": "包裹重量不足"})
	d.is("CLOSED", "", 0)
	d.ends(end{order: "SHIPPED", sub: "SHIPPED", refunds: []int64{3333}, trigger: "RETURNED",
		told: "REQUESTED APPROVED SENT REQUESTED RETURN_REFUSED RETURNED COMPLETED " +
			"ESCALATED RULED",
		moved: "S SHIPPED -3 -3, S RETURNED +1 +0"})
}

// nothingBack: the parcel of the return is empty.
func (d *deal) nothingBack() {
	d.deliver()
	d.asks(d.wants("RETURN_AND_REFUND", "NOT_WANTED", 3))
	d.sends()
	d.cannot(d.st.warehouse, "refuseReturn", fields{"reason": "NOT_OUR_GOODS",
		"images": []string{}}, "INVALID_INPUT")
	d.does(d.st.warehouse, "refuseReturn", fields{"reason": "NOT_OUR_GOODS",
		"images": []string{"https://img.example/stones.webp"}})
	d.is("REJECTED", "ESCALATION", 7*day)
	d.may(d.buyer, "ESCALATE")
	d.escalated()
}

func (d *deal) refusedForBuyer() {
	d.nothingBack()
	d.does(d.platform, "ruleAfterSale", fields{"ruling": "REFUND", "liable": "BUYER"})
	d.is("COMPLETED", "", 0)
	d.ends(end{order: "CLOSED", sub: "CLOSED", reason: "REFUNDED", refunds: []int64{dealGoods},
		trigger: "ARBITRATION", told: "REQUESTED APPROVED SENT RETURN_REFUSED ESCALATED RULED COMPLETED",
		moved: "S SHIPPED -3 -3"})
}

func (d *deal) refusedForShop() {
	d.nothingBack()
	d.does(d.platform, "ruleAfterSale", fields{"ruling": "CLOSE", "liable": "BUYER"})
	d.is("CLOSED", "", 0)
	d.may(d.platform, "")
	d.ends(end{order: "SHIPPED", sub: "SHIPPED", told: "REQUESTED APPROVED SENT RETURN_REFUSED " +
		"ESCALATED RULED", moved: "S SHIPPED -3 -3"})
}

func (d *deal) ruledReturn() {
	d.receive()
	d.rejected(d.wants("REFUND_ONLY", "QUALITY", 1))
	d.escalated()
	d.does(d.platform, "ruleAfterSale", fields{"ruling": "RETURN_AND_REFUND", "liable": "SHOP"})
	d.is("AWAITING_RETURN", "RETURN", 7*day)
	d.does(d.buyer, "submitReturnShipment", fields{"carrier": "SANDBOX",
		"trackingNumber": d.number + "R"})
	d.inspects(1, 0)
	d.is("COMPLETED", "", 0)
	d.ends(end{order: "RECEIVED", sub: "RECEIVED", refunds: []int64{3333}, trigger: "RETURNED",
		told:  "REQUESTED REJECTED ESCALATED RULED SENT RETURNED COMPLETED",
		moved: "S SHIPPED -3 -3, S RETURNED +1 +0"})
}

func (d *deal) ruledReship() {
	d.receive()
	d.rejected(d.wants("RESHIP", "MISSING", 1))
	d.escalated()
	d.may(d.platform, "FORCE_REFUND RULE_CLOSE RULE_REFUND RULE_RESHIP RULE_RETURN")
	d.does(d.platform, "ruleAfterSale", fields{"ruling": "RESHIP", "liable": "SHOP"})
	d.is("RESHIPPING", "RESHIPMENT", 2*day)
	d.reships()
	d.does(d.buyer, "confirmReceipt", nil)
	d.is("COMPLETED", "", 0)
	d.ends(end{order: "RECEIVED", sub: "RECEIVED",
		told:  "REQUESTED REJECTED ESCALATED RULED RESHIPPED COMPLETED",
		moved: "S SHIPPED -3 -3, S RESERVED +0 +1, S SHIPPED -1 -1"})
}
