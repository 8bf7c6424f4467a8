package fault

// Code names a fault. Codes are part of the API: they are never renamed.
type Code string

// Codes of a mutation's userErrors.
const (
	InvalidInput         Code = "INVALID_INPUT"
	NotFound             Code = "NOT_FOUND"
	ActionNotAllowed     Code = "ACTION_NOT_ALLOWED"
	Conflict             Code = "CONFLICT"
	LimitExceeded        Code = "LIMIT_EXCEEDED"
	PriceChanged         Code = "PRICE_CHANGED"
	OutOfStock           Code = "OUT_OF_STOCK"
	NotSold              Code = "NOT_SOLD"
	RegionNotServed      Code = "REGION_NOT_SERVED"
	CouponUnavailable    Code = "COUPON_UNAVAILABLE"
	CouponExpired        Code = "COUPON_EXPIRED"
	CouponNotYetValid    Code = "COUPON_NOT_YET_VALID"
	CouponUsed           Code = "COUPON_USED"
	CouponHeld           Code = "COUPON_HELD"
	CouponNotApplicable  Code = "COUPON_NOT_APPLICABLE"
	BenefitUnavailable   Code = "BENEFIT_UNAVAILABLE"
	QuotaExhausted       Code = "QUOTA_EXHAUSTED"
	AccountsDiffer       Code = "PAYMENT_ACCOUNTS_DIFFER"
	CurrencyMismatch     Code = "CURRENCY_MISMATCH"
	ChannelPending       Code = "CHANNEL_PENDING"
	ChannelRefused       Code = "CHANNEL_REFUSED"
	ChannelUnavailable   Code = "CHANNEL_UNAVAILABLE"
	PaymentDeadline      Code = "PAYMENT_DEADLINE_PASSED"
	StockReserved        Code = "STOCK_RESERVED"
	SecondPerson         Code = "SECOND_PERSON"
	CodeTaken            Code = "CODE_TAKEN"
	IdempotencyKeyReused Code = "IDEMPOTENCY_KEY_REUSED"
	ClockLocked          Code = "CLOCK_LOCKED"
	MixedQuantity        Code = "MIXED_QUANTITY"
	AfterSaleOpen        Code = "AFTER_SALE_OPEN"
	OnHold               Code = "ON_HOLD"
	TooMany              Code = "TOO_MANY"
	TooManyUnpaidOrders  Code = "TOO_MANY_UNPAID_ORDERS"
	TooManyUnpaidUnits   Code = "TOO_MANY_UNPAID_UNITS"
	TooManyOrders        Code = "TOO_MANY_ORDERS"
	OrderingPaused       Code = "ORDERING_PAUSED"
	TimeOutOfOrder       Code = "TIME_OUT_OF_ORDER"
)

// Codes of top-level errors.
const (
	Unauthenticated Code = "UNAUTHENTICATED"
	Forbidden       Code = "FORBIDDEN"
	BadUserInput    Code = "BAD_USER_INPUT"
	TooComplex      Code = "TOO_COMPLEX"
	RateLimited     Code = "RATE_LIMITED"
	CursorExpired   Code = "CURSOR_EXPIRED"
	Unavailable     Code = "UNAVAILABLE"
	Internal        Code = "INTERNAL"

	PersistedQueryNotFound Code = "PERSISTED_QUERY_NOT_FOUND"
)

// Meanings holds one sentence for every code, for the SDL, the docs and the tests.
var Meanings = map[Code]string{
	InvalidInput:         "A field of the input has a value that is not allowed.",
	NotFound:             "There is no such object, or the viewer may not see it.",
	ActionNotAllowed:     "The object's present state or the viewer's role does not allow this.",
	Conflict:             "The object was changed by somebody else meanwhile; read it again.",
	LimitExceeded:        "The input is larger than a limit of this server.",
	PriceChanged:         "The price is no longer the one that was quoted; quote again.",
	OutOfStock:           "There is not enough stock of the skus named.",
	NotSold:              "The sku is not for sale.",
	RegionNotServed:      "A shop does not deliver the skus named to this region.",
	CouponUnavailable:    "The coupon is not the buyer's, was taken just now, or is not offered.",
	CouponExpired:        "The coupon's promotion is over.",
	CouponNotYetValid:    "The coupon's promotion has not begun.",
	CouponUsed:           "The coupon was used.",
	CouponHeld:           "Another order of the buyer that is not paid holds the coupon.",
	CouponNotApplicable:  "The coupon is not for these goods, or a second one of its promotion.",
	BenefitUnavailable:   "The member benefit is used or held by another order.",
	QuotaExhausted:       "The promotion's quota is used up.",
	AccountsDiffer:       "The shops of this checkout do not share one merchant account.",
	CurrencyMismatch:     "The skus of this checkout have different currencies.",
	ChannelPending:       "The payment channel has not answered yet; the server goes on by itself.",
	ChannelRefused:       "The payment channel refused.",
	ChannelUnavailable:   "This payment channel is not available here.",
	PaymentDeadline:      "The time to pay this order is over.",
	StockReserved:        "The stock is reserved for the sub-orders named.",
	SecondPerson:         "Another person than the one who asked for it must approve.",
	CodeTaken:            "Another object has this code already.",
	IdempotencyKeyReused: "The idempotency key was used with another input.",
	ClockLocked:          "The clock can go back only while no order exists.",
	AfterSaleOpen:        "An after-sale request of the sub-order is open.",
	OnHold:               "The sub-order is on hold; nothing of it is handed over until its release.",
	TooMany:              "There are as many of these as may be: limit says how many.",
	TooManyUnpaidOrders:  "The buyer has as many unpaid orders at a shop as it allows.",
	TooManyUnpaidUnits:   "The buyer's unpaid orders would hold more units of a sku than allowed.",
	TooManyOrders:        "The buyer has placed as many orders within an hour as a shop allows.",
	OrderingPaused:       "Too many of the buyer's orders at a shop expired unpaid; it is paused.",
	TimeOutOfOrder:       "The time is in the future, or before what must have come first.",
	MixedQuantity:        "A request is about units not handed over, or about handed-over ones.",
	Unauthenticated:      "A valid token is needed.",
	Forbidden:            "The viewer's role may never do this.",
	BadUserInput:         "The request is malformed.",
	TooComplex:           "The operation is larger than a limit of this server.",
	RateLimited:          "Too many requests; try again later.",
	CursorExpired: "The cursor is older than the feed's retention or of another epoch; " +
		"read the present state and follow anew.",
	Unavailable: "The server cannot do it at present, because its database does not answer; " +
		"retryAfter says in how many seconds to send it again.",
	Internal: "Something failed inside the server; the request id finds it in the log.",

	PersistedQueryNotFound: "The server does not know the hash; send the document with it.",
}
