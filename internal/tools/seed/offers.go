package seed

import (
	"context"
	"time"

	"orderflow/ent/coupon"
	"orderflow/ent/memberbenefit"
	"orderflow/ent/promotion"
	"orderflow/internal/catalogue"
	"orderflow/internal/document"
	"orderflow/internal/globalid"
	"orderflow/internal/vocab"
)

// Offers last long, as a demo database may, and its clock may be moved on.
const offerYears = 20

type demoPromotion struct {
	shop, code, title string // no shop: the platform's
	kind              vocab.PromotionKind
	scope             vocab.PromotionScope
	rule              document.PromotionRule
	skus              []string
	gift              string
	group             string
	quota, perBuyer   int64
	coupons           []string // subjects of the buyers who get one
}

var demoPromotions = []demoPromotion{
	{
		shop: "tea", code: "tea-steps", title: "满 199 减 20，满 399 减 60",
		kind: vocab.FullReduction, scope: vocab.ShopScope, group: "shop",
		rule: document.PromotionRule{Steps: []document.ReductionStep{
			{Threshold: 19900, Amount: 2000}, {Threshold: 39900, Amount: 6000},
		}},
	},
	{
		shop: "tea", code: "tea-second", title: "茉莉花茶第二件半价 Second jasmine tea half price",
		kind: vocab.SecondItem, scope: vocab.ItemScope,
		rule: document.PromotionRule{Percent: 50}, skus: []string{"TEA-JM-100", "TEA-JM-20"},
	},
	{
		shop: "fresh", code: "fresh-fixed", title: "满 99 减 10，每人三次 10 off from 99",
		kind: vocab.FixedAmount, scope: vocab.ShopScope, perBuyer: 3, group: "shop",
		rule: document.PromotionRule{Threshold: 9900, Amount: 1000},
	},
	{
		shop: "fresh", code: "fresh-gift", title: "满 200 送鱼露 Fish sauce from 200",
		kind: vocab.Gift, scope: vocab.ShopScope, gift: "FRE-FS-100",
		rule: document.PromotionRule{Threshold: 20000, GiftQuantity: 1},
	},
	{
		shop: "home", code: "home-percent", title: "家饰九折 Ten percent off décor",
		kind: vocab.Percentage, scope: vocab.ItemScope, rule: document.PromotionRule{Percent: 10},
		skus: []string{"HOM-LP-120", "HOM-BK-RD", "HOM-BK-BL", "HOM-HK-4"},
	},
	{
		shop: "home", code: "home-first50", title: "沙发前 50 单立减 300 First 50 sofas",
		kind: vocab.FixedAmount, scope: vocab.ItemScope, quota: 50,
		rule: document.PromotionRule{Amount: 30000}, skus: []string{"HOM-SF-GY", "HOM-SF-GN"},
	},
	{
		code: "all-steps", title: "跨店满减 Across shops: 30 off 300, 100 off 900",
		kind: vocab.FullReduction, scope: vocab.OrderScope, group: "platform",
		rule: document.PromotionRule{Steps: []document.ReductionStep{
			{Threshold: 30000, Amount: 3000}, {Threshold: 90000, Amount: 10000},
		}},
	},
	{
		code: "all-coupon", title: "平台券 15 元 Platform coupon: 15 off 99",
		kind: vocab.CouponOff, scope: vocab.OrderScope,
		rule:    document.PromotionRule{Threshold: 9900, Amount: 1500},
		coupons: []string{"buyer-1", "buyer-2", "buyer-3", "buyer-4", "buyer-5"},
	},
	{
		shop: "tea", code: "tea-coupon", title: "茶友券 88 折 Tea lovers: 12 percent off",
		kind: vocab.CouponOff, scope: vocab.ShopScope, rule: document.PromotionRule{Percent: 12},
		coupons: []string{"buyer-1", "buyer-2", "buyer-3"},
	},
}

var demoBenefits = []catalogue.BenefitInput{
	{
		Code: "new-customer", Title: "新人立减 10 元 New customers: 10 off",
		Kind: vocab.NewCustomer, Rule: document.BenefitRule{Amount: 1000}, Active: true,
	},
	{
		Code: "silver", Title: "银卡 95 折 Silver: 5 percent off",
		Kind: vocab.LevelDiscount, Rule: document.BenefitRule{MinLevel: 2, Percent: 5}, Active: true,
	},
	{
		Code: "gold-freight", Title: "金卡免邮 Gold: free shipping",
		Kind: vocab.FreeShipping, Rule: document.BenefitRule{MinLevel: 3}, Active: true,
	},
}

func (s *seeder) promotions(ctx context.Context) error {
	now, err := s.db.Now(ctx)
	if err != nil {
		return err
	}
	for _, d := range demoPromotions {
		find := func(ctx context.Context) (globalid.ID, error) {
			return s.db.Client.Promotion.Query().Where(promotion.Code(d.code)).OnlyID(ctx)
		}
		add := func(ctx context.Context) (globalid.ID, error) {
			return s.catalogue.SetPromotion(ctx, s.promotion(d, now))
		}
		if err := s.ensure(ctx, globalid.Promotion, d.code, find, add); err != nil {
			return err
		}
	}
	return nil
}

func (s *seeder) promotion(d demoPromotion, now time.Time) catalogue.PromotionInput {
	in := catalogue.PromotionInput{
		Code: d.code, Title: d.title, Kind: d.kind, Scope: d.scope, Rule: d.rule,
		Funder: vocab.FundedByPlatform, StackingGroup: d.group, Active: true,
		StartsAt: now, EndsAt: now.AddDate(offerYears, 0, 0),
	}
	if d.shop != "" {
		in.Shop, in.Funder = s.id(globalid.Shop, d.shop), vocab.FundedByShop
	}
	for _, code := range d.skus {
		in.Rule.Skus = append(in.Rule.Skus, s.id(globalid.Sku, code))
	}
	if d.gift != "" {
		in.Rule.Gift = s.id(globalid.Sku, d.gift)
	}
	if d.quota > 0 {
		in.Quota = &d.quota
	}
	if d.perBuyer > 0 {
		in.QuotaPerBuyer = &d.perBuyer
	}
	return in
}

func (s *seeder) coupons(ctx context.Context) error {
	for _, d := range demoPromotions {
		promotionID := s.id(globalid.Promotion, d.code)
		for _, subject := range d.coupons {
			buyerID := s.id(globalid.Buyer, subject)
			find := func(ctx context.Context) (globalid.ID, error) {
				return s.db.Client.Coupon.Query().
					Where(coupon.PromotionID(promotionID), coupon.BuyerID(buyerID)).OnlyID(ctx)
			}
			add := func(ctx context.Context) (globalid.ID, error) {
				ids, err := s.catalogue.IssueCoupons(ctx,
					catalogue.CouponsInput{Promotion: promotionID, Buyers: []globalid.ID{buyerID}})
				if err != nil {
					return globalid.ID{}, err
				}
				return ids[0], nil
			}
			name := d.code + " of " + subject
			if err := s.ensure(ctx, globalid.Coupon, name, find, add); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *seeder) benefits(ctx context.Context) error {
	for _, in := range demoBenefits {
		find := func(ctx context.Context) (globalid.ID, error) {
			return s.db.Client.MemberBenefit.Query().
				Where(memberbenefit.Code(in.Code)).OnlyID(ctx)
		}
		add := func(ctx context.Context) (globalid.ID, error) {
			return s.catalogue.SetMemberBenefit(ctx, in)
		}
		if err := s.ensure(ctx, globalid.MemberBenefit, in.Code, find, add); err != nil {
			return err
		}
	}
	return nil
}
