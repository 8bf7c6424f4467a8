package order

import (
	"context"
	"slices"
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

// claim claims sub-orders whose deadline in that column has passed, in one of the statuses.
func (o *Orders) claim(
	ctx context.Context, limit int, column, also string, statuses ...vocab.TradeStatus,
) ([]globalid.ID, error) {
	now, err := o.db.Now(ctx)
	if err != nil {
		return nil, err
	}
	where, args := "status IN (?", []any{statuses[0]}
	for _, status := range statuses[1:] {
		where += ", ?"
		args = append(args, status)
	}
	return o.db.Take(ctx, store.Claim{Table: suborder.Table,
		Where: where + ") AND " + column + " <= ?" + also, Args: append(args, now),
		Order: column, Limit: limit, Lease: lease})
}

// byClock lets the clock do what is due with a claimed sub-order and ends the claim. What the table
// refuses now is not due any more: nothing happens.
func (o *Orders) byClock(
	ctx context.Context, id globalid.ID,
	work func(ctx context.Context, tx *store.Tx, l *Locked, sub *ent.SubOrder) error,
) error {
	found, err := o.db.Client.SubOrder.Get(ctx, id)
	if err != nil {
		return err
	}
	return o.db.Run(ctx, func(ctx context.Context, tx *store.Tx) error {
		l, err := Lock(ctx, tx, found.OrderID, event.Actor{Role: vocab.Clock})
		if err != nil {
			return err
		}
		err = work(ctx, tx, l, l.Sub(id))
		if err != nil && !fault.Is(err, fault.ActionNotAllowed) {
			return err
		}
		if err := tx.SubOrder.Update().Where(suborder.ID(id)).ClearClaimedUntil().Exec(ctx); err != nil {
			return err
		}
		return l.Write(ctx, tx)
	})
}

func passed(due *time.Time, now time.Time) bool { return due != nil && !now.Before(*due) }

// ClaimReceipts claims sub-orders whose receipt counts as confirmed, for RunReceipt. The runner
// calls it.
func (o *Orders) ClaimReceipts(ctx context.Context, limit int) ([]globalid.ID, error) {
	return o.claim(ctx, limit, suborder.FieldReceiptDueAt, " AND open_requests = 0",
		vocab.Shipped)
}

// RunReceipt confirms the receipt of a claimed sub-order, unless that is not due any more. With a
// parcel in trouble the clock stands still until its courier tells better.
func (o *Orders) RunReceipt(ctx context.Context, id globalid.ID) error {
	return o.byClock(ctx, id,
		func(ctx context.Context, tx *store.Tx, l *Locked, sub *ent.SubOrder) error {
			parcels, err := deliveryOf(ctx, tx, sub)
			if err != nil {
				return err
			}
			if parcels.troubled {
				return tx.SubOrder.Update().Where(suborder.ID(id)).ClearReceiptDueAt().Exec(ctx)
			}
			return l.receive(ctx, tx, sub, lifecycle.TradeFacts{
				DeadlinePassed: passed(sub.ReceiptDueAt, tx.Now),
				AfterSaleOpen:  sub.OpenRequests > 0})
		})
}

// ClaimCompletions claims sub-orders whose return window is over, for RunCompletion. The runner
// calls it.
func (o *Orders) ClaimCompletions(ctx context.Context, limit int) ([]globalid.ID, error) {
	return o.claim(ctx, limit, suborder.FieldCompleteDueAt, " AND open_requests = 0",
		vocab.Received)
}

// RunCompletion completes a claimed sub-order: its trade has succeeded.
func (o *Orders) RunCompletion(ctx context.Context, id globalid.ID) error {
	return o.byClock(ctx, id,
		func(ctx context.Context, tx *store.Tx, l *Locked, sub *ent.SubOrder) error {
			err := l.Step(ctx, tx, sub, Step{Action: vocab.Complete, By: vocab.Clock,
				Facts: lifecycle.TradeFacts{
					DeadlinePassed: passed(sub.CompleteDueAt, tx.Now),
					AfterSaleOpen:  sub.OpenRequests > 0},
				Change: func(update *ent.SubOrderUpdate) { update.SetCompletedAt(tx.Now) }})
			if err != nil {
				return err
			}
			return l.rollUp(ctx, tx)
		})
}

// ClaimShipOverdue claims sub-orders that should have been shipped, for RunShipOverdue. The runner
// calls it.
func (o *Orders) ClaimShipOverdue(ctx context.Context, limit int) ([]globalid.ID, error) {
	return o.claim(ctx, limit, suborder.FieldShipDueAt, " AND attempts = 0",
		vocab.AwaitingShipment, vocab.PartiallyShipped)
}

// RunShipOverdue reminds the shop of a claimed sub-order, once for each deadline: attempts counts
// it, and an extension starts anew.
func (o *Orders) RunShipOverdue(ctx context.Context, id globalid.ID) error {
	return o.byClock(ctx, id,
		func(ctx context.Context, tx *store.Tx, l *Locked, sub *ent.SubOrder) error {
			if sub.Attempts > 0 {
				return nil
			}
			return l.Step(ctx, tx, sub, Step{Action: vocab.NoteOverdue, By: vocab.Clock,
				Facts:  lifecycle.TradeFacts{DeadlinePassed: passed(sub.ShipDueAt, tx.Now)},
				Change: func(update *ent.SubOrderUpdate) { update.SetAttempts(1) }})
		})
}

var reviewable = []vocab.TradeStatus{
	vocab.Shipped, vocab.Received, vocab.Completed,
}

// ClaimReviewReminders claims sub-orders whose buyer should be asked for a review, for
// RunReviewReminder. The runner calls it.
func (o *Orders) ClaimReviewReminders(ctx context.Context, limit int) ([]globalid.ID, error) {
	return o.claim(ctx, limit, suborder.FieldReviewRemindAt, "", reviewable...)
}

// RunReviewReminder asks the buyer of a claimed sub-order for a review, once, unless nothing is
// left to review.
func (o *Orders) RunReviewReminder(ctx context.Context, id globalid.ID) error {
	return o.byClock(ctx, id,
		func(ctx context.Context, tx *store.Tx, l *Locked, sub *ent.SubOrder) error {
			if !slices.Contains(reviewable, sub.Status) || !passed(sub.ReviewRemindAt, tx.Now) {
				return nil
			}
			if sub.Status != vocab.Shipped && !sub.AwaitingReview {
				return tx.SubOrder.Update().Where(suborder.ID(id)).ClearReviewRemindAt().Exec(ctx)
			}
			return l.Step(ctx, tx, sub, Step{Action: vocab.RemindReview, By: vocab.Clock,
				Facts:  lifecycle.TradeFacts{DeadlinePassed: true},
				Change: func(update *ent.SubOrderUpdate) { update.ClearReviewRemindAt() }})
		})
}
