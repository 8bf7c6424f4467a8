package checkout

import (
	"context"
	"slices"
	"time"

	"orderflow/ent"
	"orderflow/ent/benefituse"
	"orderflow/ent/coupon"
	"orderflow/ent/freighttemplate"
	"orderflow/ent/memberbenefit"
	"orderflow/ent/promotion"
	"orderflow/ent/quota"
	"orderflow/ent/shop"
	"orderflow/ent/sku"
	"orderflow/ent/stock"
	"orderflow/internal/auth"
	"orderflow/internal/globalid"
	"orderflow/internal/vocab"
)

// catalogue is what one checkout reads, on an unlocked snapshot.
type catalogue struct {
	skus       map[globalid.ID]*ent.Sku // of the lines and of possible gifts
	selling    []globalid.ID            // the shops of the lines
	shops      map[globalid.ID]*ent.Shop
	titles     map[globalid.ID]string // of products
	promotions []*ent.Promotion
	coupons    []*ent.Coupon // the chosen ones that this buyer can use
	benefits   []*ent.MemberBenefit
	templates  []*ent.FreightTemplate
	sources    []source
	level      int
}

// readCatalogue loads what the lines, the coupons and the buyer of a checkout need.
func readCatalogue(
	ctx context.Context, client *ent.Client, now time.Time, v *auth.Viewer, in *QuoteInput,
) (*catalogue, error) {
	c := &catalogue{skus: map[globalid.ID]*ent.Sku{}, shops: map[globalid.ID]*ent.Shop{},
		titles: map[globalid.ID]string{}, level: v.Level}
	wanted := make([]globalid.ID, len(in.Lines))
	for i, line := range in.Lines {
		wanted[i] = line.Sku
	}
	if err := c.readSkus(ctx, client, wanted); err != nil {
		return nil, err
	}
	steps := []func(context.Context, *ent.Client, time.Time, *auth.Viewer, *QuoteInput) error{
		c.readShops, c.readPromotions, c.readQuotas, c.readBenefits, c.readGifts, c.readStock,
	}
	for _, step := range steps {
		if err := step(ctx, client, now, v, in); err != nil {
			return nil, err
		}
	}
	return c, nil
}

func (c *catalogue) readSkus(
	ctx context.Context, client *ent.Client, ids []globalid.ID,
) error {
	found, err := client.Sku.Query().Where(sku.IDIn(ids...), sku.OnSale(true)).
		WithProduct().All(ctx)
	for _, s := range found {
		c.skus[s.ID] = s
		c.titles[s.ProductID] = s.Edges.Product.Title
	}
	return err
}

func (c *catalogue) readShops(
	ctx context.Context, client *ent.Client, _ time.Time, _ *auth.Viewer, _ *QuoteInput,
) error {
	for _, s := range c.skus {
		if !slices.Contains(c.selling, s.ShopID) {
			c.selling = append(c.selling, s.ShopID)
		}
	}
	slices.SortFunc(c.selling, globalid.ID.Compare)
	found, err := client.Shop.Query().Where(shop.IDIn(c.selling...)).All(ctx)
	if err != nil {
		return err
	}
	for _, s := range found {
		c.shops[s.ID] = s
	}
	c.templates, err = client.FreightTemplate.Query().
		Where(freighttemplate.ShopIDIn(c.selling...)).All(ctx)
	return err
}

func (c *catalogue) readPromotions(
	ctx context.Context, client *ent.Client, now time.Time, v *auth.Viewer, in *QuoteInput,
) error {
	live := promotion.And(promotion.Active(true), promotion.StartsAtLTE(now),
		promotion.EndsAtGT(now), promotion.Or(promotion.ShopIDIsNil(),
			promotion.ShopIDIn(c.selling...)))
	var err error
	c.promotions, err = client.Promotion.Query().
		Where(live, promotion.KindNEQ(vocab.CouponOff)).All(ctx)
	if err != nil || len(in.Coupons) == 0 {
		return err
	}
	c.coupons, err = client.Coupon.Query().Where(coupon.IDIn(in.Coupons...),
		coupon.BuyerID(v.BuyerID), coupon.StatusIn(vocab.Redeemable...),
		coupon.HasPromotionWith(live)).WithPromotion().All(ctx)
	return err
}

// readQuotas drops the promotions whose quota is used up, in all or by this buyer.
func (c *catalogue) readQuotas(
	ctx context.Context, client *ent.Client, _ time.Time, v *auth.Viewer, _ *QuoteInput,
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
	c.coupons = slices.DeleteFunc(c.coupons, func(cp *ent.Coupon) bool {
		return over[cp.PromotionID]
	})
	return nil
}

// readBenefits loads the benefits that this buyer has not used up and the buyer's level.
func (c *catalogue) readBenefits(
	ctx context.Context, client *ent.Client, _ time.Time, v *auth.Viewer, _ *QuoteInput,
) error {
	account, err := client.Buyer.Get(ctx, v.BuyerID)
	if err != nil {
		return err
	}
	c.level = max(c.level, account.Level)
	c.benefits, err = client.MemberBenefit.Query().Where(memberbenefit.Active(true)).All(ctx)
	if err != nil {
		return err
	}
	uses, err := client.BenefitUse.Query().Where(benefituse.BuyerID(v.BuyerID),
		benefituse.StatusIn(vocab.Redeemed...)).All(ctx)
	c.benefits = slices.DeleteFunc(c.benefits, func(b *ent.MemberBenefit) bool {
		return slices.ContainsFunc(uses, func(u *ent.BenefitUse) bool {
			return u.BenefitID == b.ID
		})
	})
	return err
}

// readGifts adds the skus that promotions may give to the skus of the checkout.
func (c *catalogue) readGifts(
	ctx context.Context, client *ent.Client, _ time.Time, _ *auth.Viewer, _ *QuoteInput,
) error {
	var gifts []globalid.ID
	for _, p := range c.promotions {
		if p.Kind == vocab.Gift && c.skus[p.Rule.Gift] == nil {
			gifts = append(gifts, p.Rule.Gift)
		}
	}
	if len(gifts) == 0 {
		return nil
	}
	return c.readSkus(ctx, client, gifts)
}

func (c *catalogue) readStock(
	ctx context.Context, client *ent.Client, _ time.Time, _ *auth.Viewer, _ *QuoteInput,
) error {
	ids := make([]globalid.ID, 0, len(c.skus))
	for id := range c.skus {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, globalid.ID.Compare)
	rows, err := client.Stock.Query().Where(stock.SkuIDIn(ids...)).WithWarehouse().
		Order(ent.Asc(stock.FieldSkuID, stock.FieldWarehouseID)).All(ctx)
	for _, row := range rows {
		w := row.Edges.Warehouse
		c.sources = append(c.sources, source{
			stock: row.ID, sku: row.SkuID, available: row.OnHand - row.Reserved,
			warehouse: site{id: w.ID, region: w.Region, priority: w.Priority},
		})
	}
	return err
}
