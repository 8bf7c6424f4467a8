package aftersale

import (
	"context"

	"orderflow/ent"
	entaftersale "orderflow/ent/aftersale"
	"orderflow/ent/interception"
	"orderflow/internal/event"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// Due are requests whose deadline has passed, for RunDue.
var Due = store.Due{Table: entaftersale.Table, Column: entaftersale.FieldDueAt,
	Statuses: timed(), Lease: lease}

// timed are the statuses in which a deadline runs.
func timed() (statuses []string) {
	for _, status := range vocab.AfterSaleStatuses {
		if Deadline(status) != "" {
			statuses = append(statuses, string(status))
		}
	}
	return statuses
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

// awaits reports whether a deadline that is over waits for a courier: it is looked at again when
// that has answered. An interception that no courier was called about yet gets its time anew: until
// now that of the courier has not run. The reason is what the event says if it does not wait.
func (s *session) awaits(ctx context.Context) (waits bool, reason string, err error) {
	if vocab.AwaitingInterception.Has(s.Row.Status) && order.Asked(s.Parcel) {
		unsent, err := s.Tx.Interception.Query().Where(interception.AfterSaleID(s.Row.ID),
			interception.StatusIn(vocab.InterceptionUnsent...)).Exist(ctx)
		if err != nil {
			return false, "", err
		}
		if unsent {
			s.startDeadline()
			return true, "", nil
		}
	}
	real := s.db.RealNow()
	word, err := s.AwaitCouriers(ctx, *s.Row.DueAt, real, s.onTheirWay()...)
	if err != nil || word != order.Awaited {
		return false, word.Reason(), err
	}
	until := real.Add(order.LookAgain)
	s.Row.ClaimedUntil = &until
	return true, "", nil
}

// runOut takes the clock's row. Goods that the shop has sent again and that are stuck count as lost
// instead: it is to send them anew.
func (s *session) runOut(ctx context.Context) error {
	if !s.allowed(vocab.RunOut, vocab.Clock) {
		return nil // it is not due any more
	}
	waits, reason, err := s.awaits(ctx)
	if err != nil || waits {
		return err
	}
	if vocab.Reshipping.Has(s.Row.Status) && at(s.Replacement, vocab.ParcelStuck) {
		return s.parcels.CountAsLost(ctx, s.Locked, s.Replacement)
	}
	return s.transition(ctx, step{action: vocab.RunOut, trigger: vocab.TriggerOverdue, reason: reason,
		change: func(a *ent.AfterSale) {
			switch {
			case vocab.InArbitration.Has(a.Status):
				s.remind(ruling)
			case vocab.Reshipping.Has(a.Status):
				s.remind(reshippingAfter)
			}
		}})
}
