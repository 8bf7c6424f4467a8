package lifecycle

import (
	"orderflow/internal/fsm"
	"orderflow/internal/vocab"
)

// ParcelFacts is what the parcel's guards look at.
type ParcelFacts struct {
	OnHold          bool // a sub-order that it has units of is on hold
	QuantityLocked  bool // an after-sale or a shortage locks some of its units
	NumberCorrected bool // its tracking number was corrected before
	SentBack        bool // a buyer sent it
	Final           bool // the courier delivered or returned it, or it is lost
	Lost            bool
	Tracked         bool // a courier is asked about it here
	Scanned         bool // something was reported of it since the handover
	Relied          bool // a request took units of it, or the buyer has received them
	Intercepting    bool // somebody waits for how its interception ends
}

// Names of the parcel's guards.
const (
	GuardParcelFree     = "nothing locks its quantity"
	GuardNumberNotYet   = "its number was not corrected before"
	GuardParcelOnItsWay = "the courier has not ended with it"
	GuardSentByShop     = "the shop sent it"
	GuardSentByBuyer    = "the buyer sent it"
	GuardUntracked      = "no courier is asked about it here"
	GuardNotWithBuyer   = "it was neither delivered nor returned"
	GuardNotCollected   = "nothing was reported of it"
	GuardNotRelied      = "no request is about its units, and the buyer has not received them"
	GuardIntercepting   = "it is to be brought back"
)

type (
	parcelWhen = []fsm.Guard[ParcelFacts]

	// ParcelRow is a row of the parcel table.
	ParcelRow = Row[vocab.WarehouseStage, vocab.ParcelAction, ParcelFacts]
)

var (
	parcelNotHeld = fsm.Guard[ParcelFacts]{Name: GuardNotOnHold,
		Holds: func(f ParcelFacts) bool { return !f.OnHold }}
	parcelFree = fsm.Guard[ParcelFacts]{Name: GuardParcelFree,
		Holds: func(f ParcelFacts) bool { return !f.QuantityLocked }}
	numberNotYet = fsm.Guard[ParcelFacts]{Name: GuardNumberNotYet,
		Holds: func(f ParcelFacts) bool { return !f.NumberCorrected }}
	onItsWay = fsm.Guard[ParcelFacts]{Name: GuardParcelOnItsWay,
		Holds: func(f ParcelFacts) bool { return !f.Final }}
	sentByShop = fsm.Guard[ParcelFacts]{Name: GuardSentByShop,
		Holds: func(f ParcelFacts) bool { return !f.SentBack }}
	sentByBuyer = fsm.Guard[ParcelFacts]{Name: GuardSentByBuyer,
		Holds: func(f ParcelFacts) bool { return f.SentBack }}
	untracked = fsm.Guard[ParcelFacts]{Name: GuardUntracked,
		Holds: func(f ParcelFacts) bool { return !f.Tracked }}
	parcelNotArrived = fsm.Guard[ParcelFacts]{Name: GuardNotWithBuyer,
		Holds: func(f ParcelFacts) bool { return !f.Final || f.Lost }}
	notCollected = fsm.Guard[ParcelFacts]{Name: GuardNotCollected,
		Holds: func(f ParcelFacts) bool { return !f.Scanned }}
	notRelied = fsm.Guard[ParcelFacts]{Name: GuardNotRelied,
		Holds: func(f ParcelFacts) bool { return !f.Relied }}
	intercepting = fsm.Guard[ParcelFacts]{Name: GuardIntercepting,
		Holds: func(f ParcelFacts) bool { return f.Intercepting }}

	packers = roles{vocab.Merchant, vocab.Warehouse}
)

