package graph_test

import "orderflow/internal/vocab"

// scenarios says for each mutation how to make an object on which it is possible now, and returns
// the input. What it makes belongs to the buyer, shop and warehouse of the environment; nothing in
// it changes the price of an order there.
var scenarios = map[string]func(e *env) vars{
	// What the platform and the shops set.
	"setClock": func(e *env) vars {
		now, err := e.db.Now(e.Context())
		if err != nil {
			e.Fatal(err)
		}
		return vars{"now": now.Add(clockStep)}
	},
	"advanceClock": func(*env) vars { return vars{"seconds": 1} },
	"setShop": func(*env) vars {
		return vars{"code": "tea", "name": "Tea", "currency": "CNY", "merchantAccount": "m1"}
	},
	"setShopPolicy": func(e *env) vars { return vars{"shop": e.shop, "policy": manyOrders} },
	"approveMerchantAccount": func(e *env) vars {
		return vars{"shop": e.shop, "merchantAccount": e.proposedAccount()}
	},
	"setWarehouse": func(*env) vars {
		return vars{"code": "SH", "name": "Shanghai", "region": "上海"}
	},
	"setProduct": func(e *env) vars { return vars{"shop": e.shop, "code": "p", "title": "Tea"} },
	"setSku": func(e *env) vars {
		return vars{"product": e.product, "code": "s", "title": "100 g", "price": 2500}
	},
	"adjustStock": func(e *env) vars {
		return vars{"sku": e.sku, "warehouse": e.warehouse, "delta": 1}
	},
	"setFreightTemplate": func(e *env) vars {
		return vars{"shop": e.shop, "logisticsClass": "OVERSIZED", "basis": "PIECE",
			"rule": vars{"zones": []vars{{"first": 1, "firstFee": 800}}}}
	},
	"setPromotion": (*env).couponPromotion,
	"issueCoupons": func(e *env) vars {
		return vars{"promotion": e.mutateID(e.platform, "setPromotion", e.couponPromotion(), "promotion"),
			"buyers": []string{e.buyerID}}
	},
	"setMemberBenefit": func(*env) vars {
		return vars{"code": "new", "title": "Welcome", "kind": "NEW_CUSTOMER", "active": false,
			"rule": vars{"amount": 1}}
	},

	// Before payment.
	"placeOrder": func(e *env) vars { return e.checkout(1, 2500) },
	"startPayment": func(e *env) vars {
		return vars{"order": e.unpaidOrder(), "channel": "SANDBOX"}
	},
	"abandonPayment": func(e *env) vars {
		order, _ := e.startedPayment()
		return vars{"order": order}
	},
	"cancelOrder": func(e *env) vars { return vars{"order": e.unpaidOrder()} },
	"adjustPrice": func(e *env) vars {
		return vars{"order": e.unpaidOrder(), "payable": vars{"amount": 1000, "currency": "CNY"}}
	},

	// Paid, and not shipped.
	"closeUnshipped": func(e *env) vars {
		p := e.paidOrder()
		return vars{"subOrder": p.sub, "lines": p.lines(1)}
	},
	"splitSubOrder": func(e *env) vars {
		p := e.paidOrder()
		return vars{"subOrder": p.sub, "lines": p.lines(1)}
	},
	"reassignWarehouse": func(e *env) vars {
		return vars{"subOrder": e.paidOrder().sub, "warehouse": e.otherWarehouse}
	},
	"requestAddressChange": func(e *env) vars {
		return vars{"order": e.paidOrder().order, "address": address}
	},
	"answerAddressChange": func(e *env) vars {
		return vars{"change": e.newAddressChange(), "accept": true}
	},
	"withdrawAddressChange": func(e *env) vars { return vars{"change": e.newAddressChange()} },
	"proposeAddressChange": func(e *env) vars {
		return vars{"subOrder": e.paidOrder().sub, "address": address}
	},
	"answerAddressProposal": func(e *env) vars {
		return vars{"change": e.newProposal(e.paidOrder()), "accept": true}
	},
	"withdrawAddressProposal": func(e *env) vars {
		return vars{"change": e.newProposal(e.paidOrder())}
	},
	"holdSubOrder": func(e *env) vars {
		return vars{"subOrder": e.paidOrder().sub, "reason": "FRAUD_SUSPECTED"}
	},
	"releaseSubOrder": func(e *env) vars { return vars{"subOrder": e.heldOrder().sub} },
	"remindShipment":  func(e *env) vars { return vars{"subOrder": e.paidOrder().sub} },
	"addMemo": func(e *env) vars {
		return vars{"subOrder": e.paidOrder().sub, "text": "fragile"}
	},
	"revealAddress": func(e *env) vars {
		return vars{"subOrder": e.paidOrder().sub, "reason": "DELIVERY"}
	},
	"extendDeadline": func(e *env) vars {
		return vars{"subOrder": e.paidOrder().sub, "kind": "SHIP", "seconds": 3600}
	},

	// Transfers.
	"requestTransfer": (*env).transferInput,
	"shipTransfer":    func(e *env) vars { return vars{"transfer": e.newTransfer(false)} },
	"cancelTransfer":  func(e *env) vars { return vars{"transfer": e.newTransfer(false)} },
	"receiveTransfer": func(e *env) vars {
		return vars{"transfer": e.newTransfer(true), "quantity": 1}
	},

	// Parcels.
	"createShipment": func(e *env) vars { return vars{"lines": e.paidOrder().lines(1)} },
	"printPickList":  func(e *env) vars { return vars{"shipment": e.newParcel(e.paidOrder(), 1, 0)} },
	"printPickLists": func(e *env) vars {
		return vars{"shipments": []string{e.newParcel(e.paidOrder(), 1, 0)}}
	},
	"startPicking":   func(e *env) vars { return vars{"shipment": e.newParcel(e.paidOrder(), 1, 1)} },
	"pack":           func(e *env) vars { return vars{"shipment": e.newParcel(e.paidOrder(), 1, 2)} },
	"handOver":       func(e *env) vars { return e.newLabel(e.newParcel(e.paidOrder(), 1, 3)) },
	"cancelShipment": func(e *env) vars { return vars{"shipment": e.newParcel(e.paidOrder(), 1, 3)} },
	"shipOrders": func(e *env) vars {
		entry := e.newLabel("")
		delete(entry, "shipment")
		entry["subOrder"] = e.paidOrder().sub
		return vars{"entries": []vars{entry}}
	},
	"correctTrackingNumber": func(e *env) vars { return e.newLabel(e.newParcel(e.paidOrder(), 1, 4)) },
	"undoHandOver": func(e *env) vars {
		return vars{"shipment": e.newParcel(e.paidOrder(), 1, 4)}
	},
	"reportTracking": func(e *env) vars {
		return vars{"shipment": e.newParcel(e.paidOrder(), 1, 4), "stage": "COLLECTED"}
	},
	"reportInterception": func(e *env) vars {
		_, parcel := e.interceptedOrder()
		return vars{"shipment": parcel, "outcome": "ACCEPTED"}
	},
	"markShipmentLost": func(e *env) vars {
		return vars{"shipment": e.newParcel(e.paidOrder(), 1, 4)}
	},

	// Requests about what was bought.
	"requestAfterSale": func(e *env) vars { return e.paidOrder().requestInput("REFUND_ONLY") },
	"openAfterSaleForBuyer": func(e *env) vars {
		return e.receivedOrder().requestInput("REFUND_ONLY")
	},
	"reviseAfterSale": func(e *env) vars {
		p := e.receivedOrder()
		revision := p.requestInput("REFUND_ONLY")
		delete(revision, "subOrder")
		revision["afterSale"] = e.rejectedRequest(p)
		return revision
	},
	"withdrawAfterSale": func(e *env) vars { return afterSaleInput(e.openRequest()) },
	"answerProposal": func(e *env) vars {
		return vars{"afterSale": e.proposedRequest(e.receivedOrder()), "accept": true}
	},
	"chooseAfterInterception": func(e *env) vars {
		return vars{"afterSale": e.failedInterception(), "way": "RETURN"}
	},
	"correctReturnShipment": func(e *env) vars { return e.newLabel(e.returnParcel()) },
	"submitReturnShipment": func(e *env) vars {
		label := e.newLabel("")
		delete(label, "shipment")
		label["afterSale"] = e.requestToReturn()
		return label
	},
	"changeToRefund": func(e *env) vars { return afterSaleInput(e.overdueReship()) },
	"escalateAfterSale": func(e *env) vars {
		return afterSaleInput(e.rejectedRequest(e.receivedOrder()))
	},
	"addAfterSaleMessage": func(e *env) vars {
		return vars{"afterSale": e.openRequest(), "text": "Look"}
	},
	"approveAfterSale": func(e *env) vars { return afterSaleInput(e.openRequest()) },
	"approveAfterSales": func(e *env) vars {
		return vars{"entries": []vars{afterSaleInput(e.openRequest())}}
	},
	"rejectAfterSale": func(e *env) vars {
		return vars{"afterSale": e.openRequest(), "reason": "NO_EVIDENCE"}
	},
	"proposeAfterSale": func(e *env) vars {
		p := e.receivedOrder()
		return p.proposalInput(e.requestAfterSale(p, "REFUND_ONLY"))
	},
	"confirmReturn": func(e *env) vars {
		id, p := e.returnInTransit()
		return vars{"afterSale": id, "lines": []vars{{"item": p.item, "good": 1}}}
	},
	"refuseReturn": func(e *env) vars {
		id, _ := e.returnInTransit()
		return vars{"afterSale": id, "reason": "NOT_OUR_GOODS", "images": []string{evidence}}
	},
	"reshipAfterSale": func(e *env) vars { return afterSaleInput(e.requestToReship()) },
	"ruleAfterSale": func(e *env) vars {
		id := e.rejectedRequest(e.receivedOrder())
		e.mutateOK(e.buyer, "escalateAfterSale", afterSaleInput(id), "")
		return vars{"afterSale": id, "ruling": "REFUND", "liable": "SHOP"}
	},
	"forceRefund": func(e *env) vars {
		return vars{"request": e.receivedOrder().requestInput("REFUND_ONLY")}
	},

	// Units that are not there.
	"reportShortage": func(e *env) vars {
		p := e.paidOrder()
		return vars{"subOrder": p.sub, "lines": p.lines(1)}
	},
	"offerShortageOptions": func(e *env) vars {
		return vars{"shortage": e.newShortage(), "options": []string{"OTHER_WAREHOUSE"},
			"warehouse": e.otherWarehouse}
	},
	"refundShortage": func(e *env) vars { return vars{"shortage": e.newShortage()} },
	"answerShortage": func(e *env) vars {
		return vars{"shortage": e.newShortage(), "choice": "REFUND"}
	},

	// Receipt, reviews and refunds.
	"confirmReceipt": func(e *env) vars { return vars{"subOrder": e.shippedOrder().sub} },
	"extendReceipt":  func(e *env) vars { return vars{"subOrder": e.shippedOrder().sub} },
	"reviewItem":     func(e *env) vars { return vars{"item": e.receivedOrder().item, "rating": 5} },
	"appendReview": func(e *env) vars {
		return vars{"review": e.reviewedItem(), "text": "Still good"}
	},
	"replyReview": func(e *env) vars {
		return vars{"review": e.reviewedItem(), "text": "Thank you"}
	},
	"retryRefund": func(e *env) vars { return vars{"refund": e.refundIn(vocab.RefundFailed)} },
	"resolveRefund": func(e *env) vars {
		return vars{"refund": e.refundIn(vocab.RefundNeedsStaff), "paidOutside": "transfer 7"}
	},
	"approveRefund": func(e *env) vars {
		return vars{"refund": e.outsideRefund(e.token("second", vocab.Support)),
			"paidOutside": "bank transfer 7"}
	},
	"resolveBillDifference": func(e *env) vars {
		return vars{"difference": e.newDifference().ID, "note": "the bank's mistake"}
	},
}
