package lifecycle

import (
	"slices"

	"orderflow/internal/vocab"
)

// Trade is the table of the forward flow. Before payment a row is taken by the order and all its
// sub-orders together; after it by one sub-order, and the order follows by RollUp.
var Trade = &Machine[vocab.TradeStatus, vocab.TradeAction, TradeFacts]{
	Name: "Trade",
	Doc: "The status of an order and of each of its sub-orders. Before payment every transition " +
		"is of the whole order; afterwards each sub-order goes its own way and the order follows.",
	States:  vocab.TradeStatuses,
	Final:   trades{vocab.Completed, vocab.Closed},
	Actions: vocab.TradeActions,
	Roles:   vocab.Roles,
	Rows: slices.Concat(attemptingRows, settlingRows, fulfilmentRows, sameStatusRows(),
		holdRows(), beginningRows()),
}

var (
	unpaid   = trades{vocab.PendingPayment, vocab.PaymentFailed}
	underWay = trades{vocab.PartiallyShipped, vocab.Shipped}
)

// attemptingRows lead up to a payment.
var attemptingRows = []TradeRow{
	{On: vocab.Place, To: vocab.PendingPayment,
		By: roles{vocab.Buyer}, Emit: vocab.EventOrderPlaced,
		Doc: "Splits the order, claims redeemables and, when stock is deducted on order, stock; " +
			"the pay deadline starts."},
	{From: trades{vocab.PendingPayment}, On: vocab.StartPayment, To: vocab.PendingPayment,
		By: roles{vocab.Buyer}, When: tradeWhen{beforeDeadline},
		Doc: "Starts an attempt, or returns the open one of the same channel and amount."},
	{From: trades{vocab.PendingPayment}, On: vocab.AbandonPayment, To: vocab.PendingPayment,
		By: roles{vocab.Buyer}, When: tradeWhen{attemptOpen},
		Doc: "Wants the open attempt closed; once it is, the payment has failed."},
	{From: trades{vocab.PendingPayment}, On: vocab.AdjustPrice, To: vocab.PendingPayment,
		By: roles{vocab.Merchant}, When: tradeWhen{soleShop}, Emit: vocab.EventOrderPriceAdjusted,
		Doc: "Lowers the price, once no attempt is open at a channel."},
	{From: trades{vocab.PaymentFailed}, On: vocab.AdjustPrice, To: vocab.PaymentFailed,
		By: roles{vocab.Merchant}, When: tradeWhen{soleShop}, Emit: vocab.EventOrderPriceAdjusted,
		Doc: "Lowers the price."},
	{From: trades{vocab.PendingPayment}, On: vocab.FailPayment, To: vocab.PaymentFailed,
		By: roles{vocab.Channel}, When: tradeWhen{noAttemptOpen}, Emit: vocab.EventOrderPaymentFailed,
		Doc: "The last attempt failed, or the buyer abandoned it and the channel signed that it is " +
			"closed. Stock comes back, redeemables stay claimed."},
	{From: trades{vocab.PaymentFailed}, On: vocab.RetryPayment, To: vocab.PendingPayment,
		By: roles{vocab.Buyer}, When: tradeWhen{beforeDeadline}, Emit: vocab.EventOrderPaymentRetried,
		Doc: "Reserves the stock again and starts an attempt."},
	{From: trades{vocab.PendingPayment}, On: vocab.ExtendDeadline, To: vocab.PendingPayment,
		By: roles{vocab.Support, vocab.Platform}, When: tradeWhen{beforeDeadline, noAttemptOpen},
		Emit: vocab.EventOrderDeadlineExtended,
		Doc: "Staff give more time to pay. The channel keeps the time that an open attempt was " +
			"started with: the buyer gives that one up first."},
	{From: trades{vocab.PaymentFailed}, On: vocab.ExtendDeadline, To: vocab.PaymentFailed,
		By: roles{vocab.Support, vocab.Platform}, When: tradeWhen{beforeDeadline, noAttemptOpen},
		Emit: vocab.EventOrderDeadlineExtended,
		Doc:  "Staff give more time to pay."},
}

