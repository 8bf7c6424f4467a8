package lifecycle

import (
	"slices"

	"orderflow/internal/vocab"
)

// AfterSale is the table of the reverse flow.
var AfterSale = &Machine[vocab.AfterSaleStatus, vocab.AfterSaleAction, AfterSaleFacts]{
	Name: "AfterSale",
	Doc: "A request about item quantities. What it asks for is taken out of what the order can " +
		"still give back when it is made; WITHDRAWN and CLOSED give it back.",
	States:  vocab.AfterSaleStatuses,
	Final:   vocab.AfterSaleFinal,
	Actions: vocab.AfterSaleActions,
	Roles:   vocab.Roles,
	Rows: slices.Concat(requestingRows(), answeringRows(), interceptingRows, returningRows(),
		disputingRows(), endingRows()),
}

var (
	afterSaleStaff  = roles{vocab.Support, vocab.Platform}
	openAfterSales  = vocab.AfterSaleStatuses[:11]
	afterSaleAsked  = afterSales{vocab.AfterSaleAwaitingMerchant}
	afterSaleAnswer = roles{vocab.Merchant}                  // what the shop gives
	afterSaleGoods  = roles{vocab.Merchant, vocab.Warehouse} // what came back and what is sent
)

// approved returns the rows by which a request goes on once it is approved.
func approved(
	from afterSales, on vocab.AfterSaleAction, by roles, emit, doc string, when ...afterSaleGuard,
) []AfterSaleRow {
	var rows []AfterSaleRow
	for _, to := range []struct {
		path   vocab.Path
		name   string
		status vocab.AfterSaleStatus
	}{
		{vocab.PathRefund, GuardPathRefund, vocab.AfterSaleRefunding},
		{vocab.PathIntercept, GuardPathIntercept, vocab.AfterSaleAwaitingInterception},
		{vocab.PathRefuse, GuardPathRefuse, vocab.AfterSaleAwaitingRefusal},
		{vocab.PathReturn, GuardPathReturn, vocab.AfterSaleAwaitingReturn},
		{vocab.PathReship, GuardPathReship, vocab.AfterSaleReshipping},
	} {
		path := to.path
		guard := afterSaleGuard{Name: to.name,
			Holds: func(f AfterSaleFacts) bool { return f.Path == path }}
		rows = append(rows, AfterSaleRow{From: from, On: on, To: to.status,
			By: by, When: append(slices.Clone(when), guard), Emit: emit,
			Doc: doc})
	}
	return rows
}

// requestingRows open a request.
func requestingRows() []AfterSaleRow {
	rows := []AfterSaleRow{
		{On: vocab.RequestAfterSale, To: vocab.AfterSaleRefunding,
			By: roles{vocab.Buyer}, When: afterSaleWhen{selfApproved}, Emit: vocab.EventAfterSaleRequested,
			Doc: "Nothing of it is packed or handed over beyond what the policy approves: its stock " +
				"comes back and it is refunded."},
		{On: vocab.RequestAfterSale, To: vocab.AfterSaleAwaitingMerchant,
			By: roles{vocab.Buyer}, When: afterSaleWhen{notSelfApproved},
			Emit: vocab.EventAfterSaleRequested,
			Doc:  "The quantity is locked; the shop answers before the deadline."},
		{On: vocab.RequestAfterSale, To: vocab.AfterSaleReturnInTransit,
			By: roles{vocab.System}, When: afterSaleWhen{turnedBack}, Emit: vocab.EventAfterSaleRequested,
			Doc: "A parcel was refused at the door or comes back without a request; or the part of a " +
				"returned request that the shop does not accept, split off."},
		{On: vocab.RequestAfterSale, To: vocab.AfterSaleAwaitingMerchant,
			By: roles{vocab.System}, When: afterSaleWhen{parcelLost}, Emit: vocab.EventAfterSaleRequested,
			Doc: "A parcel is lost; the shop is liable."},
		{On: vocab.ForceRefund, To: vocab.AfterSaleRefunding,
			By: afterSaleStaff, Emit: vocab.EventAfterSaleForced,
			Doc: "Staff refund without asking anybody."},
		{From: openAfterSales[:9], On: vocab.ForceRefund, To: vocab.AfterSaleRefunding,
			By: afterSaleStaff, Emit: vocab.EventAfterSaleForced,
			Doc: "Staff end an open request with a refund."},
		{From: afterSales{vocab.AfterSaleReshipping}, On: vocab.ForceRefund,
			To: vocab.AfterSaleRefunding,
			By: afterSaleStaff, When: afterSaleWhen{notReshipped}, Emit: vocab.EventAfterSaleForced,
			Doc: "Staff refund instead of waiting for goods that were not sent."},
	}
	return append(rows, approved(nil, vocab.OpenForBuyer,
		roles{vocab.Merchant, vocab.Support, vocab.Platform}, vocab.EventAfterSaleRequested,
		"Staff open a request for the buyer; it is approved with that.")...)
}

