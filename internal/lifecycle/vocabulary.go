package lifecycle

// Roles lists every role, viewers first.
var Roles = []Role{Buyer, Merchant, Warehouse, Support, Platform, Clock, Channel, System}

// TradeStatuses lists the trade statuses from the least to the most advanced.
var TradeStatuses = []TradeStatus{
	PendingPayment, PaymentFailed, AwaitingShipment, PartiallyShipped, Shipped, Received, Completed,
	Closed,
}

// CloseReasons lists the close reasons.
var CloseReasons = []CloseReason{
	BuyerCancelled, MerchantCancelled, PaymentTimeout, OutOfStock, Refunded,
}

// AttemptStatuses lists the statuses of a payment attempt.
var AttemptStatuses = []AttemptStatus{
	AttemptCreated, AttemptOpen, AttemptClosing, AttemptUnknown, AttemptSucceeded, AttemptFailed,
	AttemptClosed,
}

// CloseCauses lists the causes of closing an attempt.
var CloseCauses = []CloseCause{
	CloseAbandon, CloseExpire, CloseCancel, CloseOtherChannel, CloseAdjust,
}

// Verdicts lists the verdicts on a successful payment.
var Verdicts = []Verdict{Counted, Late, Duplicate, Mismatched}

// RefundStatuses lists the statuses of a refund.
var RefundStatuses = []RefundStatus{
	RefundRequested, RefundSubmitted, RefundUnknown, RefundSucceeded, RefundFailed, RefundClosed,
	RefundNeedsStaff,
}

// RefundTriggers lists the triggers of a refund.
var RefundTriggers = []RefundTrigger{
	TriggerLate, TriggerDuplicate, TriggerMismatched, TriggerShortage, TriggerMerchant,
	TriggerForced, TriggerUnshipped, TriggerApproved, TriggerOverdue, TriggerReturned, TriggerRuled,
}

// ReservationStatuses lists the statuses of a stock reservation.
var ReservationStatuses = []ReservationStatus{
	ReservationHeld, ReservationConsumed, ReservationReleased, ReservationInTransfer,
}

// UseStatuses lists the statuses of a use-once thing.
var UseStatuses = []UseStatus{UseAvailable, UseHeld, UseUsed}

// WarehouseStages lists the warehouse stages.
var WarehouseStages = []WarehouseStage{
	StagePending, StageListPrinted, StagePicking, StagePacked, StageHandedOver, StageCancelled,
}

// CarrierStages lists the carrier stages.
var CarrierStages = []CarrierStage{
	CarrierLabelled, CarrierCollected, CarrierInTransit, CarrierOutForDelivery,
	CarrierAwaitingPickup, CarrierDelivered, CarrierProblem, CarrierRefused, CarrierReturning,
	CarrierReturned, CarrierLost,
}

// TransferStatuses lists the statuses of a stock transfer.
var TransferStatuses = []TransferStatus{
	TransferRequested, TransferShipped, TransferReceived, TransferCancelled,
}

// AddressChangeStatuses lists the statuses of an address change.
var AddressChangeStatuses = []AddressChangeStatus{
	AddressAsked, AddressAccepted, AddressRejected, AddressLapsed,
}
