package redemption

import (
	"context"
	"slices"

	"orderflow/ent"
	"orderflow/ent/benefituse"
	"orderflow/ent/coupon"
	"orderflow/ent/quota"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// Claims is what one order redeems.
type Claims struct {
	Order, Buyer globalid.ID
	Benefits     []globalid.ID
	Coupons      []globalid.ID
	Quotas       []Quota // by promotion
}

// Quota is a promotion that may be used a limited number of times: in all, by each buyer, or both.
type Quota struct {
	Promotion       globalid.ID
	Total, PerBuyer *int64
}

// Claim claims all of it for a new order, in its transaction. Faults: BENEFIT_UNAVAILABLE,
// COUPON_UNAVAILABLE, QUOTA_EXHAUSTED; then the transaction must end.
func Claim(ctx context.Context, tx *store.Tx, c Claims) error {
	for _, id := range sorted(c.Benefits) {
		if err := c.benefit(ctx, tx, id); err != nil {
			return err
		}
	}
	for _, id := range sorted(c.Coupons) {
		n, err := tx.Coupon.Update().Where(coupon.ID(id), coupon.BuyerID(c.Buyer),
			coupon.StatusIn(vocab.Redeemable...)).
			SetStatus(vocab.UseHeld).SetOrderID(c.Order).Save(ctx)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.CouponUnavailable, "The coupon %s is used or held.", id)
		}
	}
	for _, q := range c.Quotas {
		if err := c.quota(ctx, tx, q); err != nil {
			return err
		}
	}
	return nil
}

func (c Claims) benefit(ctx context.Context, tx *store.Tx, benefit globalid.ID) error {
	n, err := tx.BenefitUse.Update().Where(benefituse.BenefitID(benefit),
		benefituse.BuyerID(c.Buyer), benefituse.StatusIn(vocab.Redeemable...)).
		SetStatus(vocab.UseHeld).SetOrderID(c.Order).Save(ctx)
	if err != nil || n == 1 {
		return err
	}
	err = tx.BenefitUse.Create().SetBenefitID(benefit).SetBuyerID(c.Buyer).SetOrderID(c.Order).
		SetStatus(vocab.UseHeld).SetCreatedAt(tx.Now).Exec(ctx)
	if store.IsDuplicate(err) {
		return fault.New(fault.BenefitUnavailable,
			"This benefit is held or used by another order.")
	}
	return err
}

func (c Claims) quota(ctx context.Context, tx *store.Tx, q Quota) error {
	for _, limit := range []struct {
		most  *int64
		buyer globalid.ID
	}{{q.Total, globalid.ID{}}, {q.PerBuyer, c.Buyer}} {
		if limit.most == nil {
			continue
		}
		if err := takeQuota(ctx, tx, q.Promotion, limit.buyer, *limit.most); err != nil {
			return err
		}
	}
	tx.Insert(&ent.QuotaUse{ID: globalid.New(globalid.QuotaUse), PromotionID: q.Promotion,
		BuyerID: c.Buyer, OrderID: c.Order, Status: vocab.UseHeld, CreatedAt: tx.Now})
	return nil
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

func sorted(ids []globalid.ID) []globalid.ID {
	return slices.SortedFunc(slices.Values(ids), globalid.ID.Compare)
}
