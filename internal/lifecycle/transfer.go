package lifecycle

import "orderflow/internal/fsm"

// TransferStatus is the status of a stock transfer 调拨.
type TransferStatus string

// The transfer statuses.
const (
	TransferRequested TransferStatus = "REQUESTED"
	TransferShipped   TransferStatus = "SHIPPED"
	TransferReceived  TransferStatus = "RECEIVED"
	TransferCancelled TransferStatus = "CANCELLED"
)

// TransferAction is what can be done to a transfer.
type TransferAction string

// The transfer actions.
const (
	RequestTransfer TransferAction = "REQUEST"
	ShipTransfer    TransferAction = "SHIP"
	ReceiveTransfer TransferAction = "RECEIVE"
	CancelTransfer  TransferAction = "CANCEL"
)

// TransferActions lists the transfer actions.
var TransferActions = []TransferAction{
	RequestTransfer, ShipTransfer, ReceiveTransfer, CancelTransfer,
}

// TransferFacts is what the transfer's guards look at.
type TransferFacts struct {
	Last bool // nothing more will arrive
}

// Names of the transfer's guards.
const (
	GuardMoreToCome = "more is to arrive"
	GuardLastPart   = "nothing more will arrive"
)

// TransferRow is a row of the transfer table.
type TransferRow = fsm.Row[TransferStatus, TransferAction, Role, TransferFacts]

var transferStaff = []Role{Merchant, Warehouse, Platform}

// Transfer is the table of stock transfers.
var Transfer = &fsm.Machine[TransferStatus, TransferAction, Role, TransferFacts]{
	Name: "Transfer",
	Doc: "Units of a sku on their way between two warehouses. For an order the reservation " +
		"travels with them; without one nothing is reserved and stock is checked at shipping.",
	States:  TransferStatuses,
	Final:   []TransferStatus{TransferReceived, TransferCancelled},
	Actions: TransferActions,
	Roles:   Roles,
	Rows: []TransferRow{
		{On: RequestTransfer, To: TransferRequested, By: transferStaff,
			Emit: EventTransferRequested, Doc: "Asked of the source warehouse."},
		{From: []TransferStatus{TransferRequested}, On: CancelTransfer, To: TransferCancelled,
			By: transferStaff, Emit: EventTransferCancelled,
			Doc: "Nothing has left; an order's units stay reserved at the source."},
		{From: []TransferStatus{TransferRequested}, On: ShipTransfer, To: TransferShipped,
			By: transferStaff, Emit: EventTransferShipped,
			Doc: "The units left the source; an order's reservation is IN_TRANSFER."},
		{From: []TransferStatus{TransferShipped}, On: ReceiveTransfer, To: TransferShipped,
			By: transferStaff, When: []fsm.Guard[TransferFacts]{{Name: GuardMoreToCome,
				Holds: func(f TransferFacts) bool { return !f.Last }}},
			Emit: EventTransferReceived, Doc: "A part arrived at the target."},
		{From: []TransferStatus{TransferShipped}, On: ReceiveTransfer, To: TransferReceived,
			By: transferStaff, When: []fsm.Guard[TransferFacts]{{Name: GuardLastPart,
				Holds: func(f TransferFacts) bool { return f.Last }}},
			Emit: EventTransferReceived,
			Doc: "The last part arrived. What is missing is written off, and refunded when it was " +
				"an order's."},
	},
}

// AddressChangeStatus is the status of a buyer's wish for another address.
type AddressChangeStatus string

// The address change statuses.
const (
	AddressAsked    AddressChangeStatus = "ASKED"
	AddressAccepted AddressChangeStatus = "ACCEPTED"
	AddressRejected AddressChangeStatus = "REJECTED"
	AddressLapsed   AddressChangeStatus = "LAPSED"
)

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

// AddressRow is a row of the address table.
type AddressRow = fsm.Row[AddressChangeStatus, AddressAction, Role, NoFacts]

// Address is the table of address changes.
var Address = &fsm.Machine[AddressChangeStatus, AddressAction, Role, NoFacts]{
	Name:    "Address",
	Doc:     "A buyer's wish that a shop sends elsewhere, before its first handover.",
	States:  AddressChangeStatuses,
	Final:   []AddressChangeStatus{AddressAccepted, AddressRejected, AddressLapsed},
	Actions: AddressActions,
	Roles:   Roles,
	Rows: []AddressRow{
		{On: AskAddress, To: AddressAsked, By: []Role{Buyer}, Emit: EventAddressAsked,
			Doc: "The buyer asks; freight is not computed again."},
		{From: []AddressChangeStatus{AddressAsked}, On: AcceptAddress, To: AddressAccepted,
			By: []Role{Merchant}, Emit: EventAddressAccepted,
			Doc: "The shop sends to the new address."},
		{From: []AddressChangeStatus{AddressAsked}, On: RejectAddress, To: AddressRejected,
			By: []Role{Merchant}, Emit: EventAddressRejected,
			Doc: "The shop sends to the old address, with a reason."},
		{From: []AddressChangeStatus{AddressAsked}, On: LapseAddress, To: AddressLapsed,
			By: []Role{System}, Emit: EventAddressLapsed,
			Doc: "A parcel was handed over, or the sub-orders were closed, before an answer."},
	},
}
