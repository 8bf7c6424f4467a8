package vocab

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

// WarehouseStages lists the warehouse stages.
var WarehouseStages = []WarehouseStage{
	StagePending, StageListPrinted, StagePicking, StagePacked, StageHandedOver, StageCancelled,
}

// CarrierStage is what the courier reports of a parcel that was handed over.
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

// CarrierStages lists the carrier stages.
var CarrierStages = []CarrierStage{
	CarrierLabelled, CarrierCollected, CarrierInTransit, CarrierOutForDelivery,
	CarrierAwaitingPickup, CarrierDelivered, CarrierProblem, CarrierRefused, CarrierReturning,
	CarrierReturned, CarrierLost,
}

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

	UndoHandOver       ParcelAction = "UNDO_HAND_OVER"
	ReportTracking     ParcelAction = "REPORT_TRACKING"
	ReportInterception ParcelAction = "REPORT_INTERCEPTION"
)

// ParcelActions lists the parcel actions.
var ParcelActions = []ParcelAction{
	CreateParcel, PrintPickList, StartPicking, PackParcel, HandOver, CancelParcel, CorrectNumber,
	MarkParcelLost, UndoHandOver, ReportTracking, ReportInterception,
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
