package verify

import (
	"slices"
	"time"

	"orderflow/ent"
	"orderflow/internal/vocab"
)

// times compares the times of a sub-order with its status.
func (r *run) times() func(*orderData) {
	c := r.check(9, "status.times", "a sub-order has the times of what it went through, and no "+
		"others")
	return func(b *orderData) {
		for _, sub := range b.subs {
			c.Rows++
			shipped := sub.Status == vocab.Shipped || sub.Status == vocab.Received ||
				sub.Status == vocab.Completed
			received := shipped && sub.Status != vocab.Shipped
			fits := (sub.CompletedAt != nil) == (sub.Status == vocab.Completed)
			if sub.Status != vocab.Closed { // one that was refunded keeps what it had
				fits = fits && (sub.ShippedAt != nil) == shipped &&
					(sub.ReceivedAt != nil) == received
			}
			if !fits {
				c.fail(sub.ID, "%s, shipped at %v, received at %v, completed at %v", sub.Status,
					sub.ShippedAt, sub.ReceivedAt, sub.CompletedAt)
			}
		}
	}
}

// deadlines finds rows that no deadline would ever move on.
func (r *run) deadlines() func(*orderData) {
	c := r.check(9, "status.deadlines", "an unpaid order has until it expires, a paid sub-order "+
		"until it is to be shipped; a SHIPPED one until its receipt, or while a parcel of it is "+
		"in trouble until that counts as over, a RECEIVED one until it completes; overdue and "+
		"extended are as the events tell")
	return func(b *orderData) {
		c.Rows++
		if !b.PayDueAt.After(b.CreatedAt) {
			c.fail(b.ID, "to be paid until %v, placed at %v", b.PayDueAt, b.CreatedAt)
		}
		for _, sub := range b.subs {
			c.Rows++
			var fits bool
			unshipped := sub.ReceiptDueAt == nil && sub.TroubleDueAt == nil &&
				sub.CompleteDueAt == nil
			switch sub.Status {
			case vocab.PendingPayment, vocab.PaymentFailed:
				fits = sub.ShipDueAt == nil && unshipped
			case vocab.AwaitingShipment, vocab.PartiallyShipped:
				fits = sub.ShipDueAt != nil && unshipped
			case vocab.Shipped:
				troubled := b.troubled(sub)
				fits = (sub.ReceiptDueAt == nil) == troubled &&
					(sub.TroubleDueAt != nil) == troubled && sub.CompleteDueAt == nil
			case vocab.Received, vocab.Completed:
				fits = sub.CompleteDueAt != nil && sub.ReceivedAt != nil &&
					!sub.CompleteDueAt.Before(*sub.ReceivedAt)
			case vocab.Closed:
				fits = true
			}
			if !fits {
				c.fail(sub.ID, "%s, to be shipped by %v, received by %v, trouble over at %v, "+
					"completed at %v", sub.Status, sub.ShipDueAt, sub.ReceiptDueAt,
					sub.TroubleDueAt, sub.CompleteDueAt)
			}
			overdue, extended := b.deadlineEvents(sub)
			if (sub.Attempts > 0) != overdue || sub.ReceiptExtended != extended {
				c.fail(sub.ID, "reminded %d times, extended: %t; events: %t, %t", sub.Attempts,
					sub.ReceiptExtended, overdue, extended)
			}
		}
	}
}

// deadlineEvents replays the events about a sub-order's deadlines: whether its shop was reminded of
// the current one to ship, and whether its buyer has extended the receipt.
func (b *orderData) deadlineEvents(sub *ent.SubOrder) (overdue, extended bool) {
	const toShip = "SHIP"
	for _, e := range b.events {
		switch {
		case e.Payload.SubOrder != sub.ID:
		case e.Type == vocab.EventSubOrderShipOverdue:
			overdue = true
		case e.Type == vocab.EventSubOrderDeadlineExtended && e.Payload.Reason == toShip:
			overdue = false
		case e.Type == vocab.EventSubOrderReceiptExtended:
			extended = extended || e.ActorRole == vocab.Buyer
		}
	}
	return overdue, extended
}

// troubled reports whether a parcel of a sub-order is in trouble that was not refunded.
func (b *orderData) troubled(sub *ent.SubOrder) bool {
	return slices.ContainsFunc(b.shipments, func(p *ent.Shipment) bool {
		return carries(p, sub) && !b.refundedWhole(p) && troubled(value(p.CarrierStage))
	})
}

// refundedWhole reports whether requests about a parcel in trouble have refunded all of its units.
func (b *orderData) refundedWhole(p *ent.Shipment) bool {
	if !troubled(value(p.CarrierStage)) {
		return false
	}
	var left int64
	for _, it := range p.Edges.Items {
		left += it.Quantity
	}
	for _, a := range b.requests {
		if a.ShipmentID == nil || *a.ShipmentID != p.ID || a.Trigger == nil ||
			a.Status != vocab.AfterSaleCompleted {
			continue
		}
		for _, line := range a.Edges.Lines {
			left -= line.Quantity
		}
	}
	return left == 0
}

// troubled reports whether a parcel delays the receipt. It is a task of its merchant too, unless it
// is on its way back.
func troubled(stage vocab.CarrierStage) bool {
	return slices.Contains([]vocab.CarrierStage{vocab.CarrierProblem,
		vocab.CarrierRefused, vocab.CarrierReturning, vocab.CarrierReturned,
		vocab.CarrierLost}, stage)
}

