package verify_test

import (
	"context"

	"orderflow/ent"
	entevent "orderflow/ent/event"
	"orderflow/internal/event"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/stock"
	"orderflow/internal/store"
	"orderflow/internal/terms"
)

func (w *world) makePending() {
	c, ctx := w.db.Client, w.ctx()
	lines := []line{{quantity: 2, freight: 500, share: terms.Share{Source: terms.FromCoupon,
		Funder: terms.FundedByPlatform, Ref: w.couponPromotion.ID, Amount: 100}}}
	m := w.order("pending", lifecycle.PendingPayment, "", lines...)
	w.pending = m
	w.reserve(m, lines)
	w.coupon = c.Coupon.Create().SetPromotionID(w.couponPromotion.ID).SetBuyerID(w.buyer.ID).
		SetStatus(lifecycle.UseHeld).SetOrderID(m.ID).SaveX(ctx)
	c.QuotaUse.Create().SetPromotionID(w.couponPromotion.ID).SetBuyerID(w.buyer.ID).
		SetOrderID(m.ID).SetStatus(lifecycle.UseHeld).SaveX(ctx)
	open := w.attempt(m, lifecycle.AttemptOpen, "")
	w.history(m, append(m.steps("", lifecycle.EventOrderPlaced, lifecycle.PendingPayment),
		attempted(open, "", lifecycle.EventPaymentStarted, lifecycle.AttemptCreated),
		attempted(open, lifecycle.AttemptCreated, lifecycle.EventPaymentOpened,
			lifecycle.AttemptOpen))...)
}

func (w *world) makePaid() {
	c, ctx := w.db.Client, w.ctx()
	lines := []line{
		{sku: 0, quantity: 1, freight: 600, share: terms.Share{Source: terms.FromBenefit,
			Funder: terms.FundedByPlatform, Ref: w.benefit.ID, Amount: 200}},
		{sku: 1, quantity: 3, freight: 800},
	}
	m := w.order("paid", lifecycle.AwaitingShipment, "", lines...)
	w.paid = m
	m.Update().SetPaidAt(w.now).ExecX(ctx)
	c.BenefitUse.Create().SetBenefitID(w.benefit.ID).SetBuyerID(w.buyer.ID).SetOrderID(m.ID).
		SetStatus(lifecycle.UseUsed).SaveX(ctx)
	w.paidUse = c.QuotaUse.Create().SetPromotionID(w.couponPromotion.ID).
		SetBuyerID(w.buyer.ID).SetOrderID(m.ID).SetStatus(lifecycle.UseUsed).SaveX(ctx)
	for _, r := range w.reserve(m, lines) {
		if r.Quantity == 3 { // one unit is cut off and given back
			r.Update().SetQuantity(2).ExecX(ctx)
			w.release(c.Reservation.Create().SetOrderID(m.ID).SetItemID(r.ItemID).
				SetStockID(r.StockID).SetQuantity(1).SetStatus(lifecycle.ReservationHeld).SaveX(ctx))
		}
	}
	counted := w.attempt(m, lifecycle.AttemptSucceeded, lifecycle.Counted)
	second := w.attempt(m, lifecycle.AttemptSucceeded, lifecycle.Duplicate)
	closed := w.refund(m, counted, lifecycle.TriggerMerchant, lifecycle.RefundClosed, m.items[1],
		1, 0, nil)
	again := w.refund(m, counted, lifecycle.TriggerMerchant, lifecycle.RefundSucceeded, m.items[1],
		1, 0, closed)
	w.taken(m.items[1], 1)
	whole := w.refund(m, second, lifecycle.TriggerDuplicate, lifecycle.RefundSucceeded, nil, 0, 0,
		nil)
	steps := m.steps("", lifecycle.EventOrderPlaced, lifecycle.PendingPayment)
	steps = append(steps, succeeded(counted)...)
	steps = append(steps, m.steps(lifecycle.PendingPayment, lifecycle.EventOrderPaid,
		lifecycle.AwaitingShipment)...)
	steps = append(steps, attempted(second, "", lifecycle.EventPaymentSucceeded,
		lifecycle.AttemptSucceeded))
	steps = append(steps, refunded(whole)...)
	steps = append(steps, refunded(closed)...)
	w.history(m, append(steps, refunded(again)...)...)
}

func (w *world) makeLate() {
	lines := []line{{sku: 1, quantity: 1}}
	m := w.order("late", lifecycle.Closed, lifecycle.PaymentTimeout, lines...)
	w.late = m
	w.release(w.reserve(m, lines)...)
	paid := w.attempt(m, lifecycle.AttemptSucceeded, lifecycle.Late)
	whole := w.refund(m, paid, lifecycle.TriggerLate, lifecycle.RefundRequested, nil, 0, 0, nil)
	steps := m.steps("", lifecycle.EventOrderPlaced, lifecycle.PendingPayment)
	steps = append(steps, m.steps(lifecycle.PendingPayment, lifecycle.EventOrderExpired,
		lifecycle.Closed)...)
	steps = append(steps, succeeded(paid)...)
	w.history(m, append(steps, refunded(whole)...)...)
}

