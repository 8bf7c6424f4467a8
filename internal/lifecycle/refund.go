package lifecycle

import (
	"orderflow/internal/fsm"
	"orderflow/internal/vocab"
)

// RefundFacts is what the refund's guards look at.
type RefundFacts struct {
	NothingToMove bool // the amount is 0
	ThirdClose    bool // two linked refunds of this amount are CLOSED already
	PaidOutside   bool // staff paid outside the channel and gave proof
	TwoNeeded     bool // the amount is above what one person may end
	OtherAsked    bool // somebody else has said that it was paid outside
}

// Names of the refund's guards.
const (
	GuardSomethingToMove = "the amount is above 0"
	GuardNothingToMove   = "the amount is 0"
	GuardNotThirdClose   = "closed fewer than three times"
	GuardThirdClose      = "closed for the third time"
	GuardPaidOutside     = "paid outside with proof"
	GuardThroughChannel  = "through the channel"
	GuardOneEnough       = "one person is enough for the amount"
	GuardTwoNeeded       = "the amount needs a second person"
	GuardOtherAsked      = "somebody else has asked for it"
)

type (
	refundGuard = fsm.Guard[RefundFacts]
	refundWhen  = []refundGuard

	// RefundRow is a row of the refund table.
	RefundRow = Row[vocab.RefundStatus, vocab.RefundAction, RefundFacts]
)

var (
	somethingToMove = refundGuard{Name: GuardSomethingToMove,
		Holds: func(f RefundFacts) bool { return !f.NothingToMove }}
	nothingToMove = refundGuard{Name: GuardNothingToMove,
		Holds: func(f RefundFacts) bool { return f.NothingToMove }}
	notThirdClose = refundGuard{Name: GuardNotThirdClose,
		Holds: func(f RefundFacts) bool { return !f.ThirdClose }}
	thirdClose = refundGuard{Name: GuardThirdClose,
		Holds: func(f RefundFacts) bool { return f.ThirdClose }}
	throughChannel = refundGuard{Name: GuardThroughChannel,
		Holds: func(f RefundFacts) bool { return !f.PaidOutside }}
	paidOutside = refundGuard{Name: GuardPaidOutside,
		Holds: func(f RefundFacts) bool { return f.PaidOutside }}
	oneEnough = refundGuard{Name: GuardOneEnough,
		Holds: func(f RefundFacts) bool { return !f.TwoNeeded }}
	twoNeeded = refundGuard{Name: GuardTwoNeeded,
		Holds: func(f RefundFacts) bool { return f.TwoNeeded }}
	otherAsked = refundGuard{Name: GuardOtherAsked,
		Holds: func(f RefundFacts) bool { return f.OtherAsked }}
)

