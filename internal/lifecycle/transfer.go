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

type (
	transferWhen = []fsm.Guard[TransferFacts]

	// TransferRow is a row of the transfer table.
	TransferRow = Row[vocab.TransferStatus, vocab.TransferAction, TransferFacts]
)

var (
	moreToCome = fsm.Guard[TransferFacts]{Name: GuardMoreToCome,
		Holds: func(f TransferFacts) bool { return !f.Last }}
	lastPart = fsm.Guard[TransferFacts]{Name: GuardLastPart,
		Holds: func(f TransferFacts) bool { return f.Last }}

	transferStaff = roles{vocab.Merchant, vocab.Warehouse, vocab.Platform}
)

// Transfer is the table of stock transfers.
var Transfer = &Machine[vocab.TransferStatus, vocab.TransferAction, TransferFacts]{
	Name: "Transfer",
	Doc: "Units of a sku on their way between two warehouses. For an order the reservation " +
		"travels with them; without one nothing is reserved and stock is checked at shipping.",
	States:  vocab.TransferStatuses,
	Final:   transfers{vocab.TransferReceived, vocab.TransferCancelled},
	Actions: vocab.TransferActions,
	Roles:   vocab.Roles,
	Rows: []TransferRow{
		{On: vocab.RequestTransfer, To: vocab.TransferRequested,
			By: transferStaff, Emit: vocab.EventTransferRequested,
			Doc: "Asked of the source warehouse."},
		{From: transfers{vocab.TransferRequested}, On: vocab.CancelTransfer, To: vocab.TransferCancelled,
			By: transferStaff, Emit: vocab.EventTransferCancelled,
			Doc: "Nothing has left; an order's units stay reserved at the source."},
		{From: transfers{vocab.TransferRequested}, On: vocab.ShipTransfer, To: vocab.TransferShipped,
			By: transferStaff, Emit: vocab.EventTransferShipped,
			Doc: "The units left the source; an order's reservation is IN_TRANSFER."},
		{From: transfers{vocab.TransferShipped}, On: vocab.ReceiveTransfer, To: vocab.TransferShipped,
			By: transferStaff, When: transferWhen{moreToCome}, Emit: vocab.EventTransferReceived,
			Doc: "A part arrived at the target."},
		{From: transfers{vocab.TransferShipped}, On: vocab.ReceiveTransfer, To: vocab.TransferReceived,
			By: transferStaff, When: transferWhen{lastPart}, Emit: vocab.EventTransferReceived,
			Doc: "The last part arrived. What is missing is written off, and refunded when it was an " +
				"order's."},
	},
}
