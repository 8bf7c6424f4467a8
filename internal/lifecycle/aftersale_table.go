package lifecycle

import (
	"slices"

	"orderflow/internal/fsm"
)

// AfterSale is the table of the reverse flow.
var AfterSale = &fsm.Machine[AfterSaleStatus, AfterSaleAction, Role, AfterSaleFacts]{
	Name: "AfterSale",
	Doc: "A request about item quantities. What it asks for is taken out of what the order can " +
		"still give back when it is made; WITHDRAWN and CLOSED give it back.",
	States:  AfterSaleStatuses,
	Final:   AfterSaleFinal,
	Actions: AfterSaleActions,
	Roles:   Roles,
	Rows: slices.Concat(requestingRows(), answeringRows(), interceptingRows, returningRows(),
		disputingRows(), endingRows()),
}

var (
	afterSaleStaff  = []Role{Support, Platform}
	openAfterSales  = AfterSaleStatuses[:11]
	afterSaleAsked  = []AfterSaleStatus{AfterSaleAwaitingMerchant}
	afterSaleAnswer = []Role{Merchant, Warehouse}
)

// approved returns the rows by which a request goes on once somebody agrees to it.
func approved(
	from []AfterSaleStatus, on AfterSaleAction, by []Role, emit, doc string, when ...afterSaleGuard,
) []AfterSaleRow {
	var rows []AfterSaleRow
	for _, to := range []struct {
		path   Path
		name   string
		status AfterSaleStatus
	}{
		{PathRefund, GuardPathRefund, AfterSaleRefunding},
		{PathIntercept, GuardPathIntercept, AfterSaleAwaitingInterception},
		{PathRefuse, GuardPathRefuse, AfterSaleAwaitingRefusal},
		{PathReturn, GuardPathReturn, AfterSaleAwaitingReturn},
		{PathReship, GuardPathReship, AfterSaleReshipping},
	} {
		path := to.path
		guard := afterSaleGuard{Name: to.name,
			Holds: func(f AfterSaleFacts) bool { return f.Path == path }}
		rows = append(rows, AfterSaleRow{From: from, On: on, To: to.status, By: by,
			When: append(slices.Clone(when), guard), Emit: emit, Doc: doc})
	}
	return rows
}

// requestingRows open a request.
func requestingRows() []AfterSaleRow {
	rows := []AfterSaleRow{
		{On: RequestAfterSale, To: AfterSaleRefunding, By: []Role{Buyer},
			When: afterSaleWhen{selfApproved}, Emit: EventAfterSaleRequested,
			Doc: "Nothing of it is packed or handed over beyond what the policy approves: its " +
				"stock comes back and it is refunded."},
		{On: RequestAfterSale, To: AfterSaleAwaitingMerchant, By: []Role{Buyer},
			When: afterSaleWhen{notSelfApproved}, Emit: EventAfterSaleRequested,
			Doc: "The quantity is locked; the shop answers before the deadline."},
		{On: RequestAfterSale, To: AfterSaleReturnInTransit, By: []Role{System},
			When: afterSaleWhen{turnedBack}, Emit: EventAfterSaleRequested,
			Doc: "A parcel was refused at the door or comes back without a request; or the part of a " +
				"returned request that the shop does not accept, split off."},
		{On: RequestAfterSale, To: AfterSaleAwaitingMerchant, By: []Role{System},
			When: afterSaleWhen{parcelLost}, Emit: EventAfterSaleRequested,
			Doc: "A parcel is lost; the shop is liable."},
		{On: ForceRefund, To: AfterSaleRefunding, By: afterSaleStaff,
			Emit: EventAfterSaleForced, Doc: "Staff refund without asking anybody."},
		{From: openAfterSales[:9], On: ForceRefund, To: AfterSaleRefunding, By: afterSaleStaff,
			Emit: EventAfterSaleForced, Doc: "Staff end an open request with a refund."},
		{From: []AfterSaleStatus{AfterSaleReshipping}, On: ForceRefund, To: AfterSaleRefunding,
			By: afterSaleStaff, When: afterSaleWhen{notReshipped}, Emit: EventAfterSaleForced,
			Doc: "Staff refund instead of waiting for goods that were not sent."},
	}
	return append(rows, approved(nil, OpenForBuyer, []Role{Merchant, Support, Platform},
		EventAfterSaleRequested, "Staff open a request for the buyer; it is approved with that.")...)
}

