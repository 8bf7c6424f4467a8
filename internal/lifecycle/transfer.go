package lifecycle

import (
	"orderflow/internal/fsm"
	"orderflow/internal/vocab"
)

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
type TransferRow = fsm.Row[vocab.TransferStatus, vocab.TransferAction, vocab.Role, TransferFacts]

var transferStaff = []vocab.Role{vocab.Merchant, vocab.Warehouse, vocab.Platform}

// Transfer is the table of stock transfers.
var Transfer = &fsm.Machine[vocab.TransferStatus, vocab.TransferAction, vocab.Role, TransferFacts]{
	Name: "Transfer",
	Doc: "Units of a sku on their way between two warehouses. For an order the reservation " +
		"travels with them; without one nothing is reserved and stock is checked at shipping.",
	States:  vocab.TransferStatuses,
	Final:   []vocab.TransferStatus{vocab.TransferReceived, vocab.TransferCancelled},
	Actions: vocab.TransferActions,
	Roles:   vocab.Roles,
	Rows: []TransferRow{
		{On: vocab.RequestTransfer, To: vocab.TransferRequested, By: transferStaff,
			Emit: vocab.EventTransferRequested, Doc: "Asked of the source warehouse."},
		{From: []vocab.TransferStatus{vocab.TransferRequested}, On: vocab.CancelTransfer, To: vocab.TransferCancelled,
			By: transferStaff, Emit: vocab.EventTransferCancelled,
			Doc: "Nothing has left; an order's units stay reserved at the source."},
		{From: []vocab.TransferStatus{vocab.TransferRequested}, On: vocab.ShipTransfer, To: vocab.TransferShipped,
			By: transferStaff, Emit: vocab.EventTransferShipped,
			Doc: "The units left the source; an order's reservation is IN_TRANSFER."},
		{From: []vocab.TransferStatus{vocab.TransferShipped}, On: vocab.ReceiveTransfer, To: vocab.TransferShipped,
			By: transferStaff, When: []fsm.Guard[TransferFacts]{{Name: GuardMoreToCome,
				Holds: func(f TransferFacts) bool { return !f.Last }}},
			Emit: vocab.EventTransferReceived, Doc: "A part arrived at the target."},
		{From: []vocab.TransferStatus{vocab.TransferShipped}, On: vocab.ReceiveTransfer, To: vocab.TransferReceived,
			By: transferStaff, When: []fsm.Guard[TransferFacts]{{Name: GuardLastPart,
				Holds: func(f TransferFacts) bool { return f.Last }}},
			Emit: vocab.EventTransferReceived,
			Doc: "The last part arrived. What is missing is written off, and refunded when it was " +
				"an order's."},
	},
}

// AddressRow is a row of the address table.
type AddressRow = fsm.Row[vocab.AddressChangeStatus, vocab.AddressAction, vocab.Role, NoFacts]

// Address is the table of address changes.
var Address = &fsm.Machine[vocab.AddressChangeStatus, vocab.AddressAction, vocab.Role, NoFacts]{
	Name:    "Address",
	Doc:     "A buyer's wish that a shop sends elsewhere, before its first handover.",
	States:  vocab.AddressChangeStatuses,
	Final:   []vocab.AddressChangeStatus{vocab.AddressAccepted, vocab.AddressRejected, vocab.AddressLapsed},
	Actions: vocab.AddressActions,
	Roles:   vocab.Roles,
	Rows: []AddressRow{
		{On: vocab.AskAddress, To: vocab.AddressAsked, By: []vocab.Role{vocab.Buyer}, Emit: vocab.EventAddressAsked,
			Doc: "The buyer asks; freight is not computed again."},
		{From: []vocab.AddressChangeStatus{vocab.AddressAsked}, On: vocab.AcceptAddress, To: vocab.AddressAccepted,
			By: []vocab.Role{vocab.Merchant}, Emit: vocab.EventAddressAccepted,
			Doc: "The shop sends to the new address."},
		{From: []vocab.AddressChangeStatus{vocab.AddressAsked}, On: vocab.RejectAddress, To: vocab.AddressRejected,
			By: []vocab.Role{vocab.Merchant}, Emit: vocab.EventAddressRejected,
			Doc: "The shop sends to the old address, with a reason."},
		{From: []vocab.AddressChangeStatus{vocab.AddressAsked}, On: vocab.LapseAddress, To: vocab.AddressLapsed,
			By: []vocab.Role{vocab.System}, Emit: vocab.EventAddressLapsed,
			Doc: "A parcel was handed over, or the sub-orders were closed, before an answer."},
	},
}
