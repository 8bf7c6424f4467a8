package order

import (
	"context"
	"strings"

	"orderflow/ent"
	"orderflow/ent/memo"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/limit"
	"orderflow/internal/vocab"
)

// MemoInput is a note of staff.
type MemoInput struct {
	SubOrder globalid.ID
	Text     string // 1 to 500 characters
}

// AddMemo notes something on a sub-order for the staff of its shop 备注 and returns the memo's id.
// Faults: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND, INVALID_INPUT, ACTION_NOT_ALLOWED,
// TOO_MANY.
func (o *Orders) AddMemo(ctx context.Context, in MemoInput) (globalid.ID, error) {
	text := strings.TrimSpace(in.Text)
	return o.onSub(ctx, in.SubOrder, []vocab.Role{vocab.Merchant, vocab.Warehouse,
		vocab.Support, vocab.Platform},
		func(ctx context.Context, l *Locked, sub *ent.SubOrder) (globalid.ID, error) {
			var faults fault.List
			if limit.MemoText.Text(&faults, "text", text); text == "" {
				faults.Add("text", fault.InvalidInput, "A text is needed.")
			}
			if err := faults.Err(); err != nil {
				return sub.ID, err
			}
			n, err := l.Tx.Memo.Query().Where(memo.OrderID(l.Order.ID),
				memo.ShopID(sub.ShopID)).Count(ctx)
			if err != nil {
				return sub.ID, err
			}
			if err := limit.Memos.OneMore(n); err != nil {
				return sub.ID, err
			}
			if err := l.TransitionSub(sub, Transition{Action: vocab.AddMemo}); err != nil {
				return sub.ID, err
			}
			id := globalid.New(globalid.Memo)
			l.Tx.Insert(&ent.Memo{ID: id, OrderID: l.Order.ID, ShopID: sub.ShopID,
				AuthorID: l.Actor.ID, Text: o.keys.SealText(text, id, memo.FieldText),
				CreatedAt: l.Tx.Now})
			return id, nil
		})
}
