package catalogue_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"orderflow/internal/catalogue"
	"orderflow/internal/dbtest"
	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// setter sets one object of a kind by id or code.
type setter func(ctx context.Context, id globalid.ID, code string) (globalid.ID, error)

func setters(w *fixture) map[string]setter {
	return map[string]setter{
		"shop": func(ctx context.Context, id globalid.ID, code string) (globalid.ID, error) {
			in := shopInput(code)
			in.ID = id
			return w.SetShop(ctx, in)
		},
		"warehouse": func(ctx context.Context, id globalid.ID, code string) (globalid.ID, error) {
			in := warehouseInput(code)
			in.ID = id
			return w.SetWarehouse(ctx, in)
		},
		"product": func(ctx context.Context, id globalid.ID, code string) (globalid.ID, error) {
			in := productInput(code, w.shop)
			in.ID = id
			return w.SetProduct(ctx, in)
		},
		"sku": func(ctx context.Context, id globalid.ID, code string) (globalid.ID, error) {
			in := skuInput(code, w.product)
			in.ID = id
			return w.SetSku(ctx, in)
		},
		"promotion": func(ctx context.Context, id globalid.ID, code string) (globalid.ID, error) {
			in := couponInput(code, w.shop)
			in.ID = id
			return w.SetPromotion(ctx, in)
		},
		"benefit": func(ctx context.Context, id globalid.ID, code string) (globalid.ID, error) {
			in := benefitInput(code)
			in.ID = id
			return w.SetMemberBenefit(ctx, in)
		},
	}
}

func TestCodeOrIDDecidesWhatIsSet(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		w := newFixture(t, db)
		ctx := platform(t)
		var none globalid.ID
		for kind, set := range setters(w) {
			id := must(t)(set(ctx, none, "Code-1"))
			if again := must(t)(set(ctx, none, "Code-1")); again != id {
				t.Errorf("%s: the same code made another: %s and %s", kind, again, id)
			}
			other := must(t)(set(ctx, none, "code-1"))
			if other == id {
				t.Errorf("%s: codes that differ in case are one", kind)
			}
			if same := must(t)(set(ctx, id, "Code-2")); same != id {
				t.Errorf("%s: renamed %s, got %s", kind, id, same)
			}
			if found := must(t)(set(ctx, none, "Code-2")); found != id {
				t.Errorf("%s: the new code finds %s, want %s", kind, found, id)
			}
			_, err := set(ctx, id, "code-1")
			expect(t, kind+" with another's code", err, fault.CodeTaken, "code")
			_, err = set(ctx, globalid.New(globalid.Shop), "code-9")
			expect(t, kind+" with an unknown id", err, fault.NotFound, "id")
			_, err = set(ctx, none, strings.Repeat("码", 65))
			expect(t, kind+" with a long code", err, fault.InvalidInput, "code")
		}
	})
}

func TestOfTwoThatMakeACodeTheSecondFindsTheFirsts(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		w := newFixture(t, db)
		for kind, set := range setters(w) {
			ids := make([]globalid.ID, 8)
			var wait sync.WaitGroup
			for i := range ids {
				wait.Go(func() {
					var err error
					if ids[i], err = set(platform(t), globalid.ID{}, "race"); err != nil {
						t.Errorf("%s: %v", kind, err)
					}
				})
			}
			wait.Wait()
			for _, id := range ids {
				if id != ids[0] {
					t.Errorf("%s: made %s and %s", kind, id, ids[0])
				}
			}
		}
	})
}

