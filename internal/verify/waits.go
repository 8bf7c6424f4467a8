package verify

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"orderflow/ent"
	"orderflow/internal/lifecycle"
	"orderflow/internal/vocab"
)

// wait is something that would move a row on, and whether it is there.
type wait struct {
	what string
	is   bool
}

// waits finds rows that are not over and that nothing will ever move on.
func (r *run) waits() func(*orderData) {
	c := r.check(11, "waits.somebody", "whatever is not over waits for somebody: a deadline that "+
		"the clock looks at, a step of the runner, an action that somebody may take now and that "+
		"ends the wait, or another row that waits itself")
	check := func(row fmt.Stringer, status string, waits ...wait) {
		c.Rows++
		if slices.ContainsFunc(waits, func(w wait) bool { return w.is }) {
			return
		}
		names := make([]string, len(waits))
		for i, w := range waits {
			names[i] = w.what
		}
		c.fail(row, "is %s and waits for nobody: there is no %s", status, strings.Join(names, ", no "))
	}
	return func(b *orderData) {
		if !over(lifecycle.Trade, b.Status) {
			check(b.ID, string(b.Status), wait{"time to pay", b.unpaid() && !b.PayDueAt.IsZero()},
				wait{"part that is not over", !b.unpaid() && find(b.subs, running) != nil})
		}
		for _, sub := range b.subs {
			if running(sub) {
				check(sub.ID, string(sub.Status), b.subOrderWaits(sub)...)
			}
		}
		b.moneyWaits(check)
		b.reverseWaits(check)
		b.goodsWait(check)
	}
}

// running reports whether the trade of a sub-order goes on.
func running(sub *ent.SubOrder) bool { return !over(lifecycle.Trade, sub.Status) }

// subOrderWaits is what would move a sub-order on.
func (b *orderData) subOrderWaits(sub *ent.SubOrder) []wait {
	clock := func(deadlines ...*time.Time) wait {
		return wait{"deadline", slices.ContainsFunc(deadlines, func(at *time.Time) bool {
			return at != nil && sub.NextDueAt != nil && !sub.NextDueAt.After(*at)
		})}
	}
	request := wait{"open request", find(b.requests, func(a *ent.AfterSale) bool {
		return a.SubOrderID == sub.ID && open(a)
	}) != nil}
	switch sub.Status {
	case vocab.AwaitingShipment, vocab.PartiallyShipped:
		facts := lifecycle.TradeFacts{AllShipped: true, QuantityLocked: !b.shippable(sub),
			ShopHolds: sub.ShopHold, PlatformHolds: sub.PlatformHold}
		return []wait{request, {"hold to be released", sub.ShopHold || sub.PlatformHold},
			{"unit to be shipped", anybodyMay(lifecycle.Trade, sub.Status, facts)},
			{"shortage", find(b.shortages, func(s *ent.Shortage) bool {
				return s.SubOrderID == sub.ID && !over(lifecycle.ShortageTable, s.Status)
			}) != nil},
			{"refund", find(b.refunds, func(refund *ent.Refund) bool {
				return value(refund.SubOrderID) == sub.ID && !over(lifecycle.Refund, refund.Status)
			}) != nil}}
	case vocab.Shipped:
		return []wait{request, clock(sub.ReceiptDueAt, sub.TroubleDueAt)}
	case vocab.Received:
		return []wait{request, clock(sub.CompleteDueAt)}
	default:
		return []wait{{"order to be paid", b.unpaid()}}
	}
}

// shippable reports whether a unit of a sub-order can be shipped.
func (b *orderData) shippable(sub *ent.SubOrder) bool {
	return find(b.items, func(it *ent.OrderItem) bool {
		return it.SubOrderID == sub.ID &&
			it.Quantity > it.ShippedQuantity+it.RecalledQuantity+it.ShortQuantity
	}) != nil
}