// Parcel is the table of parcels inside the warehouse. Steps may be skipped: a small shop goes from
// PENDING to HANDED_OVER in one call.
var Parcel = &Machine[vocab.WarehouseStage, vocab.ParcelAction, ParcelFacts]{
	Name: "Parcel",
	Doc: "A parcel from the pick list to the courier. After handover the carrier stage tells " +
		"where it is.",
	States:  vocab.WarehouseStages,
	Final:   parcels{vocab.StageHandedOver, vocab.StageCancelled},
	Actions: vocab.ParcelActions,
	Roles:   vocab.Roles,
	Rows: []ParcelRow{
		{On: vocab.CreateParcel, To: vocab.StagePending,
			By: roles{vocab.Merchant, vocab.Warehouse, vocab.System}, When: parcelWhen{parcelFree},
			Emit: vocab.EventShipmentCreated,
			Doc: "Takes a quantity of unshipped units that no other parcel has; or a request sends " +
				"something again."},
		{On: vocab.CreateParcel, To: vocab.StageHandedOver,
			By: roles{vocab.Buyer}, When: parcelWhen{parcelFree}, Emit: vocab.EventShipmentHandedOver,
			Doc: "A buyer sends goods back: the courier has them."},
		{From: parcels{vocab.StagePending, vocab.StageListPrinted}, On: vocab.PrintPickList,
			To: vocab.StageListPrinted,
			By: packers, When: parcelWhen{parcelNotHeld, parcelFree}, Emit: vocab.EventShipmentListPrinted,
			Doc: "The pick list can be printed again."},
		{From: parcels{vocab.StagePending, vocab.StageListPrinted}, On: vocab.StartPicking,
			To: vocab.StagePicking,
			By: packers, When: parcelWhen{parcelNotHeld, parcelFree}, Emit: vocab.EventShipmentPicking,
			Doc: "Somebody picks it."},
		{From: parcels{vocab.StagePending, vocab.StageListPrinted, vocab.StagePicking},
			On: vocab.PackParcel, To: vocab.StagePacked,
			By: packers, When: parcelWhen{parcelNotHeld, parcelFree}, Emit: vocab.EventShipmentPacked,
			Doc: "It is closed and waits for the courier."},
		{From: parcels{vocab.StagePending, vocab.StageListPrinted, vocab.StagePicking, vocab.StagePacked},
			On: vocab.HandOver, To: vocab.StageHandedOver,
			By: packers, When: parcelWhen{parcelNotHeld, parcelFree}, Emit: vocab.EventShipmentHandedOver,
			Doc: "The courier has it: its units leave the stock and the sub-orders go on."},
		{From: parcels{vocab.StagePending, vocab.StageListPrinted, vocab.StagePicking, vocab.StagePacked},
			On: vocab.CancelParcel, To: vocab.StageCancelled,
			By: roles{vocab.Merchant, vocab.Warehouse, vocab.System}, Emit: vocab.EventShipmentCancelled,
			Doc: "Its units can go into another parcel."},
		{From: parcels{vocab.StageHandedOver}, On: vocab.CorrectNumber, To: vocab.StageHandedOver,
			By: packers, When: parcelWhen{sentByShop, numberNotYet, onItsWay},
			Emit: vocab.EventShipmentCorrected,
			Doc:  "The carrier or the number was written wrong; once."},
		{From: parcels{vocab.StageHandedOver}, On: vocab.CorrectNumber, To: vocab.StageHandedOver,
			By: roles{vocab.Buyer}, When: parcelWhen{sentByBuyer, numberNotYet, onItsWay},
			Emit: vocab.EventShipmentCorrected,
			Doc:  "Only who sent a parcel knows its number: of what goes back that is the buyer."},
		{From: parcels{vocab.StageHandedOver}, On: vocab.MarkParcelLost, To: vocab.StageHandedOver,
			By: roles{vocab.Merchant}, When: parcelWhen{sentByShop, onItsWay},
			Emit: vocab.EventShipmentTracked,
			Doc:  "The shop learned that what it sent is lost; it has to act."},
		{From: parcels{vocab.StageHandedOver}, On: vocab.MarkParcelLost, To: vocab.StageHandedOver,
			By: roles{vocab.Support, vocab.Platform}, When: parcelWhen{onItsWay},
			Emit: vocab.EventShipmentTracked,
			Doc:  "Staff learned that it is lost; the merchant has to act."},
		{From: parcels{vocab.StageHandedOver}, On: vocab.UndoHandOver, To: vocab.StagePacked,
			By: packers, When: parcelWhen{sentByShop, notCollected, notRelied},
			Emit: vocab.EventShipmentHandOverUndone,
			Doc: "The handover was a mistake: its units are in stock and reserved again, and its " +
				"sub-orders have their status of before."},
		{From: parcels{vocab.StageHandedOver}, On: vocab.ReportTracking, To: vocab.StageHandedOver,
			By: packers, When: parcelWhen{sentByShop, untracked, parcelNotArrived},
			Emit: vocab.EventShipmentTracked,
			Doc:  "The shop learned where a parcel is that nobody here can ask about."},
		{From: parcels{vocab.StageHandedOver}, On: vocab.ReportTracking, To: vocab.StageHandedOver,
			By: roles{vocab.Support, vocab.Platform}, Emit: vocab.EventShipmentTracked,
			Doc: "Staff learned where it is; what was said to be final is taken back with that."},
		{From: parcels{vocab.StageHandedOver}, On: vocab.ReportInterception, To: vocab.StageHandedOver,
			By:   roles{vocab.Merchant, vocab.Warehouse, vocab.Support, vocab.Platform},
			When: parcelWhen{intercepting},
			Doc:  "Somebody telephoned the courier, who will bring it back or not."},
	},
}

