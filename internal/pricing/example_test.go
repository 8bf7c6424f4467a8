package pricing_test

import (
	"fmt"
	"time"

	"orderflow/internal/document"
	"orderflow/internal/globalid"
	"orderflow/internal/pricing"
	"orderflow/internal/vocab"
)

// exampleInput is a checkout of two teas at 30.00 and one cup at 40.00 in one shop.
func exampleInput() pricing.Input {
	shop := globalid.New(globalid.Shop)
	line := func(key int, price int64, quantity int) pricing.Line {
		return pricing.Line{
			Key: key, SkuID: globalid.New(globalid.Sku), ProductID: globalid.New(globalid.Product),
			ShopID: shop, Class: vocab.Ordinary,
			UnitPrice: price, Quantity: quantity, UnitWeightGrams: 500,
		}
	}
	return pricing.Input{
		At:     time.Date(2026, 6, 18, 12, 0, 0, 0, time.UTC),
		Region: "CN-31",
		Lines:  []pricing.Line{line(1, 3000, 2), line(2, 4000, 1)},
	}
}

// examplePromotion is a promotion of the shop on the day of exampleInput.
func examplePromotion(
	in pricing.Input, kind vocab.PromotionKind, rule document.PromotionRule,
) pricing.Promotion {
	return pricing.Promotion{
		ID: globalid.New(globalid.Promotion), ShopID: in.Lines[0].ShopID, Title: string(kind),
		Kind: kind, Scope: vocab.ShopScope, Rule: rule, Funder: vocab.FundedByShop,
		StartsAt: in.At.Add(-time.Hour), EndsAt: in.At.Add(time.Hour),
	}
}

// Without promotions and freight templates a checkout costs its list price.
func ExampleQuote() {
	result, err := pricing.Quote(exampleInput())
	fmt.Println(result.Totals.List, result.Totals.Payable, err)
	// Output: 10000 10000 <nil>
}

// A full reduction 满减 takes 15.00 off from 99.00 on. Every line has its share of it, so that what a
// refund of one line returns is fixed.
func ExampleQuote_fullReduction() {
	in := exampleInput()
	in.Promotions = []pricing.Promotion{examplePromotion(in, vocab.FullReduction,
		document.PromotionRule{Steps: []document.ReductionStep{
			{Threshold: 5000, Amount: 500}, {Threshold: 9900, Amount: 1500},
		}})}
	result, err := pricing.Quote(in)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, line := range result.Lines {
		fmt.Println("line", line.Key, line.List, "-", line.Shares[0].Amount, "=", line.Payable)
	}
	fmt.Println("total", result.Totals.Payable)
	// Output:
	// line 1 6000 - 900 = 5100
	// line 2 4000 - 600 = 3400
	// total 8500
}

// Of a stacking group only the promotion that takes most off applies.
func ExampleQuote_stackingGroup() {
	in := exampleInput()
	tenPercent := examplePromotion(in, vocab.Percentage, document.PromotionRule{Percent: 10})
	twelveOff := examplePromotion(in, vocab.FixedAmount, document.PromotionRule{Amount: 1200})
	in.Promotions = []pricing.Promotion{tenPercent, twelveOff}
	both, _ := pricing.Quote(in)

	in.Promotions[0].StackingGroup, in.Promotions[1].StackingGroup = "summer", "summer"
	best, _ := pricing.Quote(in)
	fmt.Println(both.Totals.Discount, best.Totals.Discount)
	fmt.Println(best.Promotions[0].PromotionID == twelveOff.ID)
	// Output:
	// 2200 1200
	// true
}

// A coupon that the buyer chose and does not get is a problem of the result, whose price is right
// without it.
func ExampleQuote_coupon() {
	in := exampleInput()
	coupon := examplePromotion(in, vocab.CouponOff,
		document.PromotionRule{Threshold: 20000, Amount: 3000})
	coupon.CouponID = globalid.New(globalid.Coupon)
	in.Promotions = []pricing.Promotion{coupon}
	result, err := pricing.Quote(in)
	fmt.Println(result.Totals.Payable, len(result.Problems), err)
	fmt.Println(result.Problems[0].Code)
	// Output:
	// 10000 1 <nil>
	// COUPON_NOT_APPLICABLE
}

// Freight is charged by shop and logistics class, and is free above an amount of goods.
func ExampleQuote_freight() {
	in := exampleInput()
	in.Freight = []pricing.FreightTemplate{{
		ShopID: in.Lines[0].ShopID, Class: vocab.Ordinary, Basis: vocab.ByWeight,
		Rule: document.FreightRule{Zones: []document.FreightZone{
			{First: 1000, FirstFee: 800, Step: 500, StepFee: 200, FreeAbove: 12000},
		}},
	}}
	result, _ := pricing.Quote(in) // 1500 g: the first kilogram and one step
	fmt.Println(result.Totals.Freight, result.Totals.Payable)

	in.Lines[0].Quantity = 3 // goods of 130.00
	result, _ = pricing.Quote(in)
	fmt.Println(result.Totals.Freight, result.Totals.Payable)
	// Output:
	// 1000 11000
	// 0 13000
}
