package verify_test

import (
	"orderflow/ent"
	"orderflow/internal/globalid"
	"orderflow/internal/ordertest"
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

// withoutStock keeps what a command does to the stock from the database.
func withoutStock(mu ent.Mutation) bool {
	switch mu.(type) {
	case *ent.StockMutation, *ent.StockMovementMutation:
		return false
	}
	return true
}

// withoutCounter keeps one counter of an item from the database.
func withoutCounter(counts func(*ent.OrderItemMutation) (int64, bool)) func(ent.Mutation) bool {
	return func(mu ent.Mutation) bool {
		item, ok := mu.(*ent.OrderItemMutation)
		if !ok {
			return true
		}
		_, counted := counts(item)
		return !counted
	}
}

var brokenRequests = []brokenCommand{
	{"a request takes nothing", "refunds.items", received,
		func(e *ordertest.Env, b purchase) globalid.ID {
			request(e, b, vocab.RefundOnly, 1, "")
			return b.item
		}, withoutCounter((*ent.OrderItemMutation).Refundable)},
	{"a withdrawal gives nothing back", "refunds.items", requested,
		func(e *ordertest.Env, b purchase) globalid.ID { withdraw(e, b); return b.item },
		withoutCounter((*ent.OrderItemMutation).Refundable)},
	{"a withdrawn request still locks its units", "units.counted", requested,
		func(e *ordertest.Env, b purchase) globalid.ID { withdraw(e, b); return b.item },
		withoutCounter((*ent.OrderItemMutation).AfterSaleQuantity)},
	{"a withdrawn request still holds the receipt back", "status.after_sales", requested,
		func(e *ordertest.Env, b purchase) globalid.ID { withdraw(e, b); return b.sub },
		func(mu ent.Mutation) bool {
			sub, ok := mu.(*ent.SubOrderMutation)
			if !ok {
				return true
			}
			_, counts := sub.OpenRequests()
			return !counts
		}},
	{"a refund does not know its request", "refunds.causes", requested,
		func(e *ordertest.Env, b purchase) globalid.ID {
			e.Approve(onlyRequest(e, b).id)
			return onlyRequest(e, b).id
		},
		func(mu ent.Mutation) bool {
			if refund, ok := mu.(*ent.RefundMutation); ok {
				refund.ResetAfterSale()
			}
			return true
		}},
	{"an approval starts no deadline", "status.after_sales", requestedExchange,
		func(e *ordertest.Env, b purchase) globalid.ID {
			e.Approve(onlyRequest(e, b).id)
			return onlyRequest(e, b).id
		},
		func(mu ent.Mutation) bool {
			if a, ok := mu.(*ent.AfterSaleMutation); ok {
				a.ResetDueAt()
				a.ClearDueAt()
			}
			return true
		}},
	{"an exchange holds for the order", "stock.again", requestedExchange,
		func(e *ordertest.Env, b purchase) globalid.ID {
			e.Approve(onlyRequest(e, b).id)
			return onlyRequest(e, b).id
		},
		func(mu ent.Mutation) bool {
			if row, ok := mu.(*ent.ReservationMutation); ok {
				row.ResetAfterSaleID()
			}
			return true
		}},
	{"what is sent again stays in the stock", "stock.again", approvedReshipment,
		func(e *ordertest.Env, b purchase) globalid.ID {
			reship(e, onlyRequest(e, b))
			return onlyRequest(e, b).id
		},
		func(mu ent.Mutation) bool {
			_, held := mu.(*ent.ReservationMutation)
			return !held && withoutStock(mu)
		}},
	{"what came back is not put on the shelf", "stock.returns", returned,
		func(e *ordertest.Env, b purchase) globalid.ID {
			e.Must(inspect(e, onlyRequest(e, b), 2, 0))
			return e.DB.Client.OrderItem.GetX(e.T.Context(), b.item).SkuID
		}, withoutStock},
	{"what came back is not counted", "units.counted", returned,
		func(e *ordertest.Env, b purchase) globalid.ID {
			e.Must(inspect(e, onlyRequest(e, b), 2, 0))
			return b.item
		}, withoutCounter((*ent.OrderItemMutation).ReturnedQuantity)},
	{"a part that is missing has no event", "events.replay", returned,
		func(e *ordertest.Env, b purchase) globalid.ID {
			whole := onlyRequest(e, b)
			e.Must(inspect(e, whole, 1, 0))
			return e.AfterSale(whole.id).QueryOrder().QueryAfterSales().Order(ent.Desc("id")).
				FirstIDX(e.T.Context())
		}, withoutEvents},
	{"nobody calls the courier", "status.next", requestedInterception,
		func(e *ordertest.Env, b purchase) globalid.ID {
			e.Approve(onlyRequest(e, b).id)
			return e.AfterSale(onlyRequest(e, b).id).QueryInterceptions().OnlyIDX(e.T.Context())
		},
		func(mu ent.Mutation) bool {
			if i, ok := mu.(*ent.InterceptionMutation); ok {
				i.ResetNextAttemptAt()
			}
			return true
		}},
	{"the courier is called for nobody", "status.interceptions", requestedInterception,
		func(e *ordertest.Env, b purchase) globalid.ID {
			e.Approve(onlyRequest(e, b).id)
			withdraw(e, b)
			return onlyRequest(e, b).id
		},
		func(mu ent.Mutation) bool {
			_, stops := mu.(*ent.InterceptionMutation)
			return !stops || !mu.Op().Is(ent.OpUpdate)
		}},
}

var brokenShortages = []brokenCommand{
	{"a report changes no stock", "stock.held", paid,
		func(e *ordertest.Env, b purchase) globalid.ID { reportShortage(e, b, 3); return b.item },
		func(mu ent.Mutation) bool {
			_, held := mu.(*ent.ReservationMutation)
			return !held && withoutStock(mu)
		}},
	{"what lacks may be shipped", "units.counted", paid,
		func(e *ordertest.Env, b purchase) globalid.ID { reportShortage(e, b, 3); return b.item },
		withoutCounter((*ent.OrderItemMutation).ShortQuantity)},
	{"a shortage waits for ever", "status.shortages", paid,
		func(e *ordertest.Env, b purchase) globalid.ID { return reportShortage(e, b, 1).id },
		func(mu ent.Mutation) bool {
			if s, ok := mu.(*ent.ShortageMutation); ok {
				s.ResetDueAt()
			}
			return true
		}},
	{"a refund does not know its shortage", "refunds.causes", short,
		func(e *ordertest.Env, b purchase) globalid.ID {
			refundShortage(e, claim{purchase: b, id: onlyShortage(e, b)})
			return onlyShortage(e, b)
		},
		func(mu ent.Mutation) bool {
			if refund, ok := mu.(*ent.RefundMutation); ok {
				refund.ResetShortage()
			}
			return true
		}},
	{"what has arrived still lacks", "units.counted", awaiting,
		func(e *ordertest.Env, b purchase) globalid.ID {
			receiveTransfer(e, claim{purchase: b, id: onlyShortage(e, b)})
			return b.item
		}, withoutCounter((*ent.OrderItemMutation).ShortQuantity)},
}

func short(e *ordertest.Env) purchase { return reportShortage(e, paid(e), 1).purchase }

func awaiting(e *ordertest.Env) purchase {
	c := reportShortage(e, paid(e), 1)
	awaitTransfer(e, c)
	return c.purchase
}
