package order

import (
	"context"
	"slices"

	"orderflow/ent"
	"orderflow/ent/benefituse"
	"orderflow/ent/coupon"
	"orderflow/ent/quota"
	"orderflow/ent/quotause"
	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// once is what one order takes of things that can be used once.
type once struct {
	benefits []globalid.ID
	coupons  []globalid.ID
	quotas   []quotaNeed // by promotion
}

type quotaNeed struct {
	promotion globalid.ID
	total     *int64
	perBuyer  *int64
}

// hold claims them for a new order: benefits and coupons first, then quotas in the order of their
// promotions, so that two orders never wait for one another in a circle. Faults:
// BENEFIT_UNAVAILABLE, COUPON_UNAVAILABLE, QUOTA_EXHAUSTED.
func (o once) hold(ctx context.Context, tx *store.Tx, buyer, order globalid.ID) error {
	for _, id := range sorted(o.benefits) {
		if err := holdBenefit(ctx, tx, id, buyer, order); err != nil {
			return err
		}
	}
	for _, id := range sorted(o.coupons) {
		n, err := tx.Coupon.Update().Where(
			coupon.ID(id), coupon.BuyerID(buyer), coupon.StatusEQ(vocab.UseAvailable),
		).SetStatus(vocab.UseHeld).SetOrderID(order).Save(ctx)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.CouponUnavailable, "The coupon %s is used or held.", id)
		}
	}
	for _, need := range o.quotas {
		if err := need.hold(ctx, tx, buyer, order); err != nil {
			return err
		}
	}
	return nil
}

func holdBenefit(ctx context.Context, tx *store.Tx, benefit, buyer, order globalid.ID) error {
	taken := fault.New(fault.BenefitUnavailable, "This benefit is held or used by another order.")
	n, err := tx.BenefitUse.Update().Where(
		benefituse.BenefitID(benefit), benefituse.BuyerID(buyer),
		benefituse.StatusEQ(vocab.UseAvailable),
	).SetStatus(vocab.UseHeld).SetOrderID(order).Save(ctx)
	if err != nil || n == 1 {
		return err
	}
	err = tx.BenefitUse.Create().SetBenefitID(benefit).SetBuyerID(buyer).SetOrderID(order).
		SetStatus(vocab.UseHeld).SetCreatedAt(tx.Now).Exec(ctx)
	if store.IsDuplicate(err) {
		return taken
	}
	return err
}

func (q quotaNeed) hold(ctx context.Context, tx *store.Tx, buyer, order globalid.ID) error {
	for _, limit := range []struct {
		most  *int64
		buyer globalid.ID
	}{{q.total, globalid.ID{}}, {q.perBuyer, buyer}} {
		if limit.most == nil {
			continue
		}
		if err := takeQuota(ctx, tx, q.promotion, limit.buyer, *limit.most); err != nil {
			return err
		}
	}
	return tx.QuotaUse.Create().SetPromotionID(q.promotion).SetBuyerID(buyer).SetOrderID(order).
		SetStatus(vocab.UseHeld).SetCreatedAt(tx.Now).Exec(ctx)
}

// takeQuota raises the counter by one unless it is at most already. The row is made by whoever
// comes first; of two that make it at once one waits, fails on the unique index and updates.
func takeQuota(
	ctx context.Context, tx *store.Tx, promotion, buyer globalid.ID, most int64,
) error {
	raise := func() (int, error) {
		return tx.Quota.Update().Where(quota.PromotionID(promotion), quota.BuyerID(buyer),
			quota.TakenLT(most)).AddTaken(1).Save(ctx)
	}
	if n, err := raise(); err != nil || n == 1 {
		return err
	}
	exhausted := fault.New(fault.QuotaExhausted,
		"The quota of promotion %s is used up; quote again.", promotion)
	exists, err := tx.Quota.Query().Where(
		quota.PromotionID(promotion), quota.BuyerID(buyer)).Exist(ctx)
	if err != nil {
		return err
	}
	if exists || most < 1 {
		return exhausted
	}
	err = tx.Quota.Create().SetPromotionID(promotion).SetBuyerID(buyer).SetTaken(1).
		SetCreatedAt(tx.Now).Exec(ctx)
	if !store.IsDuplicate(err) {
		return err
	}
	n, err := raise()
	if err == nil && n == 0 {
		return exhausted
	}
	return err
}

