package aftersale

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"orderflow/ent"
	entaftersale "orderflow/ent/aftersale"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

var answerers = []vocab.Role{vocab.Merchant, vocab.Warehouse}

// ApproveInput agrees to a request.
type ApproveInput struct {
	AfterSale globalid.ID
	Warehouse globalid.ID // to which goods come back; zero for the one that sent them
}

// Approve agrees to what the buyer asks for 同意.
//
// Merchant and warehouse staff of the shop may call it. Faults besides the common ones: NOT_FOUND
// at warehouse, OUT_OF_STOCK when goods are to be sent that are not there. After commit the refund
// runs, the courier is asked to bring the parcel back, or the buyer's time to send.
func (s *AfterSales) Approve(ctx context.Context, in ApproveInput) (globalid.ID, error) {
	return s.onRequest(ctx, in.AfterSale, answerers,
		func(ctx context.Context, d *desk) error {
			if !in.Warehouse.IsZero() {
				_, err := d.tx.Warehouse.Get(ctx, in.Warehouse)
				if ent.IsNotFound(err) {
					return fault.At("warehouse", fault.NotFound, "There is no such warehouse.")
				}
				if err != nil {
					return err
				}
			}
			return d.step(ctx, step{on: vocab.ApproveAfterSale, by: d.role(),
				trigger: vocab.TriggerApproved, change: func(u *ent.AfterSaleUpdate) {
					if !in.Warehouse.IsZero() {
						u.SetReturnWarehouseID(in.Warehouse)
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
	if _, err := actingRole(ctx, answerers...); err != nil {
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

// RejectInput refuses a request or a return.
type RejectInput struct {
	AfterSale globalid.ID
	Reason    vocab.RejectionReason
	Statement
}

func (in RejectInput) check() error {
	var faults fault.List
	if !slices.Contains(rejections, in.Reason) {
		faults.Add("reason", fault.InvalidInput, "There is no such reason.")
	}
	in.Statement.check(&faults)
	return faults.Err()
}

// Reject refuses what the buyer asks for 拒绝.
//
// Merchant and warehouse staff of the shop may call it. Faults besides the common ones:
// INVALID_INPUT, LIMIT_EXCEEDED. After commit the buyer's time to revise or escalate runs.
func (s *AfterSales) Reject(ctx context.Context, in RejectInput) (globalid.ID, error) {
	if err := in.check(); err != nil {
		return in.AfterSale, err
	}
	return s.onRequest(ctx, in.AfterSale, answerers,
		func(ctx context.Context, d *desk) error {
			return d.reject(ctx, vocab.RejectAfterSale, in)
		})
}

func (d *desk) reject(
	ctx context.Context, on vocab.AfterSaleAction, in RejectInput,
) error {
	if err := d.say(ctx, vocab.MessageRefusal, in.Statement); err != nil {
		return err
	}
	return d.step(ctx, step{on: on, by: d.role(), reason: string(in.Reason),
		change: func(u *ent.AfterSaleUpdate) { u.SetRejection(in.Reason) }})
}

// warehouse is where goods of the request come back to.
func (d *desk) warehouse() globalid.ID {
	switch {
	case d.Row.ReturnWarehouseID != nil:
		return *d.Row.ReturnWarehouseID
	case d.Parcel != nil:
		return d.Parcel.WarehouseID
	default:
		return d.sub.WarehouseID
	}
}

// writeReturnAddress keeps the address that the buyer sends to, as it is now: the warehouse's, or
// else the shop's.
func (d *desk) writeReturnAddress(ctx context.Context) error {
	id := d.warehouse()
	house, err := d.tx.Warehouse.Get(ctx, id)
	if err != nil {
		return err
	}
	address := house.ReturnAddress
	if address == "" {
		shop, err := d.tx.Shop.Get(ctx, d.Row.ShopID)
		if err != nil {
			return err
		}
		address = shop.ReturnAddress
	}
	plain, err := json.Marshal(address)
	if err != nil {
		return fmt.Errorf("return address: %w", err)
	}
	return d.tx.AfterSale.Update().Where(entaftersale.ID(d.Row.ID)).
		SetReturnWarehouseID(id).SetReturnAddress(d.keys.Seal(plain, d.Row.ID[:])).Exec(ctx)
}

// ReturnAddress opens the address that the buyer of a request is to send to; empty for none. The
// graph calls it for viewers that see the request.
func (s *AfterSales) ReturnAddress(a *ent.AfterSale) (address string, err error) {
	if len(a.ReturnAddress) == 0 {
		return "", nil
	}
	plain, err := s.keys.Open(a.ReturnAddress, a.ID[:])
	if err == nil {
		err = json.Unmarshal(plain, &address)
	}
	return address, err
}
