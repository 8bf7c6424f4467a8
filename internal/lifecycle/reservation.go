package lifecycle

import (
	"orderflow/internal/fsm"
	"orderflow/internal/vocab"
)

// NoFacts is for machines without guards.
type NoFacts struct{}

// ReservationRow is a row of the reservation table.
type ReservationRow = fsm.Row[vocab.ReservationStatus, vocab.ReservationAction, vocab.Role, NoFacts]

// Reservation is the table of stock reservations. Every row is a consequence of a command on an
// order, a shipment or a transfer, so SYSTEM alone takes it; the stock ledger tells it, no event.
var Reservation = &fsm.Machine[vocab.ReservationStatus, vocab.ReservationAction, vocab.Role, NoFacts]{
	Name: "Reservation",
	Doc: "A quantity of a sku in a warehouse held for an order item. A partial change splits the " +
		"row, and each part goes its own way; nothing is given back twice.",
	States:  vocab.ReservationStatuses,
	Final:   []vocab.ReservationStatus{vocab.ReservationConsumed, vocab.ReservationReleased},
	Actions: vocab.ReservationActions,
	Roles:   vocab.Roles,
	Rows: []ReservationRow{
		{On: vocab.HoldStock, To: vocab.ReservationHeld, By: []vocab.Role{vocab.System},
			Doc: "Reserved rises; a part split off a held row is held from its beginning."},
		{From: []vocab.ReservationStatus{vocab.ReservationHeld}, On: vocab.ConsumeStock, To: vocab.ReservationConsumed,
			By: []vocab.Role{vocab.System}, Doc: "Handed over to the courier: on_hand and reserved fall."},
		{From: []vocab.ReservationStatus{vocab.ReservationHeld}, On: vocab.ReleaseStock, To: vocab.ReservationReleased,
			By: []vocab.Role{vocab.System}, Doc: "Given back: reserved falls."},
		{From: []vocab.ReservationStatus{vocab.ReservationHeld}, On: vocab.TransferStock, To: vocab.ReservationInTransfer,
			By: []vocab.Role{vocab.System}, Doc: "Left its warehouse for another: on_hand and reserved fall there."},
		{From: []vocab.ReservationStatus{vocab.ReservationInTransfer}, On: vocab.ReceiveStock, To: vocab.ReservationHeld,
			By: []vocab.Role{vocab.System}, Doc: "Received: on_hand and reserved rise at the target."},
		{From: []vocab.ReservationStatus{vocab.ReservationInTransfer}, On: vocab.ReleaseStock, To: vocab.ReservationReleased,
			By: []vocab.Role{vocab.System}, Doc: "Lost on the way, or no longer wanted."},
	},
}