// CarrierRow is a row of the carrier table.
type CarrierRow = Row[vocab.CarrierStage, vocab.CarrierAction, NoFacts]

// Carrier is the table of carrier stages. Scans arrive in any order and more than once; a parcel
// leaves DELIVERED, RETURNED and LOST only when a scan is revoked.
var Carrier = &Machine[vocab.CarrierStage, vocab.CarrierAction, NoFacts]{
	Name: "Carrier",
	Doc: "Where a parcel is, as computed from everything its courier told. Any stage may follow " +
		"any that is not final.",
	States:  vocab.CarrierStages,
	Final:   vocab.CarrierStages,
	Actions: vocab.CarrierActions,
	Roles:   vocab.Roles,
	Rows:    carrierRows(),
}

func carrierRows() []CarrierRow {
	moving := carriers{vocab.CarrierLabelled, vocab.CarrierCollected, vocab.CarrierInTransit,
		vocab.CarrierOutForDelivery, vocab.CarrierAwaitingPickup, vocab.CarrierProblem,
		vocab.CarrierRefused, vocab.CarrierReturning}
	final := carriers{vocab.CarrierDelivered, vocab.CarrierReturned, vocab.CarrierLost}
	rows := []CarrierRow{{On: vocab.TrackParcel, To: vocab.CarrierLabelled,
		By: roles{vocab.System}, Emit: vocab.EventShipmentTracked,
		Doc: "Handed over; the courier has told nothing yet."}}
	for _, to := range vocab.CarrierStages {
		rows = append(rows, CarrierRow{From: moving, On: vocab.TrackParcel, To: to,
			By: roles{vocab.Channel, vocab.Merchant, vocab.Warehouse, vocab.Support, vocab.Platform,
				vocab.Clock},
			Emit: vocab.EventShipmentTracked,
			Doc: "The courier or staff, or for LOST the time that a problem may last, told that it is " +
				string(to) + "."})
		rows = append(rows, CarrierRow{From: final, On: vocab.CorrectParcel, To: to,
			By:   roles{vocab.Channel, vocab.Support, vocab.Platform},
			Emit: vocab.EventShipmentTracked,
			Doc:  "What was told before is taken back: it is " + string(to) + "."})
		rows = append(rows, CarrierRow{From: carriers{vocab.CarrierLost}, On: vocab.CorrectParcel,
			To: to, By: packers, Emit: vocab.EventShipmentTracked,
			Doc: "It was found: it is " + string(to) + "."})
	}
	return rows
}
