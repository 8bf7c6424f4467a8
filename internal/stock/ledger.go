package stock

import (
	"orderflow/ent"
	"orderflow/internal/event"
	"orderflow/internal/globalid"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// record adds a movement of a stock row to the ledger. It changes nothing yet: the caller says by
// how much, and of what.
func record(
	tx *store.Tx, actor event.Actor, stock *ent.Stock, cause vocab.MovementCause,
) *ent.StockMovement {
	row := &ent.StockMovement{ID: globalid.New(globalid.StockMovement), StockID: stock.ID,
		ShopID: stock.ShopID, Cause: cause, ActorRole: actor.Role, Actor: actor.ID.String(),
		CreatedAt: tx.Now}
	tx.Insert(row)
	return row
}

// recordOf is record for a movement of a reservation.
func recordOf(
	tx *store.Tx, actor event.Actor, r *ent.Reservation, cause vocab.MovementCause,
) *ent.StockMovement {
	row := record(tx, actor, &ent.Stock{ID: r.StockID, ShopID: r.ShopID}, cause)
	row.ReservationID = &r.ID
	return row
}
