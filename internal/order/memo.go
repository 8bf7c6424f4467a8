package order

import (
	"context"
	"slices"
	"strings"

	"entgo.io/ent/dialect/sql"

	"orderflow/ent"
	"orderflow/ent/memo"
	"orderflow/ent/staff"
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
			if err := l.memosLeft(ctx, sub.ShopID); err != nil {
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

// memosLeft refuses another memo where the staff of its shop have written enough. Support and
// platform staff always can, and what they write does not count.
func (l *Locked) memosLeft(ctx context.Context, shop globalid.ID) error {
	if !slices.Contains(shipStaff, l.Actor.Role) {
		return nil
	}
	n, err := l.Tx.Memo.Query().Where(memo.OrderID(l.Order.ID), memo.ShopID(shop),
		func(s *sql.Selector) {
			t := sql.Table(staff.Table)
			ofShops := sql.Select(t.C(staff.FieldID)).From(t).Where(sql.In(t.C(staff.FieldRole),
				string(vocab.Merchant), string(vocab.Warehouse)))
			s.Where(sql.In(s.C(memo.FieldAuthorID), ofShops))
		}).Count(ctx)
	if err != nil {
		return err
	}
	return limit.Memos.OneMore(n)
}
