package verify

import (
	"context"

	"orderflow/ent"
	"orderflow/ent/memberbenefit"
	"orderflow/internal/document"
	"orderflow/internal/globalid"
	"orderflow/internal/vocab"
)

// redemptions checks which orders hold coupons, benefits and quotas, and the counters of quotas.
func (r *run) redemptions(ctx context.Context) error {
	holders := r.check(8, "once.holders", "a HELD coupon, benefit or quota is of an unpaid order of "+
		"the same buyer, a USED one of a paid order, an AVAILABLE one of none")
	for i, table := range redeemableTables {
		if err := r.holders(ctx, holders, table); err != nil {
			return err
		}
		r.progress("use-once", i+1, len(redeemableTables))
	}
	return r.quotas(ctx)
}

// redeemableTables are the tables of what a buyer can redeem once.
var redeemableTables = []string{"coupons", "benefit_uses", "quota_uses"}

func (r *run) holders(ctx context.Context, c *Check, table string) error {
	return r.each(ctx, `SELECT t.id, t.status, t.buyer_id, t.order_id,
		o.buyer_id, COALESCE(o.status, ''), o.paid_at IS NOT NULL
		FROM `+table+` t LEFT JOIN orders o ON o.id = t.order_id ORDER BY t.id`, nil,
		func(scan func(...any) error) error {
			var id, buyer, order, orderBuyer globalid.ID
			var status vocab.UseStatus
			var trade vocab.TradeStatus
			var paid bool
			err := scan(&id, &status, &buyer, &order, &orderBuyer, &trade, &paid)
			if err != nil {
				return err
			}
			c.Rows++
			ok := true
			switch status {
			case vocab.UseAvailable:
				// The row of a quota keeps its order for good.
				ok = order.IsZero() || table == "quota_uses"
			case vocab.UseHeld:
				ok = trade == vocab.PendingPayment || trade == vocab.PaymentFailed
			case vocab.UseUsed:
				ok = paid
			}
			if !ok || (!order.IsZero() && buyer != orderBuyer) {
				c.fail(id, "%s by %q of %s, which is %q of %s",
					status, order, buyer, trade, orderBuyer)
			}
			r.rows++
			return nil
		})
}

// quotas compares each counter with the uses it counts: of one buyer, or of all.
func (r *run) quotas(ctx context.Context) error {
	c := r.check(8, "once.quotas", "a quota's counter is the number of uses HELD and USED, and "+
		"each use is counted")
	for _, which := range []string{
		"AND u.buyer_id = q.buyer_id) FROM quota q WHERE q.buyer_id <> " + zeroID,
		") FROM quota q WHERE q.buyer_id = " + zeroID,
	} {
		err := r.each(ctx, `SELECT q.id, q.taken, (SELECT COUNT(*) FROM quota_uses u
			WHERE u.promotion_id = q.promotion_id AND u.status IN ('HELD', 'USED') `+which,
			nil, func(scan func(...any) error) error {
				var id globalid.ID
				var taken, counted int64
				if err := scan(&id, &taken, &counted); err != nil {
					return err
				}
				c.Rows += 1 + counted
				if taken != counted {
					c.fail(id, "counts %d, there are %d", taken, counted)
				}
				r.rows += 1 + counted
				return nil
			})
		if err != nil {
			return err
		}
	}
	return r.each(ctx, `SELECT u.id FROM quota_uses u WHERE u.status IN ('HELD', 'USED')
		AND NOT EXISTS (SELECT 1 FROM quota q WHERE q.promotion_id = u.promotion_id
			AND q.buyer_id IN (u.buyer_id, `+zeroID+`))`, nil,
		func(scan func(...any) error) error {
			var id globalid.ID
			err := scan(&id)
			c.fail(id, "no counter has counted it")
			return err
		})
}

// redeemedShares checks the opposite direction: a discount that can be redeemed once must be held
// by the order whose lines carry it, so that two orders never share one.
func (r *run) redeemedShares(ctx context.Context) (func(*orderData), error) {
	c := r.check(8, "once.shares", "an order with a share of a coupon or a new-customer benefit "+
		"holds it while unpaid, and has used it while a unit of such a line is not refunded")
	single, err := r.client.MemberBenefit.Query().
		Where(memberbenefit.KindEQ(vocab.NewCustomer)).IDs(ctx)
	if err != nil {
		return nil, err
	}
	once := map[globalid.ID]bool{}
	for _, id := range single {
		once[id] = true
	}
	return func(b *orderData) {
		var want vocab.UseStatus
		switch {
		case b.unpaid():
			want = vocab.UseHeld
		case b.paid():
			want = vocab.UseUsed
		default:
			return // closed unpaid: released
		}
		for _, it := range b.items {
			c.Rows++
			if it.RefundedQuantity == it.Quantity {
				continue
			}
			for _, share := range it.Shares {
				limited := share.Source == vocab.FromCoupon ||
					share.Source == vocab.FromBenefit && once[share.Ref]
				if limited && share.Amount > 0 && !b.redeems(share, want) {
					c.fail(it.ID, "%s %s is not %s by its order", share.Source, share.Ref, want)
				}
			}
		}
	}, nil
}

// redeems reports whether the order has the coupon or benefit of a share in a status.
func (b *orderData) redeems(share document.Share, status vocab.UseStatus) bool {
	if share.Source == vocab.FromCoupon {
		return find(b.coupons, func(row *ent.Coupon) bool {
			return row.PromotionID == share.Ref && row.Status == status
		}) != nil
	}
	return find(b.benefits, func(row *ent.BenefitUse) bool {
		return row.BenefitID == share.Ref && row.Status == status
	}) != nil
}
