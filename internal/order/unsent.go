package order

import (
	"context"

	"orderflow/ent"
	"orderflow/ent/shipment"
	"orderflow/ent/shipmentitem"
	"orderflow/ent/stocktransfer"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/vocab"
)

// Unsent is where units of items are that were not handed over.
type Unsent struct {
	packed  map[globalid.ID]int64 // by item, in parcels that are not finished
	travels map[globalid.ID]bool  // items of which a transfer is under way
}

// ReadUnsent reads where the units of items are that were not handed over, by two statements.
func ReadUnsent(
	ctx context.Context, client *ent.Client, items ...*ent.OrderItem,
) (Unsent, error) {
	u := Unsent{packed: map[globalid.ID]int64{}, travels: map[globalid.ID]bool{}}
	ids := make([]globalid.ID, len(items))
	for i, it := range items {
		ids[i] = it.ID
	}
	rows, err := client.ShipmentItem.Query().Where(shipmentitem.ItemIDIn(ids...),
		shipmentitem.HasShipmentWith(shipment.PurposeEQ(vocab.OrderParcel),
			shipment.StageIn(vocab.InWarehouse...))).All(ctx)
	if err != nil {
		return u, err
	}
	for _, row := range rows {
		u.packed[row.ItemID] += row.Quantity
	}
	travelling, err := client.StockTransfer.Query().Where(stocktransfer.ItemIDIn(ids...),
		stocktransfer.StatusIn(vocab.TransferRun...)).All(ctx)
	for _, t := range travelling {
		u.travels[*t.ItemID] = true
	}
	return u, err
}

// Packed is how many units of an item are in parcels that are neither handed over nor cancelled.
func (u Unsent) Packed(item globalid.ID) int64 { return u.packed[item] }

// Movable is how many units of an item can go to another warehouse or sub-order.
func (u Unsent) Movable(it *ent.OrderItem) int64 {
	if u.travels[it.ID] {
		return 0
	}
	return max(0, Shippable(it)-u.packed[it.ID])
}

// LookAt adds to the facts of a sub-order what its items say of the units that can go elsewhere.
func (u Unsent) LookAt(facts *lifecycle.TradeFacts, items []*ent.OrderItem) {
	facts.NothingMoves, facts.NothingStays = true, true
	left := leftToShip(items)
	for _, it := range items {
		movable := u.Movable(it)
		facts.NothingMoves = facts.NothingMoves && movable == 0
		facts.NothingStays = facts.NothingStays && !leavesSome(it, movable, left)
		facts.SomeStays = facts.SomeStays || it.ShortQuantity > 0 || movable < Shippable(it)
	}
}

// leavesSome reports whether some of the movable units of an item can leave a sub-order that has so
// many left, and others stay.
func leavesSome(it *ent.OrderItem, movable, left int64) bool {
	if movable == 0 || left < 2 {
		return false
	}
	if movable == it.Quantity && left > movable {
		return true // the item goes as it is
	}
	_, err := divide(it, 1)
	return err == nil
}

// NothingUnsent reports whether no unit of the items is left that is neither handed over nor taken
// by a request or a refund nor lacking.
func NothingUnsent(items []*ent.OrderItem) bool {
	for _, it := range items {
		if Shippable(it) > 0 {
			return false
		}
	}
	return true
}

// unsentFacts is what the trade table looks at in the units of a sub-order for what is done to
// those that were not handed over.
func (l *Locked) unsentFacts(
	ctx context.Context, sub *ent.SubOrder,
) (facts lifecycle.TradeFacts, unsent Unsent, err error) {
	items := l.itemsOf(sub.ID)
	facts.NothingUnsent = NothingUnsent(items)
	unsent, err = ReadUnsent(ctx, l.Tx.Client(), items...)
	unsent.LookAt(&facts, items)
	return facts, unsent, err
}

// LeftFacts is what the trade table looks at in whether something of a sub-order is left to ship.
func (l *Locked) LeftFacts(sub *ent.SubOrder) lifecycle.TradeFacts {
	return lifecycle.TradeFacts{NothingUnsent: NothingUnsent(l.itemsOf(sub.ID))}
}
