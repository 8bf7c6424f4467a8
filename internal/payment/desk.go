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
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/order"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// desk is a locked order with its payments: where one transaction works.
type desk struct {
	*Payments
	tx   *store.Tx
	l    *order.Locked
	rows []*ent.Payment // by when they were started
}

// atDesk locks an order, works on it and writes its events, in one transaction.
func (p *Payments) atDesk(
	ctx context.Context, id globalid.ID, actor event.Actor,
	work func(ctx context.Context, d *desk) error,
) error {
	return p.DB.Run(ctx, func(ctx context.Context, tx *store.Tx) error {
		d, err := p.sit(ctx, tx, id, actor)
		if err != nil {
			return err
		}
		if err := work(ctx, d); err != nil {
			return err
		}
		return d.l.Write(ctx, tx)
	})
}

// viewerAtDesk is atDesk for a command of a viewer: it is idempotent, the order must be the
// viewer's, and the ids are the result.
func (p *Payments) viewerAtDesk(
	ctx context.Context, id globalid.ID, v *auth.Viewer,
	work func(ctx context.Context, d *desk) ([]globalid.ID, error),
) ([]globalid.ID, error) {
	ids, _, err := p.DB.Command(ctx, func(ctx context.Context, tx *store.Tx) (
		[]globalid.ID, error,
	) {
		d, err := p.sit(ctx, tx, id, order.ActorOf(v))
		if err != nil {
			return nil, err
		}
		if err := mayTouch(v, d.l.Order, d.l.Subs); err != nil {
			return nil, err
		}
		ids, err := work(ctx, d)
		if err != nil {
			return nil, err
		}
		return ids, d.l.Write(ctx, tx)
	})
	return ids, err
}

func (p *Payments) sit(
	ctx context.Context, tx *store.Tx, id globalid.ID, actor event.Actor,
) (*desk, error) {
	l, err := order.Lock(ctx, tx, id, actor)
	if err != nil {
		return nil, err
	}
	return p.deskFor(ctx, tx, l)
}

func (p *Payments) deskFor(
	ctx context.Context, tx *store.Tx, l *order.Locked,
) (*desk, error) {
	rows, err := tx.Payment.Query().Where(entpayment.OrderID(l.Order.ID)).
		Order(ent.Asc(entpayment.FieldCreatedAt, entpayment.FieldID)).All(ctx)
	return &desk{Payments: p, tx: tx, l: l, rows: rows}, err
}

// row returns the payment with that id.
func (d *desk) row(id globalid.ID) *ent.Payment {
	i := slices.IndexFunc(d.rows, func(r *ent.Payment) bool { return r.ID == id })
	return d.rows[i]
}

func (d *desk) facts() lifecycle.TradeFacts {
	facts := d.l.Facts(d.tx.Now)
	facts.AttemptOpen = slices.ContainsFunc(d.rows, blocks)
	return facts
}

// blocks reports whether an order waits for this attempt before it fails or expires.
func blocks(r *ent.Payment) bool {
	return payableAt(r) || r.Status == vocab.AttemptClosing
}

// payableAt reports whether the attempt is wanted: made, and nobody asked for its close.
func payableAt(r *ent.Payment) bool {
	return r.Status == vocab.AttemptCreated || r.Status == vocab.AttemptOpen
}

func (d *desk) waits() bool { return awaitsPayment(d.l.Order) }

func awaitsPayment(o *ent.Order) bool {
	return o.Status == vocab.PendingPayment || o.Status == vocab.PaymentFailed
}

func (d *desk) graceOver() bool { return !d.tx.Now.Before(d.l.Order.PayDueAt.Add(grace)) }

// free reports whether nobody holds the claim of a row.
func (d *desk) free(claimedUntil *time.Time) bool {
	return claimedUntil == nil || claimedUntil.Before(d.DB.RealNow())
}

// move takes one row of the attempt table, for a reason that its event tells; change adds to the
// update what comes with it.
func (d *desk) move(
	ctx context.Context, r *ent.Payment, on vocab.AttemptAction, by vocab.Role,
	reason string, change func(u *ent.PaymentUpdate),
) error {
	next, err := lifecycle.Attempt.Next(r.Status, on, by,
		lifecycle.AttemptFacts{GraceOver: d.graceOver()})
	if err != nil {
		return order.NotAllowed(err)
	}
	update := d.tx.Payment.Update().SetStatus(next.To).
		Where(entpayment.ID(r.ID), entpayment.StatusEQ(r.Status))
	change(update)
	n, err := update.Save(ctx)
	if err != nil {
		return err
	}
	if n != 1 {
		return fault.New(fault.Conflict, "The payment was changed meanwhile; read it again.")
	}
	d.l.Log.Add(next.Emit, document.Payload{
		Payment: r.ID, From: string(r.Status), To: string(next.To), Reason: reason,
	})
	r.Status = next.To
	return nil
}

// rest is for an attempt of which nothing more is wanted.
func rest(u *ent.PaymentUpdate) {
	u.ClearNextAttemptAt().ClearClaimedUntil().SetAttempts(0)
}

// close asks for the close of every attempt that can still be paid. Whoever gets ids of it holds
// their claim and calls the channel now; with hold it also gets what is CLOSING already and held by
// nobody. Without hold the runner calls.
func (d *desk) close(
	ctx context.Context, cause vocab.CloseCause, by vocab.Role, hold bool,
) ([]globalid.ID, error) {
	var mine []globalid.ID
	now := d.DB.RealNow()
	for _, r := range d.rows {
		if !blocks(r) {
			continue
		}
		take := hold && d.free(r.ClaimedUntil)
		if take {
			mine = append(mine, r.ID)
		}
		plan := func(u *ent.PaymentUpdate) {
			u.SetCloseCause(cause).SetNextAttemptAt(now).SetAttempts(0)
			if take {
				u.SetClaimedUntil(now.Add(lease))
			}
		}
		if payableAt(r) {
			err := d.move(ctx, r, vocab.CloseAttempt, by, string(cause), plan)
			if err != nil {
				return nil, err
			}
			r.CloseCause = &cause
		} else if take {
			if err := d.tx.Payment.Update().Where(entpayment.ID(r.ID)).SetClaimedUntil(now.Add(lease)).
				Exec(ctx); err != nil {
				return nil, err
			}
		}
	}
	return mine, nil
}
