package read

import "orderflow/internal/vocab"

// Groups of trade actions that are not offered on the sub-order whose status allows them.
var (
	// onReview are the actions on a review.
	onReview = vocab.Group[vocab.TradeAction]{vocab.AppendReview, vocab.ReplyReview}

	// onPaidOrder are the actions on all sub-orders of a paid order together.
	onPaidOrder = vocab.Group[vocab.TradeAction]{vocab.RequestAddress, vocab.OfferAddress}
)