func TestWhatIsSetIsStored(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *store.DB) {
		w := newFixture(t, db)
		ctx := platform(t)
		sku, err := db.Client.Sku.Get(ctx, w.otherSku)
		if err != nil || sku.Currency != "GBP" || sku.ShopID != w.otherShop ||
			sku.DeductionMode == nil || *sku.DeductionMode != vocab.OnPayment || !sku.OnSale {
			t.Errorf("sku %+v, %v", sku, err)
		}
		in := skuInput("s1", w.otherProduct)
		in.Price, in.DeductionMode, in.OnSale = 5, "", false
		must(t)(w.SetSku(ctx, in))
		sku, err = db.Client.Sku.Get(ctx, w.otherSku)
		if err != nil || sku.Price != 5 || sku.DeductionMode != nil || sku.OnSale {
			t.Errorf("sku changed: %+v, %v", sku, err)
		}

		policy := document.ShopPolicy{PayMinutes: 15, Deduction: vocab.OnPayment, ReturnWindowDays: 400}
		must(t)(w.SetShopPolicy(ctx, catalogue.PolicyInput{Shop: w.shop, Policy: policy}))
		must(t)(w.SetShop(ctx, shopInput("tea"))) // keeps the policy
		shop, err := db.Client.Shop.Get(ctx, w.shop)
		if err != nil || shop.Policy != policy || shop.Name != "茶铺 Tea" {
			t.Errorf("shop %+v, %v", shop, err)
		}

		coupon := couponInput("limited", w.shop)
		coupon.StartsAt = time.Date(2026, 11, 11, 8, 0, 0, 999, time.FixedZone("CST", 8*3600))
		coupon.EndsAt = coupon.StartsAt.AddDate(1, 0, 0)
		for _, quota := range []int64{7, 9} {
			coupon.Quota, coupon.QuotaPerBuyer = &quota, &quota
			row, err := db.Client.Promotion.Get(ctx, must(t)(w.SetPromotion(ctx, coupon)))
			if err != nil || *row.Quota != quota || *row.QuotaPerBuyer != quota ||
				!row.StartsAt.Equal(time.Date(2026, 11, 11, 0, 0, 0, 0, time.UTC)) {
				t.Errorf("promotion %+v, %v", row, err)
			}
		}

		freight := freightInput(w.shop)
		id := must(t)(w.SetFreightTemplate(ctx, freight))
		freight.Basis = vocab.ByPiece
		if again := must(t)(w.SetFreightTemplate(ctx, freight)); again != id {
			t.Errorf("templates %s and %s of one class", id, again)
		}
		row, err := db.Client.FreightTemplate.Get(ctx, id)
		if err != nil || row.Basis != vocab.ByPiece || len(row.Rule.Zones) != 2 ||
			row.Rule.Zones[0].Regions[1] != "CN-31" {
			t.Errorf("template %+v, %v", row, err)
		}
		freight.LogisticsClass = vocab.ColdChain
		cold := must(t)(w.SetFreightTemplate(ctx, freight))
		freight.ID, freight.LogisticsClass = cold, vocab.Ordinary
		_, err = w.SetFreightTemplate(ctx, freight)
		expect(t, "two templates of one class", err, fault.CodeTaken, "logisticsClass")
	})
}

func TestWhatDoesNotChange(t *testing.T) {
	t.Parallel()
	w := newFixture(t, dbtest.Open(t, dbtest.SQLite))
	ctx := platform(t)

	shop := shopInput("tea")
	shop.Currency = "USD"
	_, err := w.SetShop(ctx, shop)
	expect(t, "the currency of a shop with skus", err, fault.ActionNotAllowed, "currency")
	shop.Code = "empty"
	must(t)(w.SetShop(ctx, shop))
	shop.Currency = "EUR"
	must(t)(w.SetShop(ctx, shop))

	_, err = w.SetPromotion(ctx, promotionInput("shop", w.shop, vocab.Percentage,
		document.PromotionRule{Percent: 10}))
	expect(t, "the kind of a promotion", err, fault.ActionNotAllowed, "kind")
	coupon := couponInput("shop", w.otherShop)
	coupon.ID = w.shopsCoupon
	_, err = w.SetPromotion(ctx, coupon)
	expect(t, "the shop of a promotion", err, fault.ActionNotAllowed, "shop")

	coupon = couponInput("shop", w.shop)
	quota := int64(7)
	coupon.Quota = &quota
	_, err = w.SetPromotion(ctx, coupon)
	expect(t, "a quota that comes", err, fault.ActionNotAllowed, "quota")

	benefit := benefitInput("new")
	must(t)(w.SetMemberBenefit(ctx, benefit))
	benefit.Kind, benefit.Rule = vocab.FreeShipping, document.BenefitRule{}
	_, err = w.SetMemberBenefit(ctx, benefit)
	expect(t, "the kind of a benefit", err, fault.ActionNotAllowed, "kind")

	product := productInput("p1", w.otherShop)
	product.ID = w.product
	_, err = w.SetProduct(ctx, product)
	expect(t, "the shop of a product", err, fault.NotFound, "id")

	nowhere := globalid.New(globalid.Shop)
	_, err = w.SetProduct(ctx, productInput("p1", nowhere))
	expect(t, "a product of no shop", err, fault.NotFound, "shop")
	_, err = w.SetSku(ctx, skuInput("s1", nowhere))
	expect(t, "a sku of no product", err, fault.NotFound, "product")
	_, err = w.SetPromotion(ctx, couponInput("x", nowhere))
	expect(t, "a promotion of no shop", err, fault.NotFound, "shop")
	_, err = w.SetFreightTemplate(ctx, freightInput(nowhere))
	expect(t, "a template of no shop", err, fault.NotFound, "shop")
	_, err = w.SetShopPolicy(ctx, catalogue.PolicyInput{Shop: nowhere})
	expect(t, "a policy of no shop", err, fault.NotFound, "shop")
}
