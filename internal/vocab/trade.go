package vocab

import (
	"cmp"
	"slices"
)

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

// TradeStatuses lists the trade statuses from the least to the most advanced.
var TradeStatuses = []TradeStatus{
	PendingPayment, PaymentFailed, AwaitingShipment, PartiallyShipped, Shipped, Received, Completed,
	Closed,
}

// Compare orders trade statuses by how far they are on the forward flow.
func (s TradeStatus) Compare(other TradeStatus) int {
	return cmp.Compare(slices.Index(TradeStatuses, s), slices.Index(TradeStatuses, other))
}

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

// CloseReasons lists the close reasons.
var CloseReasons = []CloseReason{
	BuyerCancelled, MerchantCancelled, PaymentTimeout, OutOfStock, Refunded,
}

// TradeAction is what can be done to an order before payment and to a sub-order after it.
type TradeAction string

// The trade actions.
const (
	Place           TradeAction = "PLACE"
	StartPayment    TradeAction = "START_PAYMENT"
	AbandonPayment  TradeAction = "ABANDON_PAYMENT"
	AdjustPrice     TradeAction = "ADJUST_PRICE"
	FailPayment     TradeAction = "FAIL_PAYMENT"
	RetryPayment    TradeAction = "RETRY_PAYMENT"
	Pay             TradeAction = "PAY"
	Cancel          TradeAction = "CANCEL"
	Expire          TradeAction = "EXPIRE"
	Split           TradeAction = "SPLIT"
	Reassign        TradeAction = "REASSIGN"
	PutOnHold       TradeAction = "HOLD"
	ReleaseHold     TradeAction = "RELEASE"
	RequestAddress  TradeAction = "REQUEST_ADDRESS_CHANGE"
	OfferAddress    TradeAction = "PROPOSE_ADDRESS_CHANGE"
	RemindShipment  TradeAction = "REMIND_SHIPMENT"
	NoteOverdue     TradeAction = "NOTE_OVERDUE"
	AddMemo         TradeAction = "ADD_MEMO"
	ExtendDeadline  TradeAction = "EXTEND_DEADLINE"
	CloseUnshipped  TradeAction = "CLOSE_UNSHIPPED"
	Ship            TradeAction = "SHIP"
	UndoShip        TradeAction = "UNDO_SHIP"
	ExtendReceipt   TradeAction = "EXTEND_RECEIPT"
	ConfirmReceipt  TradeAction = "CONFIRM_RECEIPT"
	RemindReview    TradeAction = "REMIND_REVIEW"
	ReviewItem      TradeAction = "REVIEW"
	AppendReview    TradeAction = "APPEND_REVIEW"
	ReplyReview     TradeAction = "REPLY_REVIEW"
	Complete        TradeAction = "COMPLETE"
	RefundRemaining TradeAction = "REFUND_REMAINING"
)

// What begins on a sub-order and goes on by a table of its own: a request, a shortage, a transfer.
const (
	BeginAfterSale TradeAction = "REQUEST_AFTER_SALE"
	BeginForBuyer  TradeAction = "OPEN_FOR_BUYER"
	BeginRefund    TradeAction = "FORCE_REFUND"
	BeginShortage  TradeAction = "REPORT_SHORTAGE"
	BeginTransfer  TradeAction = "REQUEST_TRANSFER"
)

// TradeActions lists the trade actions.
var TradeActions = []TradeAction{
	Place, StartPayment, AbandonPayment, AdjustPrice, FailPayment, RetryPayment, Pay, Cancel, Expire,
	Split, Reassign, PutOnHold, ReleaseHold, RequestAddress, OfferAddress, RemindShipment,
	NoteOverdue, AddMemo, ExtendDeadline, CloseUnshipped, Ship, UndoShip, ExtendReceipt,
	ConfirmReceipt, RemindReview, ReviewItem, AppendReview, ReplyReview, Complete, RefundRemaining,
	BeginAfterSale, BeginForBuyer, BeginRefund, BeginShortage, BeginTransfer,
}
