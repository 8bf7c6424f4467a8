package verify_test

import (
	"slices"

	"orderflow/ent"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/ordertest"
	"orderflow/internal/vocab"
)

var brokenGoods = []brokenCommand{
	{"cancel gives back the hold, not the stock", "stock.rows", place,
		func(e *ordertest.Env, b purchase) globalid.ID { cancel(e, b); return b.stock },
		func(mu ent.Mutation) bool { _, stock := mu.(*ent.StockMutation); return !stock }},
	{"cancel gives no stock back at all", "stock.held", place,
		func(e *ordertest.Env, b purchase) globalid.ID { cancel(e, b); return b.item },
		func(mu ent.Mutation) bool {
			switch mu.(type) {
			case *ent.StockMutation, *ent.StockMovementMutation, *ent.ReservationMutation:
				return false
			}
			return true
		}},
	{"a handover leaves no movement", "stock.ledger", paid,
		func(e *ordertest.Env, b purchase) globalid.ID {
			ship(e, b, 3)
			return reservationOf(e, b)
		},
		func(mu ent.Mutation) bool { _, moved := mu.(*ent.StockMovementMutation); return !moved }},
	{"a handover does not count the units", "units.once", paid,
		func(e *ordertest.Env, b purchase) globalid.ID { ship(e, b, 3); return b.item },
		func(mu ent.Mutation) bool {
			item, ok := mu.(*ent.OrderItemMutation)
			if !ok {
				return true
			}
			_, counts := item.AddedShippedQuantity()
			return !counts
		}},
}

var brokenMoney = []brokenCommand{
	{"a share is a cent too much", "price.items", place,
		func(e *ordertest.Env, b purchase) globalid.ID { adjust(e, b); return b.item },
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
	{"the order keeps its old price", "price.orders", place,
		func(e *ordertest.Env, b purchase) globalid.ID { adjust(e, b); return b.order },
		func(mu ent.Mutation) bool {
			o, ok := mu.(*ent.OrderMutation)
			if ok {
				if _, lowered := o.Payable(); lowered {
					o.ResetPayable()
				}
			}
			return true
		}},
	{"a payment counts a cent less", "price.paid", place,
		func(e *ordertest.Env, b purchase) globalid.ID {
			e.Pay(b.order)
			return e.DB.Client.Order.GetX(e.T.Context(), b.order).QueryPayments().
				OnlyIDX(e.T.Context())
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
		func(e *ordertest.Env, b purchase) globalid.ID { closeUnshipped(e, b, 1); return b.item },
		func(mu ent.Mutation) bool {
			item, ok := mu.(*ent.OrderItemMutation)
			if !ok {
				return true
			}
			_, takes := item.Refundable()
			return !takes
		}},
	{"nobody submits the refund", "status.next", paid,
		func(e *ordertest.Env, b purchase) globalid.ID { return closeUnshipped(e, b, 1) },
		func(mu ent.Mutation) bool {
			if refund, ok := mu.(*ent.RefundMutation); ok {
				refund.ResetNextAttemptAt()
			}
			return true
		}},
}

var brokenHistory = []brokenCommand{
	{"a receipt has no event", "events.replay", sent,
		func(e *ordertest.Env, b purchase) globalid.ID { receive(e, b); return b.sub }, withoutEvents},
	{"an event takes no number", "events.sequence", sent,
		func(e *ordertest.Env, b purchase) globalid.ID { receive(e, b); return b.order },
		func(mu ent.Mutation) bool {
			o, ok := mu.(*ent.OrderMutation)
			if !ok {
				return true
			}
			_, numbers := o.EventSequence()
			return !numbers
		}},
	{"a receipt completes the trade", "statuses.steps", sent,
		func(e *ordertest.Env, b purchase) globalid.ID { receive(e, b); return lastEvent(e, b) },
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
		func(e *ordertest.Env, b purchase) globalid.ID { receive(e, b); return lastEvent(e, b) },
		func(mu ent.Mutation) bool {
			if e, ok := mu.(*ent.EventMutation); ok {
				e.SetPosition(1_000_000)
			}
			return true
		}},
	{"a delivery is not tracked", "parcels.track", sent, deliver,
		func(mu ent.Mutation) bool {
			_, tracked := mu.(*ent.TrackingEventMutation)
			return !tracked
		}},
}

// withoutEvents drops the events of a command and their numbers.
func withoutEvents(mu ent.Mutation) bool {
	switch mu := mu.(type) {
	case *ent.EventMutation:
		return false
	case *ent.OrderMutation:
		_, numbers := mu.EventSequence()
		return !numbers
	}
	return true
}

var brokenHolds = []brokenCommand{
	{"cancel keeps the coupon", "once.holders", place,
		func(e *ordertest.Env, b purchase) globalid.ID { cancel(e, b); return b.coupon },
		func(mu ent.Mutation) bool { _, coupon := mu.(*ent.CouponMutation); return !coupon }},
	{"a handover starts no deadline", "status.deadlines", paid,
		func(e *ordertest.Env, b purchase) globalid.ID { ship(e, b, 3); return b.sub },
		func(mu ent.Mutation) bool {
			if sub, ok := mu.(*ent.SubOrderMutation); ok {
				sub.ResetReceiptDueAt()
			}
			return true
		}},
	{"a split is another buyer's", "references.agree", paid,
		func(e *ordertest.Env, b purchase) globalid.ID {
			id, err := e.Orders.SplitSubOrder(e.Merchant, order.SplitInput{
				SubOrder: b.sub, Lines: []order.SplitLine{{Item: b.item, Quantity: 1}}})
			e.Must(err)
			return id
		},
		func(mu ent.Mutation) bool {
			if sub, ok := mu.(*ent.SubOrderMutation); ok && mu.Op().Is(ent.OpCreate) {
				sub.SetBuyerID(globalid.New(globalid.Buyer))
			}
			return true
		}},
}
