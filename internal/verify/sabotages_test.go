package verify_test

import (
	"slices"

	"orderflow/ent"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/vocab"
)

var brokenGoods = []sabotage{
	{"cancel gives back the hold, not the stock", "stock.rows", placed,
		func(m *market, b bought) globalid.ID { cancel(m, b); return b.stock },
		func(mu ent.Mutation) bool { _, stock := mu.(*ent.StockMutation); return !stock }},
	{"cancel gives no stock back at all", "stock.held", placed,
		func(m *market, b bought) globalid.ID { cancel(m, b); return b.item },
		func(mu ent.Mutation) bool {
			switch mu.(type) {
			case *ent.StockMutation, *ent.StockMovementMutation, *ent.ReservationMutation:
				return false
			}
			return true
		}},
	{"a handover leaves no movement", "stock.ledger", paid,
		func(m *market, b bought) globalid.ID {
			m.ship(b, 3)
			return m.reservation(b)
		},
		func(mu ent.Mutation) bool { _, moved := mu.(*ent.StockMovementMutation); return !moved }},
	{"a handover does not count the units", "units.once", paid,
		func(m *market, b bought) globalid.ID { m.ship(b, 3); return b.item },
		func(mu ent.Mutation) bool {
			item, ok := mu.(*ent.OrderItemMutation)
			if !ok {
				return true
			}
			_, counts := item.AddedShippedQuantity()
			return !counts
		}},
}

var brokenMoney = []sabotage{
	{"a share is a cent too much", "price.items", placed,
		func(m *market, b bought) globalid.ID { adjust(m, b); return b.item },
		func(mu ent.Mutation) bool {
			if item, ok := mu.(*ent.OrderItemMutation); ok {
				if shares, ok := item.Shares(); ok {
					shares = slices.Clone(shares)
					shares[len(shares)-1].Amount++
					item.SetShares(shares)
				}
			}
			return true
		}},
	{"the order does not learn its new price", "price.orders", placed,
		func(m *market, b bought) globalid.ID { adjust(m, b); return b.order },
		func(mu ent.Mutation) bool {
			o, ok := mu.(*ent.OrderMutation)
			if ok {
				if _, lowered := o.Payable(); lowered {
					o.ResetPayable()
				}
			}
			return true
		}},
	{"a payment counts a cent less", "price.paid", placed,
		func(m *market, b bought) globalid.ID {
			m.pay(b)
			return m.db.Client.Order.GetX(m.t.Context(), b.order).QueryPayments().
				OnlyIDX(m.t.Context())
		},
		func(mu ent.Mutation) bool {
			if p, ok := mu.(*ent.PaymentMutation); ok {
				if amount, ok := p.PaidAmount(); ok {
					p.SetPaidAmount(amount - 1)
				}
			}
			return true
		}},
	{"a refund does not take from the line", "refunds.items", paid,
		func(m *market, b bought) globalid.ID { m.giveUp(b, 1); return b.item },
		func(mu ent.Mutation) bool {
			item, ok := mu.(*ent.OrderItemMutation)
			if !ok {
				return true
			}
			_, takes := item.Refundable()
			return !takes
		}},
	{"nobody asks for the refund", "status.next", paid,
		func(m *market, b bought) globalid.ID { return m.giveUp(b, 1) },
		func(mu ent.Mutation) bool {
			if refund, ok := mu.(*ent.RefundMutation); ok {
				refund.ResetNextAttemptAt()
			}
			return true
		}},
}

var brokenHistory = []sabotage{
	{"a receipt has no event", "events.replay", sent,
		func(m *market, b bought) globalid.ID { receive(m, b); return b.sub }, unheard},
	{"an event takes no number", "events.sequence", sent,
		func(m *market, b bought) globalid.ID { receive(m, b); return b.order },
		func(mu ent.Mutation) bool {
			o, ok := mu.(*ent.OrderMutation)
			if !ok {
				return true
			}
			_, numbers := o.EventSequence()
			return !numbers
		}},
	{"a receipt completes the trade", "statuses.steps", sent,
		func(m *market, b bought) globalid.ID { receive(m, b); return m.lastEvent(b) },
		func(mu ent.Mutation) bool {
			switch mu := mu.(type) {
			case *ent.SubOrderMutation:
				mu.SetStatus(vocab.Completed)
			case *ent.EventMutation:
				payload, _ := mu.Payload()
				payload.To = string(vocab.Completed)
				mu.SetPayload(payload)
			}
			return true
		}},
	{"an event takes a place in the feed by itself", "feed.events", sent,
		func(m *market, b bought) globalid.ID { receive(m, b); return m.lastEvent(b) },
		func(mu ent.Mutation) bool {
			if e, ok := mu.(*ent.EventMutation); ok {
				e.SetPosition(1_000_000)
			}
			return true
		}},
	{"a delivery is not told of", "parcels.track", sent, deliver,
		func(mu ent.Mutation) bool {
			_, told := mu.(*ent.TrackingEventMutation)
			return !told
		}},
}

// unheard drops the events of a command and their numbers.
func unheard(mu ent.Mutation) bool {
	switch mu := mu.(type) {
	case *ent.EventMutation:
		return false
	case *ent.OrderMutation:
		_, numbers := mu.EventSequence()
		return !numbers
	}
	return true
}

var brokenHolds = []sabotage{
	{"cancel keeps the coupon", "once.holders", placed,
		func(m *market, b bought) globalid.ID { cancel(m, b); return b.coupon },
		func(mu ent.Mutation) bool { _, coupon := mu.(*ent.CouponMutation); return !coupon }},
	{"a handover starts no deadline", "status.deadlines", paid,
		func(m *market, b bought) globalid.ID { m.ship(b, 3); return b.sub },
		func(mu ent.Mutation) bool {
			if sub, ok := mu.(*ent.SubOrderMutation); ok {
				sub.ResetReceiptDueAt()
			}
			return true
		}},
	{"a split is another buyer's", "references.agree", paid,
		func(m *market, b bought) globalid.ID {
			id, err := m.orders.SplitSubOrder(m.staff[vocab.Merchant], order.SplitInput{
				SubOrder: b.sub, Lines: []order.SplitLine{{Item: b.item, Quantity: 1}}})
			m.must(err)
			return id
		},
		func(mu ent.Mutation) bool {
			if sub, ok := mu.(*ent.SubOrderMutation); ok && mu.Op().Is(ent.OpCreate) {
				sub.SetBuyerID(globalid.New(globalid.Buyer))
			}
			return true
		}},
}
