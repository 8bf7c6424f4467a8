package order

import (
	"orderflow/ent"
	"orderflow/internal/document"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/vocab"
)

// Transition is one row of the trade table to be taken by a paid sub-order.
type Transition struct {
	Action vocab.TradeAction
	// By is whoever acts, when it is left out.
	By    vocab.Role
	Facts lifecycle.TradeFacts
	// Payload is what the event says beyond the sub-order and its statuses.
	Payload document.Payload
}

// TransitionSub changes the status of a paid sub-order and emits the event. What else changes in
// its row is the caller's. Fault: ACTION_NOT_ALLOWED.
func (l *Locked) TransitionSub(sub *ent.SubOrder, t Transition) error {
	if t.By == "" {
		t.By = l.Actor.Role
	}
	taken, err := lifecycle.Take(lifecycle.Trade, &sub.Status, t.Action, t.By, t.Facts)
	if err != nil {
		return err
	}
	t.Payload.SubOrder, t.Payload.From, t.Payload.To = sub.ID, string(taken.From), string(taken.To)
	if taken.Emit != "" {
		l.EmitFor(sub.ShopID, taken.Emit, t.Payload)
	}
	return nil
}

// transitionOrder changes the status of the whole order: before payment all sub-orders go together.
// The reason is that of a closing. Fault: ACTION_NOT_ALLOWED.
func (l *Locked) transitionOrder(
	action vocab.TradeAction, facts lifecycle.TradeFacts, reason vocab.CloseReason,
) error {
	taken, err := lifecycle.Take(
		lifecycle.Trade, &l.Order.Status, action, l.Actor.Role, facts)
	if err != nil {
		return l.AsSeen(action, err)
	}
	if vocab.TradeClosed.Has(taken.To) {
		l.Order.CloseReason, l.Order.ClosedAt = &reason, &l.Tx.Now
	}
	for _, sub := range l.Subs {
		sub.Status, sub.CloseReason, sub.ClosedAt = taken.To, l.Order.CloseReason, l.Order.ClosedAt
	}
	l.emitToAll(taken.Emit, document.Payload{
		From: string(taken.From), To: string(taken.To), Reason: string(reason)})
	return nil
}

// AsSeen words the refusal of an action on the whole order for the viewer whose command it is:
// staff of a shop see the status of their own sub-orders, and must not learn that of others.
func (l *Locked) AsSeen(action vocab.TradeAction, refusal error) error {
	if l.viewer == nil || l.viewer.Concerns(l.Order.BuyerID, globalid.ID{}) {
		return refusal
	}
	var seen []lifecycle.Child
	for _, sub := range l.Subs {
		if l.viewer.HasShop(sub.ShopID) {
			seen = append(seen, Child(sub))
		}
	}
	status, _ := lifecycle.RollUp(seen)
	if status == l.Order.Status {
		return refusal
	}
	return lifecycle.NotPossible(action, status)
}

// emitToAll emits an event of the whole order, and the same fact to each shop.
func (l *Locked) emitToAll(name string, payload document.Payload) {
	l.Emit(name, payload)
	for _, sub := range l.Subs {
		payload.SubOrder = sub.ID
		l.EmitFor(sub.ShopID, vocab.ForShop(name), payload)
	}
}
