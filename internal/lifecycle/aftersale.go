package lifecycle

import "orderflow/internal/fsm"

// AfterSaleStatus is the status of an after-sale request 售后单.
type AfterSaleStatus string

// The after-sale statuses.
const (
	AfterSaleAwaitingMerchant     AfterSaleStatus = "AWAITING_MERCHANT"     // 待商家处理
	AfterSaleAwaitingBuyer        AfterSaleStatus = "AWAITING_BUYER"        // 待买家确认
	AfterSaleAwaitingInterception AfterSaleStatus = "AWAITING_INTERCEPTION" // 拦截中
	AfterSaleAwaitingChoice       AfterSaleStatus = "AWAITING_CHOICE"       // 待买家选择
	AfterSaleAwaitingRefusal      AfterSaleStatus = "AWAITING_REFUSAL"      // 待拒收
	AfterSaleAwaitingReturn       AfterSaleStatus = "AWAITING_RETURN"       // 待买家退货
	AfterSaleReturnInTransit      AfterSaleStatus = "RETURN_IN_TRANSIT"     // 退货中
	AfterSaleRejected             AfterSaleStatus = "REJECTED"              // 商家拒绝
	AfterSaleInArbitration        AfterSaleStatus = "IN_ARBITRATION"        // 平台介入
	AfterSaleRefunding            AfterSaleStatus = "REFUNDING"             // 退款中
	AfterSaleReshipping           AfterSaleStatus = "RESHIPPING"            // 待重发
	AfterSaleCompleted            AfterSaleStatus = "COMPLETED"
	AfterSaleWithdrawn            AfterSaleStatus = "WITHDRAWN" // 撤销
	AfterSaleClosed               AfterSaleStatus = "CLOSED"
)

// AfterSaleStatuses lists the after-sale statuses.
var AfterSaleStatuses = []AfterSaleStatus{
	AfterSaleAwaitingMerchant, AfterSaleAwaitingBuyer, AfterSaleAwaitingInterception,
	AfterSaleAwaitingChoice, AfterSaleAwaitingRefusal, AfterSaleAwaitingReturn,
	AfterSaleReturnInTransit, AfterSaleRejected, AfterSaleInArbitration, AfterSaleRefunding,
	AfterSaleReshipping, AfterSaleCompleted, AfterSaleWithdrawn, AfterSaleClosed,
}

// AfterSaleFinal lists the statuses in which a request is over.
var AfterSaleFinal = []AfterSaleStatus{
	AfterSaleCompleted, AfterSaleWithdrawn, AfterSaleClosed,
}

// AfterSaleAction is what can be done to an after-sale request.
type AfterSaleAction string

// The after-sale actions.
const (
	RequestAfterSale    AfterSaleAction = "REQUEST"
	OpenForBuyer        AfterSaleAction = "OPEN_FOR_BUYER"
	ForceRefund         AfterSaleAction = "FORCE_REFUND"
	ApproveAfterSale    AfterSaleAction = "APPROVE"
	RejectAfterSale     AfterSaleAction = "REJECT"
	ProposeAfterSale    AfterSaleAction = "PROPOSE"
	AcceptProposal      AfterSaleAction = "ACCEPT_PROPOSAL"
	RefuseProposal      AfterSaleAction = "REFUSE_PROPOSAL"
	SucceedInterception AfterSaleAction = "SUCCEED_INTERCEPTION"
	FailInterception    AfterSaleAction = "FAIL_INTERCEPTION"
	ChooseRefusal       AfterSaleAction = "CHOOSE_REFUSAL"
	ChooseReturn        AfterSaleAction = "CHOOSE_RETURN"
	TurnBack            AfterSaleAction = "TURN_BACK"
	Deliver             AfterSaleAction = "DELIVER"
	LoseParcel          AfterSaleAction = "LOSE"
	SendReturn          AfterSaleAction = "SEND_RETURN"
	ConfirmReturn       AfterSaleAction = "CONFIRM_RETURN"
	RefuseReturn        AfterSaleAction = "REFUSE_RETURN"
	ReviseAfterSale     AfterSaleAction = "REVISE"
	EscalateAfterSale   AfterSaleAction = "ESCALATE"
	WithdrawAfterSale   AfterSaleAction = "WITHDRAW"
	RunOut              AfterSaleAction = "RUN_OUT"
	SucceedAfterSale    AfterSaleAction = "SUCCEED"
	ReshipAfterSale     AfterSaleAction = "RESHIP"
	ConfirmReship       AfterSaleAction = "CONFIRM_RESHIP"
	ChangeToRefund      AfterSaleAction = "CHANGE_TO_REFUND"
	RuleForRefund       AfterSaleAction = "RULE_REFUND"
	RuleForReturn       AfterSaleAction = "RULE_RETURN"
	RuleForReship       AfterSaleAction = "RULE_RESHIP"
	RuleAgainst         AfterSaleAction = "RULE_CLOSE"
	AddAfterSaleMessage AfterSaleAction = "ADD_MESSAGE"
	ExtendAfterSale     AfterSaleAction = "EXTEND_DEADLINE"
)

