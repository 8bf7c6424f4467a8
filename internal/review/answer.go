package review

import (
	"context"
	"time"

	"orderflow/ent"
	"orderflow/internal/auth"
	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// AnswerInput is a text that is added to a review.
type AnswerInput struct {
	Review globalid.ID
	Text   string // 1 to 1000 characters
}

// Append adds a follow-up 追评 to a review, once; its buyer may call it. Faults: UNAUTHENTICATED,
// FORBIDDEN, NOT_FOUND, INVALID_INPUT, ACTION_NOT_ALLOWED.
func (r *Reviews) Append(ctx context.Context, in AnswerInput) (globalid.ID, error) {
	return r.answer(ctx, in, answer{vocab.AppendReview, vocab.Buyer,
		func(row *ent.Review) (*string, **time.Time) { return &row.Appended, &row.AppendedAt }})
}

// Reply answers a review for its shop, once; a merchant of the shop may call it. Faults:
// UNAUTHENTICATED, FORBIDDEN, NOT_FOUND, INVALID_INPUT, ACTION_NOT_ALLOWED.
func (r *Reviews) Reply(ctx context.Context, in AnswerInput) (globalid.ID, error) {
	return r.answer(ctx, in, answer{vocab.ReplyReview, vocab.Merchant,
		func(row *ent.Review) (*string, **time.Time) { return &row.Reply, &row.RepliedAt }})
}

// answer is a kind of text that a review has once.
type answer struct {
	action  vocab.TradeAction
	by      vocab.Role
	columns func(*ent.Review) (text *string, at **time.Time)
}

func (r *Reviews) answer(
	ctx context.Context, in AnswerInput, a answer,
) (globalid.ID, error) {
	v, err := auth.Require(ctx, a.by)
	if err != nil {
		return in.Review, err
	}
	found, err := r.db.Client.Review.Get(ctx, in.Review)
	if ent.IsNotFound(err) || err == nil && !v.Concerns(found.BuyerID, found.ShopID) {
		return in.Review, fault.New(fault.NotFound, "There is no such review.")
	}
	if err != nil {
		return in.Review, err
	}
	var faults fault.List
	in.Text = checkText(&faults, in.Text, true)
	if err := faults.Err(); err != nil {
		return in.Review, err
	}
	return r.command(ctx, found.OrderID, v,
		func(ctx context.Context, l *order.Locked) (globalid.ID, error) {
			return in.Review, a.add(ctx, l, in)
		})
}

func (a answer) add(ctx context.Context, l *order.Locked, in AnswerInput) error {
	row, err := l.Tx.Review.Get(ctx, in.Review)
	if err != nil {
		return err
	}
	text, at := a.columns(store.Track(l.Tx, row))
	if *text != "" {
		return fault.New(fault.ActionNotAllowed, "It has one already.")
	}
	err = l.TransitionSub(l.Sub(row.SubOrderID), order.Transition{Action: a.action, By: a.by,
		Payload: document.Payload{Review: row.ID}})
	if err != nil {
		return err
	}
	*text, *at = in.Text, &l.Tx.Now
	return nil
}
