package vocab

// AddressChangeStatus is the status of a wish that a shop sends to another address: the buyer's, or
// the shop's own.
type AddressChangeStatus string

// The address change statuses.
const (
	AddressAsked     AddressChangeStatus = "ASKED"
	AddressProposed  AddressChangeStatus = "PROPOSED"
	AddressAccepted  AddressChangeStatus = "ACCEPTED"
	AddressRejected  AddressChangeStatus = "REJECTED"
	AddressWithdrawn AddressChangeStatus = "WITHDRAWN"
	AddressLapsed    AddressChangeStatus = "LAPSED"
)

// AddressChangeStatuses lists the statuses of an address change.
var AddressChangeStatuses = []AddressChangeStatus{
	AddressAsked, AddressProposed, AddressAccepted, AddressRejected, AddressWithdrawn, AddressLapsed,
}

// AddressAction is what can be done to an address change.
type AddressAction string

// The address actions.
const (
	AskAddress      AddressAction = "ASK"
	ProposeAddress  AddressAction = "PROPOSE"
	AcceptAddress   AddressAction = "AGREE"
	RejectAddress   AddressAction = "REJECT"
	WithdrawAddress AddressAction = "WITHDRAW"
	LapseAddress    AddressAction = "LAPSE"
)

// AddressActions lists the address actions.
var AddressActions = []AddressAction{
	AskAddress, ProposeAddress, AcceptAddress, RejectAddress, WithdrawAddress, LapseAddress,
}