// AfterSaleActions lists the after-sale actions.
var AfterSaleActions = []AfterSaleAction{
	RequestAfterSale, OpenForBuyer, ForceRefund, ApproveAfterSale, RejectAfterSale,
	ProposeAfterSale, AcceptProposal, RefuseProposal, SucceedInterception, FailInterception,
	ChooseRefusal, ChooseReturn, TurnBack, Deliver, LoseParcel, SendReturn, ConfirmReturn,
	RefuseReturn, ReviseAfterSale, EscalateAfterSale, WithdrawAfterSale, RunOut,
	SucceedAfterSale, ReshipAfterSale, ConfirmReship, ChangeToRefund, RuleForRefund,
	RuleForReturn, RuleForReship, RuleAgainst, AddAfterSaleMessage, ExtendAfterSale,
}

// Path is what an approved request needs next; it follows from its kind, from where the goods are
// and from how the buyer sends them back.
type Path string

// The paths.
const (
	PathRefund    Path = "REFUND"    // the money alone
	PathIntercept Path = "INTERCEPT" // the courier brings the parcel back
	PathRefuse    Path = "REFUSE"    // the buyer refuses it at the door
	PathReturn    Path = "RETURN"    // the buyer sends the goods back
	PathReship    Path = "RESHIP"    // the shop sends goods
)

// Paths lists the paths.
var Paths = []Path{PathRefund, PathIntercept, PathRefuse, PathReturn, PathReship}

// AfterSaleFacts is what the after-sale's guards look at, read under the order's lock.
type AfterSaleFacts struct {
	Path            Path
	SelfApproved    bool // nothing of it is beyond what the shop's policy approves by itself
	SilenceApproves bool // the kind is approved when the merchant says nothing: it moves money
	TurnedBack      bool // its parcel is REFUSED, RETURNING or RETURNED
	ParcelLost      bool // its parcel is LOST
	GoodsBack       bool // goods have gone back: sent by the buyer, or the courier accepted
	RefundEarly     bool // the shop's policy refunds on interception
	DeadlinePassed  bool // the deadline of the present status
	Reship          bool // after the goods came back others are sent
	Arrived         bool // its parcel was delivered
	Packing         bool // the parcel of the replacement was made
	Shipped         bool // the replacement was handed over, and is not lost or on its way back
}

