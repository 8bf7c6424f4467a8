package lifecycle

import "orderflow/internal/fsm"

// UseAction is what can happen to a use-once thing.
type UseAction string

// The use actions.
const (
	IssueOnce    UseAction = "ISSUE"
	HoldOnce     UseAction = "HOLD"
	UseOnce      UseAction = "USE"
	GiveBackOnce UseAction = "GIVE_BACK"
)

// UseActions lists the use actions.
var UseActions = []UseAction{IssueOnce, HoldOnce, UseOnce, GiveBackOnce}

// UseRow is a row of the use table.
type UseRow = fsm.Row[UseStatus, UseAction, Role, NoFacts]

// Use is the table of use-once things: a coupon, a member benefit, a buyer's share of a quota. But
// for ISSUE every row is a consequence of a command on an order, whose event tells it.
var Use = &fsm.Machine[UseStatus, UseAction, Role, NoFacts]{
	Name: "Use",
	Doc: "A thing that a buyer may use once: held by an unpaid order, used by a paid one, given " +
		"back when the order is closed before payment or all it applied to is refunded unshipped.",
	States:  UseStatuses,
	Final:   []UseStatus{UseAvailable, UseUsed},
	Actions: UseActions,
	Roles:   Roles,
	Rows: []UseRow{
		{On: IssueOnce, To: UseAvailable, By: []Role{Merchant, Platform, System},
			Doc: "The buyer may use it."},
		{On: HoldOnce, To: UseHeld, By: []Role{System},
			Doc: "The first use of a thing that has no row before."},
		{From: []UseStatus{UseAvailable}, On: HoldOnce, To: UseHeld, By: []Role{System},
			Doc: "An order was placed with it."},
		{From: []UseStatus{UseHeld}, On: UseOnce, To: UseUsed, By: []Role{System},
			Doc: "That order was paid."},
		{From: []UseStatus{UseHeld}, On: GiveBackOnce, To: UseAvailable, By: []Role{System},
			Doc: "That order was closed before payment."},
		{From: []UseStatus{UseUsed}, On: GiveBackOnce, To: UseAvailable, By: []Role{System},
			Doc: "Everything it applied to was refunded before shipping."},
	},
}
