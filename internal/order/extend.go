package order

import (
	"context"
	"time"

	"orderflow/ent"
	"orderflow/ent/payment"
	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/limit"
	"orderflow/internal/vocab"
)

// DeadlineKind names a deadline of a sub-order, or of the order that it is in.
type DeadlineKind string

// The deadlines that staff can extend.
const (
	ExtendPayBy      DeadlineKind = "PAY" // of the whole order
	ExtendShipBy     DeadlineKind = "SHIP"
	ExtendReceiptBy  DeadlineKind = "RECEIPT"
	ExtendTroubleBy  DeadlineKind = "TROUBLE"
	ExtendCompleteBy DeadlineKind = "COMPLETE"
)

// ExtendInput gives a deadline more time.
type ExtendInput struct {
	SubOrder globalid.ID
	Kind     DeadlineKind
	Seconds  int64 // 1 to 90 days
}

// mostExtension is what one extension by staff may give.
const mostExtension = 90 * day

// ExtendDeadline gives a deadline of a sub-order more time; the one to pay is its whole order's.
// SUPPORT and PLATFORM may call it. Faults: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND, INVALID_INPUT,
// ACTION_NOT_ALLOWED when that deadline does not run, and for PAY while a payment attempt is open,
// whose channel keeps the time it was started with; TOO_MANY when all extensions of it come to more
// than is allowed.
func (o *Orders) ExtendDeadline(ctx context.Context, in ExtendInput) (globalid.ID, error) {
	return o.onSub(ctx, in.SubOrder, []vocab.Role{vocab.Support, vocab.Platform},
		func(ctx context.Context, l *Locked, sub *ent.SubOrder) (globalid.ID, error) {
			if err := CheckExtension(in.Seconds); err != nil {
				return sub.ID, err
			}
			if in.Kind == ExtendPayBy {
				return sub.ID, l.extendPayment(ctx, in)
			}
			return sub.ID, l.extend(sub, in)
		})
}

// CheckExtension reports whether one extension by staff may give that much time. Fault:
// INVALID_INPUT at seconds.
func CheckExtension(seconds int64) error {
	if seconds < 1 || seconds > int64(mostExtension/time.Second) {
		return fault.At("seconds", fault.InvalidInput,
			"It must be between 1 second and %d days.", mostExtension/day)
	}
	return nil
}

// payload is what the events of the extension say of it.
func (in ExtendInput) payload() document.Payload {
	return document.Payload{Reason: string(in.Kind), Quantity: in.Seconds}
}

func (in ExtendInput) from(due time.Time) *time.Time {
	due = due.Add(time.Duration(in.Seconds) * time.Second)
	return &due
}

// extendPayment gives an unpaid order more time to be paid.
func (l *Locked) extendPayment(ctx context.Context, in ExtendInput) error {
	if !vocab.Unpaid.Has(l.Order.Status) {
		return doesNotRun()
	}
	facts := l.Facts()
	var err error
	facts.AttemptOpen, err = l.Tx.Payment.Query().Where(payment.OrderID(l.Order.ID),
		payment.StatusIn(vocab.AttemptBlocking...)).Exist(ctx)
	if err != nil {
		return err
	}
	taken, err := lifecycle.Take(
		lifecycle.Trade, &l.Order.Status, vocab.ExtendDeadline, l.Actor.Role, facts)
	if err != nil {
		return err
	}
	l.Order.PayDueAt = *in.from(l.Order.PayDueAt)
	if err := CheckDeadline(l.Order.PayDueAt, &l.Order.CreatedAt, limit.PayDays); err != nil {
		return err
	}
	payload := in.payload()
	payload.From, payload.To = string(taken.From), string(taken.To)
	l.emitToAll(taken.Emit, payload)
	return nil
}

// extend gives a deadline of a paid sub-order more time, if it runs.
func (l *Locked) extend(sub *ent.SubOrder, in ExtendInput) error {
	due := running(sub, in.Kind)
	if due == nil || *due == nil {
		return doesNotRun()
	}
	began, most := sub.ShippedAt, limit.ReceiptDays
	switch in.Kind {
	case ExtendShipBy:
		began, most = l.Order.PaidAt, limit.ShipDays
	case ExtendCompleteBy:
		began, most = sub.ReceivedAt, limit.CompletionDays
	}
	extended := in.from(**due)
	if err := CheckDeadline(*extended, began, most); err != nil {
		return err
	}
	*due = extended
	if in.Kind == ExtendShipBy {
		sub.Attempts = 0
	}
	return l.TransitionSub(sub, Transition{Action: vocab.ExtendDeadline, Payload: in.payload()})
}

// running finds the deadline of that kind of a paid sub-order in its status; nil where it has none.
func running(sub *ent.SubOrder, kind DeadlineKind) **time.Time {
	switch {
	case kind == ExtendShipBy && vocab.ToShip.Has(sub.Status):
		return &sub.ShipDueAt
	case kind == ExtendReceiptBy && vocab.AwaitingReceipt.Has(sub.Status):
		return &sub.ReceiptDueAt
	case kind == ExtendTroubleBy && vocab.AwaitingReceipt.Has(sub.Status):
		return &sub.TroubleDueAt
	case kind == ExtendCompleteBy && vocab.InReturnWindow.Has(sub.Status):
		return &sub.CompleteDueAt
	}
	return nil
}

// deadlineRuns reports whether a paid sub-order has a deadline that can be extended.
func deadlineRuns(sub *ent.SubOrder) bool {
	for _, kind := range []DeadlineKind{
		ExtendShipBy, ExtendReceiptBy, ExtendTroubleBy, ExtendCompleteBy,
	} {
		if due := running(sub, kind); due != nil && *due != nil {
			return true
		}
	}
	return false
}

func doesNotRun() error {
	return fault.New(fault.ActionNotAllowed, "This deadline does not run.")
}
