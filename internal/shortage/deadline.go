package shortage

import (
	"context"
	"time"

	"orderflow/ent/shortage"
	"orderflow/internal/event"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/limit"
	"orderflow/internal/order"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// The deadlines of shortages, by the status in which they run.
var deadlines = map[vocab.ShortageStatus]order.DeadlineKind{
	vocab.ShortageOpen:    "SHORTAGE_OFFER",
	vocab.ShortageOffered: "SHORTAGE_CHOICE",
}

// Deadline names the deadline that runs in a status of a shortage; empty for none.
func Deadline(status vocab.ShortageStatus) order.DeadlineKind { return deadlines[status] }

// ExtendInput gives a deadline of a shortage more time. Kind is the one that the caller means: it
// must be running.
type ExtendInput struct {
	Shortage globalid.ID
	Kind     order.DeadlineKind
	Seconds  int64 // 1 second to 90 days
}

// Extend gives the deadline of a shortage more time.
//
// Support and platform staff may call it. Faults besides those of all commands: INVALID_INPUT.
func (s *Shortages) Extend(ctx context.Context, in ExtendInput) (globalid.ID, error) {
	return s.command(ctx, in.Shortage, []vocab.Role{vocab.Support, vocab.Platform},
		func(ctx context.Context, s *session) error {
			if err := order.CheckExtension(in.Seconds); err != nil {
				return err
			}
			before := s.row.DueAt
			if before == nil || in.Kind != Deadline(s.row.Status) {
				return fault.New(fault.ActionNotAllowed, "This deadline does not run.")
			}
			extended := before.Add(time.Duration(in.Seconds) * time.Second)
			err := order.CheckDeadline(extended, &s.row.CreatedAt, limit.RequestDays)
			if err != nil {
				return err
			}
			if err := s.transition(ctx, step{action: vocab.ExtendShortage}); err != nil {
				return err
			}
			s.row.DueAt = &extended
			return nil
		})
}

// Due are shortages whose deadline has passed, for RunDue.
var Due = store.Due{Table: shortage.Table, Column: shortage.FieldDueAt,
	Statuses: store.Statuses(vocab.ShortageTimed), Lease: lease}

// RunDue refunds a claimed shortage, unless it is not due any more.
func (s *Shortages) RunDue(ctx context.Context, id globalid.ID) error {
	found, err := s.db.Client.Shortage.Get(ctx, id)
	if err != nil {
		return err
	}
	return order.Run(ctx, s.db, found.OrderID, event.Actor{Role: vocab.Clock},
		func(ctx context.Context, l *order.Locked) error {
			s, err := s.load(ctx, l, id)
			if err != nil {
				return err
			}
			s.row.ClaimedUntil = nil
			facts := lifecycle.ShortageFacts{
				DeadlinePassed: s.row.DueAt != nil && !l.Tx.Now.Before(*s.row.DueAt)}
			err = lifecycle.Check(lifecycle.ShortageTable, s.row.Status, vocab.RunOutOfTime,
				vocab.Clock, facts)
			if err != nil {
				return nil //nolint:nilerr // it is not due any more
			}
			return s.refund(ctx, step{action: vocab.RunOutOfTime, facts: facts})
		})
}