// settlingRows end the wait for a payment.
var settlingRows = []TradeRow{
	{From: unpaid, On: vocab.Pay, To: vocab.AwaitingShipment,
		By: roles{vocab.Channel}, When: tradeWhen{amountMatches}, Emit: vocab.EventOrderPaid,
		Doc: "A signed success with the verdict COUNTED. Stock deducted on payment is reserved now, " +
			"redeemables are used."},
	{From: unpaid, On: vocab.Pay, To: vocab.AwaitingShipment,
		By: roles{vocab.System}, When: tradeWhen{nothingToPay}, Emit: vocab.EventOrderPaid,
		Doc: "A payable amount of 0 is paid in the transaction that brings it about."},
	{From: unpaid, On: vocab.Cancel, To: vocab.Closed,
		By: roles{vocab.Buyer}, Emit: vocab.EventOrderCancelled,
		Doc: "Stock and redeemables come back, open attempts are closed at the channel; reason " +
			"BUYER_CANCELLED."},
	{From: unpaid, On: vocab.Cancel, To: vocab.Closed,
		By: roles{vocab.Merchant}, When: tradeWhen{soleShop}, Emit: vocab.EventOrderCancelled,
		Doc: "As by the buyer; reason MERCHANT_CANCELLED."},
	{From: unpaid, On: vocab.Expire, To: vocab.Closed,
		By: roles{vocab.Clock}, When: tradeWhen{deadlinePassed, noAttemptOpen},
		Emit: vocab.EventOrderExpired,
		Doc: "Every attempt was closed at the channel or given up as UNKNOWN. Stock and " +
			"redeemables come back; reason PAYMENT_TIMEOUT."},
}

// fulfilmentRows are taken by one sub-order that is paid.
var fulfilmentRows = []TradeRow{
	{On: vocab.Split, To: vocab.AwaitingShipment,
		By:   roles{vocab.Merchant, vocab.Warehouse, vocab.System},
		When: tradeWhen{unitsMove, unitsStay}, Emit: vocab.EventSubOrderSplit,
		Doc: "Units that the warehouse of a paid sub-order lacks become a sub-order of their own at " +
			"another one, with their money to the cent."},
	{From: trades{vocab.AwaitingShipment}, On: vocab.Reassign, To: vocab.AwaitingShipment,
		By:   roles{vocab.Merchant, vocab.Warehouse, vocab.System},
		When: tradeWhen{unitsLeft, allMoves}, Emit: vocab.EventSubOrderReassigned,
		Doc: "Another warehouse takes the whole sub-order over."},
	{From: trades{vocab.AwaitingShipment}, On: vocab.CloseUnshipped, To: vocab.AwaitingShipment,
		By: roles{vocab.Merchant}, When: tradeWhen{quantityFree, unitsLeft},
		Doc: "Refunds units that will not be shipped, trigger MERCHANT; their stock comes back."},
	{From: trades{vocab.PartiallyShipped}, On: vocab.CloseUnshipped, To: vocab.PartiallyShipped,
		By: roles{vocab.Merchant}, When: tradeWhen{quantityFree, unitsLeft},
		Doc: "Refunds units that will not be shipped, trigger MERCHANT; their stock comes back."},
	{From: trades{vocab.AwaitingShipment, vocab.PartiallyShipped}, On: vocab.Ship,
		To:   vocab.PartiallyShipped,
		By:   roles{vocab.Merchant, vocab.Warehouse},
		When: tradeWhen{notOnHold, quantityFree, packable, somethingUnsent},
		Emit: vocab.EventSubOrderPartiallyShipped,
		Doc:  "A parcel is handed over, others are still to come; its units leave the stock."},
	{From: trades{vocab.AwaitingShipment, vocab.PartiallyShipped}, On: vocab.Ship, To: vocab.Shipped,
		By:   roles{vocab.Merchant, vocab.Warehouse},
		When: tradeWhen{notOnHold, quantityFree, packable, nothingUnsent},
		Emit: vocab.EventSubOrderShipped,
		Doc:  "The last parcel is handed over; its units leave the stock."},
	{From: underWay, On: vocab.UndoShip, To: vocab.PartiallyShipped,
		By: roles{vocab.System}, When: tradeWhen{someSent}, Emit: vocab.EventSubOrderShippingUndone,
		Doc: "The handover of a parcel was a mistake; others are handed over. Its units are in stock " +
			"and reserved again."},
	{From: underWay, On: vocab.UndoShip, To: vocab.AwaitingShipment,
		By: roles{vocab.System}, When: tradeWhen{nothingSent}, Emit: vocab.EventSubOrderShippingUndone,
		Doc: "The handover of the only parcel was a mistake. Its units are in stock and reserved " +
			"again."},
	{From: trades{vocab.Shipped}, On: vocab.ConfirmReceipt, To: vocab.Received,
		By: roles{vocab.Buyer, vocab.Channel}, When: tradeWhen{noAfterSale},
		Emit: vocab.EventSubOrderReceived,
		Doc:  "The buyer has the goods, as told here or through WeChat. The return window starts."},
	{From: trades{vocab.Shipped}, On: vocab.ConfirmReceipt, To: vocab.Received,
		By: roles{vocab.Clock}, When: tradeWhen{deadlinePassed, noAfterSale, parcelsWell},
		Emit: vocab.EventSubOrderReceived,
		Doc: "The time to confirm is over, or that of a parcel whose request came to nothing. The " +
			"return window starts."},
	{From: trades{vocab.Received}, On: vocab.Complete, To: vocab.Completed,
		By: roles{vocab.Clock}, When: tradeWhen{deadlinePassed, noAfterSale},
		Emit: vocab.EventSubOrderCompleted,
		Doc:  "The return window is over: the trade has succeeded."},
	{From: trades{vocab.PartiallyShipped}, On: vocab.RefundRemaining, To: vocab.Shipped,
		By: roles{vocab.System}, When: tradeWhen{nothingUnsent, notAllRefunded},
		Emit: vocab.EventSubOrderRestRefunded,
		Doc:  "A refund succeeded and what is left is all shipped."},
	{From: trades{vocab.AwaitingShipment, vocab.PartiallyShipped, vocab.Shipped, vocab.Received},
		On: vocab.RefundRemaining, To: vocab.Closed,
		By: roles{vocab.System}, When: tradeWhen{allRefunded}, Emit: vocab.EventSubOrderRefunded,
		Doc: "A refund succeeded and every unit is refunded; the reason is that of the refund's " +
			"trigger."},
}

