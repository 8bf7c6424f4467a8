package review

import (
	"context"
	"strings"

	"orderflow/ent"
	"orderflow/ent/orderitem"
	entreview "orderflow/ent/review"
	"orderflow/internal/auth"
	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/order"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

const (
	best    = 5
	longest = 1000 // characters of one text
)

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
	v, err := viewerIn(ctx, vocab.Buyer)
	if err != nil {
		return globalid.ID{}, err
	}
	item, err := r.db.Client.OrderItem.Query().Where(orderitem.ID(in.Item)).WithSubOrder().
		Only(ctx)
	if ent.IsNotFound(err) || err == nil && !order.OfViewer(v, item.Edges.SubOrder) {
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
	return r.atOrder(ctx, item.OrderID, v,
		func(ctx context.Context, tx *store.Tx, l *order.Locked) (globalid.ID, error) {
			return write(ctx, tx, l, l.Item(in.Item), in.Rating, text)
		})
}

func write(
	ctx context.Context, tx *store.Tx, l *order.Locked, item *ent.OrderItem, rating int, text string,
) (globalid.ID, error) {
	id := globalid.New(globalid.Review)
	sub := l.Sub(item.SubOrderID)
	reviewed, err := tx.Review.Query().Where(entreview.SubOrderID(sub.ID)).All(ctx)
	if err != nil {
		return id, err
	}
	done := map[globalid.ID]bool{}
	for _, r := range reviewed {
		done[r.ItemID] = true
	}
	facts := lifecycle.TradeFacts{Unreviewed: !done[item.ID]}
	done[item.ID] = true
	awaiting := false
	for _, it := range l.Items {
		awaiting = awaiting || it.SubOrderID == sub.ID && !done[it.ID] &&
			it.RefundedQuantity < it.Quantity
	}
	err = l.Step(ctx, tx, sub, order.Step{Action: vocab.ReviewItem, By: vocab.Buyer,
		Facts: facts, Told: document.Payload{Review: id},
		Change: func(update *ent.SubOrderUpdate) { update.SetAwaitingReview(awaiting) }})
	if err != nil {
		return id, err
	}
	return id, tx.Review.Create().SetID(id).SetItemID(item.ID).SetOrderID(item.OrderID).
		SetSubOrderID(sub.ID).SetShopID(item.ShopID).SetProductID(item.ProductID).
		SetSkuID(item.SkuID).SetBuyerID(sub.BuyerID).SetRating(rating).SetText(text).
		SetCreatedAt(tx.Now).Exec(ctx)
}

// viewerIn returns who asks when it has that role. Faults: UNAUTHENTICATED, FORBIDDEN.
func viewerIn(ctx context.Context, role vocab.Role) (*auth.Viewer, error) {
	v := auth.From(ctx)
	if v == nil {
		return nil, fault.New(fault.Unauthenticated, "A token is needed.")
	}
	if v.Role != role {
		return nil, fault.New(fault.Forbidden, "The role %s may never do this.", v.Role)
	}
	return v, nil
}

func checkText(faults *fault.List, text string, needed bool) string {
	text = strings.TrimSpace(text)
	if n := len([]rune(text)); n > longest || needed && n == 0 {
		faults.Add("text", fault.InvalidInput, "At most %d characters, and not nothing.", longest)
	}
	return text
}

// atOrder locks an order, works on it and writes its events, as an idempotent command.
func (r *Reviews) atOrder(
	ctx context.Context, id globalid.ID, v *auth.Viewer,
	work func(ctx context.Context, tx *store.Tx, l *order.Locked) (globalid.ID, error),
) (globalid.ID, error) {
	ids, _, err := r.db.Command(ctx,
		func(ctx context.Context, tx *store.Tx) ([]globalid.ID, error) {
			l, err := order.Lock(ctx, tx, id, order.ActorOf(v))
			if err != nil {
				return nil, err
			}
			result, err := work(ctx, tx, l)
			if err != nil {
				return nil, err
			}
			return []globalid.ID{result}, l.Write(ctx, tx)
		})
	if err != nil {
		return globalid.ID{}, err
	}
	return ids[0], nil
}
