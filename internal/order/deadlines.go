package order

import (
	"context"
	"time"

	"orderflow/ent"
	"orderflow/ent/suborder"
	"orderflow/internal/event"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// lease is how long a claimed sub-order is this server's (real time).
const lease = time.Minute

// What becomes due of sub-orders, by the method that the runner calls with a claimed one.
var (
	// ReceiptsDue count as received, unless a request is open.
	ReceiptsDue = store.Due{Table: suborder.Table, Column: suborder.FieldReceiptDueAt,
		Statuses: store.Statuses(vocab.AwaitingReceipt),
		Zero:     []string{suborder.FieldOpenRequests}, Lease: lease}
	// CompletionsDue have a return window that is over, and no open request.
	CompletionsDue = store.Due{Table: suborder.Table, Column: suborder.FieldCompleteDueAt,
		Statuses: store.Statuses(vocab.InReturnWindow),
		Zero:     []string{suborder.FieldOpenRequests}, Lease: lease}
	// ShippingDue should have been shipped, and the shop was not reminded yet.
	ShippingDue = store.Due{Table: suborder.Table, Column: suborder.FieldShipDueAt,
		Statuses: store.Statuses(vocab.ToShip),
		Zero:     []string{suborder.FieldAttempts}, Lease: lease}
	// ReviewRemindersDue have a buyer to be reminded of the review.
	ReviewRemindersDue = store.Due{Table: suborder.Table, Column: suborder.FieldReviewRemindAt,
		Statuses: store.Statuses(vocab.Reviewable), Lease: lease}
)

// byClock does what is due with a claimed sub-order and ends the claim. What the table refuses now
// is not due any more: nothing happens.
func (o *Orders) byClock(
	ctx context.Context, id globalid.ID,
	work func(ctx context.Context, l *Locked, sub *ent.SubOrder) error,
) error {
	found, err := o.db.Client.SubOrder.Get(ctx, id)
	if err != nil {
		return err
	}
	return Run(ctx, o.db, found.OrderID, event.Actor{Role: vocab.Clock},
		func(ctx context.Context, l *Locked) error {
			sub := l.Sub(id)
			err := work(ctx, l, sub)
			if err != nil && !fault.Is(err, fault.ActionNotAllowed) {
				return err
			}
			sub.ClaimedUntil = nil
			return nil
		})
}

func passed(due *time.Time, now time.Time) bool { return due != nil && !now.Before(*due) }

// RunReceipt confirms the receipt of a claimed sub-order, unless that is not due any more. With a
// parcel in trouble the clock stands still until its courier reports better.
func (o *Orders) RunReceipt(ctx context.Context, id globalid.ID) error {
	return o.byClock(ctx, id, func(ctx context.Context, l *Locked, sub *ent.SubOrder) error {
		parcels, err := l.delivery(ctx, sub)
		if err != nil {
			return err
		}
		if parcels.troubled {
			sub.ReceiptDueAt = nil
			return nil
		}
		return l.receive(ctx, sub, passed(sub.ReceiptDueAt, l.Tx.Now))
	})
}

// RunCompletion completes a claimed sub-order: its trade has succeeded.
func (o *Orders) RunCompletion(ctx context.Context, id globalid.ID) error {
	return o.byClock(ctx, id, func(_ context.Context, l *Locked, sub *ent.SubOrder) error {
		facts := SubFacts(sub, l.Tx.Now)
		facts.DeadlinePassed = passed(sub.CompleteDueAt, l.Tx.Now)
		err := l.TransitionSub(sub, Transition{Action: vocab.Complete, Facts: facts})
		if err != nil {
			return err
		}
		sub.CompletedAt = &l.Tx.Now
		return nil
	})
}

// RunShipOverdue reminds the shop of a claimed sub-order, once for each deadline: attempts counts
// it, and an extension starts anew.
func (o *Orders) RunShipOverdue(ctx context.Context, id globalid.ID) error {
	return o.byClock(ctx, id, func(_ context.Context, l *Locked, sub *ent.SubOrder) error {
		if sub.Attempts > 0 {
			return nil
		}
		err := l.TransitionSub(sub, Transition{Action: vocab.NoteOverdue,
			Facts: lifecycle.TradeFacts{DeadlinePassed: passed(sub.ShipDueAt, l.Tx.Now)}})
		if err != nil {
			return err
		}
		sub.Attempts = 1
		return nil
	})
}

// RunReviewReminder reminds the buyer of a claimed sub-order of the review, once, unless nothing is
// left to review.
func (o *Orders) RunReviewReminder(ctx context.Context, id globalid.ID) error {
	return o.byClock(ctx, id, func(_ context.Context, l *Locked, sub *ent.SubOrder) error {
		if !vocab.Reviewable.Has(sub.Status) || !passed(sub.ReviewRemindAt, l.Tx.Now) {
			return nil
		}
		if !vocab.AwaitingReceipt.Has(sub.Status) && !sub.AwaitingReview {
			sub.ReviewRemindAt = nil
			return nil
		}
		err := l.TransitionSub(sub, Transition{Action: vocab.RemindReview,
			Facts: lifecycle.TradeFacts{DeadlinePassed: true}})
		if err != nil {
			return err
		}
		sub.ReviewRemindAt = nil
		return nil
	})
}
