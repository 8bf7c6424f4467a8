package redemption

import (
	"time"

	"orderflow/ent"
	"orderflow/internal/vocab"
)

// CouponStatus is what can be done with a coupon of a promotion at a time.
func CouponStatus(c *ent.Coupon, of *ent.Promotion, now time.Time) vocab.CouponState {
	switch {
	case vocab.Claimed.Has(c.Status):
		return vocab.CouponHeld
	case !vocab.Redeemable.Has(c.Status):
		return vocab.CouponUsed
	case !of.EndsAt.After(now):
		return vocab.CouponExpired
	case !of.Active:
		return vocab.CouponWithdrawn
	case of.StartsAt.After(now):
		return vocab.CouponNotYetValid
	}
	return vocab.CouponAvailable
}
