package order

import (
	"context"
	"time"

	"orderflow/ent"
	"orderflow/ent/suborder"
	"orderflow/internal/event"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// lease is how long a claimed sub-order is this server's (real time).
const lease = time.Minute

// Due are sub-orders of which a deadline is over, for RunDue.
var Due = store.Due{Table: suborder.Table, Column: suborder.FieldNextDueAt, Lease: lease}

// deadline is one that runs on a sub-order.
type deadline struct {
	at  time.Time
	end func(ctx context.Context, o *Orders, l *Locked, sub *ent.SubOrder) error
}

// next is the earliest deadline that runs in the status of a sub-order. That of shipping stands
// still while it is on hold; all but those before the receipt and of the review while a request is
// open.
func next(sub *ent.SubOrder) (earliest *deadline) {
	for _, d := range []struct {
		at   *time.Time
		runs bool
		end  func(ctx context.Context, o *Orders, l *Locked, sub *ent.SubOrder) error
	}{
		{sub.ShipDueAt, vocab.ToShip.Has(sub.Status) && sub.Attempts == 0 && sub.HeldAt == nil,
			remindShop},
		{sub.AddressDueAt, vocab.ToShip.Has(sub.Status), lapseProposal},
		{sub.ReceiptDueAt, vocab.AwaitingReceipt.Has(sub.Status) && sub.OpenRequests == 0, confirm},
		{sub.TroubleDueAt, vocab.AwaitingReceipt.Has(sub.Status) && sub.OpenRequests == 0, endTrouble},
		{sub.CompleteDueAt, vocab.InReturnWindow.Has(sub.Status) && sub.OpenRequests == 0, complete},
		{sub.ReviewRemindAt, vocab.WithBuyer.Has(sub.Status), remindBuyer},
	} {
		if d.runs && d.at != nil && (earliest == nil || d.at.Before(earliest.at)) {
			earliest = &deadline{*d.at, d.end}
		}
	}
	return earliest
}

// setNextDue notes when the order's parts are due. Commands have it done at their end.
func (l *Locked) setNextDue() {
	for _, sub := range l.Subs {
		sub.NextDueAt = nil
		if d := next(sub); d != nil {
			sub.NextDueAt = &d.at
		}
	}
}

// RunDue does what the earliest deadline of a claimed sub-order brings about and ends the claim: a
// sub-order that is late to be shipped has its shop reminded, a delivered one counts as received, a
// received one completes, a parcel's trouble is over, the buyer is reminded of a review. One whose
// deadline is not over any more stays as it is; one that waits for a courier's answer keeps its
// claim for a while.
func (o *Orders) RunDue(ctx context.Context, id globalid.ID) error {
	found, err := o.db.Client.SubOrder.Get(ctx, id)
	if err != nil {
		return err
	}
	return Run(ctx, o.db, found.OrderID, event.Actor{Role: vocab.Clock},
		func(ctx context.Context, l *Locked) error {
			sub := l.Sub(id)
			sub.ClaimedUntil = nil
			d := next(sub)
			if d == nil || l.Tx.Now.Before(d.at) {
				return nil
			}
			return d.end(ctx, o, l, sub)
		})
}

// confirm counts a sub-order as received, once the couriers of its parcels that are on their way
// were asked. With a parcel in trouble another clock runs.
func confirm(ctx context.Context, o *Orders, l *Locked, sub *ent.SubOrder) error {
	d, err := l.delivery(ctx, sub)
	if err != nil {
		return err
	}
	if d.troubled {
		return l.schedule(ctx, sub)
	}
	word, err := o.await(ctx, l, sub, d)
	if err != nil || word == Awaited {
		return err
	}
	return l.receive(ctx, sub, receipt{overdue: true, reason: word.Reason()})
}

// await is AwaitCouriers for the deadline of a sub-order that is over. One that waits is left to
// the next look at it.
func (o *Orders) await(
	ctx context.Context, l *Locked, sub *ent.SubOrder, d delivery,
) (Word, error) {
	real := o.db.RealNow()
	word, err := l.AwaitCouriers(ctx, next(sub).at, real, d.parcels...)
	if word == Awaited {
		until := real.Add(LookAgain)
		sub.ClaimedUntil = &until
	}
	return word, err
}

// complete ends the trade of a sub-order: it has succeeded.
func complete(_ context.Context, _ *Orders, l *Locked, sub *ent.SubOrder) error {
	facts := SubFacts(sub, l.Tx.Now)
	facts.DeadlinePassed = true
	err := l.TransitionSub(sub, Transition{Action: vocab.Complete, Facts: facts})
	if err != nil {
		return err
	}
	sub.CompletedAt = &l.Tx.Now
	return nil
}

// remindShop reminds the shop to ship, once for each deadline: attempts counts it, and an extension
// starts anew.
func remindShop(_ context.Context, _ *Orders, l *Locked, sub *ent.SubOrder) error {
	err := l.TransitionSub(sub, Transition{Action: vocab.NoteOverdue,
		Facts: lifecycle.TradeFacts{DeadlinePassed: true}})
	if err != nil {
		return err
	}
	sub.Attempts = 1
	return nil
}

// remindBuyer reminds the buyer of the review, once, unless nothing is left to review.
func remindBuyer(_ context.Context, _ *Orders, l *Locked, sub *ent.SubOrder) error {
	sub.ReviewRemindAt = nil
	if !sub.AwaitingReview {
		return nil
	}
	return l.TransitionSub(sub, Transition{Action: vocab.RemindReview,
		Facts: lifecycle.TradeFacts{DeadlinePassed: true}})
}
