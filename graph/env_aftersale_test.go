package graph_test

import (
	"time"

	"orderflow/internal/globalid"
)

// evidence is a link that may be shown.
const evidence = "https://images.example/broken.jpg"

// requestInput is a request for one unit of the order.
func (p placedOrder) requestInput(kind string) vars {
	return vars{"subOrder": p.sub, "kind": kind, "reason": "NOT_WANTED", "lines": p.lines(1)}
}

// proposalInput is a partial refund of one unit.
func (p placedOrder) proposalInput(request string) vars {
	line := p.lines(1)[0]
	line["amount"] = 1000
	return vars{"afterSale": request, "kind": "REFUND_ONLY", "lines": []vars{line}}
}

func afterSaleInput(request string) vars { return vars{"afterSale": request} }

// requestAfterSale opens a request of the buyer.
func (e *env) requestAfterSale(p placedOrder, kind string) string {
	e.Helper()
	return e.mutateID(e.buyer, "requestAfterSale", p.requestInput(kind), "afterSale")
}

// openRequest is a request about received goods.
func (e *env) openRequest() string {
	e.Helper()
	return e.requestAfterSale(e.receivedOrder(), "REFUND_ONLY")
}

func (e *env) rejectedRequest(p placedOrder) string {
	e.Helper()
	id := e.requestAfterSale(p, "REFUND_ONLY")
	e.mutateOK(e.merchant, "rejectAfterSale", vars{"afterSale": id, "reason": "NO_EVIDENCE"}, "")
	return id
}

func (e *env) proposedRequest(p placedOrder) string {
	e.Helper()
	id := e.requestAfterSale(p, "REFUND_ONLY")
	e.mutateOK(e.merchant, "proposeAfterSale", p.proposalInput(id), "")
	return id
}

// approvedRequest opens a request about received goods, which the shop approves.
func (e *env) approvedRequest(kind string) (string, placedOrder) {
	e.Helper()
	p := e.receivedOrder()
	id := e.requestAfterSale(p, kind)
	e.mutateOK(e.merchant, "approveAfterSale", afterSaleInput(id), "")
	return id, p
}

func (e *env) requestToReturn() string {
	id, _ := e.approvedRequest("RETURN_AND_REFUND")
	return id
}

func (e *env) requestToReship() string { id, _ := e.approvedRequest("RESHIP"); return id }

func (e *env) returnInTransit() (string, placedOrder) {
	e.Helper()
	id, p := e.approvedRequest("RETURN_AND_REFUND")
	label := e.newLabel("")
	delete(label, "shipment")
	label["afterSale"] = id
	e.mutateOK(e.buyer, "submitReturnShipment", label, "")
	return id, p
}

// returnParcel is what the buyer has sent back.
func (e *env) returnParcel() string {
	e.Helper()
	id, _ := e.returnInTransit()
	r := e.must(e.buyer, `query($id: ID!) { node(id: $id) { ... on AfterSale { parcels { id } } } }`,
		vars{"id": id})
	return r.at("node", "parcels", 0, "id").(string)
}

// overdueReship is a request of which the shop has not sent the goods in time.
func (e *env) overdueReship() string {
	e.Helper()
	id := e.requestToReship()
	row, err := globalid.Parse(id)
	if err != nil {
		e.Fatal(err)
	}
	e.db.Client.AfterSale.UpdateOneID(row).SetDueAt(time.Unix(0, 0).UTC()).ExecX(e.Context())
	return id
}

// failedInterception is a request about a parcel that its courier did not bring back.
func (e *env) failedInterception() string {
	e.Helper()
	id, parcel := e.interceptedOrder()
	e.mutateOK(e.merchant, "reportInterception", vars{"shipment": parcel, "outcome": "FAILED"}, "")
	return id
}

// interceptedOrder is a request about a parcel that staff are to telephone about.
func (e *env) interceptedOrder() (request, parcel string) {
	e.Helper()
	p := e.paidOrder()
	parcel = e.newParcel(p, 3, 4)
	in := p.requestInput("REFUND_ONLY")
	in["way"] = "INTERCEPTION"
	request = e.mutateID(e.buyer, "requestAfterSale", in, "afterSale")
	e.mutateOK(e.merchant, "approveAfterSale", afterSaleInput(request), "")
	return request, parcel
}

// newShortage is a shortage of one unit.
func (e *env) newShortage() string {
	e.Helper()
	p := e.paidOrder()
	r := e.mutateOK(e.picker, "reportShortage", vars{"subOrder": p.sub, "lines": p.lines(1)},
		"shortages { id }")
	id, _ := r.at("reportShortage", "shortages", 0, "id").(string)
	return id
}
