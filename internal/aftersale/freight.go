package aftersale

import (
	"context"
	"slices"

	"orderflow/ent"
	"orderflow/ent/suborder"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/terms"
)

// freightGroup returns the sub-orders that paid one freight together.
func freightGroup(l *order.Locked, sub *ent.SubOrder) []*ent.SubOrder {
	var group []*ent.SubOrder
	for _, other := range l.Subs {
		if other.ShopID == sub.ShopID && other.LogisticsClass == sub.LogisticsClass {
			group = append(group, other)
		}
	}
	return group
}

// freightBack is the freight that comes back once these units more are taken: that of the whole
// group with its last unit, if nothing of it was handed over or the shop is liable; otherwise 0.
func freightBack(
	l *order.Locked, sub *ent.SubOrder, more map[globalid.ID]int64, liable bool,
) (amount int64) {
	group := map[globalid.ID]bool{}
	for _, other := range freightGroup(l, sub) {
		group[other.ID] = true
		amount += other.FreightRefundable
	}
	for _, it := range l.Items {
		if !group[it.SubOrderID] {
			continue
		}
		if it.RefundableQuantity > more[it.ID] || it.ShippedQuantity > 0 && !liable {
			return 0
		}
	}
	return amount
}

func (d *desk) shopLiable() bool {
	return d.Row.Liable != nil && *d.Row.Liable == terms.LiableShop
}

// takeFreight takes the freight that comes back now that the units are taken. The amount of the
// request grows by it; the caller stores it.
func (d *desk) takeFreight(ctx context.Context) error {
	a := d.Row
	a.Freight = freightBack(d.l, d.sub, nil, d.shopLiable())
	a.Amount += a.Freight
	if a.Freight == 0 {
		return nil
	}
	for _, sub := range freightGroup(d.l, d.sub) {
		if err := d.setFreight(ctx, sub, 0); err != nil {
			return err
		}
	}
	return nil
}

// dropFreight gives the freight back to the group.
func (d *desk) dropFreight(ctx context.Context) error {
	a := d.Row
	rest := a.Freight
	a.Amount -= a.Freight
	a.Freight = 0
	for _, sub := range freightGroup(d.l, d.sub) {
		part := min(rest, sub.Freight-sub.FreightRefundable)
		if part == 0 {
			continue
		}
		rest -= part
		if err := d.setFreight(ctx, sub, sub.FreightRefundable+part); err != nil {
			return err
		}
	}
	return nil
}

// settleFreight has the last word on the freight before the money goes: by the side that was found
// liable since, it comes back although it was not asked for, or does not although it was.
func (d *desk) settleFreight(ctx context.Context) error {
	if k, _ := kindOf(d.Row.Kind); !k.units {
		return nil
	}
	settle := d.takeFreight
	if d.Row.Freight > 0 {
		if d.shopLiable() || !d.handedOver() {
			return nil
		}
		settle = d.dropFreight
	}
	if err := settle(ctx); err != nil {
		return err
	}
	return d.writeAmounts(ctx)
}

// handedOver reports whether something of the freight group was.
func (d *desk) handedOver() bool {
	group := freightGroup(d.l, d.sub)
	return slices.ContainsFunc(d.l.Items, func(it *ent.OrderItem) bool {
		return it.ShippedQuantity > 0 && slices.ContainsFunc(group,
			func(sub *ent.SubOrder) bool { return sub.ID == it.SubOrderID })
	})
}

func (d *desk) setFreight(ctx context.Context, sub *ent.SubOrder, amount int64) error {
	sub.FreightRefundable = amount
	return d.tx.SubOrder.Update().Where(suborder.ID(sub.ID)).SetFreightRefundable(amount).
		Exec(ctx)
}
