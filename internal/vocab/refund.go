package vocab

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
	ApproveRefund  RefundAction = "APPROVE"
)

// RefundActions lists the refund actions.
var RefundActions = []RefundAction{
	RequestRefund, AcceptRefund, SucceedRefund, RefuseRefund, LoseRefund, MissRefund, CloseRefund,
	ReportAbnormal, RetryRefund, ResolveRefund, ApproveRefund,
}

// RefundStatus is the status of a refund 退款单.
type RefundStatus string

// The refund statuses.
const (
	RefundRequested  RefundStatus = "REQUESTED"
	RefundSubmitted  RefundStatus = "SUBMITTED"
	RefundUnknown    RefundStatus = "UNKNOWN"
	RefundSucceeded  RefundStatus = "SUCCEEDED"
	RefundFailed     RefundStatus = "FAILED"
	RefundClosed     RefundStatus = "CLOSED"
	RefundNeedsStaff RefundStatus = "NEEDS_STAFF"
)

// RefundStatuses lists the statuses of a refund.
var RefundStatuses = []RefundStatus{
	RefundRequested, RefundSubmitted, RefundUnknown, RefundSucceeded, RefundFailed, RefundClosed,
	RefundNeedsStaff,
}

// RefundTrigger says what caused a refund.
type RefundTrigger string

// The refund triggers. The first three return a payment that does not count.
const (
	TriggerLate       RefundTrigger = "LATE"
	TriggerDuplicate  RefundTrigger = "DUPLICATE"
	TriggerMismatched RefundTrigger = "MISMATCHED"
	TriggerShortage   RefundTrigger = "SHORTAGE"
	TriggerMerchant   RefundTrigger = "MERCHANT"
	TriggerForced     RefundTrigger = "FORCED"
	// A request that nobody had to approve, one that was, one that silence approved.
	TriggerUnshipped RefundTrigger = "UNSHIPPED"
	TriggerApproved  RefundTrigger = "APPROVED"
	TriggerOverdue   RefundTrigger = "OVERDUE"
	TriggerReturned  RefundTrigger = "RETURNED"
	TriggerRuled     RefundTrigger = "ARBITRATION"
)

// RefundTriggers lists the triggers of a refund.
var RefundTriggers = []RefundTrigger{
	TriggerLate, TriggerDuplicate, TriggerMismatched, TriggerShortage, TriggerMerchant,
	TriggerForced, TriggerUnshipped, TriggerApproved, TriggerOverdue, TriggerReturned, TriggerRuled,
}
