package verify

import (
	"orderflow/internal/document"
	"orderflow/internal/globalid"
)

// sharesOf sums shares; ok is false when one is negative.
func sharesOf(shares []document.Share) (sum int64, ok bool) {
	ok = true
	for _, share := range shares {
		sum += share.Amount
		ok = ok && share.Amount >= 0
	}
	return sum, ok
}

func (r *run) itemsAdd() func(*orderData) {
	c := r.check(2, "price.items",
		"list = unit price · quantity, payable = list − shares, nothing negative, one currency")
	return func(b *orderData) {
		for _, it := range b.items {
			c.Rows++
			shares, ok := sharesOf(it.Shares)
			if it.Quantity < 1 || it.UnitPrice < 0 || it.Payable < 0 || !ok {
				c.fail(it.ID, "quantity %d, unit price %d, payable %d, shares %v",
					it.Quantity, it.UnitPrice, it.Payable, it.Shares)
			}
			if it.ListAmount != it.UnitPrice*it.Quantity || it.Payable != it.ListAmount-shares {
				c.fail(it.ID, "%d · %d, list %d, shares %d, payable %d",
					it.UnitPrice, it.Quantity, it.ListAmount, shares, it.Payable)
			}
			if it.Currency != b.Currency {
				c.fail(it.ID, "%s in an order in %s", it.Currency, b.Currency)
			}
		}
	}
}

func (r *run) subOrdersAdd() func(*orderData) {
	c := r.check(2, "price.sub_orders", "list, goods and weight are the sums of the items, "+
		"freight = its list − shares, nothing negative, one currency")
	return func(b *orderData) {
		list, goods := map[globalid.ID]int64{}, map[globalid.ID]int64{}
		weight := map[globalid.ID]int64{}
		for _, it := range b.items {
			c.Rows++
			weight[it.SubOrderID] += it.WeightGrams * it.Quantity
			list[it.SubOrderID] += it.ListAmount
			goods[it.SubOrderID] += it.Payable
		}
		for _, sub := range b.subs {
			c.Rows++
			if sub.ListAmount != list[sub.ID] || sub.GoodsPayable != goods[sub.ID] {
				c.fail(sub.ID, "list %d, goods %d; its items sum to %d, %d",
					sub.ListAmount, sub.GoodsPayable, list[sub.ID], goods[sub.ID])
			}
			if sub.WeightGrams != weight[sub.ID] {
				c.fail(sub.ID, "weighs %d, its items %d", sub.WeightGrams, weight[sub.ID])
			}
			shares, ok := sharesOf(sub.FreightShares)
			if sub.Freight < 0 || sub.Freight != sub.FreightList-shares || !ok {
				c.fail(sub.ID, "freight %d, list %d, shares %d",
					sub.Freight, sub.FreightList, shares)
			}
			if sub.Currency != b.Currency {
				c.fail(sub.ID, "%s in an order in %s", sub.Currency, b.Currency)
			}
		}
	}
}

func (r *run) ordersAdd() func(*orderData) {
	c := r.check(2, "price.orders", "payable is the sum of the sub-orders' goods and freight")
	return func(b *orderData) {
		c.Rows += 1 + int64(len(b.subs))
		var sum int64
		for _, sub := range b.subs {
			sum += sub.GoodsPayable + sub.Freight
		}
		if b.Payable != sum {
			c.fail(b.ID, "payable %d; its sub-orders sum to %d", b.Payable, sum)
		}
	}
}
