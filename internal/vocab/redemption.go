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

// CouponState is what can be done with a coupon now. It is not stored: it follows from the use
// status and from the promotion's window.
type CouponState string

// The coupon states.
const (
	CouponAvailable   CouponState = "AVAILABLE"
	CouponHeld        CouponState = "HELD"
	CouponUsed        CouponState = "USED"
	CouponExpired     CouponState = "EXPIRED"
	CouponNotYetValid CouponState = "NOT_YET_VALID"
	CouponWithdrawn   CouponState = "WITHDRAWN"
)

// CouponStates lists the states of a coupon.
var CouponStates = []CouponState{CouponAvailable, CouponHeld, CouponUsed, CouponExpired,
	CouponNotYetValid, CouponWithdrawn}

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
