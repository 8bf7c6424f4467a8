package order

import (
	"context"
	"time"

	"orderflow/ent"
	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/limit"
	"orderflow/internal/vocab"
)

const (
	receiptExtension = 3 * day // what one extension of the receipt gives
	reviewAfter      = day     // after the receipt the buyer is reminded of the review
)

// ConfirmReceipt says that the buyer has the goods of a sub-order: the return window starts.
// Faults: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND, ACTION_NOT_ALLOWED, AFTER_SALE_OPEN.
func (o *Orders) ConfirmReceipt(ctx context.Context, id globalid.ID) (globalid.ID, error) {
	return o.onSub(ctx, id, []vocab.Role{vocab.Buyer},
		func(ctx context.Context, l *Locked, sub *ent.SubOrder) (globalid.ID, error) {
			if sub.OpenRequests > 0 && vocab.AwaitingReceipt.Has(sub.Status) {
				return id, fault.New(fault.AfterSaleOpen,
					"A request about it is open; it can be withdrawn first.")
			}
			return id, l.receive(ctx, sub, receipt{})
		})
}

// receipt is how it came to a receipt.
type receipt struct {
	overdue  bool   // the deadline has passed
	troubled bool   // that of a parcel's trouble
	reason   string // what the event says of it
}

// receive takes CONFIRM_RECEIPT by whoever acts.
func (l *Locked) receive(ctx context.Context, sub *ent.SubOrder, r receipt) error {
	terms, err := l.TermsOf(ctx, sub)
	if err != nil {
		return err
	}
	facts := SubFacts(sub, l.Tx.Now)
	facts.DeadlinePassed, facts.ParcelTroubled, facts.TroubleOver = r.overdue, r.troubled, r.troubled
	err = l.TransitionSub(sub, Transition{Action: vocab.ConfirmReceipt, Facts: facts,
		Payload: document.Payload{Reason: r.reason}})
	if err != nil {
		return err
	}
	due := l.Tx.Now.Add(document.Days(terms.ReturnWindowDays))
	sub.ReceivedAt, sub.CompleteDueAt, sub.AwaitingReview = &l.Tx.Now, &due, true
	remind := l.Tx.Now.Add(reviewAfter)
	sub.ReviewRemindAt = &remind
	return nil
}

// ExtendReceipt gives the buyer of a sub-order three days more to confirm: once by the buyer, any
// time by the merchant. Faults: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND, ACTION_NOT_ALLOWED,
// TOO_MANY.
func (o *Orders) ExtendReceipt(ctx context.Context, id globalid.ID) (globalid.ID, error) {
	return o.onSub(ctx, id, []vocab.Role{vocab.Buyer, vocab.Merchant},
		func(_ context.Context, l *Locked, sub *ent.SubOrder) (globalid.ID, error) {
			err := l.TransitionSub(sub, Transition{Action: vocab.ExtendReceipt,
				Facts:   SubFacts(sub, l.Tx.Now),
				Payload: document.Payload{Quantity: int64(receiptExtension / time.Second)}})
			if err != nil {
				return id, err
			}
			if l.Actor.Role == vocab.Buyer {
				sub.ReceiptExtended = true
			}
			if sub.ReceiptDueAt != nil {
				due := sub.ReceiptDueAt.Add(receiptExtension)
				sub.ReceiptDueAt = &due
				return id, CheckDeadline(due, sub.ShippedAt, limit.ReceiptDays)
			}
			return id, nil
		})
}

// RemindShipment reminds the shop of a sub-order that its buyer waits 催发货, at most once in 24
// hours. Faults: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND, ACTION_NOT_ALLOWED.
func (o *Orders) RemindShipment(ctx context.Context, id globalid.ID) (globalid.ID, error) {
	return o.onSub(ctx, id, []vocab.Role{vocab.Buyer},
		func(_ context.Context, l *Locked, sub *ent.SubOrder) (globalid.ID, error) {
			err := l.TransitionSub(sub, Transition{Action: vocab.RemindShipment,
				Facts: SubFacts(sub, l.Tx.Now)})
			if err != nil {
				return id, err
			}
			sub.RemindedAt = &l.Tx.Now
			return id, nil
		})
}
