package graph_test

import "orderflow/internal/vocab"

// scenarios says for each mutation how to make an object on which it is possible now, and returns
// the input. What it makes is of the cast's buyer, shop and warehouse; nothing in it changes what
// an order of the cast costs.
var scenarios = map[string]func(c *cast) vars{
	// What the platform and the shops set.
	"setClock": func(c *cast) vars {
		now, err := c.db.Now(c.Context())
		if err != nil {
			c.Fatal(err)
		}
		return vars{"now": now.Add(farAhead)}
	},
	"advanceClock": func(*cast) vars { return vars{"seconds": 1} },
	"setShop": func(*cast) vars {
		return vars{"code": "tea", "name": "Tea", "currency": "CNY", "merchantAccount": "m1"}
	},
	"setShopPolicy": func(c *cast) vars { return vars{"shop": c.shop, "policy": vars{}} },
	"setWarehouse": func(*cast) vars {
		return vars{"code": "SH", "name": "Shanghai", "region": "上海"}
	},
	"setProduct": func(c *cast) vars { return vars{"shop": c.shop, "code": "p", "title": "Tea"} },
	"setSku": func(c *cast) vars {
		return vars{"product": c.product, "code": "s", "title": "100 g", "price": 2500}
	},
	"adjustStock": func(c *cast) vars {
		return vars{"sku": c.sku, "warehouse": c.warehouse, "delta": 1}
	},
	"setFreightTemplate": func(c *cast) vars {
		return vars{"shop": c.shop, "logisticsClass": "OVERSIZED", "basis": "PIECE",
			"rule": vars{"zones": []vars{{"first": 1, "firstFee": 800}}}}
	},
	"setPromotion": (*cast).coupon,
	"issueCoupons": func(c *cast) vars {
		return vars{"promotion": c.id(c.platform, "setPromotion", c.coupon(), "promotion"),
			"buyers": []string{c.buyerID}}
	},
	"setMemberBenefit": func(*cast) vars {
		return vars{"code": "new", "title": "Welcome", "kind": "NEW_CUSTOMER", "active": false,
			"rule": vars{"amount": 1}}
	},

	// Before payment.
	"placeOrder":     func(c *cast) vars { return c.checkout(1, 2500) },
	"startPayment":   func(c *cast) vars { return vars{"order": c.unpaid(), "channel": "SANDBOX"} },
	"abandonPayment": func(c *cast) vars { order, _ := c.attempted(); return vars{"order": order} },
	"cancelOrder":    func(c *cast) vars { return vars{"order": c.unpaid()} },
	"adjustPrice": func(c *cast) vars {
		return vars{"order": c.unpaid(), "payable": vars{"amount": 1000, "currency": "CNY"}}
	},

	// Paid, and not shipped.
	"closeUnshipped": func(c *cast) vars {
		p := c.paid()
		return vars{"subOrder": p.sub, "lines": p.lines(1)}
	},
	"splitSubOrder": func(c *cast) vars {
		p := c.paid()
		return vars{"subOrder": p.sub, "lines": p.lines(1)}
	},
	"reassignWarehouse": func(c *cast) vars {
		return vars{"subOrder": c.paid().sub, "warehouse": c.elsewhere}
	},
	"requestAddressChange": func(c *cast) vars {
		return vars{"order": c.paid().order, "address": address}
	},
	"answerAddressChange": func(c *cast) vars {
		return vars{"change": c.change(), "accept": true}
	},
	"remindShipment": func(c *cast) vars { return vars{"subOrder": c.paid().sub} },
	"addMemo":        func(c *cast) vars { return vars{"subOrder": c.paid().sub, "text": "fragile"} },
	"extendDeadline": func(c *cast) vars {
		return vars{"subOrder": c.paid().sub, "kind": "SHIP", "seconds": 3600}
	},

	// Transfers.
	"requestTransfer": (*cast).units,
	"shipTransfer":    func(c *cast) vars { return vars{"transfer": c.transfer(false)} },
	"cancelTransfer":  func(c *cast) vars { return vars{"transfer": c.transfer(false)} },
	"receiveTransfer": func(c *cast) vars {
		return vars{"transfer": c.transfer(true), "quantity": 1}
	},

	// Parcels.
	"createShipment": func(c *cast) vars { return vars{"lines": c.paid().lines(1)} },
	"printPickList":  func(c *cast) vars { return vars{"shipment": c.parcel(c.paid(), 1, 0)} },
	"printPickLists": func(c *cast) vars {
		return vars{"shipments": []string{c.parcel(c.paid(), 1, 0)}}
	},
	"startPicking":   func(c *cast) vars { return vars{"shipment": c.parcel(c.paid(), 1, 1)} },
	"pack":           func(c *cast) vars { return vars{"shipment": c.parcel(c.paid(), 1, 2)} },
	"handOver":       func(c *cast) vars { return c.label(c.parcel(c.paid(), 1, 3)) },
	"cancelShipment": func(c *cast) vars { return vars{"shipment": c.parcel(c.paid(), 1, 3)} },
	"shipOrders": func(c *cast) vars {
		entry := c.label("")
		delete(entry, "shipment")
		entry["subOrder"] = c.paid().sub
		return vars{"entries": []vars{entry}}
	},
	"correctTrackingNumber": func(c *cast) vars { return c.label(c.parcel(c.paid(), 1, 4)) },
	"markShipmentLost":      func(c *cast) vars { return vars{"shipment": c.parcel(c.paid(), 1, 4)} },

	// Requests about what was bought.
	"requestAfterSale": func(c *cast) vars { return c.paid().request("REFUND_ONLY") },
	"openAfterSaleForBuyer": func(c *cast) vars {
		return c.received().request("REFUND_ONLY")
	},
	"reviseAfterSale": func(c *cast) vars {
		p := c.received()
		revision := p.request("REFUND_ONLY")
		delete(revision, "subOrder")
		revision["afterSale"] = c.rejected(p)
		return revision
	},
	"withdrawAfterSale": func(c *cast) vars { return of(c.asked(c.received(), "REFUND_ONLY")) },
	"answerProposal": func(c *cast) vars {
		return vars{"afterSale": c.offered(c.received()), "accept": true}
	},
	"chooseAfterInterception": func(c *cast) vars {
		return vars{"afterSale": c.notIntercepted(), "way": "RETURN"}
	},
	"submitReturnShipment": func(c *cast) vars {
		label := c.label("")
		delete(label, "shipment")
		label["afterSale"] = c.toReturn()
		return label
	},
	"changeToRefund":    func(c *cast) vars { return of(c.overdueReship()) },
	"escalateAfterSale": func(c *cast) vars { return of(c.rejected(c.received())) },
	"addAfterSaleMessage": func(c *cast) vars {
		return vars{"afterSale": c.asked(c.received(), "REFUND_ONLY"), "text": "Look"}
	},
	"approveAfterSale": func(c *cast) vars { return of(c.asked(c.received(), "REFUND_ONLY")) },
	"approveAfterSales": func(c *cast) vars {
		return vars{"entries": []vars{of(c.asked(c.received(), "REFUND_ONLY"))}}
	},
	"rejectAfterSale": func(c *cast) vars {
		return vars{"afterSale": c.asked(c.received(), "REFUND_ONLY"), "reason": "NO_EVIDENCE"}
	},
	"proposeAfterSale": func(c *cast) vars {
		p := c.received()
		return p.offer(c.asked(p, "REFUND_ONLY"))
	},
	"confirmReturn": func(c *cast) vars {
		id, p := c.sentBack()
		return vars{"afterSale": id, "lines": []vars{{"item": p.item, "good": 1}}}
	},
	"refuseReturn": func(c *cast) vars {
		id, _ := c.sentBack()
		return vars{"afterSale": id, "reason": "NOT_OUR_GOODS", "images": []string{evidence}}
	},
	"reshipAfterSale": func(c *cast) vars { return of(c.toReship()) },
	"ruleAfterSale": func(c *cast) vars {
		id := c.rejected(c.received())
		c.done(c.buyer, "escalateAfterSale", of(id), "")
		return vars{"afterSale": id, "ruling": "REFUND", "liable": "SHOP"}
	},
	"forceRefund": func(c *cast) vars {
		return vars{"request": c.received().request("REFUND_ONLY")}
	},

	// Units that are not there.
	"reportShortage": func(c *cast) vars {
		p := c.paid()
		return vars{"subOrder": p.sub, "lines": p.lines(1)}
	},
	"offerShortageOptions": func(c *cast) vars {
		return vars{"shortage": c.lacking(), "options": []string{"OTHER_WAREHOUSE"},
			"warehouse": c.elsewhere}
	},
	"refundShortage": func(c *cast) vars { return vars{"shortage": c.lacking()} },
	"answerShortage": func(c *cast) vars {
		return vars{"shortage": c.lacking(), "choice": "REFUND"}
	},

	// Receipt, reviews and refunds.
	"confirmReceipt": func(c *cast) vars { return vars{"subOrder": c.shipped().sub} },
	"extendReceipt":  func(c *cast) vars { return vars{"subOrder": c.shipped().sub} },
	"reviewItem":     func(c *cast) vars { return vars{"item": c.received().item, "rating": 5} },
	"appendReview":   func(c *cast) vars { return vars{"review": c.reviewed(), "text": "Still good"} },
	"replyReview":    func(c *cast) vars { return vars{"review": c.reviewed(), "text": "Thank you"} },
	"retryRefund":    func(c *cast) vars { return vars{"refund": c.refund(vocab.RefundFailed)} },
	"resolveRefund": func(c *cast) vars {
		return vars{"refund": c.refund(vocab.RefundNeedsStaff), "paidOutside": "transfer 7"}
	},
}
