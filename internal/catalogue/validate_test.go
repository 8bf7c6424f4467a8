package catalogue_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"orderflow/internal/catalogue"
	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/money"
	"orderflow/internal/region"
	"orderflow/internal/vocab"
)

// wrong is a change that makes a sound input unsound in the fields named.
type wrong[T any] struct {
	spoil  func(*T)
	fields string // separated by spaces
}

// spoil runs the changes one by one, each on the sound input.
func spoil[T interface{ Validate() error }](t *testing.T, sound T, cases []wrong[T]) {
	t.Helper()
	if err := sound.Validate(); err != nil {
		t.Errorf("%T: the sound input: %v", sound, err)
	}
	for i, tc := range cases {
		in := sound
		tc.spoil(&in)
		err := in.Validate()
		if got := strings.Join(fields(err), " "); got != tc.fields {
			t.Errorf("%T case %d: faults at %q, want %q (%v)", sound, i, got, tc.fields, err)
		}
	}
}

const (
	tooMuch = 1_000_000_000_001
	tooMany = 1_000_000_001
)

var (
	long   = strings.Repeat("长", 501)
	broken = "\xff"
)

func TestShopValidation(t *testing.T) {
	t.Parallel()
	type in = catalogue.ShopInput
	spoil(t, shopInput("tea"), []wrong[in]{
		{func(i *in) { i.Code = "" }, "code"},
		{func(i *in) { i.Code = " tea" }, "code"},
		{func(i *in) { i.Code = "tea " }, "code"},
		{func(i *in) { i.Code = "a\nb" }, "code"},
		{func(i *in) { i.Code = broken }, "code"},
		{func(i *in) { i.Code = strings.Repeat("a", 65) }, "code"},
		{func(i *in) { i.Name = strings.Repeat("名", 201) }, "name"},
		{func(i *in) { i.Currency = "cny" }, "currency"},
		{func(i *in) { i.MerchantAccount = "" }, "merchantAccount"},
		{func(i *in) { i.ReturnAddress = long }, "returnAddress"},
		{func(i *in) { *i = in{} }, "code currency merchantAccount name"},
	})
	longest := shopInput(strings.Repeat("码", 64))
	longest.Name, longest.Currency = strings.Repeat("名", 200), money.JPY
	if err := longest.Validate(); err != nil {
		t.Errorf("the longest texts: %v", err)
	}
}

// Each number has bounds on both sides: a shop cannot take from a buyer the time to act, nor let
// one wait for ever.
func TestPolicyValidation(t *testing.T) {
	t.Parallel()
	type in = catalogue.PolicyInput
	least := in{Policy: document.ShopPolicy{
		PayMinutes: 5, ShipHours: 1, ReceiptDays: 3, ReturnWindowDays: 7, MerchantHours: 1,
		PackedHours: 1, BuyerAnswerDays: 3, InterceptionDays: 1, ReturnDays: 3,
		ConfirmReturnDays: 1, InspectReturnDays: 1, EscalateDays: 3, ReshipHours: 1,
		ShortageHours: 12,
	}}
	most := in{Policy: document.ShopPolicy{
		PayMinutes: 7 * 24 * 60, ShipHours: 720, ReceiptDays: 90, ReturnWindowDays: 400,
		MerchantHours: 168, AutoApproveUntil: "PACKED", Deduction: vocab.OnOrder,
		Strategy: vocab.NearestRegion, PackedHours: 72, BuyerAnswerDays: 30,
		InterceptionDays: 15, ReturnDays: 60, ConfirmReturnDays: 20, InspectReturnDays: 10,
		EscalateDays: 30, ReshipHours: 168, ShortageHours: 72,
	}}
	for _, sound := range []in{{}, least, most} {
		spoil(t, sound, []wrong[in]{
			{func(i *in) { i.Policy.AutoApproveUntil = "SHIPPED" }, "policy.autoApproveUntil"},
			{func(i *in) { i.Policy.Deduction = "NEVER" }, "policy.deduction"},
			{func(i *in) { i.Policy.Strategy = "ANY" }, "policy.strategy"},
		})
	}
	for _, f := range []struct {
		name string
		of   func(*document.ShopPolicy) *int
	}{
		{"payMinutes", func(p *document.ShopPolicy) *int { return &p.PayMinutes }},
		{"shipHours", func(p *document.ShopPolicy) *int { return &p.ShipHours }},
		{"receiptDays", func(p *document.ShopPolicy) *int { return &p.ReceiptDays }},
		{"returnWindowDays", func(p *document.ShopPolicy) *int { return &p.ReturnWindowDays }},
		{"merchantHours", func(p *document.ShopPolicy) *int { return &p.MerchantHours }},
		{"packedHours", func(p *document.ShopPolicy) *int { return &p.PackedHours }},
		{"buyerAnswerDays", func(p *document.ShopPolicy) *int { return &p.BuyerAnswerDays }},
		{"interceptionDays", func(p *document.ShopPolicy) *int { return &p.InterceptionDays }},
		{"returnDays", func(p *document.ShopPolicy) *int { return &p.ReturnDays }},
		{"confirmReturnDays", func(p *document.ShopPolicy) *int { return &p.ConfirmReturnDays }},
		{"inspectReturnDays", func(p *document.ShopPolicy) *int { return &p.InspectReturnDays }},
		{"escalateDays", func(p *document.ShopPolicy) *int { return &p.EscalateDays }},
		{"reshipHours", func(p *document.ShopPolicy) *int { return &p.ReshipHours }},
		{"shortageHours", func(p *document.ShopPolicy) *int { return &p.ShortageHours }},
	} {
		spoil(t, most, []wrong[in]{
			{func(i *in) { *f.of(&i.Policy)++ }, "policy." + f.name},
			{func(i *in) { *f.of(&i.Policy) = -1 }, "policy." + f.name},
		})
		if *f.of(&least.Policy) > 1 { // 0 is the default
			spoil(t, least, []wrong[in]{
				{func(i *in) { *f.of(&i.Policy)-- }, "policy." + f.name}})
		}
	}
}

