package payment

import (
	"context"
	"errors"
	"fmt"
	"time"

	"orderflow/ent"
	entpayment "orderflow/ent/payment"
	"orderflow/internal/event"
	"orderflow/internal/globalid"
	"orderflow/internal/payment/channel"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// ClaimAttempts claims attempts whose next step is due, for RunAttempt. The runner calls it.
func (p *Payments) ClaimAttempts(ctx context.Context, limit int) ([]globalid.ID, error) {
	return p.DB.Take(ctx, store.Claim{
		Table: entpayment.Table, Where: "next_attempt_at <= ?", Args: []any{p.DB.RealNow()},
		Order: "next_attempt_at", Limit: limit, Lease: lease,
	})
}

// RunAttempt does the next step of an attempt that the caller has claimed: CREATED is opened
// (again, with the same number), OPEN and UNKNOWN are asked after, CLOSING is closed. What the
// channel does not sign is asked again later.
func (p *Payments) RunAttempt(ctx context.Context, id globalid.ID) error {
	call, done := context.WithTimeout(ctx, patience)
	defer done()
	return p.step(ctx, call, id)
}

// hurry does the steps of attempts that a mutation has claimed. All calls together take at most
// five seconds, and go on when the client leaves. The runner does again what fails here.
func (p *Payments) hurry(ctx context.Context, ids []globalid.ID) {
	ctx = context.WithoutCancel(ctx)
	call, done := context.WithTimeout(ctx, patience)
	defer done()
	for _, id := range ids {
		if err := p.step(ctx, call, id); err != nil {
			p.Log.WarnContext(ctx, "a payment's step is left to the runner",
				"payment", id, "error", err)
		}
	}
}

// step asks the channel within the context call and applies the answer within ctx, which lives
// longer: what a channel said must not be lost because it took its time.
func (p *Payments) step(ctx, call context.Context, id globalid.ID) error {
	r, err := p.DB.Client.Payment.Query().Where(entpayment.ID(id)).
		WithOrder(func(q *ent.OrderQuery) { q.WithBuyer() }).Only(ctx)
	if err != nil {
		return fmt.Errorf("payment %s: %w", id, err)
	}
	port := p.Channels[r.Channel]
	if port == nil {
		return fmt.Errorf("payment %s: channel %s is not offered here", id, r.Channel)
	}
	var charge channel.Charge
	switch r.Status {
	case vocab.AttemptCreated:
		opened, err := port.Open(call, openRequest(r))
		return p.opened(ctx, r, opened, err)
	case vocab.AttemptOpen, vocab.AttemptUnknown:
		charge, err = port.Query(call, r.ID.String())
	case vocab.AttemptClosing:
		charge, err = port.Close(call, r.ID.String())
	default:
		return p.DB.Client.Payment.Update().Where(entpayment.ID(id),
			entpayment.StatusEQ(r.Status)).ClearNextAttemptAt().ClearClaimedUntil().Exec(ctx)
	}
	return p.answered(ctx, r, charge, err)
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

// opened applies the answer to an opening. An attempt that is not wanted any more is left to be
// closed.
func (p *Payments) opened(
	ctx context.Context, r *ent.Payment, opened channel.Opened, failure error,
) error {
	return p.atDesk(ctx, r.OrderID, event.Actor{Role: vocab.Channel},
		func(ctx context.Context, d *desk) error {
			now, r := d.DB.RealNow(), d.row(r.ID)
			var refusal *channel.Refusal
			switch {
			case r.Status != vocab.AttemptCreated:
				return d.release(ctx, r)
			case errors.As(failure, &refusal) && refusal.Kind == channel.RefusedForGood:
				return d.refused(ctx, r, refusal)
			case failure != nil:
				return d.postpone(ctx, r, failure)
			}
			return d.move(ctx, r, vocab.AnswerAttempt, vocab.Channel, "",
				func(u *ent.PaymentUpdate) {
					u.SetClientParams(opened.ClientParams).ClearClaimedUntil().SetAttempts(0).
						SetNextAttemptAt(now.Add(pause(vocab.AttemptOpen, 0)))
				})
		})
}

func (d *desk) refused(ctx context.Context, r *ent.Payment, refusal *channel.Refusal) error {
	err := d.move(ctx, r, vocab.RefuseAttempt, vocab.Channel, refusal.Code,
		func(u *ent.PaymentUpdate) {
			rest(u)
			u.SetFailure(brief(refusal))
		})
	if err != nil {
		return err
	}
	return d.ended(ctx)
}

// answered applies the answer to a query or a close, then lets the order expire if that is what it
// was waiting for.
func (p *Payments) answered(
	ctx context.Context, asked *ent.Payment, charge channel.Charge, failure error,
) error {
	err := p.atDesk(ctx, asked.OrderID, event.Actor{Role: vocab.Channel},
		func(ctx context.Context, d *desk) error {
			r := d.row(asked.ID)
			if failure == nil {
				if err := d.settle(ctx, r, charge); err != nil {
					return err
				}
			}
			if r.Status != asked.Status {
				return d.release(ctx, r)
			}
			return d.postpone(ctx, r, failure)
		})
	if err != nil {
		return err
	}
	return p.finishExpire(ctx, asked.OrderID)
}

// release ends the claim of an attempt whose status is no longer the one that was asked about.
func (d *desk) release(ctx context.Context, r *ent.Payment) error {
	return d.tx.Payment.Update().Where(entpayment.ID(r.ID)).ClearClaimedUntil().Exec(ctx)
}

// postpone plans the next question about an attempt on which nothing was settled: the channel
// failed to answer, or answered that there is nothing new.
func (d *desk) postpone(ctx context.Context, r *ent.Payment, failure error) error {
	if failure != nil {
		d.Log.WarnContext(ctx, "a channel did not answer", "payment", r.ID, "status", r.Status,
			"attempts", r.Attempts+1, "error", failure)
	}
	if r.Status == vocab.AttemptClosing && d.graceOver() {
		return d.giveUp(ctx, r)
	}
	if r.Status == vocab.AttemptUnknown &&
		!d.tx.Now.Before(d.l.Order.PayDueAt.Add(grace+doubt)) {
		d.alarm(ctx, "nobody can tell what became of a payment", "order", r.OrderID,
			"payment", r.ID, "channel", r.Channel)
		return d.tx.Payment.Update().Where(entpayment.ID(r.ID)).
			ClearNextAttemptAt().ClearClaimedUntil().Exec(ctx)
	}
	return d.tx.Payment.Update().Where(entpayment.ID(r.ID)).
		ClearClaimedUntil().SetAttempts(r.Attempts + 1).
		SetNextAttemptAt(d.DB.RealNow().Add(pause(r.Status, r.Attempts))).Exec(ctx)
}

// giveUp lets the order wait no longer; the channel is asked on.
func (d *desk) giveUp(ctx context.Context, r *ent.Payment) error {
	next := d.DB.RealNow().Add(pause(vocab.AttemptUnknown, 0))
	return d.move(ctx, r, vocab.GiveUpAttempt, vocab.Clock, "",
		func(u *ent.PaymentUpdate) {
			u.ClearClaimedUntil().SetAttempts(0).SetNextAttemptAt(next)
		})
}

// pause is how long after a question that settled nothing the next one follows, by how many there
// were before.
func pause(status vocab.AttemptStatus, before int) time.Duration {
	switch status {
	case vocab.AttemptCreated, vocab.AttemptClosing:
		return growing(2*time.Second, time.Minute, before)
	case vocab.AttemptUnknown:
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
