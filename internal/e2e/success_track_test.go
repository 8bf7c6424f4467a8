package e2e_test

import (
	"reflect"
	"time"

	"orderflow/internal/vocab"
)

// track: buyer and merchant follow a parcel whose pushes come late and more than once.
func (o *paidOrder) track() {
	o.Helper()
	follow := func(u *user) func() fields {
		return u.subscribe(o.server, "shipmentTracking(shipment: $id, after: $after)", "$id: ID!",
			"{ cursor shipment { carrierStage } }", fields{"id": o.parcels.leaf})
	}
	buyer, merchant := follow(o.ann), follow(o.tea.merchant)
	o.peer.pushEvent(o.parcels.leaf, vocab.CarrierInTransit)
	waitForCarrierStage("IN_TRANSIT", buyer, merchant)
	delivered := o.peer.pushEvent(o.parcels.leaf, vocab.CarrierDelivered)
	waitForCarrierStage("DELIVERED", buyer, merchant)
	o.peer.check(o.peer.PushOld(o.Context(), o.parcels.leaf, 1))
	o.peer.check(o.peer.Repeat(o.Context(), o.parcels.leaf, 2))
	o.peer.pushEvent(o.parcels.both, vocab.CarrierDelivered)
	o.sys.until("the other parcel is delivered", func() bool {
		return o.ann.parcel(o.server, o.parcels.both)["carrierStage"] == "DELIVERED"
	})
	seen := o.ann.parcel(o.server, o.parcels.leaf)
	if seen["carrierStage"] != "DELIVERED" || len(seen["tracking"].([]any)) != 2 ||
		!reflect.DeepEqual(seen, o.tea.merchant.parcel(o.server, o.parcels.leaf)) {
		o.Errorf("the buyer sees %v, the merchant %v", seen,
			o.tea.merchant.parcel(o.server, o.parcels.leaf))
	}
	if o.cups.merchant.parcel(o.server, o.parcels.leaf) != nil {
		o.Error("another shop sees the track")
	}
	if due := o.ann.due(o.server, o.main, "RECEIPT"); due.Before(delivered.Add(7 * day)) {
		o.Errorf("delivered at %v, the receipt is due at %v", delivered, due)
	}
	o.peer.pushCorrection(o.parcels.leaf, vocab.CarrierOutForDelivery)
	waitForCarrierStage("OUT_FOR_DELIVERY", buyer, merchant)
}

// correctDelivery goes on after a withdrawn delivery.
func (o *paidOrder) correctDelivery() {
	o.Helper()
	if at := o.ann.parcel(o.server, o.parcels.leaf)["deliveredAt"]; at != nil {
		o.Errorf("delivered at %v although that was withdrawn", at)
	}
	o.catalogue.advance(o.server, 6*day)
	delivered := o.peer.pushEvent(o.parcels.leaf, vocab.CarrierDelivered)
	o.sys.until("it is delivered again", func() bool {
		return o.ann.parcel(o.server, o.parcels.leaf)["carrierStage"] == "DELIVERED"
	})
	want := delivered.Add(7 * day).Truncate(time.Microsecond)
	if due := o.ann.due(o.server, o.main, "RECEIPT"); !due.Equal(want) {
		o.Errorf("delivered again at %v, the receipt is due at %v", delivered, due)
	}
}

// stopPushes ends the pushes about a parcel, whose delivery is found by a query.
func (o *paidOrder) stopPushes() {
	o.Helper()
	o.peer.setQueryHook(func(parcel string) {
		if parcel == o.parcels.moved {
			o.peer.addEvent(parcel, vocab.CarrierDelivered)
		}
	})
	o.peer.check(o.peer.Stop(o.Context(), o.parcels.moved))
	o.sys.until("the courier was queried", func() bool {
		return o.ann.parcel(o.server, o.parcels.moved)["carrierStage"] == "DELIVERED"
	})
	o.peer.setQueryHook(nil)
	if seen := o.ann.parcel(o.server, o.parcels.moved); seen["trackingStaleSince"] != nil {
		o.Errorf("pushes are still awaited of %v", seen)
	}
}