// answeringRows are the merchant's answers, and the buyer's to a proposal.
func answeringRows() []AfterSaleRow {
	asked := afterSaleAsked
	offered := []AfterSaleStatus{AfterSaleAwaitingBuyer}
	return slices.Concat(
		approved(asked, ApproveAfterSale, afterSaleAnswer, EventAfterSaleApproved,
			"The shop agrees."),
		approved(asked, RunOut, []Role{Clock}, EventAfterSaleApproved,
			"The shop said nothing: it agrees.", runOut, silenceApproves),
		[]AfterSaleRow{
			{From: asked, On: RunOut, To: AfterSaleInArbitration, By: []Role{Clock},
				When: afterSaleWhen{runOut, silenceAsks}, Emit: EventAfterSaleEscalated,
				Doc: "The shop said nothing about sending goods or paying a difference."},
			{From: asked, On: RejectAfterSale, To: AfterSaleRejected, By: afterSaleAnswer,
				When: afterSaleWhen{notLost}, Emit: EventAfterSaleRejected,
				Doc: "The shop refuses, with a reason. A lost parcel leaves nothing to refuse."},
			{From: asked, On: ProposeAfterSale, To: AfterSaleAwaitingBuyer, By: []Role{Merchant},
				Emit: EventAfterSaleProposed, Doc: "The shop proposes something else."},
			{From: offered, On: RefuseProposal, To: AfterSaleAwaitingMerchant, By: []Role{Buyer},
				Emit: EventAfterSaleProposalRefused,
				Doc:  "The request stands as it was; the shop has its time again."},
			{From: offered, On: RunOut, To: AfterSaleWithdrawn, By: []Role{Clock},
				When: afterSaleWhen{runOut}, Emit: EventAfterSaleWithdrawn,
				Doc: "The buyer did not answer the proposal."},
		},
		approved(offered, AcceptProposal, []Role{Buyer}, EventAfterSaleProposalAccepted,
			"The buyer takes what the shop proposed."),
	)
}

// interceptingRows are about a parcel that is on its way to the buyer.
var interceptingRows = []AfterSaleRow{
	{From: []AfterSaleStatus{AfterSaleAwaitingInterception}, On: SucceedInterception,
		To: AfterSaleReturnInTransit, By: []Role{Channel}, When: afterSaleWhen{refundLate},
		Emit: EventAfterSaleIntercepted, Doc: "The courier brings the parcel back."},
	{From: []AfterSaleStatus{AfterSaleAwaitingInterception}, On: SucceedInterception,
		To: AfterSaleRefunding, By: []Role{Channel}, When: afterSaleWhen{refundEarly},
		Emit: EventAfterSaleIntercepted,
		Doc:  "The courier brings the parcel back, and the shop refunds before it is there."},
	{From: []AfterSaleStatus{AfterSaleAwaitingInterception}, On: FailInterception,
		To: AfterSaleAwaitingChoice, By: []Role{Channel}, Emit: EventAfterSaleInterceptionFailed,
		Doc: "The courier cannot or does not: the buyer chooses another way."},
	{From: []AfterSaleStatus{AfterSaleAwaitingInterception}, On: RunOut,
		To: AfterSaleAwaitingChoice, By: []Role{Clock}, When: afterSaleWhen{runOut},
		Emit: EventAfterSaleInterceptionFailed, Doc: "The courier did not bring it about in time."},
	{From: []AfterSaleStatus{AfterSaleAwaitingChoice}, On: ChooseRefusal,
		To: AfterSaleAwaitingRefusal, By: []Role{Buyer}, When: afterSaleWhen{notArrived},
		Emit: EventAfterSaleChosen, Doc: "The buyer will refuse the parcel at the door."},
	{From: []AfterSaleStatus{AfterSaleAwaitingChoice}, On: ChooseReturn,
		To: AfterSaleAwaitingReturn, By: []Role{Buyer}, Emit: EventAfterSaleChosen,
		Doc: "The buyer will receive the goods and send them back."},
	{From: []AfterSaleStatus{AfterSaleAwaitingChoice}, On: RunOut, To: AfterSaleWithdrawn,
		By: []Role{Clock}, When: afterSaleWhen{runOut}, Emit: EventAfterSaleWithdrawn,
		Doc: "The buyer did not choose."},
	{From: []AfterSaleStatus{AfterSaleAwaitingMerchant, AfterSaleAwaitingBuyer, AfterSaleRejected,
		AfterSaleAwaitingChoice, AfterSaleAwaitingRefusal, AfterSaleAwaitingReturn}, On: TurnBack,
		To: AfterSaleReturnInTransit, By: []Role{Channel}, When: afterSaleWhen{turnedBack},
		Emit: EventAfterSaleTurnedBack,
		Doc:  "The parcel was refused or is on its way back."},
	{From: []AfterSaleStatus{AfterSaleAwaitingRefusal, AfterSaleReturnInTransit,
		AfterSaleAwaitingMerchant}, On: Deliver, To: AfterSaleAwaitingChoice, By: []Role{Channel},
		Emit: EventAfterSaleDelivered,
		Doc:  "The parcel was delivered all the same."},
	{From: []AfterSaleStatus{AfterSaleAwaitingMerchant, AfterSaleAwaitingBuyer, AfterSaleRejected,
		AfterSaleAwaitingInterception, AfterSaleAwaitingChoice, AfterSaleAwaitingRefusal,
		AfterSaleAwaitingReturn}, On: LoseParcel, To: AfterSaleAwaitingMerchant, By: []Role{System},
		When: afterSaleWhen{parcelLost}, Emit: EventAfterSaleLost,
		Doc: "The parcel is lost; the shop is liable, silence approves."},
	{From: []AfterSaleStatus{AfterSaleAwaitingRefusal}, On: RunOut, To: AfterSaleAwaitingChoice,
		By: []Role{Clock}, When: afterSaleWhen{runOut}, Emit: EventAfterSaleDelivered,
		Doc: "The parcel was not refused in time."},
}

