package lifecycle

// TradeStatus is the status of an order and of each of its sub-orders.
type TradeStatus string

// The trade statuses, in the order of the forward flow.
const (
	PendingPayment   TradeStatus = "PENDING_PAYMENT"   // 待付款
	PaymentFailed    TradeStatus = "PAYMENT_FAILED"    // 支付失败
	AwaitingShipment TradeStatus = "AWAITING_SHIPMENT" // 待发货
	PartiallyShipped TradeStatus = "PARTIALLY_SHIPPED" // 部分发货
	Shipped          TradeStatus = "SHIPPED"           // 待收货
	Received         TradeStatus = "RECEIVED"          // 已收货
	Completed        TradeStatus = "COMPLETED"         // 交易成功
	Closed           TradeStatus = "CLOSED"            // 交易关闭
)

// CloseReason says why a trade was closed.
type CloseReason string

// The close reasons.
const (
	BuyerCancelled    CloseReason = "BUYER_CANCELLED"
	MerchantCancelled CloseReason = "MERCHANT_CANCELLED"
	PaymentTimeout    CloseReason = "PAYMENT_TIMEOUT"
	OutOfStock        CloseReason = "OUT_OF_STOCK"
	Refunded          CloseReason = "REFUNDED"
)

// AttemptStatus is the status of a payment attempt 支付单.
type AttemptStatus string

// The attempt statuses.
const (
	AttemptCreated   AttemptStatus = "CREATED"
	AttemptOpen      AttemptStatus = "OPEN"
	AttemptClosing   AttemptStatus = "CLOSING"
	AttemptUnknown   AttemptStatus = "UNKNOWN"
	AttemptSucceeded AttemptStatus = "SUCCEEDED"
	AttemptFailed    AttemptStatus = "FAILED"
	AttemptClosed    AttemptStatus = "CLOSED"
)

// CloseCause is why an attempt is wanted closed.
type CloseCause string

// The causes of closing an attempt.
const (
	CloseAbandon      CloseCause = "ABANDON"
	CloseExpire       CloseCause = "EXPIRE"
	CloseCancel       CloseCause = "CANCEL"
	CloseOtherChannel CloseCause = "OTHER_CHANNEL"
	CloseAdjust       CloseCause = "ADJUST"
)

// Verdict is what a successful payment means for its order.
type Verdict string

// The verdicts. All but COUNTED are refunded by themselves.
const (
	Counted    Verdict = "COUNTED"
	Late       Verdict = "LATE"
	Duplicate  Verdict = "DUPLICATE"
	Mismatched Verdict = "MISMATCHED"
)

// RefundStatus is the status of a refund 退款单.
type RefundStatus string

// The refund statuses.
const (
	RefundRequested  RefundStatus = "REQUESTED"
	RefundSubmitted  RefundStatus = "SUBMITTED"
	RefundUnknown    RefundStatus = "UNKNOWN"
	RefundSucceeded  RefundStatus = "SUCCEEDED"
	RefundFailed     RefundStatus = "FAILED"
	RefundClosed     RefundStatus = "CLOSED"
	RefundNeedsStaff RefundStatus = "NEEDS_STAFF"
)

// RefundTrigger says what caused a refund.
type RefundTrigger string

// The refund triggers. The first three return a payment that does not count.
const (
	TriggerLate       RefundTrigger = "LATE"
	TriggerDuplicate  RefundTrigger = "DUPLICATE"
	TriggerMismatched RefundTrigger = "MISMATCHED"
	TriggerShortage   RefundTrigger = "SHORTAGE"
	TriggerMerchant   RefundTrigger = "MERCHANT"
	TriggerForced     RefundTrigger = "FORCED"
	// A request that nobody had to approve, one that was, one that silence approved.
	TriggerUnshipped RefundTrigger = "UNSHIPPED"
	TriggerApproved  RefundTrigger = "APPROVED"
	TriggerOverdue   RefundTrigger = "OVERDUE"
	TriggerReturned  RefundTrigger = "RETURNED"
	TriggerRuled     RefundTrigger = "ARBITRATION"
)

// ReservationStatus is the status of a stock reservation 占用.
type ReservationStatus string

// The reservation statuses.
const (
	ReservationHeld       ReservationStatus = "HELD"
	ReservationConsumed   ReservationStatus = "CONSUMED"
	ReservationReleased   ReservationStatus = "RELEASED"
	ReservationInTransfer ReservationStatus = "IN_TRANSFER"
)

// UseStatus is the status of a use-once thing: a coupon, a benefit, a quota of a promotion.
type UseStatus string

// The use statuses.
const (
	UseAvailable UseStatus = "AVAILABLE"
	UseHeld      UseStatus = "HELD" // by an order that is not paid
	UseUsed      UseStatus = "USED"
)

// Role is who acts. The first five come with a token; the last three are the system itself.
type Role string

// The roles.
const (
	Buyer     Role = "BUYER"
	Merchant  Role = "MERCHANT"
	Warehouse Role = "WAREHOUSE"
	Support   Role = "SUPPORT"
	Platform  Role = "PLATFORM"
	Clock     Role = "CLOCK"   // a deadline that passed
	Channel   Role = "CHANNEL" // what a payment channel told us, by notice or by query
	System    Role = "SYSTEM"  // a consequence of another command
)
