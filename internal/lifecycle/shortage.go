package lifecycle

import (
	"orderflow/internal/fsm"
	"orderflow/internal/vocab"
)

// ShortageFacts is what the shortage's guards look at.
type ShortageFacts struct {
	DeadlinePassed bool
	Offered        bool // the merchant offered what the buyer chooses
}

// GuardOffered is the name of a shortage's guard.
const GuardOffered = "the merchant offered it"

type (
	shortageWhen = []fsm.Guard[ShortageFacts]

	// ShortageRow is a row of the shortage table.
	ShortageRow = Row[vocab.ShortageStatus, vocab.ShortageAction, ShortageFacts]
)

var (
	shortageLate = fsm.Guard[ShortageFacts]{Name: GuardDeadlinePassed,
		Holds: func(f ShortageFacts) bool { return f.DeadlinePassed }}
	wasOffered = fsm.Guard[ShortageFacts]{Name: GuardOffered,
		Holds: func(f ShortageFacts) bool { return f.Offered }}
)

// ShortageTable is the table of shortages.
var ShortageTable = &Machine[vocab.ShortageStatus, vocab.ShortageAction, ShortageFacts]{
	Name: "Shortage",
	Doc: "Sold units that the warehouse does not have. The quantity is locked until the shortage " +
		"is over.",
	States:  vocab.ShortageStatuses,
	Final:   shortages{vocab.ShortageResolved, vocab.ShortageRefunded},
	Actions: vocab.ShortageActions,
	Roles:   vocab.Roles,
	Rows: []ShortageRow{
		{On: vocab.ReportShortage, To: vocab.ShortageOpen,
			By: roles{vocab.Merchant, vocab.Warehouse, vocab.System}, Emit: vocab.EventShortageReported,
			Doc: "At payment, at packing or by a transfer that came up short: what was held for them is " +
				"given up, what is not there is written off."},
		{From: shortages{vocab.ShortageOpen}, On: vocab.OfferOptions, To: vocab.ShortageOffered,
			By: roles{vocab.Merchant}, Emit: vocab.EventShortageOffered,
			Doc: "The shop says what the buyer may choose from."},
		{From: shortages{vocab.ShortageOpen}, On: vocab.RunOutOfTime, To: vocab.ShortageRefunding,
			By: roles{vocab.Clock}, When: shortageWhen{shortageLate}, Emit: vocab.EventShortageRefunding,
			Doc: "The shop offered nothing in time."},
		{From: shortages{vocab.ShortageOffered}, On: vocab.RunOutOfTime, To: vocab.ShortageRefunding,
			By: roles{vocab.Clock}, When: shortageWhen{shortageLate}, Emit: vocab.EventShortageRefunding,
			Doc: "The buyer did not choose in time."},
		{From: shortages{vocab.ShortageOffered}, On: vocab.ChooseRefund, To: vocab.ShortageRefunding,
			By: roles{vocab.Buyer}, Emit: vocab.EventShortageRefunding,
			Doc: "The buyer takes the money."},
		{From: shortages{vocab.ShortageOffered}, On: vocab.ChooseWarehouse, To: vocab.ShortageResolved,
			By: roles{vocab.Buyer}, When: shortageWhen{wasOffered}, Emit: vocab.EventShortageResolved,
			Doc: "Another warehouse sends them, as a sub-order of their own."},
		{From: shortages{vocab.ShortageOffered}, On: vocab.ChooseTransfer, To: vocab.ShortageWaiting,
			By: roles{vocab.Buyer}, When: shortageWhen{wasOffered}, Emit: vocab.EventShortageWaiting,
			Doc: "The buyer waits for a transfer."},
		{From: shortages{vocab.ShortageWaiting}, On: vocab.ReceiveUnits, To: vocab.ShortageResolved,
			By: roles{vocab.System}, Emit: vocab.EventShortageResolved,
			Doc: "The transfer arrived."},
		{From: shortages{vocab.ShortageWaiting}, On: vocab.MissUnits, To: vocab.ShortageOpen,
			By: roles{vocab.System}, Emit: vocab.EventShortageReported,
			Doc: "The transfer came up short or was cancelled."},
		{From: shortages{vocab.ShortageOpen, vocab.ShortageOffered, vocab.ShortageWaiting},
			On: vocab.RequestUnitsBack, To: vocab.ShortageRefunding,
			By: roles{vocab.Buyer, vocab.Merchant}, Emit: vocab.EventShortageRefunding,
			Doc: "The buyer asks for the money, or the shop gives it."},
		{From: shortages{vocab.ShortageOpen}, On: vocab.ExtendShortage, To: vocab.ShortageOpen,
			By: afterSaleStaff, Emit: vocab.EventShortageExtended,
			Doc: "Staff give the shop more time."},
		{From: shortages{vocab.ShortageOffered}, On: vocab.ExtendShortage, To: vocab.ShortageOffered,
			By: afterSaleStaff, Emit: vocab.EventShortageExtended,
			Doc: "Staff give the buyer more time."},
		{From: shortages{vocab.ShortageRefunding}, On: vocab.RefundShortage, To: vocab.ShortageRefunded,
			By: roles{vocab.System}, Emit: vocab.EventShortageRefunded,
			Doc: "The refund succeeded."},
	},
}
