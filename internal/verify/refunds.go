package verify

import (
	"orderflow/ent"
	"orderflow/internal/globalid"
	"orderflow/internal/vocab"
)

func (r *run) refundsFit() func(*orderData) {
	c := r.check(3, "refunds.payments", "the refunds of a payment are not more than was paid")
	return func(b *orderData) {
		sums := map[globalid.ID]int64{}
		for _, refund := range b.refunds {
			c.Rows++
			if refund.PaymentID != nil && live(refund) {
				sums[*refund.PaymentID] += refund.Amount
			}
		}
		for _, p := range b.payments {
			c.Rows++
			if sums[p.ID] > p.PaidAmount {
				c.fail(p.ID, "paid %d, refunds %d", p.PaidAmount, sums[p.ID])
			}
		}
	}
}

// itemsRefund checks that what a line had is what it has left plus what live refunds and open
// requests hold of it, in money and in units.
func (r *run) itemsRefund() func(*orderData) {
	c := r.check(3, "refunds.items", "money and units left on a line and held by its refunds and "+
		"requests are what it had; refunded ones are those of refunds that SUCCEEDED")
	return func(b *orderData) {
		refunds := b.itemRefunds()
		c.Rows += refunds.rows
		for _, it := range b.items {
			c.Rows++
			t := refunds.of(it)
			if it.Refundable < 0 || it.RefundableQuantity < 0 ||
				it.Refundable+t.money != it.Payable ||
				it.RefundableQuantity+t.units != it.Quantity {
				c.fail(it.ID, "%d of %d left, %d held by refunds and requests; %d of %d units "+
					"left, %d held", it.Refundable, it.Payable, t.money,
					it.RefundableQuantity, it.Quantity, t.units)
			}
			if it.RefundedQuantity != t.refundedUnits || it.Refunded != t.refunded {
				c.fail(it.ID, "%d units and %d refunded; refunds that succeeded have %d, %d",
					it.RefundedQuantity, it.Refunded, t.refundedUnits, t.refunded)
			}
		}
	}
}

// refundsAdd checks each refund by itself and the chain of those that replace CLOSED ones.
func (r *run) refundsAdd() func(*orderData) {
	c := r.check(3, "refunds.rows", "a refund is the sum of its lines and freight, above 0 on a "+
		"payment, of goods on the COUNTED one; a CLOSED one has one successor of the same amount")
	return func(b *orderData) {
		successors := map[globalid.ID]int{}
		for _, refund := range b.refunds {
			c.Rows += 1 + int64(len(refund.Edges.Lines))
			b.refundAdds(c, refund)
			if refund.ReplacesID == nil {
				continue
			}
			successors[*refund.ReplacesID]++
			before := find(b.refunds, func(o *ent.Refund) bool { return o.ID == *refund.ReplacesID })
			if before == nil || live(before) || before.Amount != refund.Amount ||
				value(before.PaymentID) != value(refund.PaymentID) {
				c.fail(refund.ID, "does not fit %s, which it replaces", refund.ReplacesID)
			}
		}
		for _, refund := range b.refunds {
			if !live(refund) && successors[refund.ID] != 1 {
				c.fail(refund.ID, "CLOSED, with %d successors", successors[refund.ID])
			}
		}
	}
}

func (b *orderData) refundAdds(c *Check, refund *ent.Refund) {
	sum, currency := refund.Freight, b.Currency
	if p := b.payment(value(refund.PaymentID)); p != nil {
		currency = p.Currency // a MISMATCHED one may be in another than the order
		if refund.SubOrderID != nil && value(p.Verdict) != vocab.Counted {
			c.fail(refund.ID, "of goods, on a payment that is %q", value(p.Verdict))
		}
	}
	ok := refund.Freight >= 0 && refund.Currency == currency
	for _, line := range refund.Edges.Lines {
		sum += line.Amount
		ok = ok && line.Amount >= 0 && line.Quantity >= 0 && line.Currency == refund.Currency
	}
	if refund.SubOrderID == nil {
		sum, ok = refund.Amount, ok && sum == 0 // a whole payment has neither lines nor freight
	}
	if !ok || refund.Amount < 0 || refund.Amount != sum {
		c.fail(refund.ID, "%d %s; lines and freight are %d", refund.Amount, refund.Currency, sum)
	}
	switch {
	case refund.Amount > 0 && refund.PaymentID == nil:
		c.fail(refund.ID, "%d on no payment", refund.Amount)
	case refund.Amount == 0 && refund.Status != vocab.RefundSucceeded:
		c.fail(refund.ID, "a refund of nothing is %s", refund.Status)
	}
	if (refund.SucceededAt != nil) != (refund.Status == vocab.RefundSucceeded) {
		c.fail(refund.ID, "status %s, succeeded at %v", refund.Status, refund.SucceededAt)
	}
}

