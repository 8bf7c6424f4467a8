package verify_test

import (
	"slices"

	"orderflow/ent"
	entorder "orderflow/ent/order"
	"orderflow/ent/orderitem"
	entpayment "orderflow/ent/payment"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/ordertest"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

var brokenGoods = []brokenCommand{
	{"cancel gives back the hold, not the stock", "stock.rows", place,
		func(e *ordertest.Env, b purchase) globalid.ID { cancel(e, b); return b.stock },
		withoutIncrements, nil},
	{"cancel gives no stock back at all", "stock.held", place,
		func(e *ordertest.Env, b purchase) globalid.ID { cancel(e, b); return b.item },
		withoutStock, nil},
	{"a handover leaves no movement", "stock.ledger", paid,
		func(e *ordertest.Env, b purchase) globalid.ID {
			ship(e, b, 3)
			return reservationOf(e, b)
		},
		func(c store.Change) bool { _, moved := c.Row.(*ent.StockMovement); return !moved }, nil},
	{"a handover does not count the units", "units.once", paid,
		func(e *ordertest.Env, b purchase) globalid.ID { ship(e, b, 3); return b.item },
		withoutCounter(orderitem.FieldShippedQuantity), nil},
}

var brokenMoney = []brokenCommand{
	{"a share is a cent too much", "price.items", place,
		func(e *ordertest.Env, b purchase) globalid.ID { adjust(e, b); return b.item },
		func(c store.Change) bool {
			item, ok := c.Row.(*ent.OrderItem)
			if ok && slices.Contains(c.Columns, orderitem.FieldShares) {
				item.Shares = slices.Clone(item.Shares)
				item.Shares[len(item.Shares)-1].Amount++
			}
			return true
		}, nil},
	{"the order keeps its old price", "price.orders", place,
		func(e *ordertest.Env, b purchase) globalid.ID { adjust(e, b); return b.order },
		func(c store.Change) bool {
			if o, ok := c.Row.(*ent.Order); ok && slices.Contains(c.Columns, entorder.FieldPayable) {
				o.Payable += 1000 // what it is lowered by
			}
			return true
		}, nil},
	{"a payment counts a cent less", "price.paid", place,
		func(e *ordertest.Env, b purchase) globalid.ID {
			e.Pay(b.order)
			return e.DB.Client.Order.GetX(e.T.Context(), b.order).QueryPayments().
				OnlyIDX(e.T.Context())
		},
		func(c store.Change) bool {
			p, ok := c.Row.(*ent.Payment)
			if ok && !c.New && slices.Contains(c.Columns, entpayment.FieldPaidAmount) {
				p.PaidAmount--
			}
			return true
		}, nil},
	{"a refund does not take from the line", "refunds.items", paid,
		func(e *ordertest.Env, b purchase) globalid.ID { closeUnshipped(e, b, 1); return b.item },
		withoutCounter(orderitem.FieldRefundable), nil},
	{"nobody submits the refund", "status.next", paid,
		func(e *ordertest.Env, b purchase) globalid.ID { return closeUnshipped(e, b, 1) },
		func(c store.Change) bool {
			if refund, ok := c.Row.(*ent.Refund); ok {
				refund.NextAttemptAt = nil
			}
			return true
		}, nil},
}

var brokenHistory = []brokenCommand{
	{"a receipt has no event", "events.replay", sent,
		func(e *ordertest.Env, b purchase) globalid.ID { receive(e, b); return b.sub },
		withoutEvents, nil},
	{"an event takes no number", "events.sequence", sent,
		func(e *ordertest.Env, b purchase) globalid.ID { receive(e, b); return b.order },
		func(c store.Change) bool {
			_, ok := c.Row.(*ent.Order)
			return !ok || !slices.Contains(c.Columns, entorder.FieldEventSequence)
		}, nil},
	{"a receipt completes the trade", "statuses.steps", sent,
		func(e *ordertest.Env, b purchase) globalid.ID { receive(e, b); return lastEvent(e, b) },
		func(c store.Change) bool {
			switch row := c.Row.(type) {
			case *ent.SubOrder:
				row.Status = vocab.Completed
			case *ent.Event:
				row.Payload.To = string(vocab.Completed)
			}
			return true
		}, nil},
	{"an event takes a place in the feed by itself", "feed.events", sent,
		func(e *ordertest.Env, b purchase) globalid.ID { receive(e, b); return lastEvent(e, b) },
		func(c store.Change) bool {
			if e, ok := c.Row.(*ent.Event); ok {
				position := int64(1_000_000)
				e.Position = &position
			}
			return true
		}, nil},
	{"a delivery is not tracked", "parcels.track", sent, deliver,
		func(c store.Change) bool {
			_, tracked := c.Row.(*ent.TrackingEvent)
			return !tracked
		}, nil},
}

// withoutEvents drops the events of a command and their numbers.
func withoutEvents(c store.Change) bool {
	switch c.Row.(type) {
	case *ent.Event:
		return false
	case *ent.Order:
		return !slices.Contains(c.Columns, entorder.FieldEventSequence)
	}
	return true
}

var brokenHolds = []brokenCommand{
	{"cancel keeps the coupon", "once.holders", place,
		func(e *ordertest.Env, b purchase) globalid.ID { cancel(e, b); return b.coupon },
		nil, func(mu ent.Mutation) bool { _, coupon := mu.(*ent.CouponMutation); return coupon }},
	{"a handover starts no deadline", "status.deadlines", paid,
		func(e *ordertest.Env, b purchase) globalid.ID { ship(e, b, 3); return b.sub },
		func(c store.Change) bool {
			if sub, ok := c.Row.(*ent.SubOrder); ok {
				sub.ReceiptDueAt = nil
			}
			return true
		}, nil},
	{"a split is another buyer's", "references.agree", paid,
		func(e *ordertest.Env, b purchase) globalid.ID {
			id, err := e.Orders.SplitSubOrder(e.Merchant, order.SplitInput{
				SubOrder: b.sub, Lines: []order.SplitLine{{Item: b.item, Quantity: 1}}})
			e.Must(err)
			return id
		},
		func(c store.Change) bool {
			if sub, ok := c.Row.(*ent.SubOrder); ok && c.New {
				sub.BuyerID = globalid.New(globalid.Buyer)
			}
			return true
		}, nil},
}
