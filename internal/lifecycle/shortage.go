package lifecycle

import "orderflow/internal/fsm"

// ShortageStatus is the status of a shortage 缺货.
type ShortageStatus string

// The shortage statuses.
const (
	ShortageOpen      ShortageStatus = "OPEN"
	ShortageOffered   ShortageStatus = "OFFERED"
	ShortageWaiting   ShortageStatus = "WAITING"
	ShortageRefunding ShortageStatus = "REFUNDING"
	ShortageResolved  ShortageStatus = "RESOLVED"
	ShortageRefunded  ShortageStatus = "REFUNDED"
)

// ShortageStatuses lists the shortage statuses.
var ShortageStatuses = []ShortageStatus{
	ShortageOpen, ShortageOffered, ShortageWaiting, ShortageRefunding, ShortageResolved,
	ShortageRefunded,
}

// ShortageAction is what can be done to a shortage.
type ShortageAction string

// The shortage actions.
const (
	ReportShortage   ShortageAction = "REPORT"
	OfferOptions     ShortageAction = "OFFER"
	ChooseRefund     ShortageAction = "CHOOSE_REFUND"
	ChooseWarehouse  ShortageAction = "CHOOSE_WAREHOUSE"
	ChooseTransfer   ShortageAction = "CHOOSE_TRANSFER"
	ReceiveUnits     ShortageAction = "RECEIVE"
	MissUnits        ShortageAction = "MISS"
	RunOutOfTime     ShortageAction = "RUN_OUT"
	RequestUnitsBack ShortageAction = "REQUEST_REFUND"
	RefundShortage   ShortageAction = "REFUND"
	ExtendShortage   ShortageAction = "EXTEND_DEADLINE"
)

// ShortageActions lists the shortage actions.
var ShortageActions = []ShortageAction{
	ReportShortage, OfferOptions, ChooseRefund, ChooseWarehouse, ChooseTransfer, ReceiveUnits,
	MissUnits, RunOutOfTime, RequestUnitsBack, RefundShortage, ExtendShortage,
}

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
	ShortageRow = fsm.Row[ShortageStatus, ShortageAction, Role, ShortageFacts]
)

var (
	shortageLate = fsm.Guard[ShortageFacts]{Name: GuardDeadlinePassed,
		Holds: func(f ShortageFacts) bool { return f.DeadlinePassed }}
	wasOffered = fsm.Guard[ShortageFacts]{Name: GuardOffered,
		Holds: func(f ShortageFacts) bool { return f.Offered }}
)

// ShortageTable is the table of shortages.
var ShortageTable = &fsm.Machine[ShortageStatus, ShortageAction, Role, ShortageFacts]{
	Name: "Shortage",
	Doc: "Sold units that the warehouse does not have. The quantity is locked until the shortage " +
		"is over.",
	States:  ShortageStatuses,
	Final:   []ShortageStatus{ShortageResolved, ShortageRefunded},
	Actions: ShortageActions,
	Roles:   Roles,
	Rows: []ShortageRow{
		{On: ReportShortage, To: ShortageOpen, By: []Role{Merchant, Warehouse, System},
			Emit: EventShortageReported,
			Doc: "At payment, at packing or by a transfer that came up short: what was held for " +
				"them is given up, what is not there is written off."},
		{From: []ShortageStatus{ShortageOpen}, On: OfferOptions, To: ShortageOffered,
			By: []Role{Merchant}, Emit: EventShortageOffered,
			Doc: "The shop says what the buyer may choose from."},
		{From: []ShortageStatus{ShortageOpen}, On: RunOutOfTime, To: ShortageRefunding,
			By: []Role{Clock}, When: shortageWhen{shortageLate}, Emit: EventShortageRefunding,
			Doc: "The shop offered nothing in time."},
		{From: []ShortageStatus{ShortageOffered}, On: RunOutOfTime, To: ShortageRefunding,
			By: []Role{Clock}, When: shortageWhen{shortageLate}, Emit: EventShortageRefunding,
			Doc: "The buyer did not choose in time."},
		{From: []ShortageStatus{ShortageOffered}, On: ChooseRefund, To: ShortageRefunding,
			By: []Role{Buyer}, Emit: EventShortageRefunding, Doc: "The buyer takes the money."},
		{From: []ShortageStatus{ShortageOffered}, On: ChooseWarehouse, To: ShortageResolved,
			By: []Role{Buyer}, When: shortageWhen{wasOffered}, Emit: EventShortageResolved,
			Doc: "Another warehouse sends them, as a sub-order of their own."},
		{From: []ShortageStatus{ShortageOffered}, On: ChooseTransfer, To: ShortageWaiting,
			By: []Role{Buyer}, When: shortageWhen{wasOffered}, Emit: EventShortageWaiting,
			Doc: "The buyer waits for a transfer."},
		{From: []ShortageStatus{ShortageWaiting}, On: ReceiveUnits, To: ShortageResolved,
			By: []Role{System}, Emit: EventShortageResolved, Doc: "The transfer arrived."},
		{From: []ShortageStatus{ShortageWaiting}, On: MissUnits, To: ShortageOpen,
			By: []Role{System}, Emit: EventShortageReported,
			Doc: "The transfer came up short or was cancelled."},
		{From: []ShortageStatus{ShortageOpen, ShortageOffered, ShortageWaiting},
			On: RequestUnitsBack, To: ShortageRefunding, By: []Role{Buyer, Merchant},
			Emit: EventShortageRefunding, Doc: "The buyer asks for the money, or the shop gives it."},
		{From: []ShortageStatus{ShortageOpen}, On: ExtendShortage, To: ShortageOpen,
			By: afterSaleStaff, Emit: EventShortageExtended, Doc: "Staff give the shop more time."},
		{From: []ShortageStatus{ShortageOffered}, On: ExtendShortage, To: ShortageOffered,
			By: afterSaleStaff, Emit: EventShortageExtended, Doc: "Staff give the buyer more time."},
		{From: []ShortageStatus{ShortageRefunding}, On: RefundShortage, To: ShortageRefunded,
			By: []Role{System}, Emit: EventShortageRefunded, Doc: "The refund succeeded."},
	},
}
