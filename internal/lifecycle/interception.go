package lifecycle

import (
	"orderflow/internal/vocab"
)

// InterceptionRow is a row of the interception table.
type InterceptionRow = Row[vocab.InterceptionStatus, vocab.InterceptionAction, NoFacts]

var interceptionOpen = interceptions{
	vocab.InterceptionRequested, vocab.InterceptionAsked,
	vocab.InterceptionUnknown, vocab.InterceptionAccepted,
}

// Interception is the table of interceptions. The courier answers late, or never.
var Interception = &Machine[vocab.InterceptionStatus, vocab.InterceptionAction, NoFacts]{
	Name:    "Interception",
	Doc:     "A courier's promise to bring a parcel back before it is delivered.",
	States:  vocab.InterceptionStatuses,
	Final:   vocab.InterceptionStatuses[4:],
	Actions: vocab.InterceptionActions,
	Roles:   vocab.Roles,
	Rows: []InterceptionRow{
		{On: vocab.WantInterception, To: vocab.InterceptionRequested,
			By: roles{vocab.System}, Emit: vocab.EventInterceptionRequested,
			Doc: "An approved request wants the parcel back."},
		{From: interceptions{vocab.InterceptionRequested, vocab.InterceptionUnknown},
			On: vocab.AskInterception, To: vocab.InterceptionAsked,
			By: roles{vocab.Channel}, Emit: vocab.EventInterceptionAsked,
			Doc: "The courier took the order down."},
		{From: interceptions{vocab.InterceptionRequested}, On: vocab.LoseInterception,
			To: vocab.InterceptionUnknown,
			By: roles{vocab.System}, Emit: vocab.EventInterceptionUnknown,
			Doc: "The call gave no answer; it is asked again."},
		{From: interceptionOpen[:3], On: vocab.AcceptInterception, To: vocab.InterceptionAccepted,
			By: roles{vocab.Channel}, Emit: vocab.EventInterceptionAccepted,
			Doc: "The courier will try. The buyer cannot withdraw any more."},
		{From: interceptionOpen, On: vocab.RefuseInterception, To: vocab.InterceptionRefused,
			By: roles{vocab.Channel}, Emit: vocab.EventInterceptionRefused,
			Doc: "The courier does not do it for this parcel."},
		{From: interceptionOpen, On: vocab.EndInterception, To: vocab.InterceptionSucceeded,
			By: roles{vocab.Channel}, Emit: vocab.EventInterceptionSucceeded,
			Doc: "The parcel is on its way back."},
		{From: interceptionOpen, On: vocab.MissInterception, To: vocab.InterceptionFailed,
			By: roles{vocab.Channel, vocab.Clock, vocab.System}, Emit: vocab.EventInterceptionFailed,
			Doc: "The parcel was delivered first, or time ran out."},
	},
}
