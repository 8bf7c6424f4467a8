package verify_test

import (
	"orderflow/ent"
	"orderflow/internal/globalid"
	"orderflow/internal/vocab"
)

// only is a request that an order has.
func (m *market) only(b bought) claimed {
	return claimed{bought: b, id: m.db.Client.Order.GetX(m.t.Context(), b.order).
		QueryAfterSales().OnlyIDX(m.t.Context())}
}

func (m *market) onlyShortage(b bought) globalid.ID {
	return m.db.Client.Order.GetX(m.t.Context(), b.order).QueryShortages().
		OnlyIDX(m.t.Context())
}

func complained(m *market) bought { return m.ask(received(m), vocab.RefundOnly, 1, "").bought }

func exchanging(m *market) bought { return m.ask(received(m), vocab.Exchange, 1, "").bought }

func returning(m *market) bought {
	c := m.ask(received(m), vocab.ReturnAndRefund, 2, "")
	m.approve(c)
	m.sendBack(c)
	return c.bought
}

func intercepting(m *market) bought {
	return m.ask(sent(m), vocab.RefundOnly, 3, vocab.ByInterception).bought
}

func resending(m *market) bought {
	c := m.ask(received(m), vocab.Reship, 1, "")
	m.approve(c)
	return c.bought
}

func withdraw(m *market, b bought) {
	_, err := m.sales.Withdraw(b.buyer, m.only(b).id)
	m.must(err)
}

// unshelved keeps what a command does to the stock from the database.
func unshelved(mu ent.Mutation) bool {
	switch mu.(type) {
	case *ent.StockMutation, *ent.StockMovementMutation:
		return false
	}
	return true
}

// uncounted keeps one counter of an item from the database.
func uncounted(counts func(*ent.OrderItemMutation) (int64, bool)) func(ent.Mutation) bool {
	return func(mu ent.Mutation) bool {
		item, ok := mu.(*ent.OrderItemMutation)
		if !ok {
			return true
		}
		_, counted := counts(item)
		return !counted
	}
}

