package verify_test

import (
	"orderflow/ent"
	entevent "orderflow/ent/event"
	"orderflow/internal/document"
	"orderflow/internal/globalid"
	"orderflow/internal/transfer"
	"orderflow/internal/vocab"
)

func (w *fixture) addPending() {
	c, ctx := w.DB.Client, w.ctx()
	lines := []line{{quantity: 2, freight: 500, share: document.Share{Source: vocab.FromCoupon,
		Funder: vocab.FundedByPlatform, Ref: w.couponPromotion.ID, Amount: 100}}}
	m := w.order("pending", vocab.PendingPayment, "", lines...)
	w.pending = m
	w.reserve(m, lines)
	w.coupon = c.Coupon.Create().SetPromotionID(w.couponPromotion.ID).SetBuyerID(w.buyer.ID).
		SetStatus(vocab.UseHeld).SetOrderID(m.ID).SaveX(ctx)
	c.QuotaUse.Create().SetPromotionID(w.couponPromotion.ID).SetBuyerID(w.buyer.ID).
		SetOrderID(m.ID).SetStatus(vocab.UseHeld).SaveX(ctx)
	open := w.attempt(m, vocab.AttemptOpen, "")
	w.history(m, append(m.moved("", vocab.EventOrderPlaced, vocab.PendingPayment),
		attempted(open, "", vocab.EventPaymentStarted, vocab.AttemptCreated))...)
}

func (w *fixture) addPaid() {
	c, ctx := w.DB.Client, w.ctx()
	lines := []line{
		{sku: 0, quantity: 1, freight: 600, share: document.Share{Source: vocab.FromBenefit,
			Funder: vocab.FundedByPlatform, Ref: w.benefit.ID, Amount: 200}},
		{sku: 1, quantity: 3, freight: 800},
	}
	m := w.order("paid", vocab.AwaitingShipment, "", lines...)
	w.paid = m
	m.Update().SetPaidAt(w.now).ExecX(ctx)
	c.BenefitUse.Create().SetBenefitID(w.benefit.ID).SetBuyerID(w.buyer.ID).SetOrderID(m.ID).
		SetStatus(vocab.UseUsed).SaveX(ctx)
	w.paidUse = c.QuotaUse.Create().SetPromotionID(w.couponPromotion.ID).
		SetBuyerID(w.buyer.ID).SetOrderID(m.ID).SetStatus(vocab.UseUsed).SaveX(ctx)
	for _, r := range w.reserve(m, lines) {
		if r.Quantity == 3 { // one unit is cut off and given back
			r.Update().SetQuantity(2).ExecX(ctx)
			w.release(c.Reservation.Create().SetOrderID(m.ID).SetItemID(r.ItemID).
				SetStockID(r.StockID).SetShopID(r.ShopID).SetQuantity(1).
				SetStatus(vocab.ReservationHeld).SaveX(ctx))
		}
	}
	counted := w.attempt(m, vocab.AttemptSucceeded, vocab.Counted)
	second := w.attempt(m, vocab.AttemptSucceeded, vocab.Duplicate)
	closed := w.refund(m, counted, vocab.TriggerMerchant, vocab.RefundClosed, m.items[1],
		1, 0, nil)
	again := w.refund(m, counted, vocab.TriggerMerchant, vocab.RefundSucceeded, m.items[1],
		1, 0, closed)
	w.taken(m.items[1], 1)
	whole := w.refund(m, second, vocab.TriggerDuplicate, vocab.RefundSucceeded, nil, 0, 0,
		nil)
	entries := m.moved("", vocab.EventOrderPlaced, vocab.PendingPayment)
	entries = append(entries, succeeded(counted)...)
	entries = append(entries, m.moved(vocab.PendingPayment, vocab.EventOrderPaid,
		vocab.AwaitingShipment)...)
	entries = append(entries, attempted(second, "", vocab.EventPaymentSucceeded,
		vocab.AttemptSucceeded))
	entries = append(entries, refunded(whole)...)
	entries = append(entries, refunded(closed)...)
	w.history(m, append(entries, refunded(again)...)...)
}

func (w *fixture) addLate() {
	lines := []line{{sku: 1, quantity: 1}}
	m := w.order("late", vocab.Closed, vocab.PaymentTimeout, lines...)
	w.late = m
	w.release(w.reserve(m, lines)...)
	paid := w.attempt(m, vocab.AttemptSucceeded, vocab.Late)
	whole := w.refund(m, paid, vocab.TriggerLate, vocab.RefundRequested, nil, 0, 0, nil)
	entries := m.moved("", vocab.EventOrderPlaced, vocab.PendingPayment)
	entries = append(entries, m.moved(vocab.PendingPayment, vocab.EventOrderExpired,
		vocab.Closed)...)
	entries = append(entries, succeeded(paid)...)
	w.history(m, append(entries, refunded(whole)...)...)
}

