package vocab

// ReservationAction is what can happen to a stock reservation.
type ReservationAction string

// The reservation actions.
const (
	HoldStock     ReservationAction = "HOLD"
	ConsumeStock  ReservationAction = "CONSUME"
	ReleaseStock  ReservationAction = "RELEASE"
	TransferStock ReservationAction = "TRANSFER"
	ReceiveStock  ReservationAction = "RECEIVE"
	RestoreStock  ReservationAction = "RESTORE"
)

// ReservationActions lists the reservation actions.
var ReservationActions = []ReservationAction{
	HoldStock, ConsumeStock, ReleaseStock, TransferStock, ReceiveStock, RestoreStock,
}

// ReservationStatus is the status of a stock reservation 占用.
type ReservationStatus string

// The reservation statuses.
const (
	ReservationHeld       ReservationStatus = "HELD"
	ReservationConsumed   ReservationStatus = "CONSUMED"
	ReservationReleased   ReservationStatus = "RELEASED"
	ReservationInTransfer ReservationStatus = "IN_TRANSFER"
)

// ReservationStatuses lists the statuses of a stock reservation.
var ReservationStatuses = []ReservationStatus{
	ReservationHeld, ReservationConsumed, ReservationReleased, ReservationInTransfer,
}