// moneyWaits checks payments and refunds.
func (b *orderData) moneyWaits(check func(fmt.Stringer, string, ...wait)) {
	for _, p := range b.payments {
		// A given-up attempt holds nothing up. If it was paid all the same, the channel says so.
		if !over(lifecycle.Attempt, p.Status) && p.Status != vocab.AttemptUnknown {
			check(p.ID, string(p.Status), wait{"next step", p.NextAttemptAt != nil})
		}
	}
	for _, refund := range b.refunds {
		if !over(lifecycle.Refund, refund.Status) {
			check(refund.ID, string(refund.Status), wait{"next step", refund.NextAttemptAt != nil},
				wait{"action of staff", anybodyMay(lifecycle.Refund, refund.Status,
					lifecycle.RefundFacts{})})
		}
	}
}

// reverseWaits checks requests, interceptions and shortages.
func (b *orderData) reverseWaits(check func(fmt.Stringer, string, ...wait)) {
	refunds := func(of func(*ent.Refund) bool) wait {
		return wait{"refund", find(b.refunds, func(refund *ent.Refund) bool {
			return of(refund) && !over(lifecycle.Refund, refund.Status)
		}) != nil}
	}
	for _, a := range b.requests {
		if open(a) {
			check(a.ID, string(a.Status),
				wait{"deadline", a.Status != vocab.AfterSaleRefunding && a.DueAt != nil},
				refunds(func(o *ent.Refund) bool { return value(o.AfterSaleID) == a.ID }))
		}
	}
	for _, i := range b.intercepts {
		if pending(i) {
			check(i.ID, string(i.Status), wait{"next step", i.NextAttemptAt != nil},
				wait{"report of staff", !b.asked(i)})
		}
	}
	for _, s := range b.shortages {
		if !over(lifecycle.ShortageTable, s.Status) {
			t := b.transfer(value(s.TransferID))
			check(s.ID, string(s.Status),
				wait{"deadline", s.Status != vocab.ShortageRefunding && s.DueAt != nil},
				wait{"transfer", t != nil && !over(lifecycle.Transfer, t.Status)},
				refunds(func(o *ent.Refund) bool { return value(o.ShortageID) == s.ID }))
		}
	}
}

// goodsWait checks parcels, transfers and changes of address. For a parcel that a courier has its
// sub-orders wait, or the request that it is of, or nobody.
func (b *orderData) goodsWait(check func(fmt.Stringer, string, ...wait)) {
	for _, p := range b.shipments {
		if !over(lifecycle.Parcel, p.Stage) {
			check(p.ID, string(p.Stage), wait{"action of the warehouse",
				anybodyMay(lifecycle.Parcel, p.Stage, lifecycle.ParcelFacts{QuantityLocked: true})})
		}
	}
	for _, t := range b.transfers {
		if !over(lifecycle.Transfer, t.Status) {
			check(t.ID, string(t.Status), wait{"action of the warehouses",
				anybodyMay(lifecycle.Transfer, t.Status, lifecycle.TransferFacts{Last: true})})
		}
	}
	for _, change := range b.addresses {
		if !over(lifecycle.Address, change.Status) {
			check(change.ID, string(change.Status), wait{"answer of the other side",
				anybodyMay(lifecycle.Address, change.Status, lifecycle.NoFacts{})})
		}
	}
}

// over reports whether a status is one that a row ends in.
func over[S, A ~string, F any](m *lifecycle.Machine[S, A, F], status S) bool {
	return slices.Contains(m.Final, status)
}

// anybodyMay reports whether a table lets some person leave a status.
func anybodyMay[S, A ~string, F any](m *lifecycle.Machine[S, A, F], from S, facts F) bool {
	for _, role := range []vocab.Role{vocab.Buyer, vocab.Merchant, vocab.Warehouse, vocab.Support,
		vocab.Platform} {
		for _, action := range m.Allowed(from, role, facts) {
			if row, err := m.Next(from, action, role, facts); err == nil && row.To != from {
				return true
			}
		}
	}
	return false
}
