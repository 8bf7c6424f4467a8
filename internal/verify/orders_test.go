package verify_test

import (
	"context"

	"orderflow/ent"
	entevent "orderflow/ent/event"
	"orderflow/internal/document"
	"orderflow/internal/event"
	"orderflow/internal/globalid"
	"orderflow/internal/stock"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

func (w *world) makePending() {
	c, ctx := w.db.Client, w.ctx()
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
	w.history(m, append(m.steps("", vocab.EventOrderPlaced, vocab.PendingPayment),
		attempted(open, "", vocab.EventPaymentStarted, vocab.AttemptCreated),
		attempted(open, vocab.AttemptCreated, vocab.EventPaymentOpened,
			vocab.AttemptOpen))...)
}

func (w *world) makePaid() {
	c, ctx := w.db.Client, w.ctx()
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
				SetStockID(r.StockID).SetQuantity(1).SetStatus(vocab.ReservationHeld).SaveX(ctx))
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
	steps := m.steps("", vocab.EventOrderPlaced, vocab.PendingPayment)
	steps = append(steps, succeeded(counted)...)
	steps = append(steps, m.steps(vocab.PendingPayment, vocab.EventOrderPaid,
		vocab.AwaitingShipment)...)
	steps = append(steps, attempted(second, "", vocab.EventPaymentSucceeded,
		vocab.AttemptSucceeded))
	steps = append(steps, refunded(whole)...)
	steps = append(steps, refunded(closed)...)
	w.history(m, append(steps, refunded(again)...)...)
}

func (w *world) makeLate() {
	lines := []line{{sku: 1, quantity: 1}}
	m := w.order("late", vocab.Closed, vocab.PaymentTimeout, lines...)
	w.late = m
	w.release(w.reserve(m, lines)...)
	paid := w.attempt(m, vocab.AttemptSucceeded, vocab.Late)
	whole := w.refund(m, paid, vocab.TriggerLate, vocab.RefundRequested, nil, 0, 0, nil)
	steps := m.steps("", vocab.EventOrderPlaced, vocab.PendingPayment)
	steps = append(steps, m.steps(vocab.PendingPayment, vocab.EventOrderExpired,
		vocab.Closed)...)
	steps = append(steps, succeeded(paid)...)
	w.history(m, append(steps, refunded(whole)...)...)
}

func (w *world) makeGone() {
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
	steps := append(m.steps("", vocab.EventOrderPlaced, vocab.PendingPayment),
		attempted(failed, "", vocab.EventPaymentStarted, vocab.AttemptCreated),
		attempted(failed, vocab.AttemptCreated, vocab.EventPaymentFailed,
			vocab.AttemptFailed))
	steps = append(steps, succeeded(counted)...)
	steps = append(steps, m.steps(vocab.PendingPayment, vocab.EventOrderPaid,
		vocab.AwaitingShipment)...)
	steps = append(steps, refunded(back)...)
	w.history(m, append(steps, step{vocab.EventSubOrderRefunded, m.subs[0].ShopID,
		document.Payload{SubOrder: m.subs[0].ID, From: "AWAITING_SHIPMENT", To: "CLOSED"}})...)
}

// makeTransfer sends four units to another warehouse, where one has arrived.
func (w *world) makeTransfer() {
	clerk := event.Actor{Role: vocab.Warehouse}
	to := w.db.Client.Warehouse.Create().SetCode("bj").SetName("Beijing").SetRegion("北京").
		SaveX(w.ctx())
	w.transfer = w.db.Client.StockTransfer.Create().SetShopID(w.shops[0].ID).
		SetSkuID(w.skus[0].ID).SetFromWarehouseID(w.warehouse.ID).SetToWarehouseID(to.ID).
		SetStatus(vocab.TransferShipped).SetQuantity(4).SetReceivedQuantity(1).
		SetCreatedAt(w.now).SaveX(w.ctx())
	w.run(func(ctx context.Context, tx *store.Tx) error {
		if err := stock.Send(ctx, tx, clerk, w.transfer); err != nil {
			return err
		}
		for _, s := range []struct {
			name     string
			from, to vocab.TransferStatus
			units    int64
		}{
			{vocab.EventTransferRequested, "", vocab.TransferRequested, 4},
			{vocab.EventTransferShipped, vocab.TransferRequested,
				vocab.TransferShipped, 4},
			{vocab.EventTransferReceived, vocab.TransferShipped,
				vocab.TransferShipped, 1},
		} {
			err := event.AppendShop(ctx, tx, w.shops[0].ID, clerk, s.name, document.Payload{
				Transfer: w.transfer.ID, From: string(s.from), To: string(s.to),
				Quantity: s.units})
			if err != nil {
				return err
			}
		}
		return stock.Arrive(ctx, tx, clerk, w.transfer, 1, 0)
	})
}

