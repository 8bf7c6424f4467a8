package payment

import (
	"context"

	"orderflow/ent"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/payment/channel"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// opening is an attempt that a channel has taken.
type opening struct {
	called *ent.Payment // as it was when the channel was called
	after  ent.Payment  // as it is to be
}

// markOpen gives an attempt its next status, under the lock of its row alone. Fault: CONFLICT when
// its status is another by now.
func (p *Payments) markOpen(ctx context.Context, r *ent.Payment, opened channel.Opened) error {
	o := &opening{called: r, after: *r}
	_, err := lifecycle.Take(lifecycle.Attempt, &o.after.Status, vocab.AnswerAttempt,
		vocab.Channel, lifecycle.AttemptFacts{})
	if err != nil {
		return err
	}
	next := p.DB.RealNow().Add(pause(o.after.Status, 0))
	o.after.ClientParams, o.after.Attempts = opened.ClientParams, 0
	o.after.ClaimedUntil, o.after.NextAttemptAt = nil, &next
	if _, err := p.queues.open.Do(store.WithoutKey(ctx), o); err != nil {
		return err
	}
	*r = o.after
	return nil
}

func newOpenings(db *store.DB) *store.Queue[*opening] {
	alone := func(ctx context.Context, o *opening) ([]globalid.ID, error) {
		return nil, db.Update(ctx, o.called, &o.after)
	}
	together := func(ctx context.Context, batch []*store.Waiting[*opening]) {
		store.RunTogether(ctx, db, batch, nil, func(
			_ context.Context, tx *store.Tx, w *store.Waiting[*opening],
		) ([]globalid.ID, error) {
			row := *w.Command.called
			*store.Track(tx, &row) = w.Command.after
			return nil, nil
		})
	}
	return store.NewQueue(db, alone, together)
}
