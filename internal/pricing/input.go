package pricing

import (
	"time"

	"orderflow/internal/document"
	"orderflow/internal/globalid"
	"orderflow/internal/region"
	"orderflow/internal/vocab"
)

// Limits of one input; beyond them Quote returns LIMIT_EXCEEDED.
const (
	MaxLines    = 1000
	MaxQuantity = 1_000_000
)

// Input is everything a price depends on. The order of promotions, gifts, benefits and templates
// does not matter; the order of lines decides which gets the odd cent.
type Input struct {
	At         time.Time // business time
	Region     region.Key
	Lines      []Line
	Promotions []Promotion
	Gifts      []Gift
	Level      int // the buyer's member level
	Benefits   []Benefit
	Freight    []FreightTemplate
}

// Line is a quantity of one sku that the buyer orders.
type Line struct {
	Key             int // the caller's own, unique in the input; comes back in PricedLine
	SkuID           globalid.ID
	ProductID       globalid.ID
	ShopID          globalid.ID
	Class           vocab.LogisticsClass
	UnitPrice       int64 // list price
	Quantity        int
	UnitWeightGrams int64
}

// Promotion is one that the caller offers: active, with quota left for this buyer. One of kind
// COUPON is passed only for a coupon that the buyer chose.
type Promotion struct {
	ID            globalid.ID
	ShopID        globalid.ID // zero: the platform's
	Title         string
	Kind          vocab.PromotionKind
	Scope         vocab.PromotionScope
	Rule          document.PromotionRule
	StartsAt      time.Time
	EndsAt        time.Time // exclusive
	StackingGroup string    // empty: stacks with everything
	Funder        vocab.Funder
	CouponID      globalid.ID // the buyer's coupon for kind COUPON, else zero
}

// Gift describes a sku that a GIFT promotion may give. A gift that is not described (not sold, say)
// is not given.
type Gift struct {
	SkuID           globalid.ID
	ProductID       globalid.ID
	ShopID          globalid.ID
	Class           vocab.LogisticsClass
	UnitPrice       int64
	UnitWeightGrams int64
}

// Benefit is a member benefit of the buyer; a NEW_CUSTOMER benefit only when it is unused.
type Benefit struct {
	ID    globalid.ID
	Kind  vocab.BenefitKind
	Title string
	Rule  document.BenefitRule
}

// FreightTemplate prices one logistics class of one shop.
type FreightTemplate struct {
	ShopID globalid.ID
	Class  vocab.LogisticsClass
	Basis  vocab.FreightBasis
	Rule   document.FreightRule
}
