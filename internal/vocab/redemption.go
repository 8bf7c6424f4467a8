package vocab

// UseStatus is the status of a redeemable: a coupon, a benefit, a quota of a promotion.
type UseStatus string

// The use statuses.
const (
	UseAvailable UseStatus = "AVAILABLE"
	UseHeld      UseStatus = "HELD" // by an order that is not paid
	UseUsed      UseStatus = "USED"
)

// UseStatuses lists the statuses of a redeemable.
var UseStatuses = []UseStatus{UseAvailable, UseHeld, UseUsed}

// UseAction is what can happen to a redeemable.
type UseAction string

// The use actions.
const (
	IssueRedeemable   UseAction = "ISSUE"
	ClaimRedeemable   UseAction = "HOLD"
	Redeem            UseAction = "USE"
	ReleaseRedeemable UseAction = "GIVE_BACK"
)

// UseActions lists the use actions.
var UseActions = []UseAction{IssueRedeemable, ClaimRedeemable, Redeem, ReleaseRedeemable}
