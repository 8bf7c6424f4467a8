package order

import (
	"context"
	"time"

	"orderflow/ent/event"
	"orderflow/internal/document"
	"orderflow/internal/limit"
)

// OneMore refuses one more event of a kind where the order has as many as a limit allows, of those
// that count (nil: all). It is for what is rare: it reads them. Fault: that of the limit.
func (l *Locked) OneMore(
	ctx context.Context, most *limit.Limit, counts func(document.Payload) bool, kinds ...string,
) error {
	found, err := l.Tx.Event.Query().Where(event.OrderID(l.Order.ID), event.TypeIn(kinds...)).
		All(ctx)
	n := 0
	for _, e := range found {
		if counts == nil || counts(e.Payload) {
			n++
		}
	}
	if err != nil {
		return err
	}
	return most.OneMore(n)
}

// CheckDeadline refuses a deadline that extensions have moved too far from what the wait began
// with: the limit says how many days. Fault: that of the limit, at seconds.
func CheckDeadline(due time.Time, began *time.Time, days *limit.Limit) error {
	if began != nil && due.Sub(*began) > time.Duration(days.Most)*day {
		return days.Reached("seconds", days.Most, time.Time{})
	}
	return nil
}

// partsLeft refuses another sub-order of an order that people have split often enough.
func (l *Locked) partsLeft() error { return limit.Parts.OneMore(len(l.Subs)) }
