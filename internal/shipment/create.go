package shipment

import (
	"context"
	"fmt"
	"slices"

	"orderflow/ent"
	"orderflow/ent/orderitem"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/order"
	"orderflow/internal/vocab"
)

// Line is a quantity of one order item.
type Line struct {
	Item     globalid.ID
	Quantity int64
}

// CreateInput names what goes into a parcel: items of one order, shop and warehouse.
type CreateInput struct {
	Lines []Line
}

// Create makes a parcel of units that are paid, held at the warehouse and in no other parcel. It
// may carry several sub-orders of one order when shop and warehouse are the same.
//
// Merchant and warehouse staff of the shop may call it. Faults: NOT_FOUND, INVALID_INPUT,
// LIMIT_EXCEEDED for more than 100 lines, ACTION_NOT_ALLOWED or ON_HOLD for a sub-order that cannot
// be shipped now. After commit nobody else can pack these units.
func (s *Shipments) Create(ctx context.Context, in CreateInput) (globalid.ID, error) {
	v, err := packer(ctx)
	if err != nil {
		return globalid.ID{}, err
	}
	if len(in.Lines) == 0 {
		return globalid.ID{}, fault.At("lines", fault.InvalidInput, "At least one line is needed.")
	}
	if len(in.Lines) > maxLines {
		return globalid.ID{}, fault.At("lines", fault.LimitExceeded,
			"A parcel has at most %d lines.", maxLines)
	}
	first, err := s.db.Client.OrderItem.Query().Where(orderitem.ID(in.Lines[0].Item)).Only(ctx)
	if ent.IsNotFound(err) || err == nil && !v.HasShop(first.ShopID) {
		return globalid.ID{}, fault.At("lines[0].item", fault.NotFound, "There is no such item.")
	}
	if err != nil {
		return globalid.ID{}, err
	}
	return s.command(ctx, first.OrderID, v,
		func(ctx context.Context, s *session) (globalid.ID, error) {
			if err := s.checkLines(ctx, in.Lines); err != nil {
				return globalid.ID{}, err
			}
			p, err := s.create(ctx, globalid.New(globalid.Shipment), in.Lines)
			if err != nil {
				return globalid.ID{}, err
			}
			return p.ID, nil
		})
}

// checkLines finds every fault of the lines at once. The first line names shop and warehouse.
func (s *session) checkLines(ctx context.Context, lines []Line) error {
	first := s.Item(lines[0].Item)
	warehouse := s.Sub(first.SubOrderID).WarehouseID
	units, err := s.packable(ctx, warehouse)
	if err != nil {
		return err
	}
	var faults fault.List
	seen := map[globalid.ID]bool{}
	for i, line := range lines {
		at := fmt.Sprintf("lines[%d]", i)
		item := s.Item(line.Item)
		if item == nil || seen[line.Item] || item.ShopID != first.ShopID ||
			s.Sub(item.SubOrderID).WarehouseID != warehouse {
			faults.Add(at+".item", fault.InvalidInput,
				"It must be an item of the same order, shop and warehouse, named once.")
			continue
		}
		seen[line.Item] = true
		if err := s.shippable(s.Sub(item.SubOrderID), units); err != nil {
			return err
		}
		if line.Quantity < 1 || line.Quantity > units[item.ID] {
			faults.Add(at+".quantity", fault.InvalidInput,
				"%d units can go into a parcel now.", units[item.ID])
		}
	}
	return faults.Err()
}

// shippable says why the trade table allows no parcel of a sub-order of whose items so many units
// can be packed, or nil.
func (s *session) shippable(sub *ent.SubOrder, units map[globalid.ID]int64) error {
	facts := order.SubFacts(sub, s.Tx.Now)
	facts.NothingToPack = !slices.ContainsFunc(s.Items,
		func(it *ent.OrderItem) bool { return it.SubOrderID == sub.ID && units[it.ID] > 0 })
	return lifecycle.Check(lifecycle.Trade, sub.Status, vocab.Ship, s.Actor.Role, facts)
}

// create makes a parcel of lines that were checked.
func (s *session) create(
	ctx context.Context, id globalid.ID, lines []Line,
) (*ent.Shipment, error) {
	return s.open(ctx, newParcel{id: id, purpose: vocab.OrderParcel,
		warehouse: s.Sub(s.Item(lines[0].Item).SubOrderID).WarehouseID,
		by:        s.Actor.Role, lines: lines})
}
