package order

import (
	"context"

	"orderflow/ent"
	"orderflow/ent/order"
	"orderflow/ent/orderitem"
	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/money"
	"orderflow/internal/pricing"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// Adjust takes ADJUST_PRICE: the reduction (minor units) becomes one more share of every line, by
// what the lines cost, funded by the shop. Freight stays. Faults: INVALID_INPUT when the reduction
// is more than the goods cost, ACTION_NOT_ALLOWED. When nothing is left to pay the caller
// calls Pay.
func (l *Locked) Adjust(
	ctx context.Context, tx *store.Tx, reduction int64, facts lifecycle.TradeFacts,
) error {
	row, err := lifecycle.Trade.Next(
		l.Order.Status, vocab.AdjustPrice, l.Log.Actor().Role, facts)
	if err != nil {
		return NotAllowed(err)
	}
	payable := make([]int64, len(l.Items))
	var goods int64
	for i, it := range l.Items {
		payable[i] = it.Payable
		goods += it.Payable
	}
	if reduction < 1 || reduction > goods {
		return fault.At("payable.amount", fault.InvalidInput,
			"The goods cost %s and can be lowered by at most that; freight stays.",
			money.Money{Amount: goods, Currency: money.Currency(l.Order.Currency)}.Text())
	}
	bySub := map[globalid.ID]int64{}
	for i, part := range pricing.AdjustDown(payable, reduction) {
		bySub[l.Items[i].SubOrderID] += part
		if part > 0 {
			if err := l.adjustItem(ctx, tx, l.Items[i], part); err != nil {
				return err
			}
		}
	}
	for _, sub := range l.Subs {
		if err := storeAmounts(ctx, tx, sub); err != nil {
			return err
		}
	}
	l.Order.Payable -= reduction
	err = tx.Order.Update().Where(order.ID(l.Order.ID)).SetPayable(l.Order.Payable).Exec(ctx)
	if err != nil {
		return err
	}
	told := document.Payload{From: string(l.Order.Status), To: string(row.To), Amount: reduction,
		Currency: l.Order.Currency}
	l.Log.Add(row.Emit, told)
	for _, sub := range l.Subs {
		told.SubOrder, told.Amount = sub.ID, bySub[sub.ID]
		l.Log.AddFor(sub.ShopID, vocab.ForShop(row.Emit), told)
	}
	return nil
}

func (l *Locked) adjustItem(
	ctx context.Context, tx *store.Tx, it *ent.OrderItem, part int64,
) error {
	it.Payable -= part
	it.Refundable -= part
	it.Shares = append(it.Shares, document.Share{Source: vocab.FromAdjustment,
		Funder: vocab.FundedByShop, Label: "改价", Amount: part})
	l.Sub(it.SubOrderID).GoodsPayable -= part
	return tx.OrderItem.Update().Where(orderitem.ID(it.ID)).
		SetPayable(it.Payable).SetRefundable(it.Refundable).
		SetShares(it.Shares).Exec(ctx)
}