func (w *world) makeGone() {
	lines := []line{{sku: 0, quantity: 2, freight: 300}}
	m := w.order("gone", lifecycle.Closed, lifecycle.MerchantCancelled, lines...)
	w.gone = m
	m.Update().SetPaidAt(w.now).ExecX(w.ctx())
	w.release(w.reserve(m, lines)...)
	failed := w.attempt(m, lifecycle.AttemptFailed, "")
	counted := w.attempt(m, lifecycle.AttemptSucceeded, lifecycle.Counted)
	back := w.refund(m, counted, lifecycle.TriggerMerchant, lifecycle.RefundSucceeded, m.items[0],
		2, 300, nil)
	w.taken(m.items[0], 2)
	m.subs[0].Update().SetFreightRefundable(0).SetFreightRefunded(300).ExecX(w.ctx())
	steps := append(m.steps("", lifecycle.EventOrderPlaced, lifecycle.PendingPayment),
		attempted(failed, "", lifecycle.EventPaymentStarted, lifecycle.AttemptCreated),
		attempted(failed, lifecycle.AttemptCreated, lifecycle.EventPaymentFailed,
			lifecycle.AttemptFailed))
	steps = append(steps, succeeded(counted)...)
	steps = append(steps, m.steps(lifecycle.PendingPayment, lifecycle.EventOrderPaid,
		lifecycle.AwaitingShipment)...)
	steps = append(steps, refunded(back)...)
	w.history(m, append(steps, step{lifecycle.EventSubOrderRefunded, m.subs[0].ShopID,
		terms.Facts{SubOrder: m.subs[0].ID, From: "AWAITING_SHIPMENT", To: "CLOSED"}})...)
}

// makeTransfer sends four units to another warehouse, where one has arrived.
func (w *world) makeTransfer() {
	clerk := event.Actor{Role: lifecycle.Warehouse}
	to := w.db.Client.Warehouse.Create().SetCode("bj").SetName("Beijing").SetRegion("北京").
		SaveX(w.ctx())
	w.transfer = w.db.Client.StockTransfer.Create().SetShopID(w.shops[0].ID).
		SetSkuID(w.skus[0].ID).SetFromWarehouseID(w.warehouse.ID).SetToWarehouseID(to.ID).
		SetStatus(lifecycle.TransferShipped).SetQuantity(4).SetReceivedQuantity(1).
		SetCreatedAt(w.now).SaveX(w.ctx())
	w.run(func(ctx context.Context, tx *store.Tx) error {
		if err := stock.Send(ctx, tx, clerk, w.transfer); err != nil {
			return err
		}
		for _, s := range []struct {
			name     string
			from, to lifecycle.TransferStatus
			units    int64
		}{
			{lifecycle.EventTransferRequested, "", lifecycle.TransferRequested, 4},
			{lifecycle.EventTransferShipped, lifecycle.TransferRequested,
				lifecycle.TransferShipped, 4},
			{lifecycle.EventTransferReceived, lifecycle.TransferShipped,
				lifecycle.TransferShipped, 1},
		} {
			err := event.AppendShop(ctx, tx, w.shops[0].ID, clerk, s.name, terms.Facts{
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
	facts terms.Facts
}

// steps moves the whole order.
func (m *made) steps(from lifecycle.TradeStatus, name string, to lifecycle.TradeStatus) []step {
	facts := terms.Facts{From: string(from), To: string(to)}
	all := []step{{name: name, facts: facts}}
	for _, sub := range m.subs {
		facts.SubOrder = sub.ID
		all = append(all, step{lifecycle.ForShop(name), sub.ShopID, facts})
	}
	return all
}

func attempted(
	p *ent.Payment, from lifecycle.AttemptStatus, name string, to lifecycle.AttemptStatus,
) step {
	return step{name: name,
		facts: terms.Facts{Payment: p.ID, From: string(from), To: string(to)}}
}

func succeeded(p *ent.Payment) []step {
	return []step{
		attempted(p, "", lifecycle.EventPaymentStarted, lifecycle.AttemptCreated),
		attempted(p, lifecycle.AttemptCreated, lifecycle.EventPaymentSucceeded,
			lifecycle.AttemptSucceeded),
	}
}

// refunded tells how a refund got where it is: asked for, accepted, settled.
func refunded(r *ent.Refund) []step {
	tell := func(from lifecycle.RefundStatus, name string, to lifecycle.RefundStatus) step {
		s := step{name: name, facts: terms.Facts{Refund: r.ID, From: string(from), To: string(to)}}
		if r.ShopID != nil {
			s.shop = *r.ShopID
		}
		return s
	}
	all := []step{tell("", lifecycle.EventRefundRequested, lifecycle.RefundRequested)}
	if r.Status == lifecycle.RefundRequested {
		return all
	}
	all = append(all, tell(lifecycle.RefundRequested, lifecycle.EventRefundSubmitted,
		lifecycle.RefundSubmitted))
	name := lifecycle.EventRefundSucceeded
	if r.Status == lifecycle.RefundClosed {
		name = lifecycle.EventRefundClosed
	}
	return append(all, tell(lifecycle.RefundSubmitted, name, r.Status))
}

// history appends the events of an order.
func (w *world) history(m *made, steps ...step) {
	w.run(func(ctx context.Context, tx *store.Tx) error {
		locked, err := tx.LockOrder(ctx, m.ID)
		if err != nil {
			return err
		}
		log := event.On(locked, event.Actor{Role: lifecycle.System})
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
