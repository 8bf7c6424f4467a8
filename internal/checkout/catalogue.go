package checkout

import (
	"context"
	"maps"
	"slices"
	"time"

	"orderflow/ent"
	"orderflow/ent/benefituse"
	"orderflow/ent/quota"
	"orderflow/internal/auth"
	"orderflow/internal/globalid"
	"orderflow/internal/vocab"
)

// catalogue is what one checkout looks at. Rows that change rarely are of a snapshot and must not
// be changed; the rest is read without locks.
type catalogue struct {
	skus       map[globalid.ID]*ent.Sku // of the lines and of possible gifts
	selling    []globalid.ID            // the shops of the lines
	shops      map[globalid.ID]*ent.Shop
	titles     map[globalid.ID]string // of products
	promotions []*ent.Promotion
	coupons    []*ent.Coupon // the chosen ones that this buyer can use
	refused    []Problem     // one for each other coupon that is chosen
	benefits   []*ent.MemberBenefit
	templates  []*ent.FreightTemplate
	sources    []source
	level      int
}

// catalogueFor is what one basket needs of what is known, with the coupons, quotas and benefits of
// its buyer, which it reads when there are any.
func (c *Checkout) catalogueFor(
	ctx context.Context, now time.Time, known *snapshot, live *live, b basket,
) (*catalogue, error) {
	v, in := b.viewer, b.in
	cat := &catalogue{skus: map[globalid.ID]*ent.Sku{}, shops: map[globalid.ID]*ent.Shop{},
		titles: map[globalid.ID]string{}, level: v.Level, sources: live.sources}
	for _, line := range in.Lines {
		cat.addSku(live.skus[line.Sku])
	}
	cat.addShops()
	for _, p := range known.promotions {
		if holds(p, now) && (p.ShopID == nil || slices.Contains(cat.selling, *p.ShopID)) {
			cat.promotions = append(cat.promotions, p)
		}
	}
	if err := cat.readCoupons(ctx, c.db.Client, now, v, in); err != nil {
		return nil, err
	}
	if err := cat.readQuotas(ctx, c.db.Client, v); err != nil {
		return nil, err
	}
	if err := cat.readBenefits(ctx, c.db.Client, v, known.benefits); err != nil {
		return nil, err
	}
	for _, p := range cat.promotions {
		if p.Kind == vocab.Gift {
			cat.addSku(live.skus[p.Rule.Gift])
		}
	}
	return cat, nil
}

// holds reports whether a promotion applies at a time.
func holds(p *ent.Promotion, now time.Time) bool {
	return !p.StartsAt.After(now) && p.EndsAt.After(now)
}

// addSku adds a sku if there is one and it is on sale.
func (c *catalogue) addSku(s *ent.Sku) {
	if s != nil && s.OnSale {
		c.skus[s.ID] = s
		c.titles[s.ProductID] = s.Edges.Product.Title
	}
}

// addShops adds the shops of the skus with their freight templates.
func (c *catalogue) addShops() {
	for _, s := range c.skus {
		c.shops[s.ShopID] = s.Edges.Shop
	}
	c.selling = slices.SortedFunc(maps.Keys(c.shops), globalid.ID.Compare)
	for _, id := range c.selling {
		c.templates = append(c.templates, c.shops[id].Edges.FreightTemplates...)
	}
}

// readQuotas drops the promotions whose quota is used up, in all or by this buyer.
func (c *catalogue) readQuotas(
	ctx context.Context, client *ent.Client, v *auth.Viewer,
) error {
	limited := map[globalid.ID]*ent.Promotion{}
	for _, p := range c.promotions {
		if p.Quota != nil || p.QuotaPerBuyer != nil {
			limited[p.ID] = p
		}
	}
	for _, cp := range c.coupons {
		if p := cp.Edges.Promotion; p.Quota != nil || p.QuotaPerBuyer != nil {
			limited[p.ID] = p
		}
	}
	if len(limited) == 0 {
		return nil
	}
	ids := make([]globalid.ID, 0, len(limited))
	for id := range limited {
		ids = append(ids, id)
	}
	counters, err := client.Quota.Query().Where(quota.PromotionIDIn(ids...),
		quota.BuyerIDIn(globalid.ID{}, v.BuyerID)).All(ctx)
	if err != nil {
		return err
	}
	over := map[globalid.ID]bool{}
	for _, counter := range counters {
		p := limited[counter.PromotionID]
		most := p.Quota
		if !counter.BuyerID.IsZero() {
			most = p.QuotaPerBuyer
		}
		over[p.ID] = over[p.ID] || most != nil && counter.Taken >= *most
	}
	c.promotions = slices.DeleteFunc(c.promotions, func(p *ent.Promotion) bool {
		return over[p.ID]
	})
	c.dropCoupons(over)
	return nil
}

// readBenefits takes the benefits that this buyer has not used up.
func (c *catalogue) readBenefits(
	ctx context.Context, client *ent.Client, v *auth.Viewer, benefits []*ent.MemberBenefit,
) error {
	if len(benefits) == 0 {
		return nil
	}
	uses, err := client.BenefitUse.Query().Where(benefituse.BuyerID(v.BuyerID),
		benefituse.StatusIn(vocab.Redeemed...)).All(ctx)
	for _, b := range benefits {
		used := slices.ContainsFunc(uses, func(u *ent.BenefitUse) bool {
			return u.BenefitID == b.ID
		})
		if !used {
			c.benefits = append(c.benefits, b)
		}
	}
	return err
}
