package aftersale

import (
	"context"

	"orderflow/ent"
	entaftersale "orderflow/ent/aftersale"
	"orderflow/internal/event"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// ClaimDue claims requests whose deadline has passed, for RunDue. The runner calls it.
func (s *AfterSales) ClaimDue(ctx context.Context, limit int) ([]globalid.ID, error) {
	now, err := s.db.Now(ctx)
	if err != nil {
		return nil, err
	}
	var timed []vocab.AfterSaleStatus
	for _, status := range vocab.AfterSaleStatuses {
		if Deadline(status) != "" {
			timed = append(timed, status)
		}
	}
	where, args := store.In("status", timed)
	return s.db.Take(ctx, store.Claim{Table: entaftersale.Table,
		Where: where + " AND due_at <= ? AND attempts = 0",
		Args:  append(args, now), Order: entaftersale.FieldDueAt, Limit: limit, Lease: lease})
}

// RunDue does what is due with a claimed request. What the table refuses now is not due any more:
// nothing happens.
func (s *AfterSales) RunDue(ctx context.Context, id globalid.ID) error {
	found, err := s.db.Client.AfterSale.Get(ctx, id)
	if err != nil {
		return err
	}
	return order.Run(ctx, s.db, found.OrderID, event.Actor{Role: vocab.Clock},
		func(ctx context.Context, l *order.Locked) error {
			s, err := s.load(ctx, l, id)
			if err != nil {
				return err
			}
			s.Row.ClaimedUntil = nil
			return s.runOut(ctx)
		})
}

// runOut takes the clock's row. Of a deadline that stands after a reminder, attempts says that it
// was reminded of.
func (s *session) runOut(ctx context.Context) error {
	if !s.allowed(vocab.RunOut, vocab.Clock) {
		return nil // it is not due any more
	}
	shipped := s.Facts().Shipped
	return s.transition(ctx, step{action: vocab.RunOut, trigger: vocab.TriggerOverdue,
		change: func(a *ent.AfterSale) {
			switch {
			case vocab.InArbitration.Has(a.Status):
				s.startDeadline()
			case vocab.Reshipping.Has(a.Status) && !shipped:
				a.Attempts = 1
			}
		}})
}
