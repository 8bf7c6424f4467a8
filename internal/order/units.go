package order

import (
	"context"
	"slices"

	"orderflow/ent"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/limit"
	"orderflow/internal/stock"
	"orderflow/internal/vocab"
)

// MoveUnits moves units of an item to another warehouse: into a new sub-order, with their money to
// the cent (see divide), or with the whole sub-order when nothing else of it is left to ship. The
// stock that they hold stays where it is and goes with them to the item that is returned: the
// caller moves or sends it. A transfer's row is written after this call. Faults: ACTION_NOT_ALLOWED
// when the sub-order is not AWAITING_SHIPMENT, units of the item are in a parcel or a transfer is
// under way; LIMIT_EXCEEDED when fewer units are left to ship; TOO_MANY for the shop's staff.
func (l *Locked) MoveUnits(
	ctx context.Context, item *ent.OrderItem, units int64, warehouse globalid.ID,
) (*ent.OrderItem, error) {
	sub := l.Sub(item.SubOrderID)
	unsent, err := ReadUnsent(ctx, l.Tx.Client(), item)
	if err == nil {
		err = l.movable(unsent, item, units)
	}
	if err != nil {
		return nil, err
	}
	if l.leftToShip(sub) == units {
		return item, l.takeOver(sub, warehouse)
	}
	if slices.Contains(shipStaff, l.Actor.Role) {
		if err := l.partsLeft(); err != nil {
			return nil, err
		}
	}
	return l.splitHeld(ctx, targets{}, item, units, warehouse)
}

// movable says why units of an item cannot go elsewhere, or nil.
func (l *Locked) movable(unsent Unsent, item *ent.OrderItem, units int64) error {
	if sub := l.Sub(item.SubOrderID); !vocab.NotShipped.Has(sub.Status) {
		return fault.New(fault.ActionNotAllowed,
			"Units move only before anything was shipped; the sub-order is %s.", sub.Status)
	}
	if left := Shippable(item); units < 1 || units > left {
		return fault.New(fault.LimitExceeded, "%d units of %s are left to ship.", left,
			item.SkuCode)
	}
	if unsent.travels[item.ID] {
		return fault.New(fault.ActionNotAllowed, "A transfer of %s is under way.", item.SkuCode)
	}
	if units > unsent.Movable(item) {
		return fault.New(fault.ActionNotAllowed,
			"%d units of %s are in parcels; cancel those first.", unsent.packed[item.ID],
			item.SkuCode)
	}
	return nil
}

func (l *Locked) leftToShip(sub *ent.SubOrder) int64 { return leftToShip(l.itemsOf(sub.ID)) }

func leftToShip(items []*ent.OrderItem) (units int64) {
	for _, it := range items {
		units += Shippable(it) + it.ShortQuantity
	}
	return units
}

// splitHeld moves units into a sub-order of their own, with the stock that they hold.
func (l *Locked) splitHeld(
	ctx context.Context, made targets, item *ent.OrderItem, units int64, warehouse globalid.ID,
) (*ent.OrderItem, error) {
	at := l.Sub(item.SubOrderID).WarehouseID
	moved, err := l.moveTo(ctx, made, item, units, warehouse)
	if err != nil || moved == item {
		return moved, err
	}
	return moved, stock.Assign(ctx, l.Tx,
		stock.Units{Item: item.ID, Warehouse: at, Quantity: units}, moved.ID)
}

// takeOver gives a sub-order another warehouse.
func (l *Locked) takeOver(sub *ent.SubOrder, warehouse globalid.ID) error {
	by := l.Actor.Role
	if by != vocab.Merchant && by != vocab.Warehouse {
		by = vocab.System
	}
	sub.WarehouseID = warehouse
	return l.TransitionSub(sub, Transition{Action: vocab.Reassign, By: by})
}

// SplitLine is a quantity of an item to be split off.
type SplitLine struct {
	Item     globalid.ID
	Quantity int64
}

// SplitInput is what to send apart from the rest of a sub-order.
type SplitInput struct {
	SubOrder  globalid.ID
	Lines     []SplitLine
	Warehouse globalid.ID // zero: the one that the sub-order has
}

var shipStaff = []vocab.Role{vocab.Merchant, vocab.Warehouse}

// SplitSubOrder moves units of a sub-order that is AWAITING_SHIPMENT into a new one, with their
// money to the cent and a part of the freight by weight, and returns its id. With another
// warehouse their stock is reserved there. Staff of the shop may call it. Faults:
// UNAUTHENTICATED, FORBIDDEN, NOT_FOUND, INVALID_INPUT, OUT_OF_STOCK and those of MoveUnits.
func (o *Orders) SplitSubOrder(ctx context.Context, in SplitInput) (globalid.ID, error) {
	return o.onSub(ctx, in.SubOrder, shipStaff,
		func(ctx context.Context, l *Locked, sub *ent.SubOrder) (globalid.ID, error) {
			warehouse := sub.WarehouseID
			if !in.Warehouse.IsZero() {
				warehouse = in.Warehouse
			}
			if err := l.warehouseExists(ctx, warehouse); err != nil {
				return sub.ID, err
			}
			if err := in.check(ctx, l, sub); err != nil {
				return sub.ID, err
			}
			return l.splitOff(ctx, sub, in.Lines, warehouse)
		})
}

