package stock

import (
	"context"
	"fmt"
	"slices"

	"orderflow/ent"
	"orderflow/internal/event"
	"orderflow/internal/globalid"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// movement starts a row of the ledger that changes nothing yet.
func movement(
	tx *store.Tx, actor event.Actor, stock, shop globalid.ID, cause vocab.MovementCause,
) *ent.StockMovementCreate {
	return tx.StockMovement.Create().SetID(globalid.New(globalid.StockMovement)).
		SetStockID(stock).SetShopID(shop).SetCause(cause).SetOnHandDelta(0).SetReservedDelta(0).
		SetActorRole(actor.Role).SetActor(actor.ID.String()).SetCreatedAt(tx.Now)
}

func record(ctx context.Context, tx *store.Tx, ledger []*ent.StockMovementCreate) error {
	for part := range slices.Chunk(ledger, store.InsertRows) {
		if err := tx.StockMovement.CreateBulk(part...).Exec(ctx); err != nil {
			return fmt.Errorf("stock: ledger: %w", err)
		}
	}
	return nil
}
