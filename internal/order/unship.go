package order

import (
	"context"

	"orderflow/ent"
	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/vocab"
)

// Unship takes back what Ship has done for a parcel that no courier has: the items' shipped
// quantity, the status, the time of shipping and the deadlines of the receipt. The time to ship
// goes on as if nothing had been sent. Address changes that lapsed stay so. The caller has put the
// units back into stock. Faults: ACTION_NOT_ALLOWED when the buyer has received a sub-order,
// NOT_FOUND.
func (l *Locked) Unship(_ context.Context, handed []Handed) error {
	units := map[globalid.ID]int64{} // by sub-order
	var subs []*ent.SubOrder
	for _, h := range handed {
		item := l.Item(h.Item)
		if item == nil || h.Units < 1 || h.Units > item.ShippedQuantity {
			return fault.New(fault.NotFound, "There is no such item in this order.")
		}
		sub := l.Sub(item.SubOrderID)
		if units[sub.ID] == 0 {
			subs = append(subs, sub)
		}
		units[sub.ID] += h.Units
		item.ShippedQuantity -= h.Units
	}
	for _, sub := range subs {
		err := l.TransitionSub(sub, Transition{Action: vocab.UndoShip, By: vocab.System,
			Facts: l.progress(sub), Payload: document.Payload{Quantity: units[sub.ID]}})
		if err != nil {
			return err
		}
		// The clock of the receipt has not begun; a request that is open does not stop it.
		sub.ShippedAt, sub.ReceiptDueAt, sub.TroubleDueAt = nil, nil, nil
		sub.PausedAt, sub.PausedSeconds = nil, 0
	}
	return nil
}