// answeringRows are the merchant's answers, and the buyer's to a proposal.
func answeringRows() []AfterSaleRow {
	asked := afterSaleAsked
	offered := afterSales{vocab.AfterSaleAwaitingBuyer}
	return slices.Concat(
		approved(asked, vocab.ApproveAfterSale, afterSaleAnswer, vocab.EventAfterSaleApproved,
			"The shop agrees."),
		approved(asked, vocab.RunOut, roles{vocab.Clock}, vocab.EventAfterSaleApproved,
			"The shop said nothing: it agrees.", runOut, silenceApproves),
		[]AfterSaleRow{
			{From: asked, On: vocab.RunOut, To: vocab.AfterSaleInArbitration,
				By: roles{vocab.Clock}, When: afterSaleWhen{runOut, silenceAsks},
				Emit: vocab.EventAfterSaleEscalated,
				Doc:  "The shop said nothing about sending goods or paying a difference."},
			{From: asked, On: vocab.RejectAfterSale, To: vocab.AfterSaleRejected,
				By: afterSaleAnswer, When: afterSaleWhen{notLost}, Emit: vocab.EventAfterSaleRejected,
				Doc: "The shop refuses, with a reason. A lost parcel leaves nothing to refuse."},
			{From: asked, On: vocab.ProposeAfterSale, To: vocab.AfterSaleAwaitingBuyer,
				By: roles{vocab.Merchant}, Emit: vocab.EventAfterSaleProposed,
				Doc: "The shop proposes something else."},
			{From: offered, On: vocab.RefuseProposal, To: vocab.AfterSaleAwaitingMerchant,
				By: roles{vocab.Buyer}, Emit: vocab.EventAfterSaleProposalRefused,
				Doc: "The request stands as it was; the shop has its time again."},
			{From: offered, On: vocab.RunOut, To: vocab.AfterSaleWithdrawn,
				By: roles{vocab.Clock}, When: afterSaleWhen{runOut}, Emit: vocab.EventAfterSaleWithdrawn,
				Doc: "The buyer did not answer the proposal."},
		},
		approved(offered, vocab.AcceptProposal, roles{vocab.Buyer}, vocab.EventAfterSaleProposalAccepted,
			"The buyer takes what the shop proposed."),
	)
}

// disputingRows are about requests that the shop refused.
func disputingRows() []AfterSaleRow {
	refused := afterSales{vocab.AfterSaleRejected}
	disputed := afterSales{vocab.AfterSaleInArbitration}
	return []AfterSaleRow{
		{From: refused, On: vocab.ReviseAfterSale, To: vocab.AfterSaleAwaitingMerchant,
			By: roles{vocab.Buyer}, When: afterSaleWhen{nothingBack}, Emit: vocab.EventAfterSaleRevised,
			Doc: "The buyer asks for something else or gives more evidence."},
		{From: refused, On: vocab.EscalateAfterSale, To: vocab.AfterSaleInArbitration,
			By: roles{vocab.Buyer}, Emit: vocab.EventAfterSaleEscalated,
			Doc: "The buyer asks the platform."},
		{From: refused, On: vocab.RunOut, To: vocab.AfterSaleClosed,
			By: roles{vocab.Clock}, When: afterSaleWhen{runOut}, Emit: vocab.EventAfterSaleClosed,
			Doc: "The buyer let the refusal stand."},
		{From: disputed, On: vocab.RuleForRefund, To: vocab.AfterSaleRefunding,
			By: afterSaleStaff, Emit: vocab.EventAfterSaleRuled,
			Doc: "The buyer gets the money. Final."},
		{From: disputed, On: vocab.RuleForReturn, To: vocab.AfterSaleAwaitingReturn,
			By: afterSaleStaff, When: afterSaleWhen{nothingBack, goodsSent},
			Emit: vocab.EventAfterSaleRuled,
			Doc:  "The buyer gets the money for the goods."},
		{From: disputed, On: vocab.RuleForReship, To: vocab.AfterSaleReshipping,
			By: afterSaleStaff, When: afterSaleWhen{toReship}, Emit: vocab.EventAfterSaleRuled,
			Doc: "The shop sends the goods. Final."},
		{From: disputed, On: vocab.RuleAgainst, To: vocab.AfterSaleClosed,
			By: afterSaleStaff, Emit: vocab.EventAfterSaleRuled,
			Doc: "The shop was right. Final."},
		{From: disputed, On: vocab.RunOut, To: vocab.AfterSaleInArbitration,
			By: roles{vocab.Clock}, When: afterSaleWhen{runOut, reminderLeft},
			Emit: vocab.EventAfterSaleOverdue,
			Doc:  "Staff are reminded that somebody waits for a ruling, twice."},
		{From: disputed, On: vocab.RunOut, To: vocab.AfterSaleRefunding,
			By: roles{vocab.Clock}, When: afterSaleWhen{runOut, remindersGiven, goodsGone},
			Emit: vocab.EventAfterSaleRuled,
			Doc:  "Nobody ruled, and the buyer has no goods: the money goes back."},
		{From: disputed, On: vocab.RunOut, To: vocab.AfterSaleClosed,
			By: roles{vocab.Clock}, When: afterSaleWhen{runOut, remindersGiven, goodsKept},
			Emit: vocab.EventAfterSaleClosed,
			Doc:  "Nobody ruled, and nothing has come back: it stays as it was; the buyer may ask again."},
	}
}

