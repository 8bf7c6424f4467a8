package verify_test

import (
	"slices"

	"orderflow/ent"
	"orderflow/ent/orderitem"
	"orderflow/ent/suborder"
	"orderflow/internal/globalid"
	"orderflow/internal/ordertest"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// onlyRequest is the only request of an order.
func onlyRequest(e *ordertest.Env, b purchase) claim {
	return claim{purchase: b, id: e.DB.Client.Order.GetX(e.T.Context(), b.order).
		QueryAfterSales().OnlyIDX(e.T.Context())}
}

func onlyShortage(e *ordertest.Env, b purchase) globalid.ID {
	return e.DB.Client.Order.GetX(e.T.Context(), b.order).QueryShortages().
		OnlyIDX(e.T.Context())
}

func requested(e *ordertest.Env) purchase {
	return request(e, received(e), vocab.RefundOnly, 1, "").purchase
}

func requestedExchange(e *ordertest.Env) purchase {
	return request(e, received(e), vocab.Exchange, 1, "").purchase
}

func returned(e *ordertest.Env) purchase {
	c := request(e, received(e), vocab.ReturnAndRefund, 2, "")
	e.Approve(c.id)
	submitReturn(e, c)
	return c.purchase
}

func requestedInterception(e *ordertest.Env) purchase {
	return request(e, sent(e), vocab.RefundOnly, 3, vocab.ByInterception).purchase
}

func approvedReshipment(e *ordertest.Env) purchase {
	c := request(e, received(e), vocab.Reship, 1, "")
	e.Approve(c.id)
	return c.purchase
}

func withdraw(e *ordertest.Env, b purchase) {
	_, err := e.AfterSales.Withdraw(b.buyer, onlyRequest(e, b).id)
	e.Must(err)
}

// dropStock keeps what a command does to the numbers of the stock from the database.
func dropStock(mu ent.Mutation) bool { _, stock := mu.(*ent.StockMutation); return stock }

// withoutIncrements is dropStock for what is added at the end of a command.
func withoutIncrements(c store.Change) bool { return c.Increment == nil }

// withoutMovements keeps what a command adds to the ledger from the database.
func withoutMovements(c store.Change) bool {
	_, moved := c.Row.(*ent.StockMovement)
	return !moved
}

// withoutStock keeps what a command does to reservations, the ledger and the numbers of the stock
// from the database.
func withoutStock(c store.Change) bool {
	_, held := c.Row.(*ent.Reservation)
	return !held && withoutMovements(c) && withoutIncrements(c)
}

// withoutCounter keeps the change of one counter of an item from the database.
func withoutCounter(column string) func(store.Change) bool {
	return func(c store.Change) bool {
		_, ok := c.Row.(*ent.OrderItem)
		return !ok || c.New || !slices.Contains(c.Columns, column)
	}
}

var brokenRequests = []brokenCommand{
	{"a request takes nothing", "refunds.items", received,
		func(e *ordertest.Env, b purchase) globalid.ID {
			request(e, b, vocab.RefundOnly, 1, "")
			return b.item
		}, withoutCounter(orderitem.FieldRefundable), nil},
	{"a withdrawal gives nothing back", "refunds.items", requested,
		func(e *ordertest.Env, b purchase) globalid.ID { withdraw(e, b); return b.item },
		withoutCounter(orderitem.FieldRefundable), nil},
	{"a withdrawn request still locks its units", "units.counted", requested,
		func(e *ordertest.Env, b purchase) globalid.ID { withdraw(e, b); return b.item },
		withoutCounter(orderitem.FieldAfterSaleQuantity), nil},
	{"a withdrawn request still holds the receipt back", "status.after_sales", requested,
		func(e *ordertest.Env, b purchase) globalid.ID { withdraw(e, b); return b.sub },
		func(c store.Change) bool {
			_, ok := c.Row.(*ent.SubOrder)
			return !ok || !slices.Contains(c.Columns, suborder.FieldOpenRequests)
		}, nil},
	{"a refund does not know its request", "refunds.causes", requested,
		func(e *ordertest.Env, b purchase) globalid.ID {
			e.Approve(onlyRequest(e, b).id)
			return onlyRequest(e, b).id
		},
		func(c store.Change) bool {
			if refund, ok := c.Row.(*ent.Refund); ok {
				refund.AfterSaleID = nil
			}
			return true
		}, nil},
	{"an approval starts no deadline", "status.after_sales", requestedExchange,
		func(e *ordertest.Env, b purchase) globalid.ID {
			e.Approve(onlyRequest(e, b).id)
			return onlyRequest(e, b).id
		},
		func(c store.Change) bool {
			if a, ok := c.Row.(*ent.AfterSale); ok {
				a.DueAt = nil
			}
			return true
		}, nil},
	{"an exchange holds for the order", "stock.again", requestedExchange,
		func(e *ordertest.Env, b purchase) globalid.ID {
			e.Approve(onlyRequest(e, b).id)
			return onlyRequest(e, b).id
		},
		func(c store.Change) bool {
			if row, ok := c.Row.(*ent.Reservation); ok {
				row.AfterSaleID = nil
			}
			return true
		}, nil},
	{"what is sent again stays in the stock", "stock.again", approvedReshipment,
		func(e *ordertest.Env, b purchase) globalid.ID {
			reship(e, onlyRequest(e, b))
			return onlyRequest(e, b).id
		},
		withoutStock, nil},
	{"what came back is not put on the shelf", "stock.returns", returned,
		func(e *ordertest.Env, b purchase) globalid.ID {
			e.Must(inspect(e, onlyRequest(e, b), 2, 0))
			return e.DB.Client.OrderItem.GetX(e.T.Context(), b.item).SkuID
		}, withoutMovements, dropStock},
	{"what came back is not counted", "units.counted", returned,
		func(e *ordertest.Env, b purchase) globalid.ID {
			e.Must(inspect(e, onlyRequest(e, b), 2, 0))
			return b.item
		}, withoutCounter(orderitem.FieldReturnedQuantity), nil},
	{"a part that is missing has no event", "events.replay", returned,
		func(e *ordertest.Env, b purchase) globalid.ID {
			whole := onlyRequest(e, b)
			e.Must(inspect(e, whole, 1, 0))
			return e.AfterSale(whole.id).QueryOrder().QueryAfterSales().Order(ent.Desc("id")).
				FirstIDX(e.T.Context())
		}, withoutEvents, nil},
	{"nobody calls the courier", "status.next", requestedInterception,
		func(e *ordertest.Env, b purchase) globalid.ID {
			e.Approve(onlyRequest(e, b).id)
			return e.AfterSale(onlyRequest(e, b).id).QueryInterceptions().OnlyIDX(e.T.Context())
		},
		func(c store.Change) bool {
			if i, ok := c.Row.(*ent.Interception); ok {
				i.NextAttemptAt = nil
			}
			return true
		}, nil},
	{"the courier is called for nobody", "status.interceptions", requestedInterception,
		func(e *ordertest.Env, b purchase) globalid.ID {
			e.Approve(onlyRequest(e, b).id)
			withdraw(e, b)
			return onlyRequest(e, b).id
		},
		func(c store.Change) bool {
			_, stops := c.Row.(*ent.Interception)
			return !stops || c.New
		}, nil},
}

var brokenShortages = []brokenCommand{
	{"a report changes no stock", "stock.held", paid,
		func(e *ordertest.Env, b purchase) globalid.ID { reportShortage(e, b, 3); return b.item },
		withoutStock, nil},
	{"what lacks may be shipped", "units.counted", paid,
		func(e *ordertest.Env, b purchase) globalid.ID { reportShortage(e, b, 3); return b.item },
		withoutCounter(orderitem.FieldShortQuantity), nil},
	{"a shortage waits for ever", "status.shortages", paid,
		func(e *ordertest.Env, b purchase) globalid.ID { return reportShortage(e, b, 1).id },
		func(c store.Change) bool {
			if s, ok := c.Row.(*ent.Shortage); ok {
				s.DueAt = nil
			}
			return true
		}, nil},
	{"a refund does not know its shortage", "refunds.causes", short,
		func(e *ordertest.Env, b purchase) globalid.ID {
			refundShortage(e, claim{purchase: b, id: onlyShortage(e, b)})
			return onlyShortage(e, b)
		},
		func(c store.Change) bool {
			if refund, ok := c.Row.(*ent.Refund); ok {
				refund.ShortageID = nil
			}
			return true
		}, nil},
	{"what has arrived still lacks", "units.counted", awaiting,
		func(e *ordertest.Env, b purchase) globalid.ID {
			receiveTransfer(e, claim{purchase: b, id: onlyShortage(e, b)})
			return b.item
		}, withoutCounter(orderitem.FieldShortQuantity), nil},
}

func short(e *ordertest.Env) purchase { return reportShortage(e, paid(e), 1).purchase }

func awaiting(e *ordertest.Env) purchase {
	c := reportShortage(e, paid(e), 1)
	awaitTransfer(e, c)
	return c.purchase
}
