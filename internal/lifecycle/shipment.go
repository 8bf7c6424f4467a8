package lifecycle

import "orderflow/internal/fsm"

// WarehouseStage is how far a parcel is inside the warehouse.
type WarehouseStage string

// The warehouse stages.
const (
	StagePending     WarehouseStage = "PENDING"      // 待打单
	StageListPrinted WarehouseStage = "LIST_PRINTED" // 已打单
	StagePicking     WarehouseStage = "PICKING"      // 拣货
	StagePacked      WarehouseStage = "PACKED"       // 打包
	StageHandedOver  WarehouseStage = "HANDED_OVER"  // 交接
	StageCancelled   WarehouseStage = "CANCELLED"
)

// CarrierStage is what the courier tells of a parcel that was handed over.
type CarrierStage string

// The carrier stages.
const (
	CarrierLabelled       CarrierStage = "LABELLED"
	CarrierCollected      CarrierStage = "COLLECTED"
	CarrierInTransit      CarrierStage = "IN_TRANSIT"
	CarrierOutForDelivery CarrierStage = "OUT_FOR_DELIVERY"
	CarrierAwaitingPickup CarrierStage = "AWAITING_PICKUP"
	CarrierDelivered      CarrierStage = "DELIVERED" // 签收
	CarrierProblem        CarrierStage = "PROBLEM"
	CarrierRefused        CarrierStage = "REFUSED" // 拒签
	CarrierReturning      CarrierStage = "RETURNING"
	CarrierReturned       CarrierStage = "RETURNED"
	CarrierLost           CarrierStage = "LOST"
)

// ParcelAction is what can be done to a parcel in the warehouse.
type ParcelAction string

// The parcel actions.
const (
	CreateParcel   ParcelAction = "CREATE"
	PrintPickList  ParcelAction = "PRINT_PICK_LIST"
	StartPicking   ParcelAction = "START_PICKING"
	PackParcel     ParcelAction = "PACK"
	HandOver       ParcelAction = "HAND_OVER"
	CancelParcel   ParcelAction = "CANCEL"
	CorrectNumber  ParcelAction = "CORRECT_TRACKING_NUMBER"
	MarkParcelLost ParcelAction = "MARK_LOST"
)

// ParcelActions lists the parcel actions.
var ParcelActions = []ParcelAction{
	CreateParcel, PrintPickList, StartPicking, PackParcel, HandOver, CancelParcel, CorrectNumber,
	MarkParcelLost,
}

// ParcelFacts is what the parcel's guards look at.
type ParcelFacts struct {
	QuantityLocked  bool // an after-sale or a shortage locks some of its units
	NumberCorrected bool // its tracking number was corrected before
	Final           bool // the courier delivered or returned it, or it is lost
}

// Names of the parcel's guards.
const (
	GuardParcelFree     = "nothing locks its quantity"
	GuardNumberNotYet   = "its number was not corrected before"
	GuardParcelOnItsWay = "the courier has not ended with it"
)

type (
	parcelWhen = []fsm.Guard[ParcelFacts]

	// ParcelRow is a row of the parcel table.
	ParcelRow = fsm.Row[WarehouseStage, ParcelAction, Role, ParcelFacts]
)

var (
	parcelFree = fsm.Guard[ParcelFacts]{Name: GuardParcelFree,
		Holds: func(f ParcelFacts) bool { return !f.QuantityLocked }}
	numberNotYet = fsm.Guard[ParcelFacts]{Name: GuardNumberNotYet,
		Holds: func(f ParcelFacts) bool { return !f.NumberCorrected }}
	onItsWay = fsm.Guard[ParcelFacts]{Name: GuardParcelOnItsWay,
		Holds: func(f ParcelFacts) bool { return !f.Final }}

	packers = []Role{Merchant, Warehouse}
)

