package pricing_test

import (
	"slices"
	"testing"

	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/pricing"
	"orderflow/internal/vocab"
)

const (
	item  = vocab.ItemScope
	store = vocab.ShopScope
	order = vocab.OrderScope
)

func TestPromotions(t *testing.T) {
	t.Parallel()
	type rule = document.PromotionRule
	steps := rule{Steps: []document.ReductionStep{
		{Threshold: 10000, Amount: 1000},
		{Threshold: 20000, Amount: 3000},
		{Threshold: 30000, Amount: 6000},
	}}
	three := []pricing.Line{line(1, 10000, 1), line(2, 10000, 1), line(3, 5000, 1)}
	for _, c := range []struct {
		name       string
		lines      []pricing.Line
		promotions []pricing.Promotion
		want       []int64
	}{
		{"full reduction takes the highest step reached", three,
			[]pricing.Promotion{promotion(1, vocab.FullReduction, store, steps)},
			[]int64{8800, 8800, 4400}},
		{"full reduction of an item looks at each sku", three,
			[]pricing.Promotion{promotion(1, vocab.FullReduction, item, steps)},
			[]int64{9000, 9000, 5000}},
		{"full reduction below the first step", three[2:],
			[]pricing.Promotion{promotion(1, vocab.FullReduction, order, steps)},
			[]int64{5000}},
		{"percentage of named skus, rounded down", []pricing.Line{line(1, 99, 1), line(2, 99, 1)},
			[]pricing.Promotion{promotion(1, vocab.Percentage, item,
				rule{Percent: 10, Skus: []globalid.ID{sku(2)}})},
			[]int64{99, 90}},
		{"percentage below its threshold", three[2:],
			[]pricing.Promotion{promotion(1, vocab.Percentage, store,
				rule{Percent: 10, Threshold: 5001})},
			[]int64{5000}},
		{"fixed amount once per target, never below zero",
			[]pricing.Line{line(1, 300, 2), line(2, 100, 1)},
			[]pricing.Promotion{promotion(1, vocab.FixedAmount, item, rule{Amount: 250})},
			[]int64{350, 0}},
		{"odd cents go to the earlier of equal lines",
			[]pricing.Line{line(1, 100, 1), line(2, 100, 1), line(3, 100, 1)},
			[]pricing.Promotion{promotion(1, vocab.FixedAmount, order, rule{Amount: 200})},
			[]int64{33, 33, 34}},
		{"second item halves every second unit", []pricing.Line{line(1, 1001, 5)},
			[]pricing.Promotion{promotion(1, vocab.SecondItem, item, rule{Percent: 50})},
			[]int64{4004}},
		{"second item counts a sku over its lines",
			[]pricing.Line{line(1, 100, 1), {Key: 9, SkuID: sku(1), ShopID: shop(1),
				UnitPrice: 100, Quantity: 1}},
			[]pricing.Promotion{promotion(1, vocab.SecondItem, item, rule{Percent: 100})},
			[]int64{50, 50}},
		{"a coupon takes its amount once from all its skus", three,
			[]pricing.Promotion{promotion(1, vocab.CouponOff, item,
				rule{Amount: 1000, Skus: []globalid.ID{sku(1), sku(2)}})},
			[]int64{9500, 9500, 5000}},
		{"a coupon without an amount takes a percentage", three,
			[]pricing.Promotion{promotion(1, vocab.CouponOff, order, rule{Percent: 20})},
			[]int64{8000, 8000, 4000}},
		{"a shop's promotion leaves other shops alone",
			[]pricing.Line{line(1, 1000, 1), of(2, line(2, 1000, 1))},
			[]pricing.Promotion{promotion(1, vocab.Percentage, order, rule{Percent: 50})},
			[]int64{500, 1000}},
		{"the platform's shop promotion looks at each shop",
			[]pricing.Line{line(1, 1000, 1), of(2, line(2, 900, 1))},
			[]pricing.Promotion{ofPlatform(promotion(1, vocab.FixedAmount, store,
				rule{Amount: 100, Threshold: 1000}))},
			[]int64{900, 900}},
		{"scopes go one after the other", []pricing.Line{line(1, 1000, 1)},
			[]pricing.Promotion{
				promotion(1, vocab.Percentage, order, rule{Percent: 10}),
				promotion(2, vocab.FixedAmount, store, rule{Amount: 100}),
				promotion(3, vocab.Percentage, item, rule{Percent: 50})},
			[]int64{360}},
		{"promotions of one scope do not see each other", []pricing.Line{line(1, 1000, 1)},
			[]pricing.Promotion{
				promotion(1, vocab.FixedAmount, item, rule{Amount: 500}),
				promotion(2, vocab.Percentage, item, rule{Percent: 30, Threshold: 1000})},
			[]int64{200}},
		{"a stacking group gives each target its best", three,
			[]pricing.Promotion{
				stacked("g", promotion(1, vocab.FixedAmount, item, rule{Amount: 800})),
				stacked("g", promotion(2, vocab.Percentage, item, rule{Percent: 10})),
				stacked("other", promotion(3, vocab.FixedAmount, item, rule{Amount: 1}))},
			[]int64{8999, 8999, 4199}},
		{"a stacking group has one promotion per line", three,
			[]pricing.Promotion{
				stacked("g", promotion(1, vocab.CouponOff, item, rule{Amount: 2500})),
				stacked("g", promotion(2, vocab.FixedAmount, item, rule{Amount: 2000}))},
			[]int64{9000, 9000, 4500}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := quote(t, pricing.Input{Lines: c.lines, Promotions: c.promotions})
			if got := payables(r); !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

func TestEqualsOfAStackingGroupGoToTheLowestID(t *testing.T) {
	t.Parallel()
	r := quote(t, pricing.Input{
		Lines: []pricing.Line{line(1, 1000, 1)},
		Promotions: []pricing.Promotion{
			stacked("g", promotion(2, vocab.Percentage, item, document.PromotionRule{Percent: 10})),
			stacked("g", promotion(1, vocab.FixedAmount, item, document.PromotionRule{Amount: 100})),
		},
	})
	want := []pricing.PromotionUse{{PromotionID: id(globalid.Promotion, 1), Amount: 100}}
	if !slices.Equal(r.Promotions, want) {
		t.Errorf("got %v, want %v", r.Promotions, want)
	}
}

func TestAWindowIncludesItsStartOnly(t *testing.T) {
	t.Parallel()
	p := promotion(1, vocab.FixedAmount, item, document.PromotionRule{Amount: 100})
	for _, c := range []struct {
		at   int // seconds after the start
		want int64
	}{{-1, 1000}, {0, 900}, {7199, 900}, {7200, 1000}} {
		in := pricing.Input{
			At:         p.StartsAt.Add(seconds(c.at)),
			Lines:      []pricing.Line{line(1, 1000, 1)},
			Promotions: []pricing.Promotion{p},
		}
		r, err := pricing.Quote(in)
		if err != nil || r.Totals.Payable != c.want {
			t.Errorf("%d s: %d, %v; want %d", c.at, r.Totals.Payable, err, c.want)
		}
	}
}

func TestSharesTellWhereADiscountComesFrom(t *testing.T) {
	t.Parallel()
	coupon := ofPlatform(promotion(2, vocab.CouponOff, order, document.PromotionRule{Amount: 30}))
	r := quote(t, pricing.Input{
		Lines: []pricing.Line{line(1, 1000, 1)},
		Promotions: []pricing.Promotion{
			coupon,
			promotion(1, vocab.Percentage, item, document.PromotionRule{Percent: 10}),
		},
		Benefits: []pricing.Benefit{benefit(1, vocab.NewCustomer, document.BenefitRule{Amount: 5})},
	})
	want := []document.Share{
		{Source: vocab.FromPromotion, Funder: vocab.FundedByShop,
			Ref: id(globalid.Promotion, 1), Label: "PERCENTAGE", Amount: 100},
		{Source: vocab.FromCoupon, Funder: vocab.FundedByPlatform,
			Ref: id(globalid.Promotion, 2), Label: "COUPON", Amount: 30},
		{Source: vocab.FromBenefit, Funder: vocab.FundedByPlatform,
			Ref: id(globalid.MemberBenefit, 1), Label: "NEW_CUSTOMER", Amount: 5},
	}
	if !slices.Equal(r.Lines[0].Shares, want) {
		t.Errorf("shares: %+v", r.Lines[0].Shares)
	}
	uses := []pricing.PromotionUse{
		{PromotionID: id(globalid.Promotion, 1), Amount: 100},
		{PromotionID: id(globalid.Promotion, 2), CouponID: coupon.CouponID, Amount: 30},
	}
	if !slices.Equal(r.Promotions, uses) {
		t.Errorf("uses: %+v", r.Promotions)
	}
}

func TestAChosenCouponThatDoesNotApplyIsAProblem(t *testing.T) {
	t.Parallel()
	coupon := promotion(1, vocab.CouponOff, store,
		document.PromotionRule{Amount: 100, Threshold: 1001})
	free := promotion(2, vocab.Percentage, item, document.PromotionRule{Percent: 100})
	late := promotion(3, vocab.CouponOff, store, document.PromotionRule{Amount: 100})
	late.EndsAt = now
	better := stacked("g", promotion(4, vocab.FixedAmount, store, document.PromotionRule{Amount: 9}))
	worse := stacked("g", promotion(5, vocab.CouponOff, store, document.PromotionRule{Amount: 8}))
	unchosen := late
	unchosen.CouponID = globalid.ID{}
	for name, c := range map[string]struct {
		promotions []pricing.Promotion
		problems   int
	}{
		"threshold not reached": {[]pricing.Promotion{coupon}, 1},
		"nothing left":          {[]pricing.Promotion{free, worse}, 1},
		"outside its window":    {[]pricing.Promotion{late}, 1},
		"loses in its group":    {[]pricing.Promotion{better, worse}, 1},
		"applies":               {[]pricing.Promotion{worse}, 0},
		"not chosen":            {[]pricing.Promotion{unchosen}, 0},
	} {
		r := quote(t, pricing.Input{
			Lines: []pricing.Line{line(1, 1000, 1)}, Promotions: c.promotions,
		})
		if len(r.Problems) != c.problems {
			t.Errorf("%s: %v", name, r.Problems)
		}
		for _, p := range r.Problems {
			if p.Code != fault.CouponNotApplicable {
				t.Errorf("%s: %v", name, p)
			}
		}
	}
}
