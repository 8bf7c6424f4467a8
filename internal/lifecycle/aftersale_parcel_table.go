package lifecycle

import (
	"slices"

	"orderflow/internal/vocab"
)

// interceptingRows are about a parcel that is on its way to the buyer.
var interceptingRows = []AfterSaleRow{
	{From: afterSales{vocab.AfterSaleAwaitingInterception}, On: vocab.SucceedInterception,
		To: vocab.AfterSaleReturnInTransit,
		By: roles{vocab.Channel}, When: afterSaleWhen{refundLate}, Emit: vocab.EventAfterSaleIntercepted,
		Doc: "The courier brings the parcel back."},
	{From: afterSales{vocab.AfterSaleAwaitingInterception}, On: vocab.SucceedInterception,
		To: vocab.AfterSaleRefunding,
		By: roles{vocab.Channel}, When: afterSaleWhen{refundEarly},
		Emit: vocab.EventAfterSaleIntercepted,
		Doc:  "The courier brings the parcel back, and the shop refunds before it is there."},
	{From: afterSales{vocab.AfterSaleAwaitingInterception}, On: vocab.FailInterception,
		To: vocab.AfterSaleAwaitingChoice,
		By: roles{vocab.Channel}, Emit: vocab.EventAfterSaleInterceptionFailed,
		Doc: "The courier cannot or does not: the buyer chooses another way."},
	{From: afterSales{vocab.AfterSaleAwaitingInterception}, On: vocab.RunOut,
		To: vocab.AfterSaleAwaitingChoice,
		By: roles{vocab.Clock}, When: afterSaleWhen{runOut},
		Emit: vocab.EventAfterSaleInterceptionFailed,
		Doc:  "The courier did not bring it about in time."},
	{From: afterSales{vocab.AfterSaleAwaitingChoice}, On: vocab.ChooseRefusal,
		To: vocab.AfterSaleAwaitingRefusal,
		By: roles{vocab.Buyer}, When: afterSaleWhen{notArrived}, Emit: vocab.EventAfterSaleChosen,
		Doc: "The buyer will refuse the parcel at the door."},
	{From: afterSales{vocab.AfterSaleAwaitingChoice}, On: vocab.ChooseReturn,
		To: vocab.AfterSaleAwaitingReturn,
		By: roles{vocab.Buyer}, Emit: vocab.EventAfterSaleChosen,
		Doc: "The buyer will receive the goods and send them back."},
	{From: afterSales{vocab.AfterSaleAwaitingChoice}, On: vocab.RunOut, To: vocab.AfterSaleWithdrawn,
		By: roles{vocab.Clock}, When: afterSaleWhen{runOut}, Emit: vocab.EventAfterSaleWithdrawn,
		Doc: "The buyer did not choose."},
	{From: afterSales{vocab.AfterSaleAwaitingMerchant, vocab.AfterSaleAwaitingBuyer,
		vocab.AfterSaleRejected, vocab.AfterSaleAwaitingChoice, vocab.AfterSaleAwaitingRefusal,
		vocab.AfterSaleAwaitingReturn}, On: vocab.TurnBack, To: vocab.AfterSaleReturnInTransit,
		By: roles{vocab.Channel}, When: afterSaleWhen{turnedBack}, Emit: vocab.EventAfterSaleTurnedBack,
		Doc: "The parcel was refused or is on its way back."},
	{From: afterSales{vocab.AfterSaleAwaitingRefusal, vocab.AfterSaleReturnInTransit,
		vocab.AfterSaleAwaitingMerchant}, On: vocab.Deliver, To: vocab.AfterSaleAwaitingChoice,
		By: roles{vocab.Channel}, Emit: vocab.EventAfterSaleDelivered,
		Doc: "The parcel was delivered all the same."},
	{From: afterSales{vocab.AfterSaleAwaitingMerchant, vocab.AfterSaleAwaitingBuyer,
		vocab.AfterSaleRejected, vocab.AfterSaleAwaitingInterception, vocab.AfterSaleAwaitingChoice,
		vocab.AfterSaleAwaitingRefusal, vocab.AfterSaleAwaitingReturn}, On: vocab.LoseParcel,
		To: vocab.AfterSaleAwaitingMerchant,
		By: roles{vocab.System}, When: afterSaleWhen{parcelLost}, Emit: vocab.EventAfterSaleLost,
		Doc: "The parcel is lost; the shop is liable, silence approves."},
	{From: afterSales{vocab.AfterSaleAwaitingRefusal}, On: vocab.RunOut,
		To: vocab.AfterSaleAwaitingChoice,
		By: roles{vocab.Clock}, When: afterSaleWhen{runOut}, Emit: vocab.EventAfterSaleDelivered,
		Doc: "The parcel was not refused in time."},
}

// returningRows are about goods on their way back.
func returningRows() []AfterSaleRow {
	back := afterSales{vocab.AfterSaleReturnInTransit}
	confirm := func(
		on vocab.AfterSaleAction, by roles, doc string, when ...afterSaleGuard,
	) []AfterSaleRow {
		return []AfterSaleRow{
			{From: back, On: on, To: vocab.AfterSaleRefunding,
				By: by, When: append(slices.Clone(when), notToReship), Emit: vocab.EventAfterSaleReturned,
				Doc: doc},
			{From: back, On: on, To: vocab.AfterSaleReshipping,
				By: by, When: append(slices.Clone(when), toReship), Emit: vocab.EventAfterSaleReturned,
				Doc: doc},
		}
	}
	return slices.Concat([]AfterSaleRow{
		{From: afterSales{vocab.AfterSaleAwaitingReturn}, On: vocab.SendReturn,
			To: vocab.AfterSaleReturnInTransit,
			By: roles{vocab.Buyer}, Emit: vocab.EventAfterSaleSent,
			Doc: "The buyer has handed the goods to a courier."},
		{From: afterSales{vocab.AfterSaleAwaitingReturn}, On: vocab.RunOut, To: vocab.AfterSaleClosed,
			By: roles{vocab.Clock}, When: afterSaleWhen{runOut}, Emit: vocab.EventAfterSaleClosed,
			Doc: "The buyer did not send the goods."},
		{From: back, On: vocab.RefuseReturn, To: vocab.AfterSaleRejected,
			By: afterSaleGoods, Emit: vocab.EventAfterSaleReturnRefused,
			Doc: "Goods are missing or not those sold; the shop gives evidence."},
	},
		confirm(vocab.ConfirmReturn, afterSaleGoods, "The goods are back and were inspected."),
		confirm(vocab.RunOut, roles{vocab.Clock},
			"The shop did not say whether the goods are back.", runOut),
	)
}