// Parcel is the table of parcels inside the warehouse. Steps may be skipped: a small shop goes from
// PENDING to HANDED_OVER in one call.
var Parcel = &fsm.Machine[WarehouseStage, ParcelAction, Role, ParcelFacts]{
	Name: "Parcel",
	Doc: "A parcel from the pick list to the courier. After handover the carrier stage tells " +
		"where it is.",
	States:  WarehouseStages,
	Final:   []WarehouseStage{StageHandedOver, StageCancelled},
	Actions: ParcelActions,
	Roles:   Roles,
	Rows: []ParcelRow{
		{On: CreateParcel, To: StagePending, By: []Role{Merchant, Warehouse, System},
			When: parcelWhen{parcelFree}, Emit: EventShipmentCreated,
			Doc: "Takes a quantity of unshipped units that no other parcel has; or a request " +
				"sends something again."},
		{On: CreateParcel, To: StageHandedOver, By: []Role{Buyer}, When: parcelWhen{parcelFree},
			Emit: EventShipmentHandedOver,
			Doc:  "A buyer sends goods back: the courier has them."},
		{From: []WarehouseStage{StagePending, StageListPrinted}, On: PrintPickList,
			To: StageListPrinted, By: packers, When: parcelWhen{parcelFree},
			Emit: EventShipmentListPrinted, Doc: "The pick list can be printed again."},
		{From: []WarehouseStage{StagePending, StageListPrinted}, On: StartPicking,
			To: StagePicking, By: packers, When: parcelWhen{parcelFree},
			Emit: EventShipmentPicking, Doc: "Somebody picks it."},
		{From: []WarehouseStage{StagePending, StageListPrinted, StagePicking}, On: PackParcel,
			To: StagePacked, By: packers, When: parcelWhen{parcelFree},
			Emit: EventShipmentPacked, Doc: "It is closed and waits for the courier."},
		{From: []WarehouseStage{StagePending, StageListPrinted, StagePicking, StagePacked},
			On: HandOver, To: StageHandedOver, By: packers, When: parcelWhen{parcelFree},
			Emit: EventShipmentHandedOver,
			Doc:  "The courier has it: its units leave the stock and the sub-orders go on."},
		{From: []WarehouseStage{StagePending, StageListPrinted, StagePicking, StagePacked},
			On: CancelParcel, To: StageCancelled, By: []Role{Merchant, Warehouse, System},
			Emit: EventShipmentCancelled,
			Doc:  "Its units can go into another parcel."},
		{From: []WarehouseStage{StageHandedOver}, On: CorrectNumber, To: StageHandedOver,
			By: packers, When: parcelWhen{numberNotYet, onItsWay},
			Emit: EventShipmentCorrected,
			Doc:  "The carrier or the number was written wrong; once."},
		{From: []WarehouseStage{StageHandedOver}, On: MarkParcelLost, To: StageHandedOver,
			By: []Role{Merchant, Support, Platform}, When: parcelWhen{onItsWay},
			Emit: EventShipmentTracked,
			Doc:  "Staff learned that it is lost; the merchant has to act."},
	},
}

// CarrierAction is what a courier's word does to a parcel.
type CarrierAction string

// The carrier actions.
const (
	TrackParcel   CarrierAction = "TRACK"
	CorrectParcel CarrierAction = "CORRECT"
)

// CarrierActions lists the carrier actions.
var CarrierActions = []CarrierAction{TrackParcel, CorrectParcel}

// CarrierRow is a row of the carrier table.
type CarrierRow = fsm.Row[CarrierStage, CarrierAction, Role, NoFacts]

// Carrier is the table of carrier stages. Couriers tell in any order and more than once; a parcel
// leaves DELIVERED, RETURNED and LOST only when the courier takes back what it told.
var Carrier = &fsm.Machine[CarrierStage, CarrierAction, Role, NoFacts]{
	Name: "Carrier",
	Doc: "Where a parcel is, as computed from everything its courier told. Any stage may follow " +
		"any that is not final.",
	States:  CarrierStages,
	Final:   CarrierStages,
	Actions: CarrierActions,
	Roles:   Roles,
	Rows:    carrierRows(),
}

func carrierRows() []CarrierRow {
	moving := []CarrierStage{CarrierLabelled, CarrierCollected, CarrierInTransit,
		CarrierOutForDelivery, CarrierAwaitingPickup, CarrierProblem, CarrierRefused,
		CarrierReturning}
	final := []CarrierStage{CarrierDelivered, CarrierReturned, CarrierLost}
	rows := []CarrierRow{{On: TrackParcel, To: CarrierLabelled, By: []Role{System},
		Emit: EventShipmentTracked, Doc: "Handed over; the courier has told nothing yet."}}
	for _, to := range CarrierStages {
		rows = append(rows, CarrierRow{From: moving, On: TrackParcel, To: to,
			By: []Role{Channel, Merchant, Support, Platform}, Emit: EventShipmentTracked,
			Doc: "The courier, or staff for LOST, told that it is " + string(to) + "."})
		rows = append(rows, CarrierRow{From: final, On: CorrectParcel, To: to,
			By: []Role{Channel}, Emit: EventShipmentTracked,
			Doc: "The courier took back what it had told: it is " + string(to) + "."})
	}
	return rows
}
