package lifecycle

import "orderflow/internal/fsm"

// InterceptionStatus is the status of an interception 截件 of a parcel on its way.
type InterceptionStatus string

// The interception statuses.
const (
	InterceptionRequested InterceptionStatus = "REQUESTED"
	InterceptionAsked     InterceptionStatus = "ASKED"
	InterceptionUnknown   InterceptionStatus = "UNKNOWN"
	InterceptionAccepted  InterceptionStatus = "ACCEPTED"
	InterceptionRefused   InterceptionStatus = "REFUSED"
	InterceptionSucceeded InterceptionStatus = "SUCCEEDED"
	InterceptionFailed    InterceptionStatus = "FAILED"
)

// InterceptionStatuses lists the interception statuses.
var InterceptionStatuses = []InterceptionStatus{
	InterceptionRequested, InterceptionAsked, InterceptionUnknown, InterceptionAccepted,
	InterceptionRefused, InterceptionSucceeded, InterceptionFailed,
}

// InterceptionAction is what can happen to an interception.
type InterceptionAction string

// The interception actions.
const (
	WantInterception   InterceptionAction = "REQUEST"
	AskInterception    InterceptionAction = "ASK"
	LoseInterception   InterceptionAction = "LOSE"
	AcceptInterception InterceptionAction = "ACCEPT"
	RefuseInterception InterceptionAction = "REFUSE"
	EndInterception    InterceptionAction = "SUCCEED"
	MissInterception   InterceptionAction = "FAIL"
)

// InterceptionActions lists the interception actions.
var InterceptionActions = []InterceptionAction{
	WantInterception, AskInterception, LoseInterception, AcceptInterception, RefuseInterception,
	EndInterception, MissInterception,
}

// InterceptionRow is a row of the interception table.
type InterceptionRow = fsm.Row[InterceptionStatus, InterceptionAction, Role, NoFacts]

var interceptionOpen = []InterceptionStatus{
	InterceptionRequested, InterceptionAsked, InterceptionUnknown, InterceptionAccepted,
}

// Interception is the table of interceptions. The courier answers late, or never.
var Interception = &fsm.Machine[InterceptionStatus, InterceptionAction, Role, NoFacts]{
	Name:    "Interception",
	Doc:     "A courier's promise to bring a parcel back before it is delivered.",
	States:  InterceptionStatuses,
	Final:   InterceptionStatuses[4:],
	Actions: InterceptionActions,
	Roles:   Roles,
	Rows: []InterceptionRow{
		{On: WantInterception, To: InterceptionRequested, By: []Role{System},
			Emit: EventInterceptionRequested, Doc: "An approved request wants the parcel back."},
		{From: []InterceptionStatus{InterceptionRequested, InterceptionUnknown},
			On: AskInterception, To: InterceptionAsked, By: []Role{Channel},
			Emit: EventInterceptionAsked, Doc: "The courier took the order down."},
		{From: []InterceptionStatus{InterceptionRequested}, On: LoseInterception,
			To: InterceptionUnknown, By: []Role{System}, Emit: EventInterceptionUnknown,
			Doc: "The call gave no answer; it is asked again."},
		{From: interceptionOpen[:3], On: AcceptInterception, To: InterceptionAccepted,
			By: []Role{Channel}, Emit: EventInterceptionAccepted,
			Doc: "The courier will try. The buyer cannot withdraw any more."},
		{From: interceptionOpen, On: RefuseInterception, To: InterceptionRefused,
			By: []Role{Channel}, Emit: EventInterceptionRefused,
			Doc: "The courier does not do it for this parcel."},
		{From: interceptionOpen, On: EndInterception, To: InterceptionSucceeded,
			By: []Role{Channel}, Emit: EventInterceptionSucceeded,
			Doc: "The parcel is on its way back."},
		{From: interceptionOpen, On: MissInterception, To: InterceptionFailed,
			By: []Role{Channel, Clock, System}, Emit: EventInterceptionFailed,
			Doc: "The parcel was delivered first, or time ran out."},
	},
}
