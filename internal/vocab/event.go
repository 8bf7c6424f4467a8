package vocab

import (
	"strings"
)

// Events of a whole order. The buyer and the platform see them; each shop concerned gets the same
// fact as an event of its sub-order, see ForShop.
const (
	EventOrderPlaced         = "order.placed"
	EventOrderPaymentFailed  = "order.payment_failed"
	EventOrderPaymentRetried = "order.payment_retried"
	EventOrderPriceAdjusted  = "order.price_adjusted"
	EventOrderPaid           = "order.paid"
	EventOrderCancelled      = "order.cancelled"
	EventOrderExpired        = "order.expired"

	EventOrderDeadlineExtended = "order.deadline_extended"
)

// Events of one sub-order, and so of one shop.
const (
	EventSubOrderPlaced           = "sub_order.placed"
	EventSubOrderPaymentFailed    = "sub_order.payment_failed"
	EventSubOrderPaymentRetried   = "sub_order.payment_retried"
	EventSubOrderPriceAdjusted    = "sub_order.price_adjusted"
	EventSubOrderPaid             = "sub_order.paid"
	EventSubOrderCancelled        = "sub_order.cancelled"
	EventSubOrderExpired          = "sub_order.expired"
	EventSubOrderPartiallyShipped = "sub_order.partially_shipped"
	EventSubOrderShipped          = "sub_order.shipped"
	EventSubOrderShippingUndone   = "sub_order.shipping_undone"
	EventSubOrderReceived         = "sub_order.received"
	EventSubOrderCompleted        = "sub_order.completed"
	EventSubOrderRestRefunded     = "sub_order.rest_refunded"
	EventSubOrderRefunded         = "sub_order.refunded"
	EventSubOrderSplit            = "sub_order.split"
	EventSubOrderReassigned       = "sub_order.reassigned"
	EventSubOrderHeld             = "sub_order.held"
	EventSubOrderReleased         = "sub_order.released"
	EventSubOrderReceiptExtended  = "sub_order.receipt_extended"
	EventSubOrderReminded         = "sub_order.reminded"
	EventSubOrderShipOverdue      = "sub_order.ship_overdue"
	EventSubOrderMemoAdded        = "sub_order.memo_added"
	EventSubOrderDeadlineExtended = "sub_order.deadline_extended"
	EventSubOrderReviewReminded   = "sub_order.review_reminded"
	EventSubOrderReviewed         = "sub_order.reviewed"
	EventSubOrderReviewAppended   = "sub_order.review_appended"
	EventSubOrderReviewReplied    = "sub_order.review_replied"
)

// Events of a payment attempt.
const (
	EventPaymentStarted   = "payment.started"
	EventPaymentFailed    = "payment.failed"
	EventPaymentClosing   = "payment.closing"
	EventPaymentClosed    = "payment.closed"
	EventPaymentUnknown   = "payment.unknown"
	EventPaymentSucceeded = "payment.succeeded"
)

// Events of a refund.
const (
	EventRefundRequested  = "refund.requested"
	EventRefundSubmitted  = "refund.submitted"
	EventRefundUnknown    = "refund.unknown"
	EventRefundSucceeded  = "refund.succeeded"
	EventRefundFailed     = "refund.failed"
	EventRefundRetried    = "refund.retried"
	EventRefundClosed     = "refund.closed"
	EventRefundNeedsStaff = "refund.needs_staff"
	EventRefundAsked      = "refund.approval_requested"
)

// Events of a parcel.
const (
	EventShipmentCreated     = "shipment.created"
	EventShipmentListPrinted = "shipment.list_printed"
	EventShipmentPicking     = "shipment.picking"
	EventShipmentPacked      = "shipment.packed"
	EventShipmentHandedOver  = "shipment.handed_over"
	EventShipmentCancelled   = "shipment.cancelled"
	EventShipmentCorrected   = "shipment.corrected"
	EventShipmentTracked     = "shipment.tracked"

	EventShipmentHandOverUndone = "shipment.hand_over_undone"
)

// Events of a stock transfer: of its shop, and of the order whose units it carries.
const (
	EventTransferRequested = "transfer.requested"
	EventTransferShipped   = "transfer.shipped"
	EventTransferReceived  = "transfer.received"
	EventTransferCancelled = "transfer.cancelled"
)

// Events of an address change.
const (
	EventAddressAsked     = "address.asked"
	EventAddressProposed  = "address.proposed"
	EventAddressAccepted  = "address.accepted"
	EventAddressRejected  = "address.rejected"
	EventAddressWithdrawn = "address.withdrawn"
	EventAddressLapsed    = "address.lapsed"
)

// Events of an after-sale request.
const (
	EventAfterSaleRequested          = "after_sale.requested"
	EventAfterSaleForced             = "after_sale.forced"
	EventAfterSaleApproved           = "after_sale.approved"
	EventAfterSaleRejected           = "after_sale.rejected"
	EventAfterSaleProposed           = "after_sale.proposed"
	EventAfterSaleProposalAccepted   = "after_sale.proposal_accepted"
	EventAfterSaleProposalRefused    = "after_sale.proposal_refused"
	EventAfterSaleIntercepted        = "after_sale.intercepted"
	EventAfterSaleInterceptionFailed = "after_sale.interception_failed"
	EventAfterSaleChosen             = "after_sale.chosen"
	EventAfterSaleTurnedBack         = "after_sale.turned_back"
	EventAfterSaleDelivered          = "after_sale.delivered"
	EventAfterSaleSent               = "after_sale.sent"
	EventAfterSaleReturned           = "after_sale.returned"
	EventAfterSaleReturnRefused      = "after_sale.return_refused"
	EventAfterSaleRevised            = "after_sale.revised"
	EventAfterSaleEscalated          = "after_sale.escalated"
	EventAfterSaleRuled              = "after_sale.ruled"
	EventAfterSaleReshipped          = "after_sale.reshipped"
	EventAfterSaleOverdue            = "after_sale.overdue"
	EventAfterSaleWithdrawn          = "after_sale.withdrawn"
	EventAfterSaleCompleted          = "after_sale.completed"
	EventAfterSaleClosed             = "after_sale.closed"
	EventAfterSaleMessage            = "after_sale.message_added"
	EventAfterSaleLost               = "after_sale.lost"
	EventAfterSaleExtended           = "after_sale.deadline_extended"
)

// Events of a shortage.
const (
	EventShortageReported  = "shortage.reported"
	EventShortageOffered   = "shortage.offered"
	EventShortageWaiting   = "shortage.waiting"
	EventShortageRefunding = "shortage.refunding"
	EventShortageResolved  = "shortage.resolved"
	EventShortageRefunded  = "shortage.refunded"
	EventShortageExtended  = "shortage.deadline_extended"
)

// Events of an interception.
const (
	EventInterceptionRequested = "interception.requested"
	EventInterceptionAsked     = "interception.asked"
	EventInterceptionUnknown   = "interception.unknown"
	EventInterceptionAccepted  = "interception.accepted"
	EventInterceptionRefused   = "interception.refused"
	EventInterceptionSucceeded = "interception.succeeded"
	EventInterceptionFailed    = "interception.failed"
)

// Events of a difference between a channel's bill and what is kept here: of shops, and no order.
const (
	EventBillDiffers  = "bill.differs"
	EventBillResolved = "bill.resolved"
)

// ForShop names the event that tells a shop about an order event: "sub_order.paid" for
// "order.paid". Other names stay as they are.
func ForShop(event string) string {
	if fact, ok := strings.CutPrefix(event, "order."); ok {
		return "sub_order." + fact
	}
	return event
}
