package order

import (
	"context"
	"slices"

	"orderflow/ent"
	"orderflow/ent/reservation"
	"orderflow/ent/shortage"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/vocab"
)

// MarkShort locks units of an item that are not there: they cannot be shipped, moved or taken by a
// request until their shortage is over. A negative number unlocks them. The caller writes the row
// of the shortage and ends or begins the hold on the stock.
func MarkShort(item *ent.OrderItem, units int64) { item.ShortQuantity += units }

// AwaitedTransfers names the transfers that shortages of an item wait for. What they carry is held
// for units that lack, beside what the item holds for the others.
func (l *Locked) AwaitedTransfers(
	ctx context.Context, item globalid.ID,
) ([]globalid.ID, error) {
	rows, err := l.Tx.Shortage.Query().Where(shortage.ItemID(item),
		shortage.StatusIn(vocab.AwaitingUnits...), shortage.TransferIDNotNil()).All(ctx)
	if err != nil {
		return nil, err
	}
	ids := make([]globalid.ID, len(rows))
	for i, row := range rows {
		ids[i] = *row.TransferID
	}
	return ids, nil
}

// MaySendElsewhere says why units of an item that lack cannot be sent from another warehouse, or
// nil. Fault: ACTION_NOT_ALLOWED when some of them are in a parcel.
func (l *Locked) MaySendElsewhere(
	ctx context.Context, item *ent.OrderItem, units int64,
) error {
	unsent, err := ReadUnsent(ctx, l.Tx.Client(), item)
	if err != nil {
		return err
	}
	if unsent.Packed(item.ID) > item.Quantity-item.ShippedQuantity-units {
		return fault.New(fault.ActionNotAllowed,
			"Units of %s that are not there are in a parcel; cancel it first.", item.SkuCode)
	}
	return nil
}

// SendElsewhere has another warehouse send units of an item that lack, and that lack no more: as a
// sub-order of its own with their money to the cent (see divide), or as their whole sub-order when
// nothing else of it is left. It returns the item that they are of from now on, for which the
// caller reserves the stock. Faults: those of MaySendElsewhere, and ACTION_NOT_ALLOWED when so much
// money of the item was refunded without units that the rest cannot be split.
func (l *Locked) SendElsewhere(
	ctx context.Context, item *ent.OrderItem, units int64, warehouse globalid.ID,
) (*ent.OrderItem, error) {
	if err := l.MaySendElsewhere(ctx, item, units); err != nil {
		return nil, err
	}
	MarkShort(item, -units)
	sub := l.Sub(item.SubOrderID)
	whole, err := l.nothingElse(ctx, sub, units)
	if err != nil {
		return nil, err
	}
	if whole {
		return item, l.takeOver(sub, warehouse)
	}
	moved, err := l.moveTo(ctx, targets{}, item, units, warehouse)
	if err != nil {
		return nil, err
	}
	// What stays may be shipped, all of it.
	return moved, l.refundRemaining(ctx, sub, vocab.OutOfStock)
}

// nothingElse reports whether a sub-order has nothing to send and holds nothing but those units.
func (l *Locked) nothingElse(
	ctx context.Context, sub *ent.SubOrder, units int64,
) (bool, error) {
	items := l.itemsOf(sub.ID)
	lacks := func(it *ent.OrderItem) bool { return it.ShortQuantity > 0 }
	if !vocab.NotShipped.Has(sub.Status) || l.leftToShip(sub) != units ||
		slices.ContainsFunc(items, lacks) {
		return false, nil
	}
	ids := make([]globalid.ID, len(items))
	for i, it := range items {
		ids[i] = it.ID
	}
	holds, err := l.Tx.Reservation.Query().Where(reservation.ItemIDIn(ids...),
		reservation.StatusIn(vocab.Holding...)).Exist(ctx)
	return !holds, err
}
