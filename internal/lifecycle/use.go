package lifecycle

import (
	"orderflow/internal/vocab"
)

// UseRow is a row of the use table.
type UseRow = Row[vocab.UseStatus, vocab.UseAction, NoFacts]

// Use is the table of redeemables: a coupon, a member benefit, a buyer's share of a quota. Apart
// from ISSUE every row is a consequence of a command on an order and covered by its event.
var Use = &Machine[vocab.UseStatus, vocab.UseAction, NoFacts]{
	Name: "Use",
	Doc: "A thing that a buyer may use once: held by an unpaid order, used by a paid one, given " +
		"back when the order is closed before payment or all it applied to is refunded unshipped.",
	States:  vocab.UseStatuses,
	Final:   uses{vocab.UseAvailable, vocab.UseUsed},
	Actions: vocab.UseActions,
	Roles:   vocab.Roles,
	Rows: []UseRow{
		{On: vocab.IssueOnce, To: vocab.UseAvailable,
			By:  roles{vocab.Merchant, vocab.Platform, vocab.System},
			Doc: "The buyer may use it."},
		{On: vocab.HoldOnce, To: vocab.UseHeld,
			By:  roles{vocab.System},
			Doc: "The first use of a thing that has no row before."},
		{From: uses{vocab.UseAvailable}, On: vocab.HoldOnce, To: vocab.UseHeld,
			By:  roles{vocab.System},
			Doc: "An order was placed with it."},
		{From: uses{vocab.UseHeld}, On: vocab.UseOnce, To: vocab.UseUsed,
			By:  roles{vocab.System},
			Doc: "That order was paid."},
		{From: uses{vocab.UseHeld}, On: vocab.GiveBackOnce, To: vocab.UseAvailable,
			By:  roles{vocab.System},
			Doc: "That order was closed before payment."},
		{From: uses{vocab.UseUsed}, On: vocab.GiveBackOnce, To: vocab.UseAvailable,
			By:  roles{vocab.System},
			Doc: "Everything it applied to was refunded before shipping."},
	},
}
