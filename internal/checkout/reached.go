package checkout

import (
	"context"
	"slices"
	"time"

	"orderflow/ent"
	"orderflow/ent/order"
	"orderflow/ent/suborder"
	"orderflow/internal/globalid"
	"orderflow/internal/limit"
	"orderflow/internal/vocab"
)

// nameLimits makes problems of the limits that stand in the way, with the time until when they do.
func (c *Checkout) nameLimits(
	ctx context.Context, now time.Time, buyer globalid.ID, cat *catalogue, q *Quote,
) (err error) {
	for _, r := range q.reached {
		switch {
		case r.Limit == limit.DailyExpiries:
			r.until, err = c.pausedUntil(ctx, now, buyer, r)
		case r.until.IsZero() && len(q.holds.orders[r.shop]) > 0:
			r.until, err = c.nextExpiry(ctx, q.holds.orders[r.shop])
		}
		if err != nil {
			return err
		}
		if slices.ContainsFunc(r.skus, func(id globalid.ID) bool { return q.holds.units[id] == 0 }) {
			r.until = time.Time{} // it is too much in any case
		}
		problem := Problem{Fault: r.Reached("lines", r.most, r.until), Skus: r.skus}
		if shop := cat.shops[r.shop]; shop != nil && len(cat.selling) > 1 {
			problem.Fault.Message = shop.Name + ": " + problem.Fault.Message
		}
		q.Problems = append(q.Problems, problem)
	}
	return nil
}

// nextExpiry is when the first of unpaid orders may end.
func (c *Checkout) nextExpiry(
	ctx context.Context, orders []globalid.ID,
) (until time.Time, err error) {
	first, err := c.db.Client.Order.Query().Where(order.IDIn(orders...)).
		Order(ent.Asc(order.FieldPayDueAt)).Limit(1).All(ctx)
	for _, row := range first {
		until = row.PayDueAt
	}
	return until, err
}

// idle reports whether a closed order counts as expired: it did, or its buyer cancelled it when
// more than half of its time to pay was over. The statement by which live is read says the same.
func idle(o *ent.Order) bool {
	switch *o.CloseReason {
	case vocab.PaymentTimeout:
		return true
	case vocab.BuyerCancelled:
		return 2*o.ClosedAt.Sub(o.CreatedAt) > o.PayDueAt.Sub(o.CreatedAt)
	}
	return false
}

// pausedUntil is when fewer orders than the limit have expired lately.
func (c *Checkout) pausedUntil(
	ctx context.Context, now time.Time, buyer globalid.ID, r reached,
) (until time.Time, err error) {
	rows, err := c.db.Client.SubOrder.Query().Where(suborder.BuyerID(buyer),
		suborder.ShopID(r.shop), suborder.StatusIn(vocab.TradeClosed...),
		suborder.CloseReasonIn(vocab.PaymentTimeout, vocab.BuyerCancelled),
		suborder.ClosedAtGT(now.Add(-expiriesWithin))).WithOrder().
		Order(ent.Desc(suborder.FieldClosedAt)).All(ctx)
	seen := map[globalid.ID]bool{}
	for _, sub := range rows {
		if idle(sub.Edges.Order) && !seen[sub.OrderID] && int64(len(seen)) < r.most {
			seen[sub.OrderID] = true
			until = sub.ClosedAt.Add(expiriesWithin)
		}
	}
	return until, err
}
