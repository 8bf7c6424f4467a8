package lifecycle

import (
	"slices"

	"orderflow/internal/fsm"
)

// Trade is the table of the forward flow. Before payment a row is taken by the order and all its
// sub-orders together; after it by one sub-order, and the order follows by RollUp.
var Trade = &fsm.Machine[TradeStatus, TradeAction, Role, TradeFacts]{
	Name: "Trade",
	Doc: "The status of an order and of each of its sub-orders. Before payment every transition " +
		"is of the whole order; afterwards each sub-order goes its own way and the order follows.",
	States:  TradeStatuses,
	Final:   []TradeStatus{Completed, Closed},
	Actions: TradeActions,
	Roles:   Roles,
	Rows:    slices.Concat(attemptingRows, settlingRows, fulfilmentRows, sidelineRows()),
}

var unpaid = []TradeStatus{PendingPayment, PaymentFailed}

// attemptingRows lead up to a payment.
var attemptingRows = []TradeRow{
	{On: Place, To: PendingPayment, By: []Role{Buyer}, Emit: EventOrderPlaced,
		Doc: "Splits the order, holds use-once things and, when stock is deducted on order, " +
			"stock; the pay deadline starts."},
	{From: []TradeStatus{PendingPayment}, On: StartPayment, To: PendingPayment, By: []Role{Buyer},
		When: tradeWhen{beforeDeadline},
		Doc:  "Starts an attempt, or returns the open one of the same channel and amount."},
	{From: []TradeStatus{PendingPayment}, On: AbandonPayment, To: PendingPayment, By: []Role{Buyer},
		When: tradeWhen{attemptOpen},
		Doc:  "Wants the open attempt closed; once it is, the payment has failed."},
	{From: []TradeStatus{PendingPayment}, On: AdjustPrice, To: PendingPayment, By: []Role{Merchant},
		When: tradeWhen{soleShop}, Emit: EventOrderPriceAdjusted,
		Doc: "Lowers the price, once no attempt is open at a channel."},
	{From: []TradeStatus{PaymentFailed}, On: AdjustPrice, To: PaymentFailed, By: []Role{Merchant},
		When: tradeWhen{soleShop}, Emit: EventOrderPriceAdjusted,
		Doc: "Lowers the price."},
	{From: []TradeStatus{PendingPayment}, On: FailPayment, To: PaymentFailed, By: []Role{Channel},
		When: tradeWhen{noAttemptOpen}, Emit: EventOrderPaymentFailed,
		Doc: "The last attempt failed, or the buyer abandoned it and the channel signed that it is " +
			"closed. Stock comes back, use-once things stay held."},
	{From: []TradeStatus{PaymentFailed}, On: RetryPayment, To: PendingPayment, By: []Role{Buyer},
		When: tradeWhen{beforeDeadline}, Emit: EventOrderPaymentRetried,
		Doc: "Reserves the stock again and starts an attempt."},
	{From: []TradeStatus{PendingPayment}, On: ExtendDeadline, To: PendingPayment,
		By: []Role{Support, Platform}, When: tradeWhen{beforeDeadline, noAttemptOpen},
		Emit: EventOrderDeadlineExtended,
		Doc: "Staff give more time to pay. The channel keeps the time that an open attempt was " +
			"started with: the buyer gives that one up first."},
	{From: []TradeStatus{PaymentFailed}, On: ExtendDeadline, To: PaymentFailed,
		By: []Role{Support, Platform}, When: tradeWhen{beforeDeadline, noAttemptOpen},
		Emit: EventOrderDeadlineExtended, Doc: "Staff give more time to pay."},
}

// settlingRows end the wait for a payment.
var settlingRows = []TradeRow{
	{From: unpaid, On: Pay, To: AwaitingShipment, By: []Role{Channel},
		When: tradeWhen{amountMatches}, Emit: EventOrderPaid,
		Doc: "A signed success with the verdict COUNTED. Stock deducted on payment is reserved " +
			"now, use-once things are used."},
	{From: unpaid, On: Pay, To: AwaitingShipment, By: []Role{System},
		When: tradeWhen{nothingToPay}, Emit: EventOrderPaid,
		Doc: "A payable amount of 0 is paid in the transaction that brings it about."},
	{From: unpaid, On: Cancel, To: Closed, By: []Role{Buyer}, Emit: EventOrderCancelled,
		Doc: "Stock and use-once things come back, open attempts are closed at the channel; " +
			"reason BUYER_CANCELLED."},
	{From: unpaid, On: Cancel, To: Closed, By: []Role{Merchant}, When: tradeWhen{soleShop},
		Emit: EventOrderCancelled, Doc: "As by the buyer; reason MERCHANT_CANCELLED."},
	{From: unpaid, On: Expire, To: Closed, By: []Role{Clock},
		When: tradeWhen{deadlinePassed, noAttemptOpen}, Emit: EventOrderExpired,
		Doc: "Every attempt was closed at the channel or given up as UNKNOWN. Stock and use-once " +
			"things come back; reason PAYMENT_TIMEOUT."},
}