func TestWarehouseAndProductValidation(t *testing.T) {
	t.Parallel()
	type house = catalogue.WarehouseInput
	spoil(t, warehouseInput("hz"), []wrong[house]{
		{func(i *house) { *i = house{} }, "code name region"},
		{func(i *house) { i.ReturnAddress = long }, "returnAddress"},
		{func(i *house) { i.Priority = -1 }, "priority"},
		{func(i *house) { i.Priority = 1_000_001 }, "priority"},
	})
	type product = catalogue.ProductInput
	cases := []wrong[product]{
		{func(i *product) { *i = product{} }, "code title"},
		{func(i *product) { i.Title = strings.Repeat("题", 301) }, "title"},
	}
	for _, address := range []string{
		"javascript:alert(1)", "//x/y.jpg", "img/1.jpg", "https://", "http://a b/", "https://" + long,
	} {
		cases = append(cases, wrong[product]{func(i *product) { i.ImageURL = address }, "imageUrl"})
	}
	spoil(t, productInput("p", globalid.ID{}), cases)
}

func TestSkuValidation(t *testing.T) {
	t.Parallel()
	type in = catalogue.SkuInput
	spoil(t, skuInput("s", globalid.ID{}), []wrong[in]{
		{func(i *in) { *i = in{} }, "code logisticsClass title"},
		{func(i *in) { i.Price = -1 }, "price"},
		{func(i *in) { i.Price = tooMuch }, "price"},
		{func(i *in) { i.WeightGrams = -1 }, "weightGrams"},
		{func(i *in) { i.WeightGrams = tooMany }, "weightGrams"},
		{func(i *in) { i.LogisticsClass = "ordinary" }, "logisticsClass"},
		{func(i *in) { i.DeductionMode = "LATER" }, "deductionMode"},
		{func(i *in) { i.ImageURL = "ftp://x/y" }, "imageUrl"},
	})
}

func TestBenefitValidation(t *testing.T) {
	t.Parallel()
	type in = catalogue.BenefitInput
	spoil(t, benefitInput("new"), []wrong[in]{
		{func(i *in) { *i = in{} }, "code kind title"},
		{func(i *in) { i.Rule.Amount = 0 }, "rule.amount"},
		{func(i *in) { i.Rule.Amount = tooMuch }, "rule.amount"},
		{func(i *in) { i.Rule.Percent = 5 }, "rule.percent"},
		{func(i *in) { i.Rule.MinLevel = -1 }, "rule.minLevel"},
		{func(i *in) { i.Kind = vocab.LevelDiscount }, "rule.amount rule.percent"},
		{func(i *in) { i.Kind = vocab.FreeShipping }, "rule.amount"},
	})
	level := benefitInput("level")
	level.Kind, level.Rule = vocab.LevelDiscount, document.BenefitRule{MinLevel: 1000, Percent: 100}
	spoil(t, level, []wrong[in]{
		{func(i *in) { i.Rule.Percent = 101 }, "rule.percent"},
		{func(i *in) { i.Rule.MinLevel = 1001 }, "rule.minLevel"},
	})
}

