package vocab

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