// fulfilmentRows are taken by one sub-order that is paid.
var fulfilmentRows = []TradeRow{
	{On: Split, To: AwaitingShipment, By: []Role{Merchant, Warehouse, System},
		Emit: EventSubOrderSplit,
		Doc: "Units that the warehouse of a paid sub-order lacks become a sub-order of their own " +
			"at another one, with their money to the cent."},
	{From: []TradeStatus{AwaitingShipment}, On: Reassign, To: AwaitingShipment,
		By: []Role{Merchant, Warehouse, System}, Emit: EventSubOrderReassigned,
		Doc: "Another warehouse takes the whole sub-order over."},
	{From: []TradeStatus{AwaitingShipment}, On: CloseUnshipped, To: AwaitingShipment,
		By: []Role{Merchant}, When: tradeWhen{quantityFree},
		Doc: "Refunds units that will not be shipped, trigger MERCHANT; their stock comes back."},
	{From: []TradeStatus{PartiallyShipped}, On: CloseUnshipped, To: PartiallyShipped,
		By: []Role{Merchant}, When: tradeWhen{quantityFree},
		Doc: "Refunds units that will not be shipped, trigger MERCHANT; their stock comes back."},
	{From: []TradeStatus{AwaitingShipment, PartiallyShipped}, On: Ship, To: PartiallyShipped,
		By: []Role{Merchant, Warehouse}, When: tradeWhen{quantityFree, somethingUnsent},
		Emit: EventSubOrderPartiallyShipped,
		Doc:  "A parcel is handed over, others are still to come; its units leave the stock."},
	{From: []TradeStatus{AwaitingShipment, PartiallyShipped}, On: Ship, To: Shipped,
		By: []Role{Merchant, Warehouse}, When: tradeWhen{quantityFree, nothingUnsent},
		Emit: EventSubOrderShipped,
		Doc:  "The last parcel is handed over; its units leave the stock."},
	{From: []TradeStatus{Shipped}, On: ConfirmReceipt, To: Received, By: []Role{Buyer, Channel},
		When: tradeWhen{noAfterSale}, Emit: EventSubOrderReceived,
		Doc: "The buyer has the goods, as told here or through WeChat. The return window starts."},
	{From: []TradeStatus{Shipped}, On: ConfirmReceipt, To: Received, By: []Role{Clock},
		When: tradeWhen{deadlinePassed, noAfterSale, parcelsWell}, Emit: EventSubOrderReceived,
		Doc: "The time to confirm is over. The return window starts."},
	{From: []TradeStatus{Received}, On: Complete, To: Completed, By: []Role{Clock},
		When: tradeWhen{deadlinePassed, noAfterSale}, Emit: EventSubOrderCompleted,
		Doc: "The return window is over: the trade has succeeded."},
	{From: []TradeStatus{PartiallyShipped}, On: RefundRemaining, To: Shipped, By: []Role{System},
		When: tradeWhen{nothingUnsent, notAllRefunded}, Emit: EventSubOrderRestRefunded,
		Doc: "A refund succeeded and what is left is all shipped."},
	{From: []TradeStatus{AwaitingShipment, PartiallyShipped, Shipped, Received},
		On: RefundRemaining, To: Closed, By: []Role{System},
		When: tradeWhen{allRefunded}, Emit: EventSubOrderRefunded,
		Doc: "A refund succeeded and every unit is refunded; the reason is that of the refund's " +
			"trigger."},
}

// sidelineRows change a paid sub-order without moving it on.
func sidelineRows() []TradeRow {
	unshipped := []TradeStatus{AwaitingShipment, PartiallyShipped}
	paid := []TradeStatus{AwaitingShipment, PartiallyShipped, Shipped, Received, Completed}
	var rows []TradeRow
	stay := func(from []TradeStatus, row TradeRow) {
		for _, status := range from {
			row.From, row.To = []TradeStatus{status}, status
			rows = append(rows, row)
		}
	}
	stay([]TradeStatus{AwaitingShipment}, TradeRow{On: RequestAddress, By: []Role{Buyer},
		When: tradeWhen{notHandedOver}, Doc: "Asks the shop to send elsewhere."})
	stay(unshipped, TradeRow{On: RemindShipment, By: []Role{Buyer}, When: tradeWhen{notReminded},
		Emit: EventSubOrderReminded, Doc: "The buyer asks the shop to ship, once a day."})
	stay(unshipped, TradeRow{On: NoteOverdue, By: []Role{Clock}, When: tradeWhen{deadlinePassed},
		Emit: EventSubOrderShipOverdue, Doc: "The shop is reminded that the time to ship is over."})
	stay(paid, TradeRow{On: AddMemo, By: []Role{Merchant, Warehouse, Support, Platform},
		Emit: EventSubOrderMemoAdded, Doc: "Staff note something for themselves."})
	stay([]TradeStatus{AwaitingShipment, PartiallyShipped, Shipped, Received},
		TradeRow{On: ExtendDeadline, By: []Role{Support, Platform},
			Emit: EventSubOrderDeadlineExtended, Doc: "Staff give more time."})
	stay([]TradeStatus{Shipped}, TradeRow{On: ExtendReceipt, By: []Role{Buyer},
		When: tradeWhen{notExtended}, Emit: EventSubOrderReceiptExtended,
		Doc: "Three days more, once."})
	stay([]TradeStatus{Shipped}, TradeRow{On: ExtendReceipt, By: []Role{Merchant},
		Emit: EventSubOrderReceiptExtended, Doc: "Three days more."})
	stay([]TradeStatus{Shipped, Received, Completed}, TradeRow{On: RemindReview,
		By: []Role{Clock}, When: tradeWhen{deadlinePassed}, Emit: EventSubOrderReviewReminded,
		Doc: "The buyer is asked for a review, a day after delivery."})
	received := []TradeStatus{Received, Completed}
	stay(received, TradeRow{On: ReviewItem, By: []Role{Buyer}, When: tradeWhen{unreviewed},
		Emit: EventSubOrderReviewed, Doc: "The buyer reviews an item."})
	stay(received, TradeRow{On: AppendReview, By: []Role{Buyer},
		Emit: EventSubOrderReviewAppended, Doc: "The buyer adds to a review, once."})
	stay(received, TradeRow{On: ReplyReview, By: []Role{Merchant},
		Emit: EventSubOrderReviewReplied, Doc: "The shop replies to a review."})
	return rows
}
