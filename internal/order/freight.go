package order

import (
	"context"

	"orderflow/ent"
	"orderflow/ent/aftersale"
	"orderflow/ent/aftersaleline"
	"orderflow/ent/suborder"
	"orderflow/internal/globalid"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// FreightGroup returns the sub-orders that paid one freight together: those of the shop and
// logistics class of one of them.
func (l *Locked) FreightGroup(sub *ent.SubOrder) []*ent.SubOrder {
	var group []*ent.SubOrder
	for _, other := range l.Subs {
		if other.ShopID == sub.ShopID && other.LogisticsClass == sub.LogisticsClass {
			group = append(group, other)
		}
	}
	return group
}

// FreightAsk asks for the freight of the group of a sub-order.
type FreightAsk struct {
	Sub    *ent.SubOrder
	More   map[globalid.ID]int64 // units of items to be taken besides those that are
	Liable bool                  // the shop bears the cost, also of what was handed over
	// Request is the one that asks, or zero.
	Request globalid.ID
}

// FreightDue tells what of the freight comes back: all that is left of it with the last unit of the
// group, if none was handed over or the shop is liable, else 0. As long as another request may
// still give units of the group back, the last one has not gone.
func (l *Locked) FreightDue(
	ctx context.Context, client *ent.Client, ask FreightAsk,
) (amount int64, err error) {
	var items []globalid.ID
	for _, sub := range l.FreightGroup(ask.Sub) {
		amount += sub.FreightRefundable
		for _, it := range l.itemsOf(sub.ID) {
			items = append(items, it.ID)
			if it.RefundableQuantity > ask.More[it.ID] || it.ShippedQuantity > 0 && !ask.Liable {
				return 0, nil
			}
		}
	}
	if amount == 0 {
		return 0, nil
	}
	decided := append([]vocab.AfterSaleStatus{vocab.AfterSaleRefunding},
		vocab.AfterSaleFinal...)
	open, err := client.AfterSaleLine.Query().Where(aftersaleline.ItemIDIn(items...),
		aftersaleline.QuantityGT(0), aftersaleline.HasAfterSaleWith(
			aftersale.StatusNotIn(decided...), aftersale.IDNEQ(ask.Request))).Exist(ctx)
	if err != nil || open {
		return 0, err
	}
	return amount, nil
}

// FreightBack takes what FreightDue tells.
func (l *Locked) FreightBack(
	ctx context.Context, tx *store.Tx, ask FreightAsk,
) (int64, error) {
	amount, err := l.FreightDue(ctx, tx.Client(), ask)
	if err != nil || amount == 0 {
		return 0, err
	}
	for _, sub := range l.FreightGroup(ask.Sub) {
		if err := setFreight(ctx, tx, sub, 0); err != nil {
			return 0, err
		}
	}
	return amount, nil
}

// DropFreight gives freight back that was taken of the group of a sub-order.
func (l *Locked) DropFreight(
	ctx context.Context, tx *store.Tx, sub *ent.SubOrder, amount int64,
) error {
	for _, one := range l.FreightGroup(sub) {
		part := min(amount, one.Freight-one.FreightRefundable-one.FreightRefunded)
		if part == 0 {
			continue
		}
		amount -= part
		if err := setFreight(ctx, tx, one, one.FreightRefundable+part); err != nil {
			return err
		}
	}
	return nil
}

func setFreight(ctx context.Context, tx *store.Tx, sub *ent.SubOrder, left int64) error {
	sub.FreightRefundable = left
	return tx.SubOrder.Update().Where(suborder.ID(sub.ID)).SetFreightRefundable(left).Exec(ctx)
}

// freightRefunded counts the freight of a refund where it was taken from: at the sub-orders that
// paid one freight with the refund's.
func (l *Locked) freightRefunded(ctx context.Context, tx *store.Tx, refund *ent.Refund) error {
	if refund.SubOrderID == nil || refund.Freight == 0 {
		return nil
	}
	rest := refund.Freight
	for _, sub := range l.FreightGroup(l.Sub(*refund.SubOrderID)) {
		part := min(rest, sub.Freight-sub.FreightRefundable-sub.FreightRefunded)
		if part == 0 {
			continue
		}
		rest -= part
		sub.FreightRefunded += part
		err := tx.SubOrder.Update().Where(suborder.ID(sub.ID)).
			SetFreightRefunded(sub.FreightRefunded).Exec(ctx)
		if err != nil {
			return err
		}
	}
	return nil
}
