package payment

import (
	"context"
	"time"

	"orderflow/ent"
	entorder "orderflow/ent/order"
	"orderflow/internal/event"
	"orderflow/internal/globalid"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

const (
	// expireAgain is how long an order waits between two tries to expire it within the grace.
	expireAgain = 15 * time.Second
	// expireLease is how long an order claimed to expire is this server's: it may wait for its turn.
	expireLease = time.Minute
)

// ClaimExpired claims unpaid orders whose pay deadline has passed, for RunExpire. The runner calls
// it.
func (p *Payments) ClaimExpired(ctx context.Context, limit int) ([]globalid.ID, error) {
	now, err := p.DB.Now(ctx)
	if err != nil {
		return nil, err
	}
	return p.DB.Take(ctx, store.Claim{
		Table: entorder.Table,
		// Once the grace is over nothing is waited for.
		Where: "status IN (?, ?) AND pay_due_at <= ? AND " +
			"(next_attempt_at IS NULL OR next_attempt_at <= ? OR pay_due_at <= ?)",
		Args: []any{vocab.PendingPayment, vocab.PaymentFailed, now,
			p.DB.RealNow(), now.Add(-grace)},
		Order: "pay_due_at", Limit: limit, Lease: expireLease,
	})
}

// RunExpire closes an order that the caller has claimed, unless it is paid: every attempt is closed
// at its channel first. While a channel signs nothing the order stays, for at most ten minutes
// after the deadline; then the attempt is UNKNOWN, and the channel is asked on. Without an attempt
// to close it is one transaction.
func (p *Payments) RunExpire(ctx context.Context, id globalid.ID) error {
	var mine []globalid.ID
	err := p.atDesk(ctx, id, event.Actor{Role: vocab.Clock},
		func(ctx context.Context, d *desk) (err error) {
			mine = nil
			if d.waits() && d.facts().DeadlinePassed {
				mine, err = d.close(ctx, vocab.CloseExpire, vocab.Clock, true)
			}
			if err != nil || len(mine) > 0 {
				return err
			}
			return d.finishExpire(ctx)
		})
	if err != nil || len(mine) == 0 {
		return err
	}
	p.hurry(ctx, mine)
	return p.finishExpire(ctx, id)
}

// finishExpire does the last step of an expiry, after channels have answered; nothing when the
// order is not past its deadline.
func (p *Payments) finishExpire(ctx context.Context, id globalid.ID) error {
	o, err := p.DB.Client.Order.Get(ctx, id)
	if err != nil {
		return err
	}
	now, err := p.DB.Now(ctx)
	if err != nil || now.Before(o.PayDueAt) || !awaitsPayment(o) {
		return err
	}
	return p.atDesk(ctx, id, event.Actor{Role: vocab.Clock},
		func(ctx context.Context, d *desk) error { return d.finishExpire(ctx) })
}

// finishExpire gives the claim up, and closes an order that is past its deadline once no attempt
// blocks it: none may have been started since its attempts were closed.
func (d *desk) finishExpire(ctx context.Context) error {
	d.l.Log.Change(func(u *ent.OrderUpdate) { u.ClearClaimedUntil().ClearNextAttemptAt() })
	if !d.waits() || !d.facts().DeadlinePassed {
		return nil
	}
	waiting, err := d.expire(ctx)
	if waiting {
		again := d.DB.RealNow().Add(expireAgain)
		d.l.Log.Change(func(u *ent.OrderUpdate) { u.SetNextAttemptAt(again) })
	}
	return err
}

func (d *desk) expire(ctx context.Context) (waiting bool, err error) {
	for _, r := range d.rows {
		if r.Status == vocab.AttemptClosing && d.graceOver() {
			if err := d.giveUp(ctx, r); err != nil {
				return false, err
			}
		}
	}
	facts := d.facts()
	if facts.AttemptOpen || !facts.DeadlinePassed {
		return true, nil
	}
	return false, d.l.Close(ctx, d.tx, vocab.Expire, facts, vocab.PaymentTimeout)
}