func (w *fixture) addGone() {
	lines := []line{{sku: 0, quantity: 2, freight: 300}}
	m := w.order("gone", vocab.Closed, vocab.MerchantCancelled, lines...)
	w.gone = m
	m.Update().SetPaidAt(w.now).ExecX(w.ctx())
	w.release(w.reserve(m, lines)...)
	failed := w.attempt(m, vocab.AttemptFailed, "")
	counted := w.attempt(m, vocab.AttemptSucceeded, vocab.Counted)
	back := w.refund(m, counted, vocab.TriggerMerchant, vocab.RefundSucceeded, m.items[0],
		2, 300, nil)
	w.taken(m.items[0], 2)
	m.subs[0].Update().SetFreightRefundable(0).SetFreightRefunded(300).ExecX(w.ctx())
	entries := append(m.moved("", vocab.EventOrderPlaced, vocab.PendingPayment),
		attempted(failed, "", vocab.EventPaymentStarted, vocab.AttemptCreated),
		attempted(failed, vocab.AttemptCreated, vocab.EventPaymentFailed,
			vocab.AttemptFailed))
	entries = append(entries, succeeded(counted)...)
	entries = append(entries, m.moved(vocab.PendingPayment, vocab.EventOrderPaid,
		vocab.AwaitingShipment)...)
	entries = append(entries, refunded(back)...)
	w.history(m, append(entries, entry{vocab.EventSubOrderRefunded, m.subs[0].ShopID,
		document.Payload{SubOrder: m.subs[0].ID, From: "AWAITING_SHIPMENT", To: "CLOSED"}})...)
}

// addTransfer sends four units to another warehouse, where one has arrived.
func (w *fixture) addTransfer() {
	to := w.AddWarehouse("bj", "Beijing", "北京", 0)
	id := w.MustID(w.Transfers.Request(w.Platform, transfer.RequestInput{Sku: w.skus[0].ID,
		From: w.warehouse.ID, To: to.ID, Quantity: 4}))
	w.MustID(w.Transfers.Ship(w.Platform, id))
	w.MustID(w.Transfers.Receive(w.Platform,
		transfer.ReceiveInput{Transfer: id, Quantity: 1}))
	w.transfer = w.DB.Client.StockTransfer.GetX(w.ctx(), id)
}

// entry is an event of the history of an order.
type entry struct {
	name    string
	shop    globalid.ID
	payload document.Payload
}

// moved are the events of a transition of the whole order.
func (m *orderRows) moved(from vocab.TradeStatus, name string, to vocab.TradeStatus) []entry {
	payload := document.Payload{From: string(from), To: string(to)}
	all := []entry{{name: name, payload: payload}}
	for _, sub := range m.subs {
		payload.SubOrder = sub.ID
		all = append(all, entry{vocab.ForShop(name), sub.ShopID, payload})
	}
	return all
}

func attempted(
	p *ent.Payment, from vocab.AttemptStatus, name string, to vocab.AttemptStatus,
) entry {
	return entry{name: name,
		payload: document.Payload{Payment: p.ID, From: string(from), To: string(to)}}
}

func succeeded(p *ent.Payment) []entry {
	return []entry{
		attempted(p, "", vocab.EventPaymentStarted, vocab.AttemptCreated),
		attempted(p, vocab.AttemptCreated, vocab.EventPaymentSucceeded,
			vocab.AttemptSucceeded),
	}
}

// refunded are the events of a refund: requested, accepted, settled.
func refunded(r *ent.Refund) []entry {
	change := func(from vocab.RefundStatus, name string, to vocab.RefundStatus) entry {
		s := entry{name: name, payload: document.Payload{Refund: r.ID, From: string(from),
			To: string(to)}}
		if r.ShopID != nil {
			s.shop = *r.ShopID
		}
		return s
	}
	all := []entry{change("", vocab.EventRefundRequested, vocab.RefundRequested)}
	if r.Status == vocab.RefundRequested {
		return all
	}
	all = append(all, change(vocab.RefundRequested, vocab.EventRefundSubmitted,
		vocab.RefundSubmitted))
	name := vocab.EventRefundSucceeded
	if r.Status == vocab.RefundClosed {
		name = vocab.EventRefundClosed
	}
	return append(all, change(vocab.RefundSubmitted, name, r.Status))
}

// history appends the events of an order.
func (w *fixture) history(m *orderRows, entries ...entry) {
	for i, e := range entries {
		create := w.DB.Client.Event.Create().SetOrderID(m.ID).SetBuyerID(m.BuyerID).
			SetSequence(int64(i) + 1).
			SetType(e.name).SetActorRole(vocab.System).SetPayload(e.payload).SetCreatedAt(w.now)
		if !e.shop.IsZero() {
			create.SetShopID(e.shop)
		}
		create.ExecX(w.ctx())
	}
	m.Update().SetEventSequence(int64(len(entries))).ExecX(w.ctx())
}

// feed places every event but the last.
func (w *fixture) feed() {
	c, ctx := w.DB.Client, w.ctx()
	all := c.Event.Query().Order(ent.Asc(entevent.FieldOrderID, entevent.FieldSequence)).AllX(ctx)
	all = all[:len(all)-1]
	for i, e := range all {
		e.Update().SetPosition(int64(i) + 1).ExecX(ctx)
	}
	c.FeedHead.Create().SetID(1).SetEpoch(1).SetPosition(int64(len(all))).SaveX(ctx)
}
