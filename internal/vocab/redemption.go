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

// CouponStatus is what can be done with a coupon now: its use status, and its promotion's window.
type CouponStatus string

// The coupon statuses.
const (
	CouponAvailable   CouponStatus = "AVAILABLE"
	CouponHeld        CouponStatus = "HELD"
	CouponUsed        CouponStatus = "USED"
	CouponExpired     CouponStatus = "EXPIRED"
	CouponNotYetValid CouponStatus = "NOT_YET_VALID"
	CouponWithdrawn   CouponStatus = "WITHDRAWN"
)

// CouponStatuses lists the statuses of a coupon.
var CouponStatuses = []CouponStatus{CouponAvailable, CouponHeld, CouponUsed, CouponExpired,
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