func TestFreightValidation(t *testing.T) {
	t.Parallel()
	type in = catalogue.FreightInput
	// zones replaces the zones, so that cases do not share them.
	zones := func(z ...catalogue.FreightZoneInput) func(*in) {
		return func(i *in) { i.Rule.Zones = z }
	}
	many := make([]catalogue.FreightZoneInput, len(region.Divisions()))
	var all []string
	for i, d := range region.Divisions() {
		many[i].Regions = []string{d.Name}
		all = append(all, d.Official)
	}
	spoil(t, freightInput(globalid.ID{}), []wrong[in]{
		{func(i *in) { i.LogisticsClass, i.Basis = "", "VOLUME" }, "basis logisticsClass"},
		{zones(), "rule.zones"},
		{zones(many...), ""},
		{zones(catalogue.FreightZoneInput{Regions: append(all, "44")}), "rule.zones[0].regions"},
		{zones(catalogue.FreightZoneInput{First: -1, FirstFee: -1, Step: -1, StepFee: -1, FreeAbove: -1}),
			"rule.zones[0].first rule.zones[0].firstFee rule.zones[0].freeAbove " +
				"rule.zones[0].step rule.zones[0].stepFee"},
		{zones(catalogue.FreightZoneInput{FirstFee: tooMuch, First: tooMany}),
			"rule.zones[0].first rule.zones[0].firstFee"},
		{zones(catalogue.FreightZoneInput{StepFee: 5}), "rule.zones[0].step"},
		{zones(catalogue.FreightZoneInput{}, catalogue.FreightZoneInput{}), "rule.zones[1].regions"},
		{zones(catalogue.FreightZoneInput{Regions: []string{"浙江", "浙江"}}), "rule.zones[0].regions[1]"},
		{zones(catalogue.FreightZoneInput{Regions: []string{"浙江"}}, catalogue.FreightZoneInput{},
			catalogue.FreightZoneInput{Regions: []string{"上海", "浙江"}}), "rule.zones[2].regions[1]"},
		{zones(catalogue.FreightZoneInput{Regions: []string{"", " x"}}),
			"rule.zones[0].regions[0] rule.zones[0].regions[1]"},
		{zones(catalogue.FreightZoneInput{Regions: []string{"新疆", "新疆维吾尔自治区"}}),
			"rule.zones[0].regions[1]"},
		{zones(catalogue.FreightZoneInput{Countries: []string{"GB", "UK", "", "GB"}}),
			"rule.zones[0].countries[1] rule.zones[0].countries[2] rule.zones[0].countries[3]"},
	})
}

func TestCountsAreLimitsAndValuesAreNot(t *testing.T) {
	t.Parallel()
	in := freightInput(globalid.ID{})
	in.Rule.Zones = make([]catalogue.FreightZoneInput, 101)
	if err := in.Validate(); !fault.Is(err, fault.LimitExceeded) {
		t.Errorf("101 zones: %v", err)
	}
	if err := (catalogue.ShopInput{}).Validate(); !fault.Is(err, fault.InvalidInput) {
		t.Errorf("an empty shop: %v", err)
	}
}

func TestPromotionValidation(t *testing.T) {
	t.Parallel()
	type in = catalogue.PromotionInput
	zero, many := int64(0), int64(tooMany)
	spoil(t, couponInput("c", globalid.ID{}), []wrong[in]{
		{func(i *in) { *i = in{} }, "code endsAt funder kind scope startsAt title"},
		{func(i *in) { i.Scope, i.Funder = "CART", "BANK" }, "funder scope"},
		{func(i *in) { i.EndsAt = i.StartsAt }, "endsAt"},
		{func(i *in) { i.StartsAt, i.EndsAt = i.EndsAt, i.StartsAt }, "endsAt"},
		{func(i *in) { i.EndsAt = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC) }, "endsAt"},
		{func(i *in) { i.StartsAt = time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC) }, "startsAt"},
		{func(i *in) { i.StackingGroup = strings.Repeat("组", 65) }, "stackingGroup"},
		{func(i *in) { i.Quota, i.QuotaPerBuyer = &zero, &many }, "quota quotaPerBuyer"},
		{func(i *in) { i.Rule.Amount, i.Rule.Percent = 5, 5 }, "rule.percent"},
		{func(i *in) { i.Rule.Amount = 0 }, "rule.percent"},
		{func(i *in) { i.Rule.Amount = -1 }, "rule.amount"},
		{func(i *in) { i.Rule.Threshold = -1 }, "rule.threshold"},
		{func(i *in) { i.Kind = "FREE" }, "kind rule.amount"},
	})
}

