package order

import (
	"context"
	"strings"
	"time"

	"orderflow/ent"
	"orderflow/ent/order"
	"orderflow/ent/payment"
	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// DeadlineKind names a deadline of a sub-order, or of the order that it is in.
type DeadlineKind string

// The deadlines that staff can extend.
const (
	ExtendPayBy      DeadlineKind = "PAY" // of the whole order
	ExtendShipBy     DeadlineKind = "SHIP"
	ExtendReceiptBy  DeadlineKind = "RECEIPT"
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
// whose channel keeps the time it was started with.
func (o *Orders) ExtendDeadline(ctx context.Context, in ExtendInput) (globalid.ID, error) {
	return o.atSub(ctx, in.SubOrder, []vocab.Role{vocab.Support, vocab.Platform},
		func(ctx context.Context, tx *store.Tx, l *Locked, s *ent.SubOrder) (globalid.ID, error) {
			if err := CheckExtension(in.Seconds); err != nil {
				return s.ID, err
			}
			if in.Kind == ExtendPayBy {
				return s.ID, l.extendPayment(ctx, tx, in)
			}
			change, err := in.change(s)
			if err != nil {
				return s.ID, err
			}
			return s.ID, l.Step(ctx, tx, s, Step{Action: vocab.ExtendDeadline,
				By: l.Log.Actor().Role, Told: in.told(), Change: change})
		})
}

// CheckExtension tells whether one extension by staff may give that much time. Fault: INVALID_INPUT
// at seconds.
func CheckExtension(seconds int64) error {
	if seconds < 1 || seconds > int64(mostExtension/time.Second) {
		return fault.At("seconds", fault.InvalidInput,
			"It must be between 1 second and %d days.", mostExtension/day)
	}
	return nil
}

// told is what the events of the extension say of it.
func (in ExtendInput) told() document.Payload {
	return document.Payload{Reason: string(in.Kind), Quantity: in.Seconds}
}

func (in ExtendInput) more() time.Duration { return time.Duration(in.Seconds) * time.Second }

// extendPayment gives an unpaid order more time to be paid.
func (l *Locked) extendPayment(ctx context.Context, tx *store.Tx, in ExtendInput) error {
	if l.Order.Status != vocab.PendingPayment && l.Order.Status != vocab.PaymentFailed {
		return doesNotRun()
	}
	facts := l.Facts(tx.Now)
	var err error
	facts.AttemptOpen, err = tx.Payment.Query().Where(payment.OrderID(l.Order.ID),
		payment.StatusIn(vocab.AttemptCreated, vocab.AttemptOpen,
			vocab.AttemptClosing)).Exist(ctx)
	if err != nil {
		return err
	}
	row, err := lifecycle.Trade.Next(
		l.Order.Status, vocab.ExtendDeadline, l.Log.Actor().Role, facts)
	if err != nil {
		return NotAllowed(err)
	}
	l.Order.PayDueAt = l.Order.PayDueAt.Add(in.more())
	err = tx.Order.Update().Where(order.ID(l.Order.ID)).SetPayDueAt(l.Order.PayDueAt).Exec(ctx)
	if err != nil {
		return err
	}
	told := in.told()
	told.From, told.To = string(l.Order.Status), string(row.To)
	l.Log.Add(row.Emit, told)
	for _, sub := range l.Subs {
		told.SubOrder = sub.ID
		l.Log.AddFor(sub.ShopID, vocab.ForShop(row.Emit), told)
	}
	return nil
}

// change is what the extension sets, if that deadline runs.
func (in ExtendInput) change(s *ent.SubOrder) (func(*ent.SubOrderUpdate), error) {
	more := in.more()
	unshipped := s.Status == vocab.AwaitingShipment || s.Status == vocab.PartiallyShipped
	switch {
	case in.Kind == ExtendShipBy && unshipped && s.ShipDueAt != nil:
		return func(u *ent.SubOrderUpdate) {
			u.SetShipDueAt(s.ShipDueAt.Add(more)).SetAttempts(0)
		}, nil
	case in.Kind == ExtendReceiptBy && s.Status == vocab.Shipped && s.ReceiptDueAt != nil:
		return func(u *ent.SubOrderUpdate) { u.SetReceiptDueAt(s.ReceiptDueAt.Add(more)) }, nil
	case in.Kind == ExtendCompleteBy && s.Status == vocab.Received && s.CompleteDueAt != nil:
		return func(u *ent.SubOrderUpdate) { u.SetCompleteDueAt(s.CompleteDueAt.Add(more)) }, nil
	}
	return nil, doesNotRun()
}

func doesNotRun() error {
	return fault.New(fault.ActionNotAllowed, "This deadline does not run.")
}

// MemoInput is a note of staff.
type MemoInput struct {
	SubOrder globalid.ID
	Text     string // 1 to 500 characters
}

// AddMemo notes something on a sub-order for the staff of its shop 备注 and returns the memo's id.
// Faults: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND, INVALID_INPUT, ACTION_NOT_ALLOWED.
func (o *Orders) AddMemo(ctx context.Context, in MemoInput) (globalid.ID, error) {
	const longest = 500
	text := strings.TrimSpace(in.Text)
	return o.atSub(ctx, in.SubOrder, []vocab.Role{vocab.Merchant, vocab.Warehouse,
		vocab.Support, vocab.Platform},
		func(ctx context.Context, tx *store.Tx, l *Locked, s *ent.SubOrder) (globalid.ID, error) {
			if n := len([]rune(text)); n < 1 || n > longest {
				return s.ID, fault.At("text", fault.InvalidInput, "1 to %d characters.", longest)
			}
			err := l.Step(ctx, tx, s, Step{Action: vocab.AddMemo, By: l.Log.Actor().Role})
			if err != nil {
				return s.ID, err
			}
			memo, err := tx.Memo.Create().SetOrderID(l.Order.ID).SetShopID(s.ShopID).
				SetAuthorID(l.Log.Actor().ID).SetText(text).SetCreatedAt(tx.Now).Save(ctx)
			if err != nil {
				return s.ID, err
			}
			return memo.ID, nil
		})
}
