package verify

import (
	"slices"

	"orderflow/ent"
	"orderflow/internal/vocab"
)

// saidSilent is the reason of a receipt for which a courier did not answer.
const saidSilent = "COURIER_SILENT"

// receiptsHeard finds receipts that the clock confirmed over a courier's head.
func (r *run) receiptsHeard() func(*orderData) {
	c := r.check(9, "status.heard", "before the clock confirmed a receipt, the courier of each "+
		"parcel that was on its way had spoken since the deadline; if one did not answer, the "+
		"event says so")
	return func(b *orderData) {
		for _, sub := range b.subs {
			c.Rows++
			received := find(b.events, func(e *ent.Event) bool {
				return e.Type == vocab.EventSubOrderReceived && e.Payload.SubOrder == sub.ID &&
					e.ActorRole == vocab.Clock && e.Payload.Reason != saidSilent
			})
			if received == nil {
				continue
			}
			due := sub.ReceiptDueAt
			if due == nil {
				due = sub.TroubleDueAt
			}
			for _, p := range b.shipments {
				if carries(p, sub) && onItsWay(p, received) && !b.refundedWhole(p) &&
					(p.HeardAt == nil || p.HeardAt.Before(value(due))) {
					c.fail(sub.ID, "due at %v, parcel %s was heard of at %v", due, p.ID, p.HeardAt)
				}
			}
		}
	}
}

// carries reports whether a parcel has goods of a sub-order for its buyer.
func carries(p *ent.Shipment, sub *ent.SubOrder) bool {
	return p.Purpose == vocab.OrderParcel && p.Stage == vocab.StageHandedOver &&
		slices.ContainsFunc(p.Edges.Items, func(line *ent.ShipmentItem) bool {
			return line.SubOrderID == sub.ID
		})
}

// onItsWay reports whether a parcel, about which a courier is asked, was on its way as far as was
// known at an event.
func onItsWay(p *ent.Shipment, at *ent.Event) bool {
	asked := p.Subscribed || p.NextAttemptAt != nil
	if !asked || p.CorrectedAt != nil && p.CorrectedAt.After(at.CreatedAt) {
		return false
	}
	return !slices.ContainsFunc(p.Edges.Tracking, func(scan *ent.TrackingEvent) bool {
		return final(scan.Stage) && !scan.CreatedAt.After(at.CreatedAt)
	})
}

// final reports whether couriers report nothing after a stage.
func final(stage vocab.CarrierStage) bool {
	return stage == vocab.CarrierDelivered || stage == vocab.CarrierReturned ||
		stage == vocab.CarrierLost
}
