package lifecycle

import "orderflow/internal/fsm"

// ReservationAction is what can happen to a stock reservation.
type ReservationAction string

// The reservation actions.
const (
	HoldStock     ReservationAction = "HOLD"
	ConsumeStock  ReservationAction = "CONSUME"
	ReleaseStock  ReservationAction = "RELEASE"
	TransferStock ReservationAction = "TRANSFER"
	ReceiveStock  ReservationAction = "RECEIVE"
)

// ReservationActions lists the reservation actions.
var ReservationActions = []ReservationAction{
	HoldStock, ConsumeStock, ReleaseStock, TransferStock, ReceiveStock,
}

// NoFacts is for machines without guards.
type NoFacts struct{}

// ReservationRow is a row of the reservation table.
type ReservationRow = fsm.Row[ReservationStatus, ReservationAction, Role, NoFacts]

// Reservation is the table of stock reservations. Every row is a consequence of a command on an
// order, a shipment or a transfer, so SYSTEM alone takes it; the stock ledger tells it, no event.
var Reservation = &fsm.Machine[ReservationStatus, ReservationAction, Role, NoFacts]{
	Name: "Reservation",
	Doc: "A quantity of a sku in a warehouse held for an order item. A partial change splits the " +
		"row, and each part goes its own way; nothing is given back twice.",
	States:  ReservationStatuses,
	Final:   []ReservationStatus{ReservationConsumed, ReservationReleased},
	Actions: ReservationActions,
	Roles:   Roles,
	Rows: []ReservationRow{
		{On: HoldStock, To: ReservationHeld, By: []Role{System},
			Doc: "Reserved rises; a part split off a held row is held from its beginning."},
		{From: []ReservationStatus{ReservationHeld}, On: ConsumeStock, To: ReservationConsumed,
			By: []Role{System}, Doc: "Handed over to the courier: on_hand and reserved fall."},
		{From: []ReservationStatus{ReservationHeld}, On: ReleaseStock, To: ReservationReleased,
			By: []Role{System}, Doc: "Given back: reserved falls."},
		{From: []ReservationStatus{ReservationHeld}, On: TransferStock, To: ReservationInTransfer,
			By: []Role{System}, Doc: "Left its warehouse for another: on_hand and reserved fall there."},
		{From: []ReservationStatus{ReservationInTransfer}, On: ReceiveStock, To: ReservationHeld,
			By: []Role{System}, Doc: "Received: on_hand and reserved rise at the target."},
		{From: []ReservationStatus{ReservationInTransfer}, On: ReleaseStock, To: ReservationReleased,
			By: []Role{System}, Doc: "Lost on the way, or no longer wanted."},
	},
}
