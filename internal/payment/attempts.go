package payment

import (
	"context"
	"errors"
	"fmt"
	"time"

	"orderflow/ent"
	entpayment "orderflow/ent/payment"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/payment/channel"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// AttemptsDue are attempts whose next step is due, for RunAttempt.
var AttemptsDue = store.Due{Table: entpayment.Table, Column: entpayment.FieldNextAttemptAt,
	Real: true, Lease: lease}

// RunAttempt does the next step of an attempt that the caller has claimed: CREATED is opened
// (again, with the same number), OPEN and UNKNOWN are queried, CLOSING is closed. What the
// channel does not sign is queried again later.
func (p *Payments) RunAttempt(ctx context.Context, id globalid.ID) error {
	call, done := context.WithTimeout(ctx, patience)
	defer done()
	r, err := p.readCallable(ctx, id)
	if err != nil {
		return err
	}
	return p.step(ctx, call, r)
}

// readCallable reads an attempt with what its channel needs of the order and the payer.
func (p *Payments) readCallable(ctx context.Context, id globalid.ID) (*ent.Payment, error) {
	r, err := p.DB.Client.Payment.Query().Where(entpayment.ID(id)).
		WithOrder(func(q *ent.OrderQuery) { q.WithBuyer() }).Only(ctx)
	if err != nil {
		return nil, fmt.Errorf("payment %s: %w", id, err)
	}
	return r, nil
}

// callNow does the steps of attempts that a mutation has claimed; known is one of them that need
// not be read again, or nil. All calls together take at most five seconds, and go on when the
// client leaves. The runner does again what fails here.
func (p *Payments) callNow(ctx context.Context, ids []globalid.ID, known *ent.Payment) {
	ctx = context.WithoutCancel(ctx)
	call, done := context.WithTimeout(ctx, patience)
	defer done()
	for _, id := range ids {
		r, err := known, error(nil)
		if known == nil || known.ID != id {
			r, err = p.readCallable(ctx, id)
		}
		if err == nil {
			err = p.step(ctx, call, r)
		}
		if err != nil {
			p.Log.WarnContext(ctx, "a payment's step is left to the runner",
				"payment", id, "error", err)
		}
	}
}

// step calls the channel within the context call and applies the answer within ctx, which lives
// longer: an answer must not be lost because it took its time.
func (p *Payments) step(ctx, call context.Context, r *ent.Payment) error {
	var charge channel.Charge
	var err error
	port := p.Channels[r.Channel]
	switch {
	case port == nil:
		return p.answered(ctx, r, charge, fmt.Errorf("the channel %s is not offered here", r.Channel))
	case vocab.AttemptUnopened.Has(r.Status):
		opened, err := port.Open(call, openRequest(r))
		p.report(ctx, r.Channel, err)
		return p.opened(ctx, r, opened, err)
	case vocab.AttemptAskable.Has(r.Status):
		charge, err = port.Query(call, r.ID.String())
	case vocab.BeingClosed.Has(r.Status):
		charge, err = port.Close(call, r.ID.String())
	default:
		return p.DB.Client.Payment.Update().Where(entpayment.ID(r.ID),
			entpayment.StatusEQ(r.Status)).ClearNextAttemptAt().ClearClaimedUntil().Exec(ctx)
	}
	p.report(ctx, r.Channel, err)
	return p.answered(ctx, r, charge, err)
}

// report has the outage of a channel logged. A refusal is an answer.
func (p *Payments) report(ctx context.Context, of vocab.PaymentChannel, err error) {
	var refusal *channel.Refusal
	if errors.As(err, &refusal) {
		err = nil
	}
	p.Lanes[of].Report(ctx, err)
}

// openRequest is the same at every repetition.
func openRequest(r *ent.Payment) channel.OpenRequest {
	o := r.Edges.Order
	return channel.OpenRequest{
		OutTradeNo: r.ID.String(), Description: "Order " + o.Number, Amount: r.Amount,
		Currency: r.Currency, Account: o.MerchantAccount, Payer: o.Edges.Buyer.Subject,
		ExpiresAt: r.ExpiresAt,
	}
}

// opened applies the answer to an opening. When the channel took the attempt, which changes nothing
// else of the order, the attempt alone is changed; otherwise, and when it has left its status
// meanwhile, it is a command on the order. An attempt that is not wanted any more is left to be
// closed.
func (p *Payments) opened(
	ctx context.Context, r *ent.Payment, opened channel.Opened, failure error,
) error {
	if failure == nil {
		err := p.markOpen(ctx, r, opened)
		if !fault.Is(err, fault.Conflict) {
			return err
		}
	}
	return p.inSession(ctx, p.queues.settle, r.OrderID, vocab.Channel,
		func(ctx context.Context, s *session) error {
			r := s.payment(r.ID)
			var refusal *channel.Refusal
			switch {
			case !vocab.AttemptUnopened.Has(r.Status):
				r.ClaimedUntil = nil
				return nil
			case errors.As(failure, &refusal) && refusal.Kind == channel.RefusedForGood:
				return s.refused(ctx, r, refusal)
			}
			return s.postpone(ctx, r, failure)
		})
}

func (s *session) refused(ctx context.Context, r *ent.Payment, refusal *channel.Refusal) error {
	err := s.transition(r, attemptStep{vocab.RefuseAttempt, vocab.Channel, refusal.Code})
	if err != nil {
		return err
	}
	endIntent(r)
	r.Failure = brief(refusal)
	return s.ended(ctx)
}

// answered applies the answer to a query or a close, then has the order expire if that is what it
// was waiting for.
func (p *Payments) answered(
	ctx context.Context, called *ent.Payment, charge channel.Charge, failure error,
) error {
	err := p.inSession(ctx, p.queues.settle, called.OrderID, vocab.Channel,
		func(ctx context.Context, s *session) error {
			r := s.payment(called.ID)
			if failure == nil {
				if err := s.settle(ctx, r, charge); err != nil {
					return err
				}
			}
			if r.Status != called.Status {
				r.ClaimedUntil = nil
				return nil
			}
			return s.postpone(ctx, r, failure)
		})
	if err != nil {
		return err
	}
	return p.finishExpire(ctx, called.OrderID)
}

// postpone plans the next question about an attempt on which one has settled nothing: the channel
// failed to answer, or answered that there is nothing new. When that went on for the whole grace
// after the pay deadline the order waits for it no longer.
func (s *session) postpone(ctx context.Context, r *ent.Payment, failure error) error {
	if failure != nil {
		s.Log.DebugContext(ctx, "a channel did not answer", "payment", r.ID, "status", r.Status,
			"attempts", r.Attempts+1, "error", failure)
	}
	if s.noteUnsettled(r); graceOver(r, s.Tx.Now) && vocab.BeingClosed.Has(r.Status) {
		return s.giveUp(r)
	}
	r.ClaimedUntil = nil
	if vocab.GivenUp.Has(r.Status) && !s.Tx.Now.Before(s.Order.PayDueAt.Add(grace+doubt)) {
		s.alarm(ctx, "nobody can tell what became of a payment", "order", r.OrderID,
			"payment", r.ID, "channel", r.Channel)
		r.NextAttemptAt = nil
		return nil
	}
	r.NextAttemptAt = s.in(pause(r.Status, r.Attempts))
	r.Attempts++
	return nil
}

// noteUnsettled notes since when questions about an attempt have settled nothing after the pay
// deadline. It begins anew after a pause in which nobody asked, such as an outage of the servers:
// who paid in time must be found by a channel that answers.
func (s *session) noteUnsettled(r *ent.Payment) {
	if !vocab.BeingClosed.Has(r.Status) || !s.facts().DeadlinePassed { // it may have been extended
		r.UnsettledSince = nil
		return
	}
	paused := r.NextAttemptAt == nil || s.DB.RealNow().Sub(*r.NextAttemptAt) > longestPause
	if r.UnsettledSince == nil || paused {
		r.UnsettledSince = &s.Tx.Now
	}
}

// graceOver reports whether questions about an attempt have settled nothing for the whole grace.
func graceOver(r *ent.Payment, now time.Time) bool {
	return r.UnsettledSince != nil && !now.Before(r.UnsettledSince.Add(grace))
}

// giveUp ends the order's wait for an attempt; the channel is queried further.
func (s *session) giveUp(r *ent.Payment) error {
	err := s.transition(r, attemptStep{action: vocab.GiveUpAttempt, by: vocab.Clock})
	if err != nil {
		return err
	}
	r.ClaimedUntil, r.Attempts, r.NextAttemptAt = nil, 0, s.in(pause(r.Status, 0))
	return nil
}

// pause is how long after a question that settled nothing the next one follows, by how many there
// were before.
func pause(status vocab.AttemptStatus, before int) time.Duration {
	switch {
	case vocab.AttemptUnopened.Has(status), vocab.BeingClosed.Has(status):
		return growing(2*time.Second, time.Minute, before)
	case vocab.GivenUp.Has(status):
		return growing(time.Minute, 6*time.Hour, before)
	default:
		return growing(15*time.Second, 5*time.Minute, before)
	}
}

// growing doubles first with every step, up to most.
func growing(first, most time.Duration, step int) time.Duration {
	for ; step > 0 && first < most; step-- {
		first *= 2
	}
	return min(first, most)
}

// brief is a refusal as the failure column keeps it.
func brief(refusal *channel.Refusal) string {
	const most = 200
	text := []rune(refusal.Code + ": " + refusal.Message)
	return string(text[:min(len(text), most)])
}
