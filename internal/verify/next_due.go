package verify

import (
	"time"

	"orderflow/ent"
	"orderflow/internal/vocab"
)

// nextDeadlines finds sub-orders that the clock looks at at another time than when the first of the
// deadlines that run is over.
func (r *run) nextDeadlines() func(*orderData) {
	c := r.check(9, "status.next_due", "the clock looks at each sub-order when the first of the "+
		"deadlines that run in its status is over")
	return func(b *orderData) {
		for _, sub := range b.subs {
			c.Rows++
			due := nextDue(sub)
			if (due == nil) != (sub.NextDueAt == nil) || due != nil && !due.Equal(*sub.NextDueAt) {
				c.fail(sub.ID, "%s, the clock looks at %v instead of %v", sub.Status,
					sub.NextDueAt, due)
			}
		}
	}
}

// nextDue is when the clock has to look at a sub-order; nil for never.
func nextDue(sub *ent.SubOrder) (earliest *time.Time) {
	var all []*time.Time
	switch sub.Status {
	case vocab.AwaitingShipment, vocab.PartiallyShipped:
		all = append(all, sub.AddressDueAt)
		if sub.Attempts == 0 && sub.HeldAt == nil { // else the shop was reminded, or it is on hold
			all = append(all, sub.ShipDueAt)
		}
	case vocab.Shipped:
		if sub.OpenRequests == 0 {
			all = append(all, sub.ReceiptDueAt, sub.TroubleDueAt)
		}
	case vocab.Received:
		all = append(all, sub.ReviewRemindAt)
		if sub.OpenRequests == 0 {
			all = append(all, sub.CompleteDueAt)
		}
	case vocab.Completed:
		all = append(all, sub.ReviewRemindAt)
	}
	for _, at := range all {
		if at != nil && (earliest == nil || at.Before(*earliest)) {
			earliest = at
		}
	}
	return earliest
}
