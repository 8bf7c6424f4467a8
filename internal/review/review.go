package review

import (
	"context"
	"slices"
	"strings"

	"orderflow/ent"
	"orderflow/ent/orderitem"
	entreview "orderflow/ent/review"
	"orderflow/internal/auth"
	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/limit"
	"orderflow/internal/order"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

const best = 5

// Reviews runs the commands on reviews. It is safe for concurrent use.
type Reviews struct{ db *store.DB }

// New returns the commands over a database.
func New(db *store.DB) *Reviews { return &Reviews{db: db} }

// Input is a review of one item.
type Input struct {
	Item   globalid.ID
	Rating int    // 1 to 5
	Text   string // at most 1000 characters; may be empty
}

// Review reviews an item for its buyer, after the receipt, and returns the review's id. Faults:
// UNAUTHENTICATED, FORBIDDEN, NOT_FOUND, INVALID_INPUT, ACTION_NOT_ALLOWED.
func (r *Reviews) Review(ctx context.Context, in Input) (globalid.ID, error) {
	v, err := auth.Require(ctx, vocab.Buyer)
	if err != nil {
		return globalid.ID{}, err
	}
	item, err := r.db.Client.OrderItem.Query().Where(orderitem.ID(in.Item)).WithSubOrder().
		Only(ctx)
	if ent.IsNotFound(err) || err == nil && !v.Concerns(item.Edges.SubOrder.BuyerID, item.ShopID) {
		return globalid.ID{}, fault.New(fault.NotFound, "There is no such item.")
	}
	if err != nil {
		return globalid.ID{}, err
	}
	var faults fault.List
	if in.Rating < 1 || in.Rating > best {
		faults.Add("rating", fault.InvalidInput, "It must be between 1 and %d.", best)
	}
	text := checkText(&faults, in.Text, false)
	if err := faults.Err(); err != nil {
		return globalid.ID{}, err
	}
	return r.command(ctx, item.OrderID, v,
		func(ctx context.Context, l *order.Locked) (globalid.ID, error) {
			return write(ctx, l, Input{Item: in.Item, Rating: in.Rating, Text: text})
		})
}

func write(ctx context.Context, l *order.Locked, in Input) (globalid.ID, error) {
	item := l.Item(in.Item)
	sub := l.Sub(item.SubOrderID)
	row := &ent.Review{ID: globalid.New(globalid.Review), ItemID: item.ID,
		OrderID: item.OrderID, SubOrderID: sub.ID, ShopID: item.ShopID,
		ProductID: item.ProductID, SkuID: item.SkuID, BuyerID: sub.BuyerID, Rating: in.Rating,
		Text: in.Text, CreatedAt: l.Tx.Now}
	reviewed, err := l.Tx.Review.Query().Where(entreview.SubOrderID(sub.ID)).All(ctx)
	if err != nil {
		return row.ID, err
	}
	done := map[globalid.ID]bool{}
	for _, r := range reviewed {
		done[r.ItemID] = true
	}
	err = l.TransitionSub(sub, order.Transition{Action: vocab.ReviewItem, By: vocab.Buyer,
		Facts:   lifecycle.TradeFacts{Unreviewed: !done[item.ID]},
		Payload: document.Payload{Review: row.ID}})
	if err != nil {
		return row.ID, err
	}
	done[item.ID] = true
	sub.AwaitingReview = slices.ContainsFunc(l.Items, func(it *ent.OrderItem) bool {
		return it.SubOrderID == sub.ID && !done[it.ID] && it.RefundedQuantity < it.Quantity
	})
	l.Tx.Insert(row)
	return row.ID, nil
}

func checkText(faults *fault.List, text string, needed bool) string {
	text = strings.TrimSpace(text)
	if limit.ReviewText.Text(faults, "text", text); needed && text == "" {
		faults.Add("text", fault.InvalidInput, "A text is needed.")
	}
	return text
}

// command runs a command of a viewer on an order: it is idempotent and results in one id.
func (r *Reviews) command(
	ctx context.Context, id globalid.ID, v *auth.Viewer,
	work func(ctx context.Context, l *order.Locked) (globalid.ID, error),
) (globalid.ID, error) {
	ids, err := order.Command(ctx, r.db, id, v,
		func(ctx context.Context, l *order.Locked) ([]globalid.ID, error) {
			result, err := work(ctx, l)
			return []globalid.ID{result}, err
		})
	if err != nil {
		return globalid.ID{}, err
	}
	return ids[0], nil
}
