package aftersale

import (
	"context"

	"orderflow/ent"
	entaftersale "orderflow/ent/aftersale"
	"orderflow/ent/aftersaleline"
	"orderflow/ent/orderitem"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/vocab"
)

// claim is what a line of a request takes of an item.
type claim struct {
	item   *ent.OrderItem
	units  int64
	amount int64 // minor units
	sku    *globalid.ID
}

// holds is what the request has taken.
func (d *desk) holds() []order.Hold {
	holds := make([]order.Hold, len(d.lines))
	for i, line := range d.lines {
		holds[i] = order.Hold{Item: d.l.Item(line.ItemID), Units: line.Quantity,
			Amount: line.Amount, Unshipped: d.Row.Goods == vocab.GoodsUnshipped}
	}
	return holds
}

// take takes the units and the money of the claims, with the freight that comes back with them, and
// writes the lines of the request.
func (d *desk) take(ctx context.Context, claims []claim) error {
	a := d.Row
	a.Amount = 0
	for _, c := range claims {
		err := d.l.Take(ctx, d.tx, order.Hold{Item: c.item, Units: c.units, Amount: c.amount,
			Unshipped: a.Goods == vocab.GoodsUnshipped})
		if err != nil {
			return err
		}
		if err := d.count(ctx, c.item, c.units); err != nil {
			return err
		}
		line, err := d.tx.AfterSaleLine.Create().SetAfterSaleID(a.ID).SetItemID(c.item.ID).
			SetQuantity(c.units).SetAmount(c.amount).SetCurrency(a.Currency).
			SetNillableExchangeSkuID(c.sku).SetCreatedAt(d.Now).Save(ctx)
		if err != nil {
			return err
		}
		d.lines = append(d.lines, line)
		a.Amount += c.amount
	}
	a.Freight = 0
	if k, _ := kindOf(a.Kind); k.refunds && k.units {
		if err := d.takeFreight(ctx); err != nil {
			return err
		}
	}
	return d.writeAmounts(ctx)
}

// retake replaces what the request holds.
func (d *desk) retake(ctx context.Context, claims []claim) error {
	if err := d.unlock(ctx); err != nil {
		return err
	}
	if err := d.drop(ctx); err != nil {
		return err
	}
	_, err := d.tx.AfterSaleLine.Delete().Where(
		aftersaleline.AfterSaleID(d.Row.ID)).Exec(ctx)
	if err != nil {
		return err
	}
	d.lines = nil
	return d.take(ctx, claims)
}

// drop gives back what the request holds.
func (d *desk) drop(ctx context.Context) error {
	for _, h := range d.holds() {
		if err := d.l.Drop(ctx, d.tx, h); err != nil {
			return err
		}
	}
	return d.dropFreight(ctx)
}

// unlock counts the units of the request as in no open one.
func (d *desk) unlock(ctx context.Context) error {
	for _, line := range d.lines {
		if err := d.count(ctx, d.l.Item(line.ItemID), -line.Quantity); err != nil {
			return err
		}
	}
	return nil
}

// count changes how many units of an item are in open requests.
func (d *desk) count(ctx context.Context, item *ent.OrderItem, units int64) error {
	item.AfterSaleQuantity += units
	return d.tx.OrderItem.Update().Where(orderitem.ID(item.ID)).
		SetAfterSaleQuantity(item.AfterSaleQuantity).Exec(ctx)
}

func (d *desk) writeAmounts(ctx context.Context) error {
	a := d.Row
	return d.tx.AfterSale.Update().Where(entaftersale.ID(a.ID)).
		SetAmount(a.Amount).SetFreight(a.Freight).Exec(ctx)
}
