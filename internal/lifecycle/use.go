package lifecycle

import (
	"orderflow/internal/fsm"
	"orderflow/internal/vocab"
)

// UseRow is a row of the use table.
type UseRow = fsm.Row[vocab.UseStatus, vocab.UseAction, vocab.Role, NoFacts]

// Use is the table of use-once things: a coupon, a member benefit, a buyer's share of a quota. But
// for ISSUE every row is a consequence of a command on an order, whose event tells it.
var Use = &fsm.Machine[vocab.UseStatus, vocab.UseAction, vocab.Role, NoFacts]{
	Name: "Use",
	Doc: "A thing that a buyer may use once: held by an unpaid order, used by a paid one, given " +
		"back when the order is closed before payment or all it applied to is refunded unshipped.",
	States:  vocab.UseStatuses,
	Final:   []vocab.UseStatus{vocab.UseAvailable, vocab.UseUsed},
	Actions: vocab.UseActions,
	Roles:   vocab.Roles,
	Rows: []UseRow{
		{On: vocab.IssueOnce, To: vocab.UseAvailable, By: []vocab.Role{vocab.Merchant, vocab.Platform, vocab.System},
			Doc: "The buyer may use it."},
		{On: vocab.HoldOnce, To: vocab.UseHeld, By: []vocab.Role{vocab.System},
			Doc: "The first use of a thing that has no row before."},
		{From: []vocab.UseStatus{vocab.UseAvailable}, On: vocab.HoldOnce, To: vocab.UseHeld, By: []vocab.Role{vocab.System},
			Doc: "An order was placed with it."},
		{From: []vocab.UseStatus{vocab.UseHeld}, On: vocab.UseOnce, To: vocab.UseUsed, By: []vocab.Role{vocab.System},
			Doc: "That order was paid."},
		{From: []vocab.UseStatus{vocab.UseHeld}, On: vocab.GiveBackOnce, To: vocab.UseAvailable, By: []vocab.Role{vocab.System},
			Doc: "That order was closed before payment."},
		{From: []vocab.UseStatus{vocab.UseUsed}, On: vocab.GiveBackOnce, To: vocab.UseAvailable, By: []vocab.Role{vocab.System},
			Doc: "Everything it applied to was refunded before shipping."},
	},
}
