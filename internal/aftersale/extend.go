package aftersale

import (
	"context"
	"time"

	"orderflow/ent"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/order"
	"orderflow/internal/vocab"
)

// The deadlines of requests, by the status in which they run.
var deadlines = map[vocab.AfterSaleStatus]order.DeadlineKind{
	vocab.AfterSaleAwaitingMerchant:     "MERCHANT_ANSWER",
	vocab.AfterSaleAwaitingBuyer:        "BUYER_ANSWER",
	vocab.AfterSaleAwaitingInterception: "INTERCEPTION",
	vocab.AfterSaleAwaitingChoice:       "CHOICE",
	vocab.AfterSaleAwaitingRefusal:      "REFUSAL",
	vocab.AfterSaleAwaitingReturn:       "RETURN",
	vocab.AfterSaleReturnInTransit:      "RETURN_CONFIRMATION",
	vocab.AfterSaleRejected:             "ESCALATION",
	vocab.AfterSaleReshipping:           "RESHIPMENT",
	vocab.AfterSaleInArbitration:        "RULING",
}

// The deadlines of shortages, by the status in which they run.
var shortageDeadlines = map[vocab.ShortageStatus]order.DeadlineKind{
	vocab.ShortageOpen:    "SHORTAGE_OFFER",
	vocab.ShortageOffered: "SHORTAGE_CHOICE",
}

// Deadline names the deadline that runs in a status of a request; empty for none.
func Deadline(status vocab.AfterSaleStatus) order.DeadlineKind { return deadlines[status] }

// ShortageDeadline names the deadline that runs in a status of a shortage; empty for none.
func ShortageDeadline(status vocab.ShortageStatus) order.DeadlineKind {
	return shortageDeadlines[status]
}

// ExtendInput gives a deadline of a request or a shortage more time. Kind is the one that the
// caller means: it must be running.
type ExtendInput struct {
	ID      globalid.ID
	Kind    order.DeadlineKind
	Seconds int64 // 1 second to 90 days
}

func (in ExtendInput) check(running order.DeadlineKind, due *time.Time) error {
	if err := order.CheckExtension(in.Seconds); err != nil {
		return err
	}
	if due == nil || in.Kind != running {
		return fault.New(fault.ActionNotAllowed, "This deadline does not run.")
	}
	return nil
}

func (in ExtendInput) from(due *time.Time) time.Time {
	return due.Add(time.Duration(in.Seconds) * time.Second)
}

// Extend gives the deadline of a request more time.
//
// Support and platform staff may call it. Faults besides the common ones: INVALID_INPUT. After
// commit the deadline runs as told.
func (s *AfterSales) Extend(ctx context.Context, in ExtendInput) (globalid.ID, error) {
	return s.onRequest(ctx, in.ID, staff, func(ctx context.Context, d *desk) error {
		due := d.Row.DueAt
		if err := in.check(Deadline(d.Row.Status), due); err != nil {
			return err
		}
		return d.step(ctx, step{on: vocab.ExtendAfterSale, by: d.role(),
			reason: string(in.Kind), change: func(u *ent.AfterSaleUpdate) {
				u.SetDueAt(in.from(due)).SetAttempts(0)
			}})
	})
}

// Extend gives the deadline of a shortage more time.
//
// Support and platform staff may call it. Faults besides those of all commands: INVALID_INPUT.
func (s *Shortages) Extend(ctx context.Context, in ExtendInput) (globalid.ID, error) {
	return s.on(ctx, in.ID, func(ctx context.Context, d *shortageDesk) error {
		due := d.row.DueAt
		if err := in.check(ShortageDeadline(d.row.Status), due); err != nil {
			return err
		}
		return d.step(ctx, vocab.ExtendShortage, d.l.Log.Actor().Role,
			lifecycle.ShortageFacts{},
			func(u *ent.ShortageUpdate) { u.SetDueAt(in.from(due)) })
	}, staff...)
}
