package order

import (
	"context"
	"time"

	"orderflow/ent"
	"orderflow/ent/order"
	"orderflow/ent/reservation"
	"orderflow/ent/suborder"
	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/stock"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// move takes one row of the trade table with the whole order: before payment all sub-orders go
// together. Fault: ACTION_NOT_ALLOWED.
func (l *Locked) move(
	ctx context.Context, tx *store.Tx, action vocab.TradeAction,
	facts lifecycle.TradeFacts, reason vocab.CloseReason,
) error {
	from := l.Order.Status
	row, err := lifecycle.Trade.Next(from, action, l.Log.Actor().Role, facts)
	if err != nil {
		return NotAllowed(err)
	}
	orders := tx.Order.Update().Where(order.ID(l.Order.ID), order.StatusEQ(from)).
		SetStatus(row.To)
	// By id: with the order and the status SQLite would look through all of that status.
	subs := tx.SubOrder.Update().
		Where(suborder.IDIn(l.subIDs()...), suborder.StatusEQ(from)).SetStatus(row.To)
	if row.To == vocab.Closed {
		orders.SetCloseReason(reason).SetClosedAt(tx.Now)
		subs.SetCloseReason(reason).SetClosedAt(tx.Now)
	}
	if n, err := orders.Save(ctx); err != nil || n != 1 {
		return conflictOr(err)
	}
	if n, err := subs.Save(ctx); err != nil || n != len(l.Subs) {
		return conflictOr(err)
	}
	l.Order.Status = row.To
	if row.To == vocab.Closed {
		l.Order.CloseReason, l.Order.ClosedAt = &reason, &tx.Now
	}
	change := document.Payload{From: string(from), To: string(row.To), Reason: string(reason)}
	l.Log.Add(row.Emit, change)
	for _, sub := range l.Subs {
		sub.Status, sub.CloseReason, sub.ClosedAt = row.To, l.Order.CloseReason, l.Order.ClosedAt
		change.SubOrder = sub.ID
		l.Log.AddFor(sub.ShopID, vocab.ForShop(row.Emit), change)
	}
	return nil
}

func (l *Locked) subIDs() []globalid.ID {
	ids := make([]globalid.ID, len(l.Subs))
	for i, sub := range l.Subs {
		ids[i] = sub.ID
	}
	return ids
}

func conflictOr(err error) error {
	if err != nil {
		return err
	}
	return fault.New(fault.Conflict, "The order was changed meanwhile; read it again.")
}

// Fail takes FAIL_PAYMENT: reserved stock comes back, use-once things stay held.
func (l *Locked) Fail(ctx context.Context, tx *store.Tx, facts lifecycle.TradeFacts) error {
	if err := l.move(ctx, tx, vocab.FailPayment, facts, ""); err != nil {
		return err
	}
	return l.release(ctx, tx)
}

// Retry takes RETRY_PAYMENT: stock that is deducted on order is reserved again. Faults:
// ACTION_NOT_ALLOWED, OUT_OF_STOCK.
func (l *Locked) Retry(ctx context.Context, tx *store.Tx, facts lifecycle.TradeFacts) error {
	if err := l.move(ctx, tx, vocab.RetryPayment, facts, ""); err != nil {
		return err
	}
	needs, err := l.needs(ctx, tx, vocab.OnOrder)
	if err != nil {
		return err
	}
	return l.outOfStock(stock.Reserve(ctx, tx, l.Log.Actor(), needs), needs)
}

// Close takes CANCEL or EXPIRE: stock and use-once things come back.
func (l *Locked) Close(
	ctx context.Context, tx *store.Tx, action vocab.TradeAction,
	facts lifecycle.TradeFacts, reason vocab.CloseReason,
) error {
	if err := l.move(ctx, tx, action, facts, reason); err != nil {
		return err
	}
	if l.discounted() {
		if err := giveBack(ctx, tx, l.Order.ID); err != nil {
			return err
		}
	}
	return l.release(ctx, tx)
}

// release gives back all stock that the order holds.
func (l *Locked) release(ctx context.Context, tx *store.Tx) error {
	held, err := tx.Reservation.Query().Where(
		reservation.OrderID(l.Order.ID), reservation.StatusEQ(vocab.ReservationHeld),
	).All(ctx)
	if err != nil {
		return err
	}
	return stock.Release(ctx, tx, l.Log.Actor(), held)
}

// Pay takes PAY, by the channel when the amount matches or by the system when there is nothing to
// pay. Use-once things are used. What is not reserved yet is reserved now, from another warehouse
// when need be (as a sub-order of its own); what is missing comes back for the caller to refund.
func (l *Locked) Pay(
	ctx context.Context, tx *store.Tx, facts lifecycle.TradeFacts, paidAt time.Time,
) ([]Shortage, error) {
	if err := l.move(ctx, tx, vocab.Pay, facts, ""); err != nil {
		return nil, err
	}
	l.Log.Change(func(u *ent.OrderUpdate) { u.SetPaidAt(paidAt) })
	l.Order.PaidAt = &paidAt
	if err := l.startShipDeadlines(ctx, tx); err != nil {
		return nil, err
	}
	if err := l.use(ctx, tx); err != nil {
		return nil, err
	}
	return l.supply(ctx, tx)
}
