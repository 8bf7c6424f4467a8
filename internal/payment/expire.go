package payment

import (
	"context"
	"slices"
	"time"

	"orderflow/ent"
	entorder "orderflow/ent/order"
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

// OrdersDue are unpaid orders whose pay deadline has passed, for RunExpire.
var OrdersDue = store.Due{Table: entorder.Table, Column: entorder.FieldPayDueAt,
	Statuses:  store.Statuses(vocab.Unpaid),
	Postponed: entorder.FieldNextAttemptAt, Lease: expireLease}

// RunExpire closes an order that the caller has claimed, unless it is paid: every attempt is closed
// at its channel first. While a channel signs nothing the order stays, until it was asked in vain
// for the whole grace; then the attempt is UNKNOWN, and the channel is queried further. While
// another holder's question is under way it stays, too. Without an attempt to close it is one
// transaction.
func (p *Payments) RunExpire(ctx context.Context, id globalid.ID) error {
	var claimed []globalid.ID
	err := p.inSession(ctx, p.queues.expire, id, vocab.Clock,
		func(ctx context.Context, s *session) (err error) {
			claimed = nil
			if s.unpaid() && s.facts().DeadlinePassed {
				claimed, err = s.closeAttempts(closing{vocab.CloseExpire, vocab.Clock, true})
			}
			if err != nil || len(claimed) > 0 {
				return err
			}
			return s.finishExpire(ctx)
		})
	if err != nil || len(claimed) == 0 {
		return err
	}
	p.callNow(ctx, claimed, nil)
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
	if err != nil || now.Before(o.PayDueAt) || !vocab.Unpaid.Has(o.Status) {
		return err
	}
	return p.inSession(ctx, p.queues.expire, id, vocab.Clock,
		func(ctx context.Context, s *session) error { return s.finishExpire(ctx) })
}

// finishExpire gives the claim up, and closes an order that is past its deadline once no attempt
// blocks it: none may have been started since its attempts were closed.
func (s *session) finishExpire(ctx context.Context) error {
	s.Order.ClaimedUntil, s.Order.NextAttemptAt = nil, nil
	if !s.unpaid() || !s.facts().DeadlinePassed {
		return nil
	}
	waiting, err := s.expire(ctx)
	if waiting && !slices.ContainsFunc(s.payments, payable) { // else those are to be closed, at once
		s.Order.NextAttemptAt = s.in(expireAgain)
	}
	return err
}

func payable(r *ent.Payment) bool { return vocab.AttemptPayable.Has(r.Status) }

func (s *session) expire(ctx context.Context) (waiting bool, err error) {
	facts := s.facts()
	if facts.AttemptOpen || !facts.DeadlinePassed {
		return true, nil
	}
	return false, s.Close(ctx, vocab.Expire, facts, vocab.PaymentTimeout)
}