// endingRows end a request, or leave it as it is.
func endingRows() []AfterSaleRow {
	reship := afterSales{vocab.AfterSaleReshipping}
	rows := []AfterSaleRow{
		{From: afterSales{vocab.AfterSaleRefunding}, On: vocab.SucceedAfterSale,
			To: vocab.AfterSaleCompleted,
			By: roles{vocab.System}, Emit: vocab.EventAfterSaleCompleted,
			Doc: "The refund succeeded. One that failed waits for staff and leaves it as it is."},
		{From: reship, On: vocab.ReshipAfterSale, To: vocab.AfterSaleReshipping,
			By: afterSaleGoods, When: afterSaleWhen{notPacking}, Emit: vocab.EventAfterSaleReshipped,
			Doc: "The shop makes the parcel; it goes through the warehouse like any other."},
		{From: reship, On: vocab.ConfirmReship, To: vocab.AfterSaleCompleted,
			By: roles{vocab.Buyer}, When: afterSaleWhen{reshipped}, Emit: vocab.EventAfterSaleCompleted,
			Doc: "The buyer has the goods."},
		{From: reship, On: vocab.RunOut, To: vocab.AfterSaleCompleted,
			By: roles{vocab.Clock}, When: afterSaleWhen{runOut, reshipped},
			Emit: vocab.EventAfterSaleCompleted,
			Doc:  "The goods were delivered a week ago, or left long ago without a word."},
		{From: reship, On: vocab.RunOut, To: vocab.AfterSaleReshipping,
			By: roles{vocab.Clock}, When: afterSaleWhen{runOut, notReshipped, noReminder},
			Emit: vocab.EventAfterSaleOverdue,
			Doc:  "The shop is reminded to send the goods, and has a week more."},
		{From: reship, On: vocab.RunOut, To: vocab.AfterSaleRefunding,
			By: roles{vocab.Clock}, When: afterSaleWhen{runOut, notReshipped, reminderGiven},
			Emit: vocab.EventAfterSaleChosen,
			Doc:  "The shop did not send, and the buyer did not choose: the money goes back."},
		{From: reship, On: vocab.ChangeToRefund, To: vocab.AfterSaleRefunding,
			By: roles{vocab.Buyer}, When: afterSaleWhen{tooLate, notReshipped},
			Emit: vocab.EventAfterSaleChosen,
			Doc:  "The shop did not send in time; the buyer takes the money instead."},
		{From: afterSales{vocab.AfterSaleAwaitingMerchant, vocab.AfterSaleAwaitingBuyer,
			vocab.AfterSaleAwaitingChoice, vocab.AfterSaleAwaitingRefusal, vocab.AfterSaleAwaitingReturn,
			vocab.AfterSaleAwaitingInterception, vocab.AfterSaleRejected, vocab.AfterSaleInArbitration},
			On: vocab.WithdrawAfterSale, To: vocab.AfterSaleWithdrawn,
			By: roles{vocab.Buyer}, When: afterSaleWhen{nothingBack}, Emit: vocab.EventAfterSaleWithdrawn,
			Doc: "The buyer wants nothing any more."},
		{From: reship, On: vocab.WithdrawAfterSale, To: vocab.AfterSaleWithdrawn,
			By: roles{vocab.Buyer}, When: afterSaleWhen{nothingBack, notReshipped},
			Emit: vocab.EventAfterSaleWithdrawn,
			Doc:  "The buyer wants nothing any more."},
	}
	for _, status := range openAfterSales {
		rows = append(rows, AfterSaleRow{From: afterSales{status}, On: vocab.AddAfterSaleMessage,
			To:   status,
			By:   roles{vocab.Buyer, vocab.Merchant, vocab.Support, vocab.Platform},
			Emit: vocab.EventAfterSaleMessage,
			Doc:  "Says something, or shows evidence."})
		if status != vocab.AfterSaleRefunding { // a refund has no deadline
			rows = append(rows, AfterSaleRow{From: afterSales{status}, On: vocab.ExtendAfterSale,
				To: status,
				By: afterSaleStaff, When: afterSaleWhen{dueOnce}, Emit: vocab.EventAfterSaleExtended,
				Doc: "Staff give more time."})
		}
	}
	return rows
}