// sameStatusRows change a paid sub-order without moving it on.
func sameStatusRows() []TradeRow {
	unshipped := trades{vocab.AwaitingShipment, vocab.PartiallyShipped}
	paid := trades{vocab.AwaitingShipment, vocab.PartiallyShipped, vocab.Shipped, vocab.Received,
		vocab.Completed}
	var rows []TradeRow
	stay := func(from trades, row TradeRow) {
		for _, status := range from {
			row.From, row.To = trades{status}, status
			rows = append(rows, row)
		}
	}
	stay(trades{vocab.AwaitingShipment}, TradeRow{On: vocab.RequestAddress,
		By: roles{vocab.Buyer}, When: tradeWhen{notHandedOver},
		Doc: "Asks the shop to send elsewhere."})
	stay(trades{vocab.AwaitingShipment}, TradeRow{On: vocab.OfferAddress,
		By: roles{vocab.Merchant}, When: tradeWhen{notHandedOver},
		Doc: "Asks the buyer whether to send elsewhere."})
	stay(unshipped, TradeRow{On: vocab.RemindShipment,
		By: roles{vocab.Buyer}, When: tradeWhen{notReminded}, Emit: vocab.EventSubOrderReminded,
		Doc: "The buyer asks the shop to ship, once a day."})
	stay(unshipped, TradeRow{On: vocab.NoteOverdue,
		By: roles{vocab.Clock}, When: tradeWhen{deadlinePassed}, Emit: vocab.EventSubOrderShipOverdue,
		Doc: "The shop is reminded that the time to ship is over."})
	stay(paid, TradeRow{On: vocab.AddMemo,
		By:   roles{vocab.Merchant, vocab.Warehouse, vocab.Support, vocab.Platform},
		Emit: vocab.EventSubOrderMemoAdded,
		Doc:  "Staff note something for themselves."})
	stay(trades{vocab.AwaitingShipment, vocab.PartiallyShipped, vocab.Shipped, vocab.Received},
		TradeRow{On: vocab.ExtendDeadline,
			By: roles{vocab.Support, vocab.Platform}, When: tradeWhen{deadlineRuns},
			Emit: vocab.EventSubOrderDeadlineExtended,
			Doc:  "Staff give more time."})
	stay(trades{vocab.Shipped}, TradeRow{On: vocab.ExtendReceipt,
		By: roles{vocab.Buyer}, When: tradeWhen{notExtended}, Emit: vocab.EventSubOrderReceiptExtended,
		Doc: "Three days more, once."})
	stay(trades{vocab.Shipped}, TradeRow{On: vocab.ExtendReceipt,
		By: roles{vocab.Merchant}, Emit: vocab.EventSubOrderReceiptExtended,
		Doc: "Three days more."})
	received := trades{vocab.Received, vocab.Completed}
	stay(received, TradeRow{On: vocab.RemindReview,
		By: roles{vocab.Clock}, When: tradeWhen{deadlinePassed}, Emit: vocab.EventSubOrderReviewReminded,
		Doc: "The buyer is asked for a review, a day after the receipt."})
	stay(received, TradeRow{On: vocab.ReviewItem,
		By: roles{vocab.Buyer}, When: tradeWhen{unreviewed}, Emit: vocab.EventSubOrderReviewed,
		Doc: "The buyer reviews an item."})
	stay(received, TradeRow{On: vocab.AppendReview,
		By: roles{vocab.Buyer}, Emit: vocab.EventSubOrderReviewAppended,
		Doc: "The buyer adds to a review, once."})
	stay(received, TradeRow{On: vocab.ReplyReview,
		By: roles{vocab.Merchant}, Emit: vocab.EventSubOrderReviewReplied,
		Doc: "The shop replies to a review."})
	return rows
}
