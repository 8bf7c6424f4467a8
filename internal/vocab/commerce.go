package vocab

// LogisticsClass 物流类别 says what may travel in one parcel with what.
type LogisticsClass string

// The logistics classes.
const (
	Ordinary  LogisticsClass = "ORDINARY"
	Oversized LogisticsClass = "OVERSIZED"
	ColdChain LogisticsClass = "COLD_CHAIN"
)

// DeductionMode 减库存方式 is the moment at which an order takes stock.
type DeductionMode string

// The deduction modes.
const (
	OnOrder   DeductionMode = "ON_ORDER"
	OnPayment DeductionMode = "ON_PAYMENT"
)

// SplitStrategy 分仓策略 chooses the warehouses of a shop's lines.
type SplitStrategy string

// The split strategies.
const (
	FewestParcels     SplitStrategy = "FEWEST_PARCELS"
	WarehousePriority SplitStrategy = "WAREHOUSE_PRIORITY"
	NearestRegion     SplitStrategy = "NEAREST_REGION"
)

// PromotionKind is what a promotion 优惠 does to a price.
type PromotionKind string

// The promotion kinds.
const (
	FullReduction PromotionKind = "FULL_REDUCTION" // 满减: each step reached takes its amount off
	Percentage    PromotionKind = "PERCENTAGE"     // a part of the price off
	FixedAmount   PromotionKind = "FIXED_AMOUNT"   // a fixed amount off, once per target
	SecondItem    PromotionKind = "SECOND_ITEM"    // 第二件: every second unit cheaper
	Gift          PromotionKind = "GIFT"           // 赠品: a line of its own with nothing to pay
	CouponOff     PromotionKind = "COUPON"         // 优惠券: needs a coupon of the buyer
)

// PromotionScope is what a promotion looks at and spreads its discount over.
type PromotionScope string

// The promotion scopes, in the order in which they are applied.
const (
	ItemScope  PromotionScope = "ITEM"
	ShopScope  PromotionScope = "SHOP"
	OrderScope PromotionScope = "ORDER"
)

// BenefitKind is what a member benefit 会员权益 gives.
type BenefitKind string

// The benefit kinds. NewCustomer is used once per buyer.
const (
	NewCustomer   BenefitKind = "NEW_CUSTOMER"
	LevelDiscount BenefitKind = "LEVEL_DISCOUNT"
	FreeShipping  BenefitKind = "FREE_SHIPPING"
)

// Funder is who pays for a discount.
type Funder string

// The funders.
const (
	FundedByShop     Funder = "SHOP"
	FundedByPlatform Funder = "PLATFORM"
)

// ShareSource is where a share of a discount comes from.
type ShareSource string

// The sources of a share.
const (
	FromPromotion  ShareSource = "PROMOTION"
	FromCoupon     ShareSource = "COUPON"
	FromBenefit    ShareSource = "MEMBER_BENEFIT"
	FromAdjustment ShareSource = "ADJUSTMENT"
)

// FreightBasis is what freight 运费 is measured by.
type FreightBasis string

// The freight bases.
const (
	ByWeight FreightBasis = "WEIGHT"
	ByPiece  FreightBasis = "PIECE"
)

// PaymentChannel is a way to pay.
type PaymentChannel string

// The payment channels.
const (
	Sandbox   PaymentChannel = "SANDBOX"
	WeChatPay PaymentChannel = "WECHAT_PAY"
	Alipay    PaymentChannel = "ALIPAY"
)

// PaymentChannels are all payment channels.
var PaymentChannels = []PaymentChannel{Sandbox, WeChatPay, Alipay}

// MovementCause is why a stock row changed.
type MovementCause string

// The causes of a stock movement 库存流水.
const (
	StockAdjusted  MovementCause = "ADJUSTED" // a count, a receipt from a supplier, a correction
	StockReserved  MovementCause = "RESERVED"
	StockReleased  MovementCause = "RELEASED"
	StockShipped   MovementCause = "SHIPPED"          // handed over to a courier
	StockReturned  MovementCause = "RETURNED"         // came back from a buyer, good
	StockLacking   MovementCause = "LACKING"          // found not to be there at packing
	TransferOut    MovementCause = "TRANSFER_OUT"     // sent to another warehouse
	TransferIn     MovementCause = "TRANSFER_IN"      // received from another warehouse
	StockUnshipped MovementCause = "HAND_OVER_UNDONE" // no courier had it
)

// ParcelPurpose is why a parcel travels. Only ORDER parcels count for the trade.
type ParcelPurpose string

// The purposes of a parcel.
const (
	OrderParcel       ParcelPurpose = "ORDER"
	ReplacementParcel ParcelPurpose = "REPLACEMENT"
	ReturnParcel      ParcelPurpose = "RETURN"
)
