package aftersale

import (
	"context"
	"fmt"

	"orderflow/ent"
	entaftersale "orderflow/ent/aftersale"
	"orderflow/ent/aftersaleline"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/money"
	"orderflow/internal/order"
	"orderflow/internal/stock"
	"orderflow/internal/vocab"
)

// splitOff makes a request of the units that did not come back, with their part of the money, and
// refuses it. What is left of this one goes on.
func (d *desk) splitOff(
	ctx context.Context, missing map[globalid.ID]int64, in RejectInput,
) error {
	rest, err := d.copyRow(ctx)
	if err != nil {
		return err
	}
	kept := d.lines[:0:0]
	for _, line := range d.lines {
		units := missing[line.ItemID]
		if units == 0 {
			kept = append(kept, line)
			continue
		}
		moved, err := d.splitLine(ctx, line, units, rest.Row.ID)
		if err != nil {
			return err
		}
		rest.lines = append(rest.lines, moved)
		rest.Row.Amount += moved.Amount
		d.Row.Amount -= moved.Amount
		if line.Quantity > 0 {
			kept = append(kept, line)
		}
	}
	d.lines = kept
	if err := rest.writeAmounts(ctx); err != nil {
		return err
	}
	rest.tell(vocab.EventAfterSaleRequested, "", rest.Row.Status, string(rest.Row.Reason))
	if err := d.writeAmounts(ctx); err != nil {
		return err
	}
	// What is sent again is reserved anew for what came back.
	if err := stock.ReleaseFor(ctx, d.tx, d.l.Log.Actor(), d.Row.ID); err != nil {
		return err
	}
	if err := d.l.OpenRequest(ctx, d.tx, d.sub); err != nil {
		return err
	}
	return rest.reject(ctx, vocab.RefuseReturn, in)
}

// copyRow writes a request like this one that has no lines yet.
func (d *desk) copyRow(ctx context.Context) (*desk, error) {
	a := d.Row
	row, err := lifecycle.AfterSale.Next("", vocab.RequestAfterSale, vocab.System,
		lifecycle.AfterSaleFacts{TurnedBack: true})
	if err != nil {
		return nil, order.NotAllowed(err)
	}
	before, err := d.tx.AfterSale.Query().Where(entaftersale.OrderID(a.OrderID)).Count(ctx)
	if err != nil {
		return nil, err
	}
	copied, err := d.tx.AfterSale.Create().
		SetNumber(fmt.Sprintf("%s-A%d", d.l.Order.Number, before+1)).SetOrderID(a.OrderID).
		SetSubOrderID(a.SubOrderID).SetShopID(a.ShopID).SetBuyerID(a.BuyerID).SetKind(a.Kind).
		SetGoods(a.Goods).SetNillableWay(a.Way).SetReason(a.Reason).SetOpenedBy(a.OpenedBy).
		SetStatus(row.To).SetCurrency(a.Currency).SetNillableLiable(a.Liable).
		SetNillableShipmentID(a.ShipmentID).SetNillableReturnWarehouseID(a.ReturnWarehouseID).
		SetGoodsBack(true).SetSplitFromID(a.ID).SetNillableDueAt(a.DueAt).SetCreatedAt(d.Now).
		Save(ctx)
	if err != nil {
		return nil, err
	}
	rest := *d
	rest.Row, rest.lines, rest.Replacement = copied, nil, nil
	return &rest, nil
}

// splitLine moves units of a line, with their part of its money, to another request.
func (d *desk) splitLine(
	ctx context.Context, line *ent.AfterSaleLine, units int64, to globalid.ID,
) (*ent.AfterSaleLine, error) {
	left := line.Quantity - units
	amount := money.Portion(line.Amount, left, line.Quantity)
	moved, err := d.tx.AfterSaleLine.Create().SetAfterSaleID(to).SetItemID(line.ItemID).
		SetQuantity(units).SetAmount(line.Amount - amount).SetCurrency(line.Currency).
		SetNillableExchangeSkuID(line.ExchangeSkuID).SetCreatedAt(d.Now).Save(ctx)
	if err != nil {
		return nil, err
	}
	line.Quantity, line.Amount = left, amount
	if left == 0 {
		_, err := d.tx.AfterSaleLine.Delete().Where(aftersaleline.ID(line.ID)).Exec(ctx)
		return moved, err
	}
	return moved, d.tx.AfterSaleLine.Update().Where(aftersaleline.ID(line.ID)).
		SetQuantity(left).SetAmount(amount).Exec(ctx)
}