// returningRows are about goods on their way back.
func returningRows() []AfterSaleRow {
	back := []AfterSaleStatus{AfterSaleReturnInTransit}
	confirm := func(on AfterSaleAction, by []Role, doc string, when ...afterSaleGuard) []AfterSaleRow {
		return []AfterSaleRow{
			{From: back, On: on, To: AfterSaleRefunding, By: by,
				When: append(slices.Clone(when), notToReship), Emit: EventAfterSaleReturned, Doc: doc},
			{From: back, On: on, To: AfterSaleReshipping, By: by,
				When: append(slices.Clone(when), toReship), Emit: EventAfterSaleReturned, Doc: doc},
		}
	}
	return slices.Concat([]AfterSaleRow{
		{From: []AfterSaleStatus{AfterSaleAwaitingReturn}, On: SendReturn,
			To: AfterSaleReturnInTransit, By: []Role{Buyer}, Emit: EventAfterSaleSent,
			Doc: "The buyer has handed the goods to a courier."},
		{From: []AfterSaleStatus{AfterSaleAwaitingReturn}, On: RunOut, To: AfterSaleClosed,
			By: []Role{Clock}, When: afterSaleWhen{runOut}, Emit: EventAfterSaleClosed,
			Doc: "The buyer did not send the goods."},
		{From: back, On: RefuseReturn, To: AfterSaleRejected, By: afterSaleAnswer,
			Emit: EventAfterSaleReturnRefused,
			Doc:  "Goods are missing or not those sold; the shop gives evidence."},
	},
		confirm(ConfirmReturn, afterSaleAnswer, "The goods are back and were inspected."),
		confirm(RunOut, []Role{Clock}, "The shop did not say whether the goods are back.", runOut),
	)
}

