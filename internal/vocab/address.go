package vocab

// AddressChangeStatus is the status of a buyer's request for another address.
type AddressChangeStatus string

// The address change statuses.
const (
	AddressAsked    AddressChangeStatus = "ASKED"
	AddressAccepted AddressChangeStatus = "ACCEPTED"
	AddressRejected AddressChangeStatus = "REJECTED"
	AddressLapsed   AddressChangeStatus = "LAPSED"
)

// AddressChangeStatuses lists the statuses of an address change.
var AddressChangeStatuses = []AddressChangeStatus{
	AddressAsked, AddressAccepted, AddressRejected, AddressLapsed,
}

// AddressAction is what can be done to an address change.
type AddressAction string

// The address actions.
const (
	AskAddress    AddressAction = "ASK"
	AcceptAddress AddressAction = "AGREE"
	RejectAddress AddressAction = "REJECT"
	LapseAddress  AddressAction = "LAPSE"
)

// AddressActions lists the address actions.
var AddressActions = []AddressAction{AskAddress, AcceptAddress, RejectAddress, LapseAddress}
