package shipment

import (
	"context"

	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// PrintResult is what became of one entry of PrintPickLists. Err is a fault, or nil.
type PrintResult struct {
	Shipment globalid.ID
	Err      error
}

// PrintPickList notes that the pick list 拣货单 of a parcel is printed (again): PENDING,
// LIST_PRINTED → LIST_PRINTED. PickListLink gives the page.
//
// Merchant and warehouse staff of the shop may call it. Faults: NOT_FOUND, ACTION_NOT_ALLOWED.
// After commit nothing follows.
func (s *Shipments) PrintPickList(ctx context.Context, id globalid.ID) (globalid.ID, error) {
	return s.step(ctx, id, vocab.PrintPickList)
}

// PrintPickLists is PrintPickList for up to 100 parcels, each in its own transaction and with its
// own result. A repetition under the same idempotency key prints only what is not printed yet.
//
// Fault: LIMIT_EXCEEDED; those of an entry are in its result. Any other error ends the command.
func (s *Shipments) PrintPickLists(
	ctx context.Context, ids []globalid.ID,
) ([]PrintResult, error) {
	v, err := packer(ctx)
	if err != nil {
		return nil, err
	}
	if len(ids) > maxBulk {
		return nil, tooMany("shipments")
	}
	// The key is claimed before the first is printed.
	_, replayed, err := s.db.Command(ctx,
		func(context.Context, *store.Tx) ([]globalid.ID, error) { return ids, nil })
	if err != nil {
		return nil, err
	}
	ctx = store.WithoutKey(ctx)
	results := make([]PrintResult, len(ids))
	for i, id := range ids {
		results[i].Shipment = id
		p, err := s.parcel(ctx, v, id)
		if err == nil && (!replayed || !vocab.ListPrinted.Has(p.Stage)) {
			_, err = s.PrintPickList(ctx, id)
		}
		if err != nil && fault.All(err) == nil {
			return nil, err
		}
		results[i].Err = err
	}
	return results, nil
}

func tooMany(field string) error {
	return fault.At(field, fault.LimitExceeded, "At most %d at once.", maxBulk)
}
