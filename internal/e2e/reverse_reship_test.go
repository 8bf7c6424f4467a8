package e2e_test

import (
	"testing"
	"time"

	"orderflow/internal/vocab"
)

// TestReverseReships requests goods instead of money.
func TestReverseReships(t *testing.T) {
	reverse(t, []scenario{
		{name: "an exchange", run: (*deal).exchanged},
		{name: "an exchange for the same sku", run: (*deal).exchangedForSame},
		{name: "a missing part is sent", run: (*deal).reshipped},
		{name: "a missing part is not sent in time", run: (*deal).reshipOverdue},
	})
}

// reship sends the goods of the deal's request and returns their parcel.
func (d *deal) reship() (parcel string) {
	d.Helper()
	d.expectActions(d.st.warehouse, "RESHIP")
	d.act(d.st.warehouse, "reshipAfterSale", nil)
	for _, p := range d.requestAs(d.buyer)["parcels"].([]any) {
		if str(p, "purpose") == "REPLACEMENT" {
			parcel = str(p, "id")
		}
	}
	d.st.handOver(d.server, parcel, d.number+"X")
	d.expectActions(d.buyer, "CONFIRM_RESHIP")
	d.waitForSubscription(parcel)
	return parcel
}

// otherSku is another sku of the deal's product at the same price, of which two are there.
func (d *deal) otherSku() (sku string) {
	d.Helper()
	found := d.platform.do(d.server, `query($id: ID!) { node(id: $id) { ... on Sku {
		product { id } } } }`, fields{"id": d.sku})
	sku = d.catalogue.set(d.server, "setSku", "sku", fields{"product": str(found, "node", "product",
		"id"), "code": d.number + "B", "title": "B", "price": dealGoods, "weightGrams": 100,
		"logisticsClass": "ORDINARY"})
	d.catalogue.stock(d.server, sku, d.catalogue.south, 2)
	return sku
}

// exchanged: what comes is of another sku, and has a window of its own.
func (d *deal) exchanged() {
	d.receive()
	other := d.otherSku()
	in := d.requestInput("EXCHANGE", "QUALITY", 1)
	in["lines"] = []fields{{"item": d.item, "quantity": 1, "exchangeSku": other}}
	d.makeRequest(in)
	d.advance(day)
	d.sendBack()
	if n := d.catalogue.available(d.server, other); n != 1 {
		d.Errorf("%d can be sold of 2, of which one is promised", n)
	}
	d.confirmReturn(0, 1)
	d.awaitStatus("RESHIPPING", "RESHIPMENT", 2*day)
	parcel := d.reship()
	d.peer.pushEvent(parcel, vocab.CarrierDelivered)
	d.waitForStage(parcel, "DELIVERED")
	d.awaitStatus("RESHIPPING", "RESHIPMENT", 7*day)
	d.advance(5 * day)
	d.act(d.buyer, "confirmReceipt", nil)
	d.awaitStatus("COMPLETED", "", 0)
	d.advance(7*day - time.Hour) // the window of what was received first is over
	d.expect(outcome{order: "RECEIVED", sub: "RECEIVED",
		events:    "REQUESTED APPROVED SENT RETURNED RESHIPPED COMPLETED",
		movements: "S SHIPPED -3 -3, S RETURNED +1 +0, S ADJUSTED -1 +0"})
	if n := d.catalogue.available(d.server, other); n != 1 {
		d.Errorf("%d are left of 2, of which one was sent", n)
	}
	d.advance(2 * time.Hour)
	d.buyer.settles(d.server, d.order, "COMPLETED")
}

func (d *deal) exchangedForSame() {
	d.deliver()
	d.makeRequest(d.requestInput("EXCHANGE", "QUALITY", 2))
	d.sendBack()
	d.confirmReturn(2, 0)
	d.reship()
	d.act(d.buyer, "confirmReceipt", nil)
	d.awaitStatus("COMPLETED", "", 0)
	d.expect(outcome{order: "SHIPPED", sub: "SHIPPED",
		events:    "REQUESTED APPROVED SENT RETURNED RESHIPPED COMPLETED",
		movements: "S SHIPPED -3 -3, S RESERVED +0 +2, S RETURNED +2 +0, S SHIPPED -2 -2"})
}

// reshipped: a week after it was delivered the clock confirms what was sent.
func (d *deal) reshipped() {
	d.deliver()
	d.makeRequest(d.requestInput("RESHIP", "MISSING", 1))
	d.approve()
	d.awaitStatus("RESHIPPING", "RESHIPMENT", 2*day)
	parcel := d.reship()
	d.peer.pushEvent(parcel, vocab.CarrierDelivered)
	d.waitForStage(parcel, "DELIVERED")
	d.advance(7*day + time.Minute)
	d.awaitStatus("COMPLETED", "", 0)
	d.expect(outcome{order: "SHIPPED", sub: "SHIPPED",
		events:    "REQUESTED APPROVED RESHIPPED COMPLETED",
		movements: "S SHIPPED -3 -3, S RESERVED +0 +1, S SHIPPED -1 -1"})
}

// reshipOverdue: the buyer waits two days and then takes the money.
func (d *deal) reshipOverdue() {
	d.deliver()
	d.makeRequest(d.requestInput("RESHIP", "MISSING", 1))
	d.approve()
	d.expectRefusal(d.buyer, "changeToRefund", nil, "ACTION_NOT_ALLOWED")
	d.advance(2*day + time.Minute)
	d.expectActions(d.buyer, "CHANGE_TO_REFUND WITHDRAW")
	d.act(d.buyer, "changeToRefund", nil)
	d.awaitStatus("COMPLETED", "", 0)
	d.expect(outcome{order: "SHIPPED", sub: "SHIPPED", refunds: []int64{3333}, trigger: "OVERDUE",
		events:    "REQUESTED APPROVED OVERDUE CHOSEN COMPLETED",
		movements: "S SHIPPED -3 -3, S RESERVED +0 +1, S RELEASED +0 -1"})
}
