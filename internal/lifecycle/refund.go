package lifecycle

import "orderflow/internal/fsm"

// RefundAction is what can happen to a refund.
type RefundAction string

// The refund actions.
const (
	RequestRefund  RefundAction = "REQUEST"
	AcceptRefund   RefundAction = "ACCEPT"
	SucceedRefund  RefundAction = "SUCCEED"
	RefuseRefund   RefundAction = "REFUSE"
	LoseRefund     RefundAction = "LOSE"
	MissRefund     RefundAction = "MISS"
	CloseRefund    RefundAction = "CLOSE"
	ReportAbnormal RefundAction = "REPORT_ABNORMAL"
	RetryRefund    RefundAction = "RETRY"
	ResolveRefund  RefundAction = "RESOLVE"
)

// RefundActions lists the refund actions.
var RefundActions = []RefundAction{
	RequestRefund, AcceptRefund, SucceedRefund, RefuseRefund, LoseRefund, MissRefund, CloseRefund,
	ReportAbnormal, RetryRefund, ResolveRefund,
}

// RefundFacts is what the refund's guards look at.
type RefundFacts struct {
	NothingToMove bool // the amount is 0
	ThirdClose    bool // two linked refunds of this amount are CLOSED already
	PaidOutside   bool // staff paid outside the channel and gave proof
}

// Names of the refund's guards.
const (
	GuardSomethingToMove = "the amount is above 0"
	GuardNothingToMove   = "the amount is 0"
	GuardNotThirdClose   = "closed fewer than three times"
	GuardThirdClose      = "closed for the third time"
	GuardPaidOutside     = "paid outside with proof"
	GuardThroughChannel  = "through the channel"
)

type (
	refundWhen = []fsm.Guard[RefundFacts]

	// RefundRow is a row of the refund table.
	RefundRow = fsm.Row[RefundStatus, RefundAction, Role, RefundFacts]
)

// Refund is the table of refunds. Its amount stays reserved on the payment throughout.
var Refund = &fsm.Machine[RefundStatus, RefundAction, Role, RefundFacts]{
	Name: "Refund",
	Doc: "Money back on one payment. The amount is reserved once throughout, whatever the status; " +
		"a refund is always a consequence of another command.",
	States:  RefundStatuses,
	Final:   []RefundStatus{RefundSucceeded, RefundClosed},
	Actions: RefundActions,
	Roles:   Roles,
	Rows: []RefundRow{
		{On: RequestRefund, To: RefundRequested, By: []Role{System}, When: refundWhen{
			{Name: GuardSomethingToMove,
				Holds: func(f RefundFacts) bool { return !f.NothingToMove }}},
			Emit: EventRefundRequested,
			Doc:  "The amount is reserved and the number fixed before the channel is called."},
		{On: RequestRefund, To: RefundSucceeded, By: []Role{System}, When: refundWhen{
			{Name: GuardNothingToMove,
				Holds: func(f RefundFacts) bool { return f.NothingToMove }}},
			Emit: EventRefundSucceeded,
			Doc:  "A gift or a fully discounted line: nothing goes through a channel."},
		{From: []RefundStatus{RefundRequested, RefundUnknown}, On: AcceptRefund,
			To: RefundSubmitted, By: []Role{Channel}, Emit: EventRefundSubmitted,
			Doc: "The channel took the refund, or answers our query that it is running."},
		{From: []RefundStatus{RefundRequested, RefundUnknown, RefundSubmitted}, On: SucceedRefund,
			To: RefundSucceeded, By: []Role{Channel}, Emit: EventRefundSucceeded,
			Doc: "The money is back with the buyer."},
		{From: []RefundStatus{RefundRequested}, On: RefuseRefund, To: RefundFailed,
			By: []Role{Channel}, Emit: EventRefundFailed,
			Doc: "The channel refused, or the merchant account has no balance; staff may retry."},
		{From: []RefundStatus{RefundRequested}, On: LoseRefund, To: RefundUnknown,
			By: []Role{System}, Emit: EventRefundUnknown,
			Doc: "The call gave nothing signed; the channel is asked by the same number."},
		{From: []RefundStatus{RefundUnknown}, On: MissRefund, To: RefundRequested,
			By: []Role{Channel}, Emit: EventRefundRequested,
			Doc: "The channel has no such refund: it is asked for again under the same number."},
		{From: []RefundStatus{RefundSubmitted, RefundUnknown}, On: CloseRefund, To: RefundClosed,
			By: []Role{Channel}, When: refundWhen{{Name: GuardNotThirdClose,
				Holds: func(f RefundFacts) bool { return !f.ThirdClose }}},
			Emit: EventRefundClosed,
			Doc:  "The channel closed it; a linked refund with a new number takes over the amount."},
		{From: []RefundStatus{RefundSubmitted, RefundUnknown}, On: CloseRefund,
			To: RefundNeedsStaff, By: []Role{Channel}, When: refundWhen{{Name: GuardThirdClose,
				Holds: func(f RefundFacts) bool { return f.ThirdClose }}},
			Emit: EventRefundNeedsStaff,
			Doc:  "The channel closed the third refund of this amount; no fourth is tried."},
		{From: []RefundStatus{RefundSubmitted, RefundUnknown}, On: ReportAbnormal,
			To: RefundNeedsStaff, By: []Role{Channel}, Emit: EventRefundNeedsStaff,
			Doc: "The money cannot reach the buyer, such as a dead card."},
		{From: []RefundStatus{RefundFailed}, On: RetryRefund, To: RefundRequested,
			By: []Role{Support, Platform}, Emit: EventRefundRetried,
			Doc: "Asked for again under the same number."},
		{From: []RefundStatus{RefundNeedsStaff}, On: ResolveRefund, To: RefundSubmitted,
			By: []Role{Support, Platform}, When: refundWhen{{Name: GuardThroughChannel,
				Holds: func(f RefundFacts) bool { return !f.PaidOutside }}},
			Emit: EventRefundSubmitted,
			Doc:  "The channel's call for abnormal refunds sends the money elsewhere."},
		{From: []RefundStatus{RefundNeedsStaff}, On: ResolveRefund, To: RefundSucceeded,
			By: []Role{Support, Platform}, When: refundWhen{{Name: GuardPaidOutside,
				Holds: func(f RefundFacts) bool { return f.PaidOutside }}},
			Emit: EventRefundSucceeded,
			Doc:  "Staff paid the buyer outside the channel and recorded the proof."},
	},
}
