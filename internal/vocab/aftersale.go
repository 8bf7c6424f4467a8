package vocab

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
