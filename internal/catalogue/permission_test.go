package catalogue_test

import (
	"context"
	"slices"
	"testing"

	"orderflow/internal/catalogue"
	"orderflow/internal/dbtest"
	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// commands runs each command with an input that is sound in a fixture.
func commands(w *fixture) map[string]func(context.Context) error {
	return map[string]func(context.Context) error{
		"SetShop": func(ctx context.Context) error {
			_, err := w.SetShop(ctx, shopInput("tea"))
			return err
		},
		"SetShopPolicy": func(ctx context.Context) error {
			_, err := w.SetShopPolicy(ctx, catalogue.PolicyInput{Shop: w.shop})
			return err
		},
		"SetWarehouse": func(ctx context.Context) error {
			_, err := w.SetWarehouse(ctx, warehouseInput("hz"))
			return err
		},
		"SetProduct": func(ctx context.Context) error {
			_, err := w.SetProduct(ctx, productInput("p1", w.shop))
			return err
		},
		"SetSku": func(ctx context.Context) error {
			_, err := w.SetSku(ctx, skuInput("s1", w.product))
			return err
		},
		"SetPromotion": func(ctx context.Context) error {
			_, err := w.SetPromotion(ctx, couponInput("shop", w.shop))
			return err
		},
		"SetMemberBenefit": func(ctx context.Context) error {
			_, err := w.SetMemberBenefit(ctx, benefitInput("new"))
			return err
		},
		"SetFreightTemplate": func(ctx context.Context) error {
			_, err := w.SetFreightTemplate(ctx, freightInput(w.shop))
			return err
		},
		"IssueCoupons": func(ctx context.Context) error {
			_, err := w.IssueCoupons(ctx, catalogue.CouponsInput{
				Promotion: w.shopsCoupon, Buyers: []globalid.ID{w.buyer},
			})
			return err
		},
		"AdjustStock": func(ctx context.Context) error {
			_, err := w.AdjustStock(ctx, catalogue.StockInput{
				Sku: w.sku, Warehouse: w.warehouse, Delta: 5,
			})
			return err
		},
	}
}

func TestWhoMay(t *testing.T) {
	t.Parallel()
	w := newFixture(t, dbtest.Open(t, dbtest.SQLite))
	forShops := []vocab.Role{vocab.Merchant, vocab.Platform}
	may := map[string][]vocab.Role{
		"SetShop": {vocab.Platform}, "SetWarehouse": {vocab.Platform},
		"SetMemberBenefit": {vocab.Platform},
		"SetShopPolicy":    forShops, "SetProduct": forShops, "SetSku": forShops,
		"SetPromotion": forShops, "SetFreightTemplate": forShops, "IssueCoupons": forShops,
		"AdjustStock": {vocab.Merchant, vocab.Warehouse, vocab.Platform},
	}
	// Where the object is found by a shop's id the fault is at shop, and so on.
	hidden := map[string]string{
		"SetShopPolicy": "shop", "SetProduct": "shop", "SetSku": "product", "SetPromotion": "shop",
		"SetFreightTemplate": "shop", "IssueCoupons": "promotion", "AdjustStock": "sku",
	}
	for name, run := range commands(w) {
		expect(t, name, run(t.Context()), fault.Unauthenticated, "")
		for _, role := range vocab.Roles {
			shops := []globalid.ID{w.shop}
			if role != vocab.Merchant && role != vocab.Warehouse {
				shops = nil
			}
			err := run(as(t, role, shops...))
			if !slices.Contains(may[name], role) {
				expect(t, name+" as "+string(role), err, fault.Forbidden, "")
				continue
			}
			if err != nil {
				t.Errorf("%s as %s: %v", name, role, err)
			}
			if role != vocab.Platform {
				err := run(as(t, role, w.otherShop))
				expect(t, name+" of another shop", err, fault.NotFound, hidden[name])
			}
		}
	}
}

func TestObjectsOfAnotherShopAreNotFoundByTheirID(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		w := newFixture(t, db)
		ctx := as(t, vocab.Merchant, w.otherShop)

		product := productInput("p1", w.otherShop)
		product.ID = w.product
		_, err := w.SetProduct(ctx, product)
		expect(t, "product", err, fault.NotFound, "id")

		sku := skuInput("s1", w.otherProduct)
		sku.ID = w.sku
		_, err = w.SetSku(ctx, sku)
		expect(t, "sku", err, fault.NotFound, "id")

		freight := freightInput(w.otherShop)
		freight.ID = must(t)(w.SetFreightTemplate(platform(t), freightInput(w.shop)))
		_, err = w.SetFreightTemplate(ctx, freight)
		expect(t, "freight template", err, fault.NotFound, "id")

		for _, id := range []globalid.ID{w.shopsCoupon, w.promotion} {
			promotion := couponInput("mine", w.otherShop)
			promotion.ID = id
			_, err = w.SetPromotion(ctx, promotion)
			expect(t, "promotion", err, fault.NotFound, "id")
			_, err = w.IssueCoupons(ctx, catalogue.CouponsInput{
				Promotion: id, Buyers: []globalid.ID{w.buyer},
			})
			expect(t, "coupons", err, fault.NotFound, "promotion")
		}
		_, err = w.SetPromotion(ctx, couponInput("shop", w.otherShop))
		expect(t, "promotion by code", err, fault.CodeTaken, "code")

		foreign := promotionInput("gift", w.otherShop, vocab.Gift,
			document.PromotionRule{Gift: w.sku, GiftQuantity: 1, Skus: []globalid.ID{w.otherSku, w.sku}})
		_, err = w.SetPromotion(ctx, foreign)
		if got := fields(err); !slices.Equal(got, []string{"rule.gift", "rule.skus[1]"}) ||
			!fault.Is(err, fault.NotFound) {
			t.Errorf("another shop's skus: %v", err)
		}
	})
}

func TestWhatAMerchantMayNotAskFor(t *testing.T) {
	t.Parallel()
	w := newFixture(t, dbtest.Open(t, dbtest.SQLite))
	ctx := as(t, vocab.Merchant, w.shop)
	_, err := w.SetPromotion(ctx, couponInput("all", globalid.ID{}))
	expect(t, "a promotion of the platform", err, fault.InvalidInput, "shop")

	in := couponInput("funded", w.shop)
	in.Funder = vocab.FundedByPlatform
	_, err = w.SetPromotion(ctx, in)
	expect(t, "one that the platform pays", err, fault.ActionNotAllowed, "funder")
	must(t)(w.SetPromotion(platform(t), in))
	in.Funder = vocab.FundedByShop
	_, err = w.SetPromotion(ctx, in)
	expect(t, "to change that", err, fault.ActionNotAllowed, "funder")
}