// reviewStatus checks whether sub-orders await a review, and their reminders.
func (r *run) reviewStatus() func(*orderData) {
	c := r.check(9, "status.reviews", "a received sub-order awaits a review while an item of it that "+
		"the buyer has kept has none, at most while any item has none, and its buyer is asked "+
		"once, after the receipt")
	return func(b *orderData) {
		for _, sub := range b.subs {
			c.Rows++
			received := sub.Status == vocab.Received || sub.Status == vocab.Completed
			kept, some := b.unreviewed(sub)
			if received && kept && !sub.AwaitingReview ||
				sub.AwaitingReview && (!received || !some) {
				c.fail(sub.ID, "%s, awaits a review: %t; an item has none: %t, a kept one: %t",
					sub.Status, sub.AwaitingReview, some, kept)
			}
			reminded := find(b.events, func(e *ent.Event) bool {
				return e.Type == vocab.EventSubOrderReviewReminded &&
					e.Payload.SubOrder == sub.ID
			}) != nil
			may := sub.ReceivedAt != nil && !reminded
			must := may && sub.AwaitingReview
			planned := sub.ReviewRemindAt != nil
			if planned && !may || must && !planned {
				c.fail(sub.ID, "%s, to be asked for a review at %v, asked already: %t",
					sub.Status, sub.ReviewRemindAt, reminded)
			}
		}
	}
}

// unreviewed reports whether an item of a sub-order has no review, and whether such an item was not
// refunded as a whole.
func (b *orderData) unreviewed(sub *ent.SubOrder) (kept, some bool) {
	for _, it := range b.items {
		if it.SubOrderID != sub.ID || find(b.reviews,
			func(review *ent.Review) bool { return review.ItemID == it.ID }) != nil {
			continue
		}
		some = true
		kept = kept || it.RefundedQuantity < it.Quantity
	}
	return kept, some
}

// stages compares the columns of a parcel with its stages.
func (r *run) stages() func(*orderData) {
	c := r.check(9, "status.parcels", "a parcel has a courier, a number and a time once it is handed "+
		"over, and the number of before when it was corrected; it is a task of the merchant while it "+
		"is in trouble and not on its way back")
	return func(b *orderData) {
		for _, p := range b.shipments {
			c.Rows++
			handed := p.Stage == vocab.StageHandedOver
			fits := (p.Carrier != "") == handed && (p.TrackingNumber != "") == handed &&
				(p.HandedOverAt != nil) == handed && (p.CarrierStage != nil) == handed &&
				(p.CorrectedAt != nil) == (len(p.Edges.FormerNumbers) == 1)
			if !handed {
				fits = fits && p.DeliveredAt == nil && !p.Subscribed
			}
			stage := value(p.CarrierStage)
			task := troubled(stage) && stage != vocab.CarrierReturning
			if !fits || p.NeedsMerchant != task {
				c.fail(p.ID, "%s, %s %q handed over at %v, %q, needs the merchant: %t", p.Stage,
					p.Carrier, p.TrackingNumber, p.HandedOverAt, stage, p.NeedsMerchant)
			}
		}
	}
}

// How long channels and couriers are polled.
const (
	attemptsPolledFor = 10*time.Minute + 7*24*time.Hour // an UNKNOWN attempt, after the pay deadline
	parcelsPolledFor  = 60 * 24 * time.Hour             // a parcel, after its handover
)

// nextSteps finds rows that the runner would never claim, and rows that it would claim for nothing.
func (r *run) nextSteps() func(*orderData) {
	c := r.check(9, "status.next", "whatever waits for a channel or a courier that can be asked has "+
		"the time of its next step, and whatever has ended has none")
	step := func(row interface{ String() string }, status string, waits, may bool, at *time.Time) {
		c.Rows++
		if waits && at == nil || !waits && !may && at != nil {
			c.failAt(row.String(), "is %s, its next step is at %v", status, at)
		}
	}
	return func(b *orderData) {
		for _, p := range b.payments {
			unknown := p.Status == vocab.AttemptUnknown
			waits := p.Status == vocab.AttemptCreated || p.Status == vocab.AttemptOpen ||
				p.Status == vocab.AttemptClosing ||
				unknown && r.now.Before(b.PayDueAt.Add(attemptsPolledFor))
			step(p.ID, string(p.Status), waits, unknown, p.NextAttemptAt)
		}
		for _, refund := range b.refunds {
			waits := refund.Status == vocab.RefundRequested ||
				refund.Status == vocab.RefundSubmitted ||
				refund.Status == vocab.RefundUnknown
			step(refund.ID, string(refund.Status), waits, false, refund.NextAttemptAt)
		}
		for _, i := range b.intercepts {
			step(i.ID, string(i.Status), pending(i) && b.asked(i), pending(i), i.NextAttemptAt)
		}
		for _, p := range b.shipments {
			stage := value(p.CarrierStage)
			moves := stage != "" && !final(stage)
			waits := moves && p.Subscribed && r.now.Before(p.HandedOverAt.Add(parcelsPolledFor))
			step(p.ID, string(p.Stage)+" "+string(stage), waits, moves, p.NextAttemptAt)
		}
	}
}

// asked reports whether the courier of an interception's parcel can be asked; else staff telephone.
func (b *orderData) asked(i *ent.Interception) bool {
	p := b.shipment(i.ShipmentID)
	return p != nil && (p.Subscribed || p.NextAttemptAt != nil)
}