// Refund is the table of refunds. Its amount stays reserved on the payment throughout.
var Refund = &Machine[vocab.RefundStatus, vocab.RefundAction, RefundFacts]{
	Name: "Refund",
	Doc: "Money back on one payment. The amount is reserved once throughout, whatever the status; " +
		"a refund is always a consequence of another command.",
	States:  vocab.RefundStatuses,
	Final:   refunds{vocab.RefundSucceeded, vocab.RefundClosed},
	Actions: vocab.RefundActions,
	Roles:   vocab.Roles,
	Rows: []RefundRow{
		{On: vocab.RequestRefund, To: vocab.RefundRequested,
			By: roles{vocab.System}, When: refundWhen{somethingToMove}, Emit: vocab.EventRefundRequested,
			Doc: "The amount is reserved and the number fixed before the channel is called."},
		{On: vocab.RequestRefund, To: vocab.RefundSucceeded,
			By: roles{vocab.System}, When: refundWhen{nothingToMove}, Emit: vocab.EventRefundSucceeded,
			Doc: "A gift or a fully discounted line: nothing goes through a channel."},
		{From: refunds{vocab.RefundRequested, vocab.RefundUnknown}, On: vocab.AcceptRefund,
			To: vocab.RefundSubmitted,
			By: roles{vocab.Channel}, Emit: vocab.EventRefundSubmitted,
			Doc: "The channel took the refund, or answers our query that it is running."},
		{From: refunds{vocab.RefundRequested, vocab.RefundUnknown, vocab.RefundSubmitted},
			On: vocab.SucceedRefund, To: vocab.RefundSucceeded,
			By: roles{vocab.Channel}, Emit: vocab.EventRefundSucceeded,
			Doc: "The money is back with the buyer."},
		{From: refunds{vocab.RefundRequested}, On: vocab.RefuseRefund, To: vocab.RefundFailed,
			By: roles{vocab.Channel}, Emit: vocab.EventRefundFailed,
			Doc: "The channel refused, or the merchant account has no balance; staff may retry."},
		{From: refunds{vocab.RefundRequested}, On: vocab.LoseRefund, To: vocab.RefundUnknown,
			By: roles{vocab.System}, Emit: vocab.EventRefundUnknown,
			Doc: "The call gave nothing signed; the channel is asked by the same number."},
		{From: refunds{vocab.RefundUnknown}, On: vocab.MissRefund, To: vocab.RefundRequested,
			By: roles{vocab.Channel}, Emit: vocab.EventRefundRequested,
			Doc: "The channel has no such refund: it is asked for again under the same number."},
		{From: refunds{vocab.RefundSubmitted, vocab.RefundUnknown}, On: vocab.CloseRefund,
			To: vocab.RefundClosed,
			By: roles{vocab.Channel}, When: refundWhen{notThirdClose}, Emit: vocab.EventRefundClosed,
			Doc: "The channel closed it; a linked refund with a new number takes over the amount."},
		{From: refunds{vocab.RefundSubmitted, vocab.RefundUnknown}, On: vocab.CloseRefund,
			To: vocab.RefundNeedsStaff,
			By: roles{vocab.Channel}, When: refundWhen{thirdClose}, Emit: vocab.EventRefundNeedsStaff,
			Doc: "The channel closed the third refund of this amount; no fourth is tried."},
		{From: refunds{vocab.RefundSubmitted, vocab.RefundUnknown}, On: vocab.ReportAbnormal,
			To: vocab.RefundNeedsStaff,
			By: roles{vocab.Channel}, Emit: vocab.EventRefundNeedsStaff,
			Doc: "The money cannot reach the buyer, such as a dead card."},
		{From: refunds{vocab.RefundFailed}, On: vocab.RetryRefund, To: vocab.RefundRequested,
			By: roles{vocab.Support, vocab.Platform}, Emit: vocab.EventRefundRetried,
			Doc: "Asked for again under the same number."},
		{From: refunds{vocab.RefundNeedsStaff}, On: vocab.ResolveRefund, To: vocab.RefundSubmitted,
			By: roles{vocab.Support, vocab.Platform}, When: refundWhen{throughChannel},
			Emit: vocab.EventRefundSubmitted,
			Doc:  "The channel's call for abnormal refunds sends the money elsewhere."},
		{From: refunds{vocab.RefundNeedsStaff}, On: vocab.ResolveRefund, To: vocab.RefundSucceeded,
			By: roles{vocab.Support, vocab.Platform}, When: refundWhen{paidOutside, oneEnough},
			Emit: vocab.EventRefundSucceeded,
			Doc:  "Staff paid the buyer outside the channel and recorded the proof."},
		{From: refunds{vocab.RefundNeedsStaff}, On: vocab.ResolveRefund, To: vocab.RefundNeedsStaff,
			By: roles{vocab.Support, vocab.Platform}, When: refundWhen{paidOutside, twoNeeded},
			Emit: vocab.EventRefundAsked,
			Doc:  "Staff say that they paid so much outside: somebody else approves it."},
		{From: refunds{vocab.RefundNeedsStaff}, On: vocab.ApproveRefund, To: vocab.RefundSucceeded,
			By: roles{vocab.Support, vocab.Platform}, When: refundWhen{otherAsked},
			Emit: vocab.EventRefundSucceeded,
			Doc:  "A second person has seen the proof."},
	},
}
