package e2e_test

import (
	"reflect"
	"time"

	"orderflow/internal/vocab"
)

// isTracked lets buyer and merchant follow a parcel whose pushes come late and again.
func (s *story) isTracked() {
	s.Helper()
	follow := func(u *user) func() fields {
		return u.follow(s.server, "shipmentTracking(shipment: $id, after: $after)", "$id: ID!",
			"{ cursor shipment { carrierStage } }", fields{"id": s.parcels.leaf})
	}
	buyer, merchant := follow(s.ann), follow(s.tea.merchant)
	s.peer.tells(s.parcels.leaf, vocab.CarrierInTransit)
	hears("IN_TRANSIT", buyer, merchant)
	delivered := s.peer.tells(s.parcels.leaf, vocab.CarrierDelivered)
	hears("DELIVERED", buyer, merchant)
	s.peer.do(s.peer.PushOld(s.Context(), s.parcels.leaf, 1))
	s.peer.do(s.peer.Repeat(s.Context(), s.parcels.leaf, 2))
	s.peer.tells(s.parcels.both, vocab.CarrierDelivered)
	s.sys.until("the other parcel is delivered", func() bool {
		return s.ann.parcel(s.server, s.parcels.both)["carrierStage"] == "DELIVERED"
	})
	seen := s.ann.parcel(s.server, s.parcels.leaf)
	if seen["carrierStage"] != "DELIVERED" || len(seen["tracking"].([]any)) != 2 ||
		!reflect.DeepEqual(seen, s.tea.merchant.parcel(s.server, s.parcels.leaf)) {
		s.Errorf("the buyer sees %v, the merchant %v", seen,
			s.tea.merchant.parcel(s.server, s.parcels.leaf))
	}
	if s.cups.merchant.parcel(s.server, s.parcels.leaf) != nil {
		s.Error("another shop sees the track")
	}
	if due := s.ann.due(s.server, s.main, "RECEIPT"); due.Before(delivered.Add(7 * day)) {
		s.Errorf("delivered at %v, the receipt is due at %v", delivered, due)
	}
	s.peer.corrects(s.parcels.leaf, vocab.CarrierOutForDelivery)
	hears("OUT_FOR_DELIVERY", buyer, merchant)
}

// isCorrected goes on after a delivery that was taken back.
func (s *story) isCorrected() {
	s.Helper()
	if at := s.ann.parcel(s.server, s.parcels.leaf)["deliveredAt"]; at != nil {
		s.Errorf("delivered at %v although that was taken back", at)
	}
	s.market.advance(s.server, 6*day)
	delivered := s.peer.tells(s.parcels.leaf, vocab.CarrierDelivered)
	s.sys.until("it is delivered again", func() bool {
		return s.ann.parcel(s.server, s.parcels.leaf)["carrierStage"] == "DELIVERED"
	})
	want := delivered.Add(7 * day).Truncate(time.Microsecond)
	if due := s.ann.due(s.server, s.main, "RECEIPT"); !due.Equal(want) {
		s.Errorf("delivered again at %v, the receipt is due at %v", delivered, due)
	}
}

// pushesStop ends the pushes about a parcel, which is delivered when the courier is asked.
func (s *story) pushesStop() {
	s.Helper()
	s.peer.whenAsked(func(parcel string) {
		if parcel == s.parcels.moved {
			s.peer.happens(parcel, vocab.CarrierDelivered)
		}
	})
	s.peer.do(s.peer.Stop(s.Context(), s.parcels.moved))
	s.sys.until("the courier was asked", func() bool {
		return s.ann.parcel(s.server, s.parcels.moved)["carrierStage"] == "DELIVERED"
	})
	s.peer.whenAsked(nil)
	if seen := s.ann.parcel(s.server, s.parcels.moved); seen["trackingStaleSince"] != nil {
		s.Errorf("news is still awaited of %v", seen)
	}
}
