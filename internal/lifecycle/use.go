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
	Doc: "What a buyer may redeem once: claimed by an unpaid order, used by a paid one, released " +
		"when the order is closed before payment or all it applied to is refunded unshipped.",
	States:  vocab.UseStatuses,
	Final:   uses{vocab.UseAvailable, vocab.UseUsed},
	Actions: vocab.UseActions,
	Roles:   vocab.Roles,
	Rows: []UseRow{
		{On: vocab.IssueRedeemable, To: vocab.UseAvailable,
			By:  roles{vocab.Merchant, vocab.Platform, vocab.System},
			Doc: "The buyer may use it."},
		{On: vocab.ClaimRedeemable, To: vocab.UseHeld,
			By:  roles{vocab.System},
			Doc: "The first use of a thing that has no row before."},
		{From: uses{vocab.UseAvailable}, On: vocab.ClaimRedeemable, To: vocab.UseHeld,
			By:  roles{vocab.System},
			Doc: "An order was placed with it."},
		{From: uses{vocab.UseHeld}, On: vocab.Redeem, To: vocab.UseUsed,
			By:  roles{vocab.System},
			Doc: "That order was paid."},
		{From: uses{vocab.UseHeld}, On: vocab.ReleaseRedeemable, To: vocab.UseAvailable,
			By:  roles{vocab.System},
			Doc: "That order was closed before payment."},
		{From: uses{vocab.UseUsed}, On: vocab.ReleaseRedeemable, To: vocab.UseAvailable,
			By:  roles{vocab.System},
			Doc: "Everything it applied to was refunded before shipping."},
	},
}