// disputingRows are about requests that the shop refused.
func disputingRows() []AfterSaleRow {
	refused := []AfterSaleStatus{AfterSaleRejected}
	disputed := []AfterSaleStatus{AfterSaleInArbitration}
	return []AfterSaleRow{
		{From: refused, On: ReviseAfterSale, To: AfterSaleAwaitingMerchant, By: []Role{Buyer},
			When: afterSaleWhen{nothingBack}, Emit: EventAfterSaleRevised,
			Doc: "The buyer asks for something else or gives more evidence."},
		{From: refused, On: EscalateAfterSale, To: AfterSaleInArbitration, By: []Role{Buyer},
			Emit: EventAfterSaleEscalated, Doc: "The buyer asks the platform."},
		{From: refused, On: RunOut, To: AfterSaleClosed, By: []Role{Clock},
			When: afterSaleWhen{runOut}, Emit: EventAfterSaleClosed,
			Doc: "The buyer let the refusal stand."},
		{From: disputed, On: RuleForRefund, To: AfterSaleRefunding, By: afterSaleStaff,
			Emit: EventAfterSaleRuled, Doc: "The buyer gets the money. Final."},
		{From: disputed, On: RuleForReturn, To: AfterSaleAwaitingReturn, By: afterSaleStaff,
			When: afterSaleWhen{nothingBack}, Emit: EventAfterSaleRuled,
			Doc: "The buyer gets the money for the goods."},
		{From: disputed, On: RuleForReship, To: AfterSaleReshipping, By: afterSaleStaff,
			When: afterSaleWhen{toReship}, Emit: EventAfterSaleRuled,
			Doc: "The shop sends the goods. Final."},
		{From: disputed, On: RuleAgainst, To: AfterSaleClosed, By: afterSaleStaff,
			Emit: EventAfterSaleRuled, Doc: "The shop was right. Final."},
		{From: disputed, On: RunOut, To: AfterSaleInArbitration, By: []Role{Clock},
			When: afterSaleWhen{runOut}, Emit: EventAfterSaleOverdue,
			Doc: "Staff are reminded that somebody waits for a ruling."},
	}
}

// endingRows end a request, or leave it as it is.
func endingRows() []AfterSaleRow {
	reship := []AfterSaleStatus{AfterSaleReshipping}
	rows := []AfterSaleRow{
		{From: []AfterSaleStatus{AfterSaleRefunding}, On: SucceedAfterSale, To: AfterSaleCompleted,
			By: []Role{System}, Emit: EventAfterSaleCompleted,
			Doc: "The refund succeeded. One that failed waits for staff and leaves it as it is."},
		{From: reship, On: ReshipAfterSale, To: AfterSaleReshipping, By: afterSaleAnswer,
			When: afterSaleWhen{notPacking}, Emit: EventAfterSaleReshipped,
			Doc: "The shop makes the parcel; it goes through the warehouse like any other."},
		{From: reship, On: ConfirmReship, To: AfterSaleCompleted, By: []Role{Buyer},
			When: afterSaleWhen{reshipped}, Emit: EventAfterSaleCompleted,
			Doc: "The buyer has the goods."},
		{From: reship, On: RunOut, To: AfterSaleCompleted, By: []Role{Clock},
			When: afterSaleWhen{runOut, reshipped}, Emit: EventAfterSaleCompleted,
			Doc: "The goods were delivered a week ago, or left long ago without a word."},
		{From: reship, On: RunOut, To: AfterSaleReshipping, By: []Role{Clock},
			When: afterSaleWhen{runOut, notReshipped}, Emit: EventAfterSaleOverdue,
			Doc: "The shop is reminded to send the goods."},
		{From: reship, On: ChangeToRefund, To: AfterSaleRefunding, By: []Role{Buyer},
			When: afterSaleWhen{runOut, notReshipped}, Emit: EventAfterSaleChosen,
			Doc: "The shop did not send in time; the buyer takes the money instead."},
		{From: []AfterSaleStatus{AfterSaleAwaitingMerchant, AfterSaleAwaitingBuyer,
			AfterSaleAwaitingChoice, AfterSaleAwaitingRefusal, AfterSaleAwaitingReturn,
			AfterSaleAwaitingInterception, AfterSaleRejected, AfterSaleInArbitration},
			On: WithdrawAfterSale, To: AfterSaleWithdrawn, By: []Role{Buyer},
			When: afterSaleWhen{nothingBack}, Emit: EventAfterSaleWithdrawn,
			Doc: "The buyer wants nothing any more."},
		{From: reship, On: WithdrawAfterSale, To: AfterSaleWithdrawn, By: []Role{Buyer},
			When: afterSaleWhen{nothingBack, notReshipped}, Emit: EventAfterSaleWithdrawn,
			Doc: "The buyer wants nothing any more."},
	}
	for _, status := range openAfterSales {
		rows = append(rows, AfterSaleRow{From: []AfterSaleStatus{status}, On: AddAfterSaleMessage,
			To: status, By: []Role{Buyer, Merchant, Support, Platform},
			Emit: EventAfterSaleMessage, Doc: "Says something, or shows evidence."})
		if status != AfterSaleRefunding { // a refund has no deadline
			rows = append(rows, AfterSaleRow{From: []AfterSaleStatus{status}, On: ExtendAfterSale,
				To: status, By: afterSaleStaff, Emit: EventAfterSaleExtended,
				Doc: "Staff give more time."})
		}
	}
	return rows
}
