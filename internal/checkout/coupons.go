package checkout

import (
	"context"
	"slices"
	"time"

	"orderflow/ent"
	"orderflow/ent/coupon"
	"orderflow/ent/order"
	"orderflow/internal/auth"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/redemption"
	"orderflow/internal/vocab"
)

// readCoupons loads those of the chosen coupons that this buyer can use now, and says of the others
// why not.
func (c *catalogue) readCoupons(
	ctx context.Context, client *ent.Client, now time.Time, v *auth.Viewer, in *QuoteInput,
) error {
	if len(in.Coupons) == 0 {
		return nil
	}
	own, err := client.Coupon.Query().Where(coupon.IDIn(in.Coupons...),
		coupon.BuyerID(v.BuyerID)).WithPromotion().All(ctx)
	if err != nil {
		return err
	}
	for _, id := range in.Coupons {
		i := slices.IndexFunc(own, func(cp *ent.Coupon) bool { return cp.ID == id })
		if i < 0 {
			c.refuseCoupon(fault.CouponUnavailable, "You have no coupon %s.", id)
		} else if err := c.take(ctx, client, now, own[i]); err != nil {
			return err
		}
	}
	return nil
}

// take takes a coupon of the buyer into the checkout, or says why it cannot be used.
func (c *catalogue) take(
	ctx context.Context, client *ent.Client, now time.Time, cp *ent.Coupon,
) error {
	of := cp.Edges.Promotion
	twice := func(o *ent.Coupon) bool { return o.PromotionID == of.ID }
	switch redemption.CouponStatus(cp, of, now) {
	case vocab.CouponHeld:
		number, err := client.Order.Query().Where(order.ID(*cp.OrderID)).Select(order.FieldNumber).
			String(ctx)
		if err != nil {
			return err
		}
		c.refuseCoupon(fault.CouponHeld,
			"Your unpaid order %s holds the coupon %s (%s): pay or cancel it.", number, cp.ID, of.Title)
	case vocab.CouponUsed:
		c.refuseCoupon(fault.CouponUsed, "The coupon %s (%s) was used.", cp.ID, of.Title)
	case vocab.CouponExpired:
		c.refuseCoupon(fault.CouponExpired, "The coupon %s (%s) was valid until %s.",
			cp.ID, of.Title, of.EndsAt.Format(time.RFC3339))
	case vocab.CouponNotYetValid:
		c.refuseCoupon(fault.CouponNotYetValid, "The coupon %s (%s) is valid from %s.",
			cp.ID, of.Title, of.StartsAt.Format(time.RFC3339))
	case vocab.CouponWithdrawn:
		c.refuseCoupon(fault.CouponUnavailable, "The promotion of the coupon %s (%s) is not offered now.",
			cp.ID, of.Title)
	case vocab.CouponAvailable:
		switch {
		case of.ShopID != nil && !slices.Contains(c.selling, *of.ShopID):
			c.refuseCoupon(fault.CouponNotApplicable,
				"The coupon %s (%s) is of a shop that sells nothing here.", cp.ID, of.Title)
		case slices.ContainsFunc(c.coupons, twice):
			c.refuseCoupon(fault.CouponNotApplicable,
				"An order takes one coupon of a promotion: %s (%s) is for another order.", cp.ID, of.Title)
		default:
			c.coupons = append(c.coupons, cp)
		}
	}
	return nil
}

func (c *catalogue) refuseCoupon(code fault.Code, format string, args ...any) {
	c.refused = append(c.refused, Problem{Fault: fault.At("coupons", code, format, args...)})
}

// dropCoupons refuses the coupons whose promotions are used up.
func (c *catalogue) dropCoupons(over map[globalid.ID]bool) {
	c.coupons = slices.DeleteFunc(c.coupons, func(cp *ent.Coupon) bool {
		if over[cp.PromotionID] {
			c.refuseCoupon(fault.CouponUnavailable,
				"The promotion of the coupon %s (%s) is used up.", cp.ID, cp.Edges.Promotion.Title)
		}
		return over[cp.PromotionID]
	})
}
