package review

import (
	"context"

	"orderflow/ent"
	entreview "orderflow/ent/review"
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
	return r.answer(ctx, in, vocab.AppendReview, vocab.Buyer,
		func(found *ent.Review) string { return found.Appended },
		func(u *ent.ReviewUpdate, tx *store.Tx, text string) {
			u.SetAppended(text).SetAppendedAt(tx.Now)
		})
}

// Reply answers a review for its shop, once; a merchant of the shop may call it. Faults:
// UNAUTHENTICATED, FORBIDDEN, NOT_FOUND, INVALID_INPUT, ACTION_NOT_ALLOWED.
func (r *Reviews) Reply(ctx context.Context, in AnswerInput) (globalid.ID, error) {
	return r.answer(ctx, in, vocab.ReplyReview, vocab.Merchant,
		func(found *ent.Review) string { return found.Reply },
		func(u *ent.ReviewUpdate, tx *store.Tx, text string) {
			u.SetReply(text).SetRepliedAt(tx.Now)
		})
}

// answer adds a text that a review does not have yet, in one of its columns.
func (r *Reviews) answer(
	ctx context.Context, in AnswerInput, action vocab.TradeAction, role vocab.Role,
	present func(*ent.Review) string,
	set func(u *ent.ReviewUpdate, tx *store.Tx, text string),
) (globalid.ID, error) {
	v, err := viewerIn(ctx, role)
	if err != nil {
		return in.Review, err
	}
	found, err := r.db.Client.Review.Get(ctx, in.Review)
	if ent.IsNotFound(err) ||
		err == nil && found.BuyerID != v.BuyerID && !v.HasShop(found.ShopID) {
		return in.Review, fault.New(fault.NotFound, "There is no such review.")
	}
	if err != nil {
		return in.Review, err
	}
	var faults fault.List
	text := checkText(&faults, in.Text, true)
	if err := faults.Err(); err != nil {
		return in.Review, err
	}
	return r.atOrder(ctx, found.OrderID, v,
		func(ctx context.Context, tx *store.Tx, l *order.Locked) (globalid.ID, error) {
			row, err := tx.Review.Get(ctx, in.Review)
			if err != nil {
				return in.Review, err
			}
			if present(row) != "" {
				return in.Review, fault.New(fault.ActionNotAllowed, "It has one already.")
			}
			err = l.Step(ctx, tx, l.Sub(row.SubOrderID), order.Step{Action: action, By: role,
				Told: document.Payload{Review: row.ID}})
			if err != nil {
				return in.Review, err
			}
			update := tx.Review.Update().Where(entreview.ID(row.ID))
			set(update, tx, text)
			return in.Review, update.Exec(ctx)
		})
}
