package e2e_test

import (
	"testing"
	"time"

	"orderflow/internal/vocab"
)

// TestReverseReships asks for goods instead of money.
func TestReverseReships(t *testing.T) {
	reverse(t, []row{
		{name: "an exchange", run: (*deal).exchanged},
		{name: "an exchange for the same sku", run: (*deal).exchangedForSame},
		{name: "a missing part is sent", run: (*deal).reshipped},
		{name: "a missing part is not sent in time", run: (*deal).reshipOverdue},
	})
}

// reships sends what the deal's request is about and returns its parcel.
func (d *deal) reships() (parcel string) {
	d.Helper()
	d.may(d.st.warehouse, "RESHIP")
	d.does(d.st.warehouse, "reshipAfterSale", nil)
	for _, p := range d.seen(d.buyer)["parcels"].([]any) {
		if str(p, "purpose") == "REPLACEMENT" {
			parcel = str(p, "id")
		}
	}
	d.st.handOver(d.server, parcel, d.number+"X")
	d.may(d.buyer, "CONFIRM_RESHIP")
	d.follows(parcel)
	return parcel
}

// sibling is another sku of the deal's product at the same price, of which two are there.
func (d *deal) sibling() (sku string) {
	d.Helper()
	found := d.platform.do(d.server, `query($id: ID!) { node(id: $id) { ... on Sku {
		product { id } } } }`, fields{"id": d.sku})
	sku = d.market.set(d.server, "setSku", "sku", fields{"product": str(found, "node", "product",
		"id"), "code": d.number + "B", "title": "B", "price": dealGoods, "weightGrams": 100,
		"logisticsClass": "ORDINARY"})
	d.market.stock(d.server, sku, d.market.south, 2)
	return sku
}

// exchanged: what comes is of another sku, and has a window of its own.
func (d *deal) exchanged() {
	d.receive()
	other := d.sibling()
	in := d.wants("EXCHANGE", "QUALITY", 1)
	in["lines"] = []fields{{"item": d.item, "quantity": 1, "exchangeSku": other}}
	d.asks(in)
	d.passes(day)
	d.sends()
	if n := d.market.available(d.server, other); n != 1 {
		d.Errorf("%d can be sold of 2, of which one is promised", n)
	}
	d.inspects(0, 1)
	d.is("RESHIPPING", "RESHIPMENT", 2*day)
	parcel := d.reships()
	d.peer.tells(parcel, vocab.CarrierDelivered)
	d.arrives(parcel, "DELIVERED")
	d.is("RESHIPPING", "RESHIPMENT", 7*day)
	d.passes(5 * day)
	d.does(d.buyer, "confirmReceipt", nil)
	d.is("COMPLETED", "", 0)
	d.passes(7*day - time.Hour) // the window of what was received first is over
	d.ends(end{order: "RECEIVED", sub: "RECEIVED",
		told:  "REQUESTED APPROVED SENT RETURNED RESHIPPED COMPLETED",
		moved: "S SHIPPED -3 -3, S RETURNED +1 +0, S ADJUSTED -1 +0"})
	if n := d.market.available(d.server, other); n != 1 {
		d.Errorf("%d are left of 2, of which one was sent", n)
	}
	d.passes(2 * time.Hour)
	d.buyer.settles(d.server, d.order, "COMPLETED")
}

func (d *deal) exchangedForSame() {
	d.deliver()
	d.asks(d.wants("EXCHANGE", "QUALITY", 2))
	d.sends()
	d.inspects(2, 0)
	d.reships()
	d.does(d.buyer, "confirmReceipt", nil)
	d.is("COMPLETED", "", 0)
	d.ends(end{order: "SHIPPED", sub: "SHIPPED",
		told:  "REQUESTED APPROVED SENT RETURNED RESHIPPED COMPLETED",
		moved: "S SHIPPED -3 -3, S RESERVED +0 +2, S RETURNED +2 +0, S SHIPPED -2 -2"})
}

// reshipped: a week after it was delivered the clock confirms what was sent.
func (d *deal) reshipped() {
	d.deliver()
	d.asks(d.wants("RESHIP", "MISSING", 1))
	d.agrees()
	d.is("RESHIPPING", "RESHIPMENT", 2*day)
	parcel := d.reships()
	d.peer.tells(parcel, vocab.CarrierDelivered)
	d.arrives(parcel, "DELIVERED")
	d.passes(7*day + time.Minute)
	d.is("COMPLETED", "", 0)
	d.ends(end{order: "SHIPPED", sub: "SHIPPED", told: "REQUESTED APPROVED RESHIPPED COMPLETED",
		moved: "S SHIPPED -3 -3, S RESERVED +0 +1, S SHIPPED -1 -1"})
}

// reshipOverdue: the buyer waits two days and then takes the money.
func (d *deal) reshipOverdue() {
	d.deliver()
	d.asks(d.wants("RESHIP", "MISSING", 1))
	d.agrees()
	d.cannot(d.buyer, "changeToRefund", nil, "ACTION_NOT_ALLOWED")
	d.passes(2*day + time.Minute)
	d.may(d.buyer, "CHANGE_TO_REFUND WITHDRAW")
	d.does(d.buyer, "changeToRefund", nil)
	d.is("COMPLETED", "", 0)
	d.ends(end{order: "SHIPPED", sub: "SHIPPED", refunds: []int64{3333}, trigger: "OVERDUE",
		told:  "REQUESTED APPROVED OVERDUE CHOSEN COMPLETED",
		moved: "S SHIPPED -3 -3, S RESERVED +0 +1, S RELEASED +0 -1"})
}