// step is an event to be appended.
type step struct {
	name  string
	shop  globalid.ID
	facts document.Payload
}

// steps moves the whole order.
func (m *made) steps(from vocab.TradeStatus, name string, to vocab.TradeStatus) []step {
	facts := document.Payload{From: string(from), To: string(to)}
	all := []step{{name: name, facts: facts}}
	for _, sub := range m.subs {
		facts.SubOrder = sub.ID
		all = append(all, step{vocab.ForShop(name), sub.ShopID, facts})
	}
	return all
}

func attempted(
	p *ent.Payment, from vocab.AttemptStatus, name string, to vocab.AttemptStatus,
) step {
	return step{name: name,
		facts: document.Payload{Payment: p.ID, From: string(from), To: string(to)}}
}

func succeeded(p *ent.Payment) []step {
	return []step{
		attempted(p, "", vocab.EventPaymentStarted, vocab.AttemptCreated),
		attempted(p, vocab.AttemptCreated, vocab.EventPaymentSucceeded,
			vocab.AttemptSucceeded),
	}
}

// refunded tells how a refund got where it is: asked for, accepted, settled.
func refunded(r *ent.Refund) []step {
	tell := func(from vocab.RefundStatus, name string, to vocab.RefundStatus) step {
		s := step{name: name, facts: document.Payload{Refund: r.ID, From: string(from), To: string(to)}}
		if r.ShopID != nil {
			s.shop = *r.ShopID
		}
		return s
	}
	all := []step{tell("", vocab.EventRefundRequested, vocab.RefundRequested)}
	if r.Status == vocab.RefundRequested {
		return all
	}
	all = append(all, tell(vocab.RefundRequested, vocab.EventRefundSubmitted,
		vocab.RefundSubmitted))
	name := vocab.EventRefundSucceeded
	if r.Status == vocab.RefundClosed {
		name = vocab.EventRefundClosed
	}
	return append(all, tell(vocab.RefundSubmitted, name, r.Status))
}

// history appends the events of an order.
func (w *world) history(m *made, steps ...step) {
	w.run(func(ctx context.Context, tx *store.Tx) error {
		locked, err := tx.LockOrder(ctx, m.ID)
		if err != nil {
			return err
		}
		log := event.On(locked, event.Actor{Role: vocab.System})
		for _, s := range steps {
			if s.shop.IsZero() {
				log.Add(s.name, s.facts)
			} else {
				log.AddFor(s.shop, s.name, s.facts)
			}
		}
		return log.Write(ctx, tx)
	})
}

// feed places every event but the last; the feed has lost its two oldest entries to retention.
func (w *world) feed() {
	c, ctx := w.db.Client, w.ctx()
	all := c.Event.Query().Order(ent.Asc(entevent.FieldOrderID, entevent.FieldSequence)).AllX(ctx)
	all = all[:len(all)-1]
	for i, e := range all {
		position := int64(i) + 1
		e.Update().SetPosition(position).ExecX(ctx)
		if position > 2 {
			c.FeedEntry.Create().SetID(position).SetEventID(e.ID).SetNillableOrderID(e.OrderID).
				SetNillableShopID(e.ShopID).SaveX(ctx)
		}
	}
	c.FeedHead.Create().SetID(1).SetPosition(int64(len(all))).SaveX(ctx)
}