// freightGroup is what freight is charged by: one shop and logistics class of an order.
type freightGroup struct {
	shop  globalid.ID
	class vocab.LogisticsClass
}

func (r *run) freightRefunds() func(*orderData) {
	c := r.check(3, "refunds.freight", "freight left and held by refunds and requests, per shop "+
		"and logistics class, is what was charged; refunded is that of refunds that SUCCEEDED")
	return func(b *orderData) {
		left, charged := map[freightGroup]int64{}, map[freightGroup]int64{}
		counted, back := map[freightGroup]int64{}, map[freightGroup]int64{}
		group := func(sub *ent.SubOrder) freightGroup {
			return freightGroup{sub.ShopID, sub.LogisticsClass}
		}
		for _, sub := range b.subs {
			c.Rows++
			left[group(sub)] += sub.FreightRefundable
			charged[group(sub)] += sub.Freight
			counted[group(sub)] += sub.FreightRefunded
			if sub.FreightRefundable < 0 || sub.FreightRefundable > sub.Freight {
				c.fail(sub.ID, "%d left of a freight of %d", sub.FreightRefundable, sub.Freight)
			}
		}
		for _, refund := range b.refunds {
			c.Rows++
			sub := b.sub(value(refund.SubOrderID))
			if sub != nil && live(refund) {
				left[group(sub)] += refund.Freight
			}
			if sub != nil && refund.Status == vocab.RefundSucceeded {
				back[group(sub)] += refund.Freight
			}
		}
		for _, a := range b.requests {
			c.Rows++
			if sub := b.sub(a.SubOrderID); sub != nil && holding(a) {
				left[group(sub)] += a.Freight
			}
		}
		for _, sub := range b.subs {
			g := group(sub)
			if left[g] != charged[g] {
				c.fail(sub.ID, "freight left and held is %d of %d", left[g], charged[g])
				left[g] = charged[g] // once per group
			}
			if counted[g] != back[g] {
				c.fail(sub.ID, "freight refunded %d, refunds that succeeded have %d",
					counted[g], back[g])
				counted[g] = back[g]
			}
		}
	}
}

// triggers are the triggers of the refunds that return payments of a verdict.
var triggers = map[vocab.Verdict]vocab.RefundTrigger{
	vocab.Late:       vocab.TriggerLate,
	vocab.Duplicate:  vocab.TriggerDuplicate,
	vocab.Mismatched: vocab.TriggerMismatched,
}

func (r *run) uncountedReturn() func(*orderData) {
	c := r.check(3, "refunds.uncounted",
		"a payment that does not count has exactly one refund, of all of it")
	return func(b *orderData) {
		for _, p := range b.payments {
			c.Rows++
			trigger, uncounted := triggers[value(p.Verdict)]
			if !uncounted || p.PaidAmount == 0 {
				continue
			}
			var whole, others int
			for _, refund := range b.refunds {
				switch {
				case value(refund.PaymentID) != p.ID || !live(refund):
				case refund.Amount == p.PaidAmount && refund.Trigger == trigger:
					whole++
				default:
					others++
				}
			}
			if whole != 1 || others != 0 {
				c.fail(p.ID, "%s payment of %d has %d refunds of all of it and %d others",
					*p.Verdict, p.PaidAmount, whole, others)
			}
		}
	}
}