func (l *Locked) warehouseExists(ctx context.Context, warehouse globalid.ID) error {
	_, err := l.Tx.Warehouse.Get(ctx, warehouse)
	if ent.IsNotFound(err) {
		return fault.At("warehouse", fault.NotFound, "There is no such warehouse.")
	}
	return err
}

// check finds what is wrong with the lines: something must move and something must stay.
func (in SplitInput) check(
	ctx context.Context, l *Locked, sub *ent.SubOrder,
) error {
	if !vocab.NotShipped.Has(sub.Status) {
		return lifecycle.NotPossible(vocab.Split, sub.Status)
	}
	facts, unsent, err := l.unsentFacts(ctx, sub)
	if err == nil {
		err = lifecycle.Check(lifecycle.Trade, "", vocab.Split, l.Actor.Role, facts)
	}
	if err == nil {
		err = l.partsLeft()
	}
	if err != nil {
		return err
	}
	var faults fault.List
	if limit.Lines.Within(&faults, "lines", len(in.Lines)); len(faults) > 0 {
		return faults
	}
	var units int64
	seen := map[globalid.ID]bool{}
	for i, line := range in.Lines {
		item := l.Item(line.Item)
		if item == nil || item.SubOrderID != sub.ID || seen[line.Item] {
			faults.Add(fault.Path("lines", i, "item"), fault.InvalidInput,
				"It must be an item of the sub-order, named once.")
			continue
		}
		seen[line.Item] = true
		units += line.Quantity
		err := l.movable(unsent, item, line.Quantity)
		for _, f := range fault.All(err) {
			faults.Add(fault.Path("lines", i, "quantity"), f.Code, "%s", f.Message)
		}
	}
	if len(faults) == 0 && (len(in.Lines) == 0 || units == l.leftToShip(sub)) {
		faults.Add("lines", fault.InvalidInput,
			"Something must move and something must stay; a whole sub-order is reassigned.")
	}
	return faults.Err()
}

func (l *Locked) splitOff(
	ctx context.Context, sub *ent.SubOrder, lines []SplitLine, warehouse globalid.ID,
) (to globalid.ID, err error) {
	made := targets{}
	for _, line := range lines {
		moved, err := l.splitHeld(ctx, made, l.Item(line.Item), line.Quantity, warehouse)
		if err != nil {
			return to, err
		}
		to = moved.SubOrderID
		err = stock.Move(ctx, l.Tx, l.Actor, stock.Units{Item: moved.ID,
			Warehouse: sub.WarehouseID, Quantity: line.Quantity}, warehouse)
		if err != nil {
			return to, err
		}
	}
	return to, nil
}

// ReassignInput names the warehouse that is to send a sub-order.
type ReassignInput struct{ SubOrder, Warehouse globalid.ID }

// ReassignWarehouse has another warehouse send a sub-order that is AWAITING_SHIPMENT; the stock is
// reserved there. Staff of the shop may call it. Faults: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND,
// INVALID_INPUT, OUT_OF_STOCK and those of MoveUnits.
func (o *Orders) ReassignWarehouse(ctx context.Context, in ReassignInput) (globalid.ID, error) {
	return o.onSub(ctx, in.SubOrder, shipStaff,
		func(ctx context.Context, l *Locked, sub *ent.SubOrder) (globalid.ID, error) {
			if err := l.warehouseExists(ctx, in.Warehouse); err != nil {
				return sub.ID, err
			}
			from := sub.WarehouseID
			if from == in.Warehouse {
				return sub.ID, fault.At("warehouse", fault.InvalidInput, "It has the sub-order.")
			}
			facts, _, err := l.unsentFacts(ctx, sub)
			if err == nil {
				err = lifecycle.Check(
					lifecycle.Trade, sub.Status, vocab.Reassign, l.Actor.Role, facts)
			}
			if err == nil {
				err = l.takeOver(sub, in.Warehouse)
			}
			if err != nil {
				return sub.ID, err
			}
			for _, it := range l.itemsOf(sub.ID) {
				units := Shippable(it)
				if units == 0 {
					continue
				}
				err := stock.Move(ctx, l.Tx, l.Actor, stock.Units{Item: it.ID, Warehouse: from,
					Quantity: units}, in.Warehouse)
				if err != nil {
					return sub.ID, err
				}
			}
			return sub.ID, nil
		})
}
