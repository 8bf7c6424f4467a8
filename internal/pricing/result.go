package pricing

import (
	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/vocab"
)

// Result is a price with all its parts. Every amount is minor units, not negative, at most
// money.Max.
type Result struct {
	// Lines are the input's lines in the input's order, then the gifts.
	Lines []PricedLine
	// Freight has one entry per shop and class of Lines, ordered by them.
	Freight []FreightGroup
	Totals  Totals
	// Promotions and Benefits are those that changed the price, ordered by id.
	Promotions []PromotionUse
	Benefits   []BenefitUse
	// Problems name what the buyer chose and does not get (COUPON_NOT_APPLICABLE). The price is
	// computed without it: a quote shows them, placement refuses.
	Problems fault.List
}

// PricedLine is a line of the input or a gift. Payable = List − Σ Shares.
type PricedLine struct {
	Line          // a gift has the Key of its main line
	Gift    bool  // a gift costs nothing: one share covers its list price
	List    int64 // UnitPrice · Quantity
	Shares  []document.Share
	Payable int64
}

// FreightGroup is the freight of one shop and logistics class. Payable = Base − Σ Shares.
type FreightGroup struct {
	ShopID      globalid.ID
	Class       vocab.LogisticsClass
	WeightGrams int64 // without gifts, which travel free
	Pieces      int64 // without gifts
	Base        int64
	Shares      []document.Share
	Payable     int64
	Undelivered bool // the template says that the region is not served; then there is no fee
}

// Totals add up the whole. Payable = Goods + Freight.
type Totals struct {
	List            int64 // Σ List of lines, gifts included
	Discount        int64 // Σ shares of lines
	Goods           int64 // Σ Payable of lines
	FreightBase     int64
	FreightDiscount int64
	Freight         int64 // Σ Payable of freight groups
	Payable         int64
}

// PromotionUse is a promotion that applied; placement holds its quota and its coupon.
type PromotionUse struct {
	PromotionID globalid.ID
	CouponID    globalid.ID // zero without a coupon
	Amount      int64       // Σ of its shares
}

// BenefitUse is a benefit that applied; placement holds it when its kind is NEW_CUSTOMER.
type BenefitUse struct {
	BenefitID globalid.ID
	Kind      vocab.BenefitKind
	Amount    int64 // Σ of its shares, freight included
}
