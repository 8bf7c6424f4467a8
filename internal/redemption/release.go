package redemption

import (
	"context"

	"orderflow/ent"
	"orderflow/ent/benefituse"
	"orderflow/ent/coupon"
	"orderflow/ent/quota"
	"orderflow/ent/quotause"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// Use marks what an order has claimed as used: it is paid. The caller has locked the order.
func Use(ctx context.Context, tx *store.Tx, order globalid.ID) error {
	if err := tx.Coupon.Update().Where(coupon.OrderID(order),
		coupon.StatusIn(vocab.Claimed...)).SetStatus(vocab.UseUsed).Exec(ctx); err != nil {
		return err
	}
	if err := tx.BenefitUse.Update().Where(benefituse.OrderID(order),
		benefituse.StatusIn(vocab.Claimed...)).SetStatus(vocab.UseUsed).Exec(ctx); err != nil {
		return err
	}
	return tx.QuotaUse.Update().Where(quotause.OrderID(order),
		quotause.StatusIn(vocab.Claimed...)).SetStatus(vocab.UseUsed).Exec(ctx)
}

// Release frees what an order has claimed or used. With refs only what those promotions and
// benefits gave is freed. The caller has locked the order. Fault: CONFLICT.
func Release(ctx context.Context, tx *store.Tx, order globalid.ID, refs ...globalid.ID) error {
	coupons := tx.Coupon.Update().Where(coupon.OrderID(order),
		coupon.StatusIn(vocab.Redeemed...))
	benefits := tx.BenefitUse.Update().Where(benefituse.OrderID(order),
		benefituse.StatusIn(vocab.Redeemed...))
	uses := tx.QuotaUse.Query().Where(quotause.OrderID(order),
		quotause.StatusIn(vocab.Redeemed...)).Order(ent.Asc(quotause.FieldPromotionID))
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
		if err := releaseQuota(ctx, tx, u); err != nil {
			return err
		}
	}
	return nil
}

func releaseQuota(ctx context.Context, tx *store.Tx, u *ent.QuotaUse) error {
	n, err := tx.QuotaUse.Update().Where(quotause.ID(u.ID), quotause.StatusEQ(u.Status)).
		SetStatus(vocab.UseAvailable).Save(ctx)
	if err != nil {
		return err
	}
	if n != 1 {
		return fault.New(fault.Conflict, "The order was changed meanwhile; read it again.")
	}
	return tx.Quota.Update().Where(quota.PromotionID(u.PromotionID),
		quota.BuyerIDIn(u.BuyerID, globalid.ID{})).AddTaken(-1).Exec(ctx)
}
