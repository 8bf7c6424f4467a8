package catalogue

import (
	"context"
	"fmt"

	"orderflow/ent"
	"orderflow/ent/buyer"
	"orderflow/ent/coupon"
	"orderflow/ent/promotion"
	"orderflow/internal/audit"
	"orderflow/internal/auth"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/limit"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// CouponsInput names the buyers who get a coupon of a promotion.
type CouponsInput struct {
	Promotion globalid.ID
	Buyers    []globalid.ID
	Further   bool // one more for those who have one
}

// Validate returns all faults of the fields.
func (in CouponsInput) Validate() error {
	var c check
	limit.CouponBuyers.Within(&c.faults, "buyers", len(in.Buyers))
	if len(in.Buyers) == 0 {
		c.wrong("buyers", "Name at least one buyer.")
	}
	seen := map[globalid.ID]bool{}
	for i, id := range in.Buyers[:min(len(in.Buyers), int(limit.CouponBuyers.Most))] {
		if seen[id] {
			c.wrong(fmt.Sprintf("buyers[%d]", i), "The buyer is named twice.")
		}
		seen[id] = true
	}
	return c.faults.Err()
}

// IssueCoupons gives each buyer a coupon of the promotion and returns the coupons' ids in the order
// of the buyers; who has one keeps the last, unless it is to be a further one. MERCHANT of the
// promotion's shop or PLATFORM. Faults: INVALID_INPUT (also at promotion when it is of another
// kind), LIMIT_EXCEEDED, NOT_FOUND; ACTION_NOT_ALLOWED when the promotion is over.
func (c *Catalogue) IssueCoupons(ctx context.Context, in CouponsInput) ([]globalid.ID, error) {
	viewer, err := auth.Require(ctx, vocab.Merchant, vocab.Platform)
	if err != nil {
		return nil, err
	}
	if err := in.Validate(); err != nil {
		return nil, err
	}
	ids, _, err := c.db.Command(ctx, func(
		ctx context.Context, tx *store.Tx,
	) ([]globalid.ID, error) {
		shop, err := in.issuable(ctx, tx, viewer)
		if err != nil {
			return nil, err
		}
		if err := in.knownBuyers(ctx, tx); err != nil {
			return nil, err
		}
		coupons, err := in.issue(ctx, tx, viewer.Role)
		if err != nil {
			return nil, err
		}
		return coupons, audit.Record(ctx, tx, audit.Entry{Shop: shop, Subject: in.Promotion,
			Action: vocab.AuditIssueCoupons,
			Change: audit.Change{After: map[string]any{"buyers": in.Buyers, "coupons": coupons}}})
	})
	return ids, err
}

// issuable checks the promotion and returns its shop, zero for the platform.
func (in CouponsInput) issuable(
	ctx context.Context, tx *store.Tx, viewer *auth.Viewer,
) (shop globalid.ID, _ error) {
	query := tx.Promotion.Query().Where(promotion.ID(in.Promotion))
	if in.Further && tx.Locks() {
		query.ForUpdate() // two that give one more each give two
	}
	of, err := query.Only(ctx)
	if err != nil {
		return shop, notFoundAt(err, "promotion")
	}
	if of.ShopID != nil {
		shop = *of.ShopID
	}
	if viewer.Role != vocab.Platform && !viewer.HasShop(shop) {
		return shop, notFound("promotion")
	}
	if of.Kind != vocab.CouponOff {
		return shop, fault.At("promotion", fault.InvalidInput, "The promotion is not of the kind COUPON.")
	}
	if !of.EndsAt.After(tx.Now) {
		return shop, fault.At("promotion", fault.ActionNotAllowed, "The promotion is over.")
	}
	return shop, nil
}

func (in CouponsInput) knownBuyers(ctx context.Context, tx *store.Tx) error {
	ids, err := tx.Buyer.Query().Where(buyer.IDIn(in.Buyers...)).IDs(ctx)
	if err != nil {
		return err
	}
	var c check
	for i, id := range in.Buyers {
		c.known(fmt.Sprintf("buyers[%d]", i), id, ids)
	}
	return c.faults.Err()
}

func (in CouponsInput) issue(
	ctx context.Context, tx *store.Tx, role vocab.Role,
) ([]globalid.ID, error) {
	issued, err := lifecycle.Use.Next("", vocab.IssueRedeemable, role, lifecycle.NoFacts{})
	if err != nil {
		return nil, err
	}
	last := map[globalid.ID]*ent.Coupon{}
	if in.Further {
		if last, err = in.last(ctx, tx); err != nil {
			return nil, err
		}
	}
	rows := make([]*ent.Coupon, len(in.Buyers))
	for i, id := range in.Buyers {
		rows[i] = &ent.Coupon{ID: globalid.New(globalid.Coupon), PromotionID: in.Promotion,
			BuyerID: id, Status: issued.To, Number: 1, CreatedAt: tx.Now}
		if last[id] != nil {
			rows[i].Number = last[id].Number + 1
		}
	}
	if err := store.InsertNew(ctx, tx, rows...); err != nil {
		return nil, err
	}
	if last, err = in.last(ctx, tx); err != nil {
		return nil, err
	}
	ids := make([]globalid.ID, len(in.Buyers))
	for i, id := range in.Buyers {
		ids[i] = last[id].ID
	}
	return ids, nil
}

// last reads the last coupon of the promotion of each buyer who has one.
func (in CouponsInput) last(
	ctx context.Context, tx *store.Tx,
) (map[globalid.ID]*ent.Coupon, error) {
	coupons, err := tx.Coupon.Query().Where(
		coupon.PromotionID(in.Promotion), coupon.BuyerIDIn(in.Buyers...)).All(ctx)
	of := make(map[globalid.ID]*ent.Coupon, len(coupons))
	for _, one := range coupons {
		if known := of[one.BuyerID]; known == nil || known.Number < one.Number {
			of[one.BuyerID] = one
		}
	}
	return of, err
}
