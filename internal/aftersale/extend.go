package aftersale

import (
	"context"
	"time"

	"orderflow/ent"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/limit"
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

// Deadline names the deadline that runs in a status of a request; empty for none.
func Deadline(status vocab.AfterSaleStatus) order.DeadlineKind { return deadlines[status] }

// ExtendInput gives a deadline of a request more time. Kind is the one that the caller means: it
// must be running.
type ExtendInput struct {
	AfterSale globalid.ID
	Kind      order.DeadlineKind
	Seconds   int64 // 1 second to 90 days
}

// Extend gives the deadline of a request more time.
//
// Support and platform staff may call it. Faults besides the common ones: INVALID_INPUT. After
// commit the deadline runs as extended.
func (s *AfterSales) Extend(ctx context.Context, in ExtendInput) (globalid.ID, error) {
	return s.command(ctx, in.AfterSale, staff, func(ctx context.Context, s *session) error {
		if err := order.CheckExtension(in.Seconds); err != nil {
			return err
		}
		if s.Row.DueAt == nil || in.Kind != Deadline(s.Row.Status) {
			return fault.New(fault.ActionNotAllowed, "This deadline does not run.")
		}
		due := s.Row.DueAt.Add(time.Duration(in.Seconds) * time.Second)
		if err := order.CheckDeadline(due, &s.Row.CreatedAt, limit.RequestDays); err != nil {
			return err
		}
		if vocab.Reshipping.Has(s.Row.Status) && s.Row.Attempts > 0 {
			due = due.Add(-reshippingAfter) // the deadline that the shop was reminded of
		}
		return s.transition(ctx, step{action: vocab.ExtendAfterSale, reason: string(in.Kind),
			change: func(*ent.AfterSale) { s.setDue(&due) }})
	})
}
