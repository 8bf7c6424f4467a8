package catalogue_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"orderflow/internal/auth"
	"orderflow/internal/catalogue"
	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/money"
	"orderflow/internal/ordertest"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// as returns the context of somebody of that role.
func as(t *testing.T, role vocab.Role, shops ...globalid.ID) context.Context {
	t.Helper()
	return auth.With(t.Context(), &auth.Viewer{
		Subject: "s-" + strings.ToLower(string(role)), Role: role, Shops: shops,
		StaffID: globalid.New(globalid.Staff),
	})
}

func platform(t *testing.T) context.Context {
	t.Helper()
	return as(t, vocab.Platform)
}

// fixture is two shops with one sku each, and a warehouse.
type fixture struct {
	*catalogue.Catalogue
	db                     *store.DB
	shop, product, sku     globalid.ID
	otherShop, otherSku    globalid.ID
	otherProduct           globalid.ID
	warehouse, buyer       globalid.ID
	promotion, shopsCoupon globalid.ID // the platform's, and one of the shop
}

func newFixture(t *testing.T, db *store.DB) *fixture {
	t.Helper()
	w := &fixture{Catalogue: catalogue.New(db, ordertest.Keys(t)), db: db}
	w.shop, w.product, w.sku = w.newShop(t, "tea", "CNY")
	w.otherShop, w.otherProduct, w.otherSku = w.newShop(t, "toys", "GBP")
	ctx := platform(t)
	w.warehouse = must(t)(w.SetWarehouse(ctx, warehouseInput("hz")))
	w.promotion = must(t)(w.SetPromotion(ctx, couponInput("platform", globalid.ID{})))
	w.shopsCoupon = must(t)(w.SetPromotion(ctx, couponInput("shop", w.shop)))
	viewer := &auth.Viewer{Subject: "li", Role: vocab.Buyer}
	if err := catalogue.NewRegister(db).Enroll(t.Context(), viewer); err != nil {
		t.Fatal(err)
	}
	w.buyer = viewer.BuyerID
	return w
}

func (w *fixture) newShop(
	t *testing.T, code string, currency money.Currency,
) (shop, product, sku globalid.ID) {
	t.Helper()
	in := shopInput(code)
	in.Currency = currency
	shop = must(t)(w.SetShop(platform(t), in))
	product = must(t)(w.SetProduct(platform(t), productInput("p1", shop)))
	sku = must(t)(w.SetSku(platform(t), skuInput("s1", product)))
	return shop, product, sku
}

func must(t *testing.T) func(globalid.ID, error) globalid.ID {
	t.Helper()
	return func(id globalid.ID, err error) globalid.ID {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
}

func shopInput(code string) catalogue.ShopInput {
	return catalogue.ShopInput{
		Code: code, Name: "茶铺 Tea", Currency: "CNY", MerchantAccount: "m-1",
		ReturnAddress: "浙江 杭州",
	}
}

func warehouseInput(code string) catalogue.WarehouseInput {
	return catalogue.WarehouseInput{Code: code, Name: "杭州仓", Region: "浙江", Priority: 1}
}

func productInput(code string, shop globalid.ID) catalogue.ProductInput {
	return catalogue.ProductInput{
		Shop: shop, Code: code, Title: "龙井 Longjing", ImageURL: "https://img.example/1.jpg",
	}
}

func skuInput(code string, product globalid.ID) catalogue.SkuInput {
	return catalogue.SkuInput{
		Product: product, Code: code, Title: "250 g", Price: 12800, WeightGrams: 300,
		LogisticsClass: vocab.Ordinary, DeductionMode: vocab.OnPayment, OnSale: true,
	}
}

func couponInput(code string, shop globalid.ID) catalogue.PromotionInput {
	in := promotionInput(code, shop, vocab.CouponOff, document.PromotionRule{Amount: 500})
	in.Scope = vocab.OrderScope
	return in
}

func promotionInput(
	code string, shop globalid.ID, kind vocab.PromotionKind, rule document.PromotionRule,
) catalogue.PromotionInput {
	now := time.Now()
	return catalogue.PromotionInput{
		Shop: shop, Code: code, Title: "双十一", Kind: kind, Scope: vocab.ItemScope,
		Funder: vocab.FundedByShop, Rule: rule, StartsAt: now, EndsAt: now.Add(time.Hour),
		Active: true,
	}
}

func benefitInput(code string) catalogue.BenefitInput {
	return catalogue.BenefitInput{
		Code: code, Title: "新人立减", Kind: vocab.NewCustomer, Active: true,
		Rule: document.BenefitRule{Amount: 1000},
	}
}

func freightInput(shop globalid.ID) catalogue.FreightInput {
	return catalogue.FreightInput{
		Shop: shop, LogisticsClass: vocab.Ordinary, Basis: vocab.ByWeight,
		Rule: catalogue.FreightRuleInput{Zones: []catalogue.FreightZoneInput{
			{Regions: []string{"浙江", "上海"}, First: 1000, FirstFee: 600, Step: 500, StepFee: 100},
			{First: 1000, FirstFee: 1200, FreeAbove: 9900},
		}},
	}
}

// expect fails unless err is a fault of that code about that field.
func expect(t *testing.T, what string, err error, code fault.Code, field string) {
	t.Helper()
	if !fault.Is(err, code) || fault.All(err)[0].Field != field {
		t.Errorf("%s: got %v, want %s at %q", what, err, code, field)
	}
}

// fields returns the fields of the faults in err, in order.
func fields(err error) []string {
	var all []string
	for _, f := range fault.All(err) {
		all = append(all, f.Field)
	}
	slices.Sort(all)
	return slices.Compact(all)
}
