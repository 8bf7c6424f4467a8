package read

import "orderflow/internal/vocab"

// Groups of trade statuses.
var (
	unpaid    = group[vocab.TradeStatus]{vocab.PendingPayment, vocab.PaymentFailed}
	toShip    = group[vocab.TradeStatus]{vocab.AwaitingShipment, vocab.PartiallyShipped}
	toReceive = group[vocab.TradeStatus]{vocab.Shipped}

	// returnable are the statuses in which the return window is open.
	returnable = group[vocab.TradeStatus]{vocab.Received}

	// handedOver are the statuses of a sub-order of which a parcel was handed over.
	handedOver = group[vocab.TradeStatus]{
		vocab.PartiallyShipped, vocab.Shipped, vocab.Received, vocab.Completed,
	}
)

// Groups of trade actions that are not offered on the sub-order whose status allows them.
var (
	// onReview are the actions on a review.
	onReview = group[vocab.TradeAction]{vocab.AppendReview, vocab.ReplyReview}

	// onPaidOrder are the actions on all sub-orders of a paid order together.
	onPaidOrder = group[vocab.TradeAction]{vocab.RequestAddress}
)
