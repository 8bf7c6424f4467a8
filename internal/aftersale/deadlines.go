package aftersale

import (
	"context"
	"strings"
	"time"

	"orderflow/ent"
	entaftersale "orderflow/ent/aftersale"
	"orderflow/internal/event"
	"orderflow/internal/globalid"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// lease is how long a claimed request is this server's (real time).
const lease = time.Minute

// ClaimDue claims requests whose deadline has passed, for RunDue. The runner calls it.
func (s *AfterSales) ClaimDue(ctx context.Context, limit int) ([]globalid.ID, error) {
	now, err := s.db.Now(ctx)
	if err != nil {
		return nil, err
	}
	var args []any
	for _, status := range vocab.AfterSaleStatuses {
		if open(status) && status != vocab.AfterSaleRefunding {
			args = append(args, status)
		}
	}
	marks := strings.TrimSuffix(strings.Repeat("?, ", len(args)), ", ")
	return s.db.Take(ctx, store.Claim{Table: entaftersale.Table,
		Where: "status IN (" + marks + ") AND due_at <= ? AND attempts = 0",
		Args:  append(args, now), Order: entaftersale.FieldDueAt, Limit: limit, Lease: lease})
}

// RunDue does what is due with a claimed request. What the table refuses now is not due any more:
// nothing happens.
func (s *AfterSales) RunDue(ctx context.Context, id globalid.ID) error {
	found, err := s.db.Client.AfterSale.Get(ctx, id)
	if err != nil {
		return err
	}
	return s.db.Run(ctx, func(ctx context.Context, tx *store.Tx) error {
		return s.atDesk(ctx, tx, found, event.Actor{Role: vocab.Clock},
			func(ctx context.Context, d *desk) error {
				if err := d.runOut(ctx); err != nil {
					return err
				}
				return tx.AfterSale.Update().Where(entaftersale.ID(id)).ClearClaimedUntil().
					Exec(ctx)
			})
	})
}

// runOut lets the clock take its row. Of a deadline that stands after a reminder, attempts tells
// that it was reminded of.
func (d *desk) runOut(ctx context.Context) error {
	if !d.mayTake(vocab.RunOut, vocab.Clock) {
		return nil // it is not due any more
	}
	return d.step(ctx, step{on: vocab.RunOut, by: vocab.Clock,
		trigger: vocab.TriggerOverdue, change: func(u *ent.AfterSaleUpdate) {
			switch d.Row.Status {
			case vocab.AfterSaleInArbitration:
				setDue(u, d.dueIn(vocab.AfterSaleInArbitration))
			case vocab.AfterSaleReshipping:
				if !d.Facts().Shipped {
					u.SetAttempts(1)
				}
			}
		}})
}