// discounted reports whether the order can hold anything: what it holds changed its price.
func (l *Locked) discounted() bool {
	return slices.ContainsFunc(l.Items, func(it *ent.OrderItem) bool {
		return it.GiftOfID != nil || slices.ContainsFunc(it.Shares, func(s document.Share) bool {
			return s.Source != vocab.FromAdjustment
		})
	}) || slices.ContainsFunc(l.Subs, func(sub *ent.SubOrder) bool {
		return len(sub.FreightShares) > 0
	})
}

// use marks what the order holds as used: it is paid.
func (l *Locked) use(ctx context.Context, tx *store.Tx) error {
	if !l.discounted() {
		return nil
	}
	order := l.Order.ID
	if err := tx.Coupon.Update().Where(coupon.OrderID(order),
		coupon.StatusEQ(vocab.UseHeld)).SetStatus(vocab.UseUsed).Exec(ctx); err != nil {
		return err
	}
	if err := tx.BenefitUse.Update().Where(benefituse.OrderID(order),
		benefituse.StatusEQ(vocab.UseHeld)).SetStatus(vocab.UseUsed).
		Exec(ctx); err != nil {
		return err
	}
	return tx.QuotaUse.Update().Where(quotause.OrderID(order),
		quotause.StatusEQ(vocab.UseHeld)).SetStatus(vocab.UseUsed).Exec(ctx)
}

// giveBack frees what the order holds or used. With refs only what those promotions and benefits
// gave is freed.
func giveBack(ctx context.Context, tx *store.Tx, order globalid.ID, refs ...globalid.ID) error {
	taken := []vocab.UseStatus{vocab.UseHeld, vocab.UseUsed}
	coupons := tx.Coupon.Update().Where(coupon.OrderID(order), coupon.StatusIn(taken...))
	benefits := tx.BenefitUse.Update().Where(benefituse.OrderID(order),
		benefituse.StatusIn(taken...))
	uses := tx.QuotaUse.Query().Where(quotause.OrderID(order), quotause.StatusIn(taken...)).
		Order(ent.Asc(quotause.FieldPromotionID))
	if len(refs) > 0 {
		coupons.Where(coupon.PromotionIDIn(refs...))
		benefits.Where(benefituse.BenefitIDIn(refs...))
		uses.Where(quotause.PromotionIDIn(refs...))
	}
	if err := benefits.SetStatus(vocab.UseAvailable).ClearOrderID().Exec(ctx); err != nil {
		return err
	}
	if err := coupons.SetStatus(vocab.UseAvailable).ClearOrderID().Exec(ctx); err != nil {
		return err
	}
	found, err := uses.All(ctx)
	if err != nil {
		return err
	}
	for _, u := range found {
		if err := freeQuota(ctx, tx, u); err != nil {
			return err
		}
	}
	return nil
}

func freeQuota(ctx context.Context, tx *store.Tx, u *ent.QuotaUse) error {
	n, err := tx.QuotaUse.Update().Where(quotause.ID(u.ID), quotause.StatusEQ(u.Status)).
		SetStatus(vocab.UseAvailable).Save(ctx)
	if err != nil || n != 1 {
		return conflictOr(err)
	}
	return tx.Quota.Update().Where(quota.PromotionID(u.PromotionID),
		quota.BuyerIDIn(u.BuyerID, globalid.ID{})).AddTaken(-1).Exec(ctx)
}

func sorted(ids []globalid.ID) []globalid.ID {
	return slices.SortedFunc(slices.Values(ids), globalid.ID.Compare)
}
