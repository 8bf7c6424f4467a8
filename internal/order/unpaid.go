package order

import (
	"context"
	"slices"
	"time"

	"orderflow/ent"
	"orderflow/internal/document"
	"orderflow/internal/lifecycle"
	"orderflow/internal/redemption"
	"orderflow/internal/stock"
	"orderflow/internal/vocab"
)

// Fail takes FAIL_PAYMENT: reserved stock comes back, redemptions stay claimed.
func (l *Locked) Fail(ctx context.Context, facts lifecycle.TradeFacts) error {
	if err := l.Load(ctx); err != nil {
		return err
	}
	if err := l.transitionOrder(vocab.FailPayment, facts, ""); err != nil {
		return err
	}
	return l.release(ctx)
}

// Close takes CANCEL or EXPIRE: stock and redemptions come back.
func (l *Locked) Close(
	ctx context.Context, action vocab.TradeAction, facts lifecycle.TradeFacts,
	reason vocab.CloseReason,
) error {
	if err := l.Load(ctx); err != nil {
		return err
	}
	if err := l.transitionOrder(action, facts, reason); err != nil {
		return err
	}
	if l.discounted() {
		if err := redemption.Release(ctx, l.Tx, l.Order.ID); err != nil {
			return err
		}
	}
	return l.release(ctx)
}

// release gives back all stock that the order holds.
func (l *Locked) release(ctx context.Context) error {
	held, err := l.held(ctx)
	if err != nil {
		return err
	}
	return stock.Release(l.Tx, l.Actor, held)
}

// Pay takes PAY, by the channel when the amount matches or by the system when there is nothing to
// pay. Redemptions are used. What is not reserved yet is reserved now, from another warehouse when
// need be (as a sub-order of its own); what is missing comes back for the caller to see to.
func (l *Locked) Pay(
	ctx context.Context, facts lifecycle.TradeFacts, paidAt time.Time,
) ([]Missing, error) {
	if err := l.Load(ctx); err != nil {
		return nil, err
	}
	reserved := vocab.AwaitingPayment.Has(l.Order.Status) // unless it is deducted on payment
	if err := l.transitionOrder(vocab.Pay, facts, ""); err != nil {
		return nil, err
	}
	l.Order.PaidAt = &paidAt
	if err := l.startShipDeadlines(ctx); err != nil {
		return nil, err
	}
	if l.discounted() {
		if err := redemption.Use(ctx, l.Tx, l.Order.ID); err != nil {
			return nil, err
		}
	}
	if reserved && !slices.ContainsFunc(l.Items, deductedOnPayment) {
		return nil, nil
	}
	return l.reservePaid(ctx)
}

func deductedOnPayment(it *ent.OrderItem) bool { return it.DeductionMode == vocab.OnPayment }

// startShipDeadlines gives every sub-order the time by which its shop should ship.
func (l *Locked) startShipDeadlines(ctx context.Context) error {
	terms, err := l.readTerms(ctx, l.Subs...)
	if err != nil {
		return err
	}
	for _, sub := range l.Subs {
		of := terms[policyOf{sub.ShopID, sub.PolicyVersion}]
		due := l.Tx.Now.Add(document.Hours(of.ShipHours))
		sub.ShipDueAt = &due
	}
	l.setNextDue()
	return nil
}