func TestPromotionRuleValidation(t *testing.T) {
	t.Parallel()
	type rule = document.PromotionRule
	type step = document.ReductionStep
	at := func(threshold, amount int64) step { return step{Threshold: threshold, Amount: amount} }
	sku := globalid.New(globalid.Sku)
	skus := make([]globalid.ID, 201)
	steps := make([]step, 51)
	for i := range skus {
		skus[i] = globalid.New(globalid.Sku)
	}
	for i := range steps {
		steps[i] = at(int64(i+1)*100, int64(i+1)*10)
	}
	one := steps[:1]
	for i, tc := range []struct {
		kind   vocab.PromotionKind
		rule   rule
		fields string
	}{
		{vocab.FullReduction, rule{Steps: steps[:50], Skus: skus[:200]}, ""},
		{vocab.FullReduction, rule{Steps: steps, Skus: skus}, "rule.skus rule.steps"},
		{vocab.FullReduction, rule{Steps: one, Skus: []globalid.ID{sku, sku}}, "rule.skus[1]"},
		{vocab.FullReduction, rule{}, "rule.steps"},
		{vocab.FullReduction, rule{Steps: []step{at(0, 0)}},
			"rule.steps[0].amount rule.steps[0].threshold"},
		{vocab.FullReduction, rule{Steps: []step{at(100, 101)}}, "rule.steps[0].amount"},
		{vocab.FullReduction, rule{Steps: []step{at(100, 100)}}, ""},
		{vocab.FullReduction, rule{Steps: []step{at(100, 10), at(100, 20)}},
			"rule.steps[1].threshold"},
		{vocab.FullReduction, rule{Steps: []step{at(100, 10), at(200, 10)}}, "rule.steps[1].amount"},
		{vocab.FullReduction, rule{Steps: []step{at(tooMuch, 10)}}, "rule.steps[0].threshold"},
		{vocab.FullReduction, rule{Steps: one, Percent: 1, Amount: 1, Threshold: 1},
			"rule.amount rule.percent rule.threshold"},
		{vocab.Percentage, rule{Percent: 100, Threshold: 1_000_000_000_000}, ""},
		{vocab.Percentage, rule{Percent: 101, Threshold: tooMuch},
			"rule.percent rule.threshold"},
		{vocab.Percentage, rule{Amount: 5, Steps: one}, "rule.amount rule.percent rule.steps"},
		{vocab.FixedAmount, rule{Amount: 500}, ""},
		{vocab.FixedAmount, rule{Percent: 5}, "rule.amount rule.percent"},
		{vocab.SecondItem, rule{Percent: 50}, ""},
		{vocab.SecondItem, rule{Percent: 0, Threshold: 5}, "rule.percent rule.threshold"},
		{vocab.CouponOff, rule{Percent: 5, Threshold: 10}, ""},
		{vocab.CouponOff, rule{Amount: 5, Gift: sku, GiftQuantity: 1, GiftEvery: 1},
			"rule.gift rule.giftEvery rule.giftQuantity"},
		{vocab.Gift, rule{Gift: sku, GiftQuantity: 1, GiftEvery: 3, Threshold: 5}, ""},
		{vocab.Gift, rule{}, "rule.gift rule.giftQuantity"},
		{vocab.Gift, rule{Gift: sku, GiftQuantity: 1001, GiftEvery: -1, Percent: 5, Amount: 5},
			"rule.amount rule.giftEvery rule.giftQuantity rule.percent"},
	} {
		err := promotionInput("p", globalid.New(globalid.Shop), tc.kind, tc.rule).Validate()
		if got := strings.Join(fields(err), " "); got != tc.fields {
			t.Errorf("case %d, %s: faults at %q, want %q (%v)", i, tc.kind, got, tc.fields, err)
		}
	}
	gift := promotionInput("g", globalid.ID{}, vocab.Gift, rule{Gift: sku, GiftQuantity: 1})
	if got := fields(gift.Validate()); !slices.Equal(got, []string{"shop"}) {
		t.Errorf("a gift of the platform: faults at %v", got)
	}
	second := promotionInput("s", sku, vocab.SecondItem, rule{Percent: 50})
	second.Scope = vocab.OrderScope
	if got := fields(second.Validate()); !slices.Equal(got, []string{"scope"}) {
		t.Errorf("a second item of an order: faults at %v", got)
	}
}