var brokenRequests = []sabotage{
	{"a request takes nothing", "refunds.items", received,
		func(m *market, b bought) globalid.ID {
			m.ask(b, vocab.RefundOnly, 1, "")
			return b.item
		}, uncounted((*ent.OrderItemMutation).Refundable)},
	{"a withdrawal gives nothing back", "refunds.items", complained,
		func(m *market, b bought) globalid.ID { withdraw(m, b); return b.item },
		uncounted((*ent.OrderItemMutation).Refundable)},
	{"a withdrawn request still locks its units", "units.counted", complained,
		func(m *market, b bought) globalid.ID { withdraw(m, b); return b.item },
		uncounted((*ent.OrderItemMutation).AfterSaleQuantity)},
	{"a withdrawn request still holds the receipt back", "status.after_sales", complained,
		func(m *market, b bought) globalid.ID { withdraw(m, b); return b.sub },
		func(mu ent.Mutation) bool {
			sub, ok := mu.(*ent.SubOrderMutation)
			if !ok {
				return true
			}
			_, counts := sub.OpenRequests()
			return !counts
		}},
	{"a refund does not know its request", "refunds.causes", complained,
		func(m *market, b bought) globalid.ID { m.approve(m.only(b)); return m.only(b).id },
		func(mu ent.Mutation) bool {
			if refund, ok := mu.(*ent.RefundMutation); ok {
				refund.ResetAfterSale()
			}
			return true
		}},
	{"an approval starts no deadline", "status.after_sales", exchanging,
		func(m *market, b bought) globalid.ID { m.approve(m.only(b)); return m.only(b).id },
		func(mu ent.Mutation) bool {
			if a, ok := mu.(*ent.AfterSaleMutation); ok {
				a.ResetDueAt()
				a.ClearDueAt()
			}
			return true
		}},
	{"an exchange holds for the order", "stock.again", exchanging,
		func(m *market, b bought) globalid.ID { m.approve(m.only(b)); return m.only(b).id },
		func(mu ent.Mutation) bool {
			if row, ok := mu.(*ent.ReservationMutation); ok {
				row.ResetAfterSaleID()
			}
			return true
		}},
	{"what is sent again stays in the stock", "stock.again", resending,
		func(m *market, b bought) globalid.ID { m.resend(m.only(b)); return m.only(b).id },
		func(mu ent.Mutation) bool {
			_, held := mu.(*ent.ReservationMutation)
			return !held && unshelved(mu)
		}},
	{"what came back is not put on the shelf", "stock.returns", returning,
		func(m *market, b bought) globalid.ID {
			m.must(m.inspect(m.only(b), 2, 0))
			return m.db.Client.OrderItem.GetX(m.t.Context(), b.item).SkuID
		}, unshelved},
	{"what came back is not counted", "units.counted", returning,
		func(m *market, b bought) globalid.ID {
			m.must(m.inspect(m.only(b), 2, 0))
			return b.item
		}, uncounted((*ent.OrderItemMutation).ReturnedQuantity)},
	{"a part that is missing is not told of", "events.replay", returning,
		func(m *market, b bought) globalid.ID {
			whole := m.only(b)
			m.must(m.inspect(whole, 1, 0))
			return m.request(whole).QueryOrder().QueryAfterSales().Order(ent.Desc("id")).
				FirstIDX(m.t.Context())
		}, unheard},
	{"nobody asks the courier", "status.next", intercepting,
		func(m *market, b bought) globalid.ID {
			m.approve(m.only(b))
			return m.request(m.only(b)).QueryInterceptions().OnlyIDX(m.t.Context())
		},
		func(mu ent.Mutation) bool {
			if i, ok := mu.(*ent.InterceptionMutation); ok {
				i.ResetNextAttemptAt()
			}
			return true
		}},
	{"the courier is asked for nobody", "status.interceptions", intercepting,
		func(m *market, b bought) globalid.ID {
			m.approve(m.only(b))
			withdraw(m, b)
			return m.only(b).id
		},
		func(mu ent.Mutation) bool {
			_, stops := mu.(*ent.InterceptionMutation)
			return !stops || !mu.Op().Is(ent.OpUpdate)
		}},
}

var brokenShortages = []sabotage{
	{"a report writes nothing down", "stock.held", paid,
		func(m *market, b bought) globalid.ID { m.lack(b, 3); return b.item },
		func(mu ent.Mutation) bool {
			_, held := mu.(*ent.ReservationMutation)
			return !held && unshelved(mu)
		}},
	{"what lacks may be shipped", "units.counted", paid,
		func(m *market, b bought) globalid.ID { m.lack(b, 3); return b.item },
		uncounted((*ent.OrderItemMutation).ShortQuantity)},
	{"a shortage waits for ever", "status.shortages", paid,
		func(m *market, b bought) globalid.ID { return m.lack(b, 1).id },
		func(mu ent.Mutation) bool {
			if s, ok := mu.(*ent.ShortageMutation); ok {
				s.ResetDueAt()
			}
			return true
		}},
	{"a refund does not know its shortage", "refunds.causes", lacks,
		func(m *market, b bought) globalid.ID {
			m.forgo(claimed{bought: b, id: m.onlyShortage(b)})
			return m.onlyShortage(b)
		},
		func(mu ent.Mutation) bool {
			if refund, ok := mu.(*ent.RefundMutation); ok {
				refund.ResetShortage()
			}
			return true
		}},
	{"what has arrived still lacks", "units.counted", waits,
		func(m *market, b bought) globalid.ID {
			m.arrive(claimed{bought: b, id: m.onlyShortage(b)})
			return b.item
		}, uncounted((*ent.OrderItemMutation).ShortQuantity)},
}

func lacks(m *market) bought { return m.lack(paid(m), 1).bought }

func waits(m *market) bought {
	c := m.lack(paid(m), 1)
	m.await(c)
	return c.bought
}
