package order

import (
	"slices"

	"orderflow/ent"
	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/money"
	"orderflow/internal/pricing"
	"orderflow/internal/vocab"
)

// Adjust takes ADJUST_PRICE: the reduction (minor units) becomes one more share of every line, by
// what the lines cost, funded by the shop. Freight stays. Faults: INVALID_INPUT when the reduction
// is more than the goods cost, ACTION_NOT_ALLOWED. When nothing is left to pay the caller
// calls Pay.
func (l *Locked) Adjust(reduction int64, facts lifecycle.TradeFacts) error {
	taken, err := lifecycle.Take(
		lifecycle.Trade, &l.Order.Status, vocab.AdjustPrice, l.Actor.Role, facts)
	if err != nil {
		return l.AsSeen(vocab.AdjustPrice, err)
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
			l.adjustItem(l.Items[i], part)
		}
	}
	l.Order.Payable -= reduction
	payload := document.Payload{From: string(taken.From), To: string(taken.To),
		Amount: reduction, Currency: l.Order.Currency}
	l.Emit(taken.Emit, payload)
	for _, sub := range l.Subs {
		payload.SubOrder, payload.Amount = sub.ID, bySub[sub.ID]
		l.EmitFor(sub.ShopID, vocab.ForShop(taken.Emit), payload)
	}
	return nil
}

func (l *Locked) adjustItem(it *ent.OrderItem, part int64) {
	it.Payable -= part
	it.Refundable -= part
	it.Shares = append(slices.Clip(it.Shares), document.Share{Source: vocab.FromAdjustment,
		Funder: vocab.FundedByShop, Label: "改价", Amount: part})
	l.Sub(it.SubOrderID).GoodsPayable -= part
}