// Names of the after-sale's guards.
const (
	GuardPathRefund      = "the money alone is wanted"
	GuardPathIntercept   = "the parcel is to be intercepted"
	GuardPathRefuse      = "the buyer is to refuse the parcel"
	GuardPathReturn      = "the buyer is to send the goods back"
	GuardPathReship      = "the shop is to send goods"
	GuardSelfApproved    = "the policy approves it by itself"
	GuardNotSelfApproved = "the merchant has to answer"
	GuardSilenceApproves = "silence approves this kind"
	GuardSilenceAsks     = "silence asks the platform about this kind"
	GuardTurnedBack      = "the parcel is on its way back"
	GuardParcelLost      = "the parcel is lost"
	GuardNotLost         = "the parcel is not lost"
	GuardNothingBack     = "no goods have gone back"
	GuardRefundEarly     = "the policy refunds on interception"
	GuardRefundLate      = "the policy waits for the goods"
	GuardReship          = "goods are to be sent"
	GuardNoReship        = "no goods are to be sent"
	GuardNotArrived      = "the parcel was not delivered yet"
	GuardNotPacking      = "no parcel was made for them"
	GuardReshipped       = "the goods were sent"
	GuardNotReshipped    = "the goods were not sent yet"
)

type (
	afterSaleWhen  = []fsm.Guard[AfterSaleFacts]
	afterSaleGuard = fsm.Guard[AfterSaleFacts]

	// AfterSaleRow is a row of the after-sale table.
	AfterSaleRow = fsm.Row[AfterSaleStatus, AfterSaleAction, Role, AfterSaleFacts]
)

var (
	selfApproved = afterSaleGuard{Name: GuardSelfApproved,
		Holds: func(f AfterSaleFacts) bool { return f.SelfApproved }}
	notSelfApproved = afterSaleGuard{Name: GuardNotSelfApproved,
		Holds: func(f AfterSaleFacts) bool { return !f.SelfApproved }}
	silenceApproves = afterSaleGuard{Name: GuardSilenceApproves,
		Holds: func(f AfterSaleFacts) bool { return f.SilenceApproves }}
	silenceAsks = afterSaleGuard{Name: GuardSilenceAsks,
		Holds: func(f AfterSaleFacts) bool { return !f.SilenceApproves }}
	turnedBack = afterSaleGuard{Name: GuardTurnedBack,
		Holds: func(f AfterSaleFacts) bool { return f.TurnedBack }}
	parcelLost = afterSaleGuard{Name: GuardParcelLost,
		Holds: func(f AfterSaleFacts) bool { return f.ParcelLost }}
	notLost = afterSaleGuard{Name: GuardNotLost,
		Holds: func(f AfterSaleFacts) bool { return !f.ParcelLost }}
	nothingBack = afterSaleGuard{Name: GuardNothingBack,
		Holds: func(f AfterSaleFacts) bool { return !f.GoodsBack }}
	refundEarly = afterSaleGuard{Name: GuardRefundEarly,
		Holds: func(f AfterSaleFacts) bool { return f.RefundEarly }}
	refundLate = afterSaleGuard{Name: GuardRefundLate,
		Holds: func(f AfterSaleFacts) bool { return !f.RefundEarly }}
	runOut = afterSaleGuard{Name: GuardDeadlinePassed,
		Holds: func(f AfterSaleFacts) bool { return f.DeadlinePassed }}
	toReship = afterSaleGuard{Name: GuardReship,
		Holds: func(f AfterSaleFacts) bool { return f.Reship }}
	notToReship = afterSaleGuard{Name: GuardNoReship,
		Holds: func(f AfterSaleFacts) bool { return !f.Reship }}
	notArrived = afterSaleGuard{Name: GuardNotArrived,
		Holds: func(f AfterSaleFacts) bool { return !f.Arrived }}
	notPacking = afterSaleGuard{Name: GuardNotPacking,
		Holds: func(f AfterSaleFacts) bool { return !f.Packing }}
	reshipped = afterSaleGuard{Name: GuardReshipped,
		Holds: func(f AfterSaleFacts) bool { return f.Shipped }}
	notReshipped = afterSaleGuard{Name: GuardNotReshipped,
		Holds: func(f AfterSaleFacts) bool { return !f.Shipped }}
)
