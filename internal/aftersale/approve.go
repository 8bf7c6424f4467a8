package aftersale

import (
	"context"

	"orderflow/ent"
	"orderflow/internal/auth"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// answerers say what the shop gives; handlers are those who work with the goods.
var (
	answerers = []vocab.Role{vocab.Merchant}
	handlers  = []vocab.Role{vocab.Merchant, vocab.Warehouse}
)

// ApproveInput agrees to a request.
type ApproveInput struct {
	AfterSale globalid.ID
	Warehouse globalid.ID // to which goods come back; zero for the one that sent them
}

// Approve agrees to what the buyer requests 同意.
//
// Merchants of the shop may call it. Faults besides the common ones: NOT_FOUND
// at warehouse, OUT_OF_STOCK when goods are to be sent that are not there. After commit the refund
// runs, the courier is requested to bring the parcel back, or the buyer's time to send.
func (s *AfterSales) Approve(ctx context.Context, in ApproveInput) (globalid.ID, error) {
	return s.command(ctx, in.AfterSale, answerers,
		func(ctx context.Context, s *session) error {
			if !in.Warehouse.IsZero() {
				_, err := s.Tx.Warehouse.Get(ctx, in.Warehouse)
				if ent.IsNotFound(err) {
					return fault.At("warehouse", fault.NotFound, "There is no such warehouse.")
				}
				if err != nil {
					return err
				}
			}
			return s.transition(ctx, step{action: vocab.ApproveAfterSale,
				trigger: vocab.TriggerApproved, change: func(a *ent.AfterSale) {
					if !in.Warehouse.IsZero() {
						a.ReturnWarehouseID = &in.Warehouse
					}
				}})
		})
}

// ApproveResult is what became of one entry of ApproveMany: Err is a fault or nil.
type ApproveResult struct {
	AfterSale globalid.ID
	Err       error
}

// ApproveMany is Approve for up to 100 requests, each in its own transaction and with its own
// result. Fault of the command: LIMIT_EXCEEDED.
func (s *AfterSales) ApproveMany(
	ctx context.Context, entries []ApproveInput,
) ([]ApproveResult, error) {
	if _, err := auth.Require(ctx, answerers...); err != nil {
		return nil, err
	}
	if len(entries) < 1 || len(entries) > maxEntries {
		return nil, fault.At("entries", fault.LimitExceeded, "1 to %d entries.", maxEntries)
	}
	results := make([]ApproveResult, len(entries))
	for i, entry := range entries {
		results[i].AfterSale = entry.AfterSale
		if _, err := s.Approve(store.ForEntry(ctx, i), entry); err != nil {
			if fault.All(err) == nil {
				return nil, err
			}
			results[i].Err = err
		}
	}
	return results, nil
}
