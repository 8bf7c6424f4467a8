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

// NewPrice is what an order is to cost, in minor units; it costs more before.
type NewPrice struct {
	Payable int64  // in all
	Freight *int64 // of it; nil: the goods are lowered first, freight when they cost nothing
}

// Adjust takes ADJUST_PRICE: the reduction becomes one more share of every line, by what the lines
// cost, and of every part's freight, funded by the shop. Faults: INVALID_INPUT at payable.amount or
// freight.amount when goods or freight would cost more than before or less than nothing,
// ACTION_NOT_ALLOWED. When nothing is left to pay the caller calls Pay.
func (l *Locked) Adjust(to NewPrice, facts lifecycle.TradeFacts) error {
	taken, err := lifecycle.Take(
		lifecycle.Trade, &l.Order.Status, vocab.AdjustPrice, l.Actor.Role, facts)
	if err != nil {
		return l.AsSeen(vocab.AdjustPrice, err)
	}
	reduction := l.Order.Payable - to.Payable
	goods, freight, err := l.cut(to)
	if err != nil {
		return err
	}
	bySub := map[globalid.ID]int64{}
	for i, part := range goods {
		bySub[l.Items[i].SubOrderID] += part
		if part > 0 {
			l.adjustItem(l.Items[i], part)
		}
	}
	for i, part := range freight {
		bySub[l.Subs[i].ID] += part
		if part > 0 {
			adjustFreight(l.Subs[i], part)
		}
	}
	l.Order.Payable = to.Payable
	payload := document.Payload{From: string(taken.From), To: string(taken.To),
		Amount: reduction, Currency: l.Order.Currency}
	l.Emit(taken.Emit, payload)
	for _, sub := range l.Subs {
		payload.SubOrder, payload.Amount = sub.ID, bySub[sub.ID]
		l.EmitFor(sub.ShopID, vocab.ForShop(taken.Emit), payload)
	}
	return nil
}

// cut spreads a lower price: what comes off each item and off each part's freight.
func (l *Locked) cut(to NewPrice) (goods, freight []int64, _ error) {
	var goodsNow, freightNow int64
	for _, it := range l.Items {
		goods, goodsNow = append(goods, it.Payable), goodsNow+it.Payable
	}
	for _, sub := range l.Subs {
		freight, freightNow = append(freight, sub.Freight), freightNow+sub.Freight
	}
	reduction := l.Order.Payable - to.Payable
	ofFreight := max(0, reduction-goodsNow)
	if to.Freight != nil {
		ofFreight = freightNow - *to.Freight
	}
	text := func(amount int64) string {
		return money.Money{Amount: amount, Currency: money.Currency(l.Order.Currency)}.Text()
	}
	switch {
	case reduction < 1 || to.Payable < 0:
		return nil, nil, fault.At("payable.amount", fault.InvalidInput,
			"The price can only be lowered: it is %s now.", text(l.Order.Payable))
	case ofFreight < 0 || ofFreight > freightNow:
		return nil, nil, fault.At("freight.amount", fault.InvalidInput,
			"Freight can only be lowered: it is %s now.", text(freightNow))
	case ofFreight > reduction:
		return nil, nil, fault.At("freight.amount", fault.InvalidInput,
			"Freight of %s would have the goods cost more than before: in all it is %s less.",
			text(freightNow-ofFreight), text(reduction))
	case reduction-ofFreight > goodsNow:
		return nil, nil, fault.At("payable.amount", fault.InvalidInput,
			"The goods cost %s, the rest is freight, which is to stay %s.", text(goodsNow),
			text(freightNow-ofFreight))
	}
	return pricing.AdjustDown(goods, reduction-ofFreight), pricing.AdjustDown(freight, ofFreight), nil
}

// adjustment is the share of a price that a merchant lowered.
func adjustment(part int64) document.Share {
	return document.Share{Source: vocab.FromAdjustment, Funder: vocab.FundedByShop, Label: "改价",
		Amount: part}
}

func adjustFreight(sub *ent.SubOrder, part int64) {
	sub.Freight -= part
	sub.FreightRefundable -= part
	sub.FreightShares = append(slices.Clip(sub.FreightShares), adjustment(part))
}

func (l *Locked) adjustItem(it *ent.OrderItem, part int64) {
	it.Payable -= part
	it.Refundable -= part
	it.Shares = append(slices.Clip(it.Shares), adjustment(part))
	l.Sub(it.SubOrderID).GoodsPayable -= part
}
