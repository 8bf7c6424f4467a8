package lifecycle

import (
	"orderflow/internal/vocab"
)

// ReservationRow is a row of the reservation table.
type ReservationRow = Row[vocab.ReservationStatus, vocab.ReservationAction, NoFacts]

// Reservation is the table of stock reservations. Every row is a consequence of a command on an
// order, a shipment or a transfer, so SYSTEM alone takes it; the stock ledger records it, no event
// does.
var Reservation = &Machine[vocab.ReservationStatus, vocab.ReservationAction, NoFacts]{
	Name: "Reservation",
	Doc: "A quantity of a sku in a warehouse held for an order item. A partial change splits the " +
		"row, and each part goes its own way; nothing is given back twice.",
	States:  vocab.ReservationStatuses,
	Final:   reservations{vocab.ReservationConsumed, vocab.ReservationReleased},
	Actions: vocab.ReservationActions,
	Roles:   vocab.Roles,
	Rows: []ReservationRow{
		{On: vocab.HoldStock, To: vocab.ReservationHeld,
			By:  roles{vocab.System},
			Doc: "Reserved rises; a part split off a held row is held from its beginning."},
		{From: reservations{vocab.ReservationHeld}, On: vocab.ConsumeStock,
			To:  vocab.ReservationConsumed,
			By:  roles{vocab.System},
			Doc: "Handed over to the courier: on_hand and reserved fall."},
		{From: reservations{vocab.ReservationConsumed}, On: vocab.RestoreStock,
			To:  vocab.ReservationHeld,
			By:  roles{vocab.System},
			Doc: "The handover was a mistake: on_hand and reserved rise."},
		{From: reservations{vocab.ReservationHeld}, On: vocab.ReleaseStock,
			To:  vocab.ReservationReleased,
			By:  roles{vocab.System},
			Doc: "Given back: reserved falls."},
		{From: reservations{vocab.ReservationHeld}, On: vocab.TransferStock,
			To:  vocab.ReservationInTransfer,
			By:  roles{vocab.System},
			Doc: "Left its warehouse for another: on_hand and reserved fall there."},
		{From: reservations{vocab.ReservationInTransfer}, On: vocab.ReceiveStock,
			To:  vocab.ReservationHeld,
			By:  roles{vocab.System},
			Doc: "Received: on_hand and reserved rise at the target."},
		{From: reservations{vocab.ReservationInTransfer}, On: vocab.ReleaseStock,
			To:  vocab.ReservationReleased,
			By:  roles{vocab.System},
			Doc: "Lost on the way, or no longer wanted."},
	},
}
