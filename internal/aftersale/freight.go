package aftersale

import (
	"context"

	"orderflow/ent"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/payment"
	"orderflow/internal/vocab"
)

func (d *desk) shopLiable() bool {
	return d.Row.Liable != nil && *d.Row.Liable == vocab.LiableShop
}

// takeFreight takes the freight that comes back now that the units are taken. The amount of the
// request grows by it; the caller stores it.
func (d *desk) takeFreight(ctx context.Context) error {
	a := d.Row
	var err error
	a.Freight, err = d.l.FreightBack(ctx, d.tx, order.FreightAsk{
		Sub: d.sub, Liable: d.shopLiable(), Request: a.ID})
	a.Amount += a.Freight
	return err
}

// dropFreight gives the freight back to the group.
func (d *desk) dropFreight(ctx context.Context) error {
	a := d.Row
	freight := a.Freight
	a.Amount -= freight
	a.Freight = 0
	return d.l.DropFreight(ctx, d.tx, d.sub, freight)
}

// settleFreight has the last word on the freight before the money goes: by the side that was found
// liable since, and by what became of other requests, it comes back although it was not asked for,
// or does not although it was.
func (d *desk) settleFreight(ctx context.Context) error {
	if k, _ := kindOf(d.Row.Kind); !k.units {
		return nil
	}
	if err := d.dropFreight(ctx); err != nil {
		return err
	}
	if err := d.takeFreight(ctx); err != nil {
		return err
	}
	return d.writeAmounts(ctx)
}

// refundOtherFreight refunds the freight of other groups of which the last units were gifts that
// come back with this request: each by a refund of its own, which ends no request.
func (d *desk) refundOtherFreight(
	ctx context.Context, holds []order.Hold, trigger vocab.RefundTrigger,
) error {
	seen := map[globalid.ID]bool{}
	mark := func(sub *ent.SubOrder) {
		for _, one := range d.l.FreightGroup(sub) {
			seen[one.ID] = true
		}
	}
	mark(d.sub)
	for _, h := range holds {
		sub := d.l.Sub(h.Item.SubOrderID)
		if seen[sub.ID] {
			continue
		}
		mark(sub)
		freight, err := d.l.FreightBack(ctx, d.tx, order.FreightAsk{
			Sub: sub, Liable: d.shopLiable(), Request: d.Row.ID})
		if err != nil {
			return err
		}
		if freight == 0 {
			continue
		}
		_, err = d.payments.RefundHeld(ctx, d.tx, d.l,
			payment.Held{SubOrder: sub, Trigger: trigger, Freight: freight})
		if err != nil {
			return err
		}
	}
	return nil
}
