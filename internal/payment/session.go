package payment

import (
	"context"
	"slices"
	"time"

	"orderflow/ent"
	entpayment "orderflow/ent/payment"
	"orderflow/internal/auth"
	"orderflow/internal/document"
	"orderflow/internal/event"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/order"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// session is a locked order with its payments, for one transaction. The order's parts are loaded by
// those who look at them.
type session struct {
	*Payments
	*order.Locked
	payments []*ent.Payment // by when they were started
	refunds  []*ent.Refund  // by id, for a session on one of them
}

// inSession runs work on an order without a viewer, in a queue.
func (p *Payments) inSession(
	ctx context.Context, queue *order.Queue, id globalid.ID, role vocab.Role,
	work func(ctx context.Context, s *session) error,
) error {
	return queue.RunOnRow(ctx, id, event.Actor{Role: role},
		func(ctx context.Context, l *order.Locked) error {
			s, err := p.load(ctx, l)
			if err != nil {
				return err
			}
			return work(ctx, s)
		})
}

// work is what a command of a viewer does with a session. The ids are its result.
type work func(ctx context.Context, s *session) ([]globalid.ID, error)

// command runs a command of a viewer on an order: it is idempotent, and the order must be the
// viewer's.
func (p *Payments) command(
	ctx context.Context, id globalid.ID, v *auth.Viewer, work work,
) ([]globalid.ID, error) {
	return order.CommandOnRow(ctx, p.DB, id, v, p.loaded(work))
}

// loaded runs work on a locked order with its payments.
func (p *Payments) loaded(
	work work,
) func(ctx context.Context, l *order.Locked) ([]globalid.ID, error) {
	return func(ctx context.Context, l *order.Locked) ([]globalid.ID, error) {
		s, err := p.load(ctx, l)
		if err != nil {
			return nil, err
		}
		return work(ctx, s)
	}
}

func (p *Payments) load(ctx context.Context, l *order.Locked) (*session, error) {
	rows, err := order.Parts(ctx, l,
		func(r *ent.Payment) (id, order globalid.ID) { return r.ID, r.OrderID },
		func(ctx context.Context, c *ent.Client, orders []globalid.ID) ([]*ent.Payment, error) {
			return c.Payment.Query().Where(entpayment.OrderIDIn(orders...)).All(ctx)
		})
	slices.SortStableFunc(rows, func(a, b *ent.Payment) int {
		return a.CreatedAt.Compare(b.CreatedAt)
	})
	return &session{Payments: p, Locked: l, payments: store.TrackAll(l.Tx, rows)}, err
}

// alarm reports to staff, once the transaction is committed.
func (s *session) alarm(ctx context.Context, message string, about ...any) {
	s.Tx.AfterCommit(func() { s.Payments.alarm(ctx, message, about...) })
}

// payment returns the payment with that id.
func (s *session) payment(id globalid.ID) *ent.Payment {
	i := slices.IndexFunc(s.payments, func(r *ent.Payment) bool { return r.ID == id })
	return s.payments[i]
}

func (s *session) facts() lifecycle.TradeFacts { return Facts(s.Facts(), s.payments) }

// Facts adds what an order's payments say to what the trade table looks at.
func Facts(facts lifecycle.TradeFacts, payments []*ent.Payment) lifecycle.TradeFacts {
	facts.AttemptOpen = slices.ContainsFunc(payments, blocks)
	return facts
}

// blocks reports whether an order waits for this attempt before it fails or expires.
func blocks(r *ent.Payment) bool { return vocab.AttemptBlocking.Has(r.Status) }

func (s *session) unpaid() bool { return vocab.Unpaid.Has(s.Order.Status) }

// free reports whether nobody holds the claim of a row.
func (s *session) free(claimedUntil *time.Time) bool {
	return claimedUntil == nil || claimedUntil.Before(s.DB.RealNow())
}

// in is the real time after a while, for the columns of an intent.
func (s *session) in(d time.Duration) *time.Time {
	at := s.DB.RealNow().Add(d)
	return &at
}

// attemptStep is one row of the attempt table to be taken by a payment.
type attemptStep struct {
	action vocab.AttemptAction
	by     vocab.Role
	reason string // what the event says
}

// transition changes the status of an attempt and emits the event.
func (s *session) transition(r *ent.Payment, step attemptStep) error {
	taken, err := lifecycle.Take(lifecycle.Attempt, &r.Status, step.action, step.by,
		lifecycle.AttemptFacts{GraceOver: graceOver(r, s.Tx.Now)})
	if err != nil {
		return err
	}
	if taken.Emit != "" {
		payload := document.Payload{Payment: r.ID, From: string(taken.From), To: string(taken.To),
			Reason: step.reason}
		if vocab.GivenUp.Has(r.Status) {
			payload.Since = r.UnsettledSince
		}
		s.Emit(taken.Emit, payload)
	}
	return nil
}

// endIntent is for an attempt of which nothing more is wanted.
func endIntent(r *ent.Payment) { r.NextAttemptAt, r.ClaimedUntil, r.Attempts = nil, nil, 0 }

// closing is a request to close attempts.
type closing struct {
	cause vocab.CloseCause
	by    vocab.Role
	// claim also claims them, and what is CLOSING already and claimed by nobody: the caller calls
	// their channels now. Without it the runner does.
	claim bool
}

// closeAttempts requests the close of every attempt that can still be paid, and returns those that
// it has claimed.
func (s *session) closeAttempts(c closing) (claimed []globalid.ID, err error) {
	for _, r := range s.payments {
		if !blocks(r) {
			continue
		}
		take := c.claim && s.free(r.ClaimedUntil)
		if take {
			claimed = append(claimed, r.ID)
			r.ClaimedUntil = s.in(lease)
		}
		if !vocab.AttemptPayable.Has(r.Status) {
			continue
		}
		err := s.transition(r, attemptStep{vocab.CloseAttempt, c.by, string(c.cause)})
		if err != nil {
			return nil, err
		}
		r.CloseCause, r.NextAttemptAt, r.Attempts = &c.cause, s.in(0), 0
	}
	return claimed, nil
}
