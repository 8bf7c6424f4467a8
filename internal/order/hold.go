package order

import (
	"context"
	"time"

	"orderflow/ent"
	"orderflow/internal/fault"
	"orderflow/internal/money"
	"orderflow/internal/vocab"
)

// Hold is what one request or refund takes of an item: units and money that nobody else can take as
// long as it stands. Unshipped units will not be handed over.
type Hold struct {
	Item      *ent.OrderItem
	Units     int64 // 0: money alone
	Amount    int64 // minor units
	Unshipped bool
}

// Worth is what n of the r units left on an item give of the money R left on it: ⌊R·n/r⌋, and all
// of R for all r. It is the most that a Hold of n units may take.
func Worth(item *ent.OrderItem, units int64) int64 {
	if units < 1 || item.RefundableQuantity == 0 {
		return 0
	}
	return money.Portion(item.Refundable, units, item.RefundableQuantity)
}

// Returnable is how many units of an item were handed over and are in no request or refund.
func Returnable(item *ent.OrderItem) int64 {
	taken := item.Quantity - item.RefundableQuantity - item.RecalledQuantity
	return max(0, item.ShippedQuantity-taken)
}

// Take takes what a request or a refund holds out of what is left on the item. The caller writes
// the row that holds it. Fault: LIMIT_EXCEEDED when less is left.
func Take(h Hold) error {
	most, units := h.Item.Refundable, Returnable(h.Item)
	if h.Unshipped {
		units = Shippable(h.Item)
	}
	if h.Units > 0 {
		most = Worth(h.Item, h.Units)
	}
	if h.Units < 0 || h.Units > units {
		return fault.New(fault.LimitExceeded, "%d units of %s can be refunded.", units,
			h.Item.SkuCode)
	}
	if h.Amount < 0 || h.Amount > most {
		return fault.New(fault.LimitExceeded, "At most %d can be refunded for these units of %s.",
			most, h.Item.SkuCode)
	}
	shift(h, 1)
	return nil
}

// Drop gives back what a request held: it was withdrawn, or came to nothing.
func Drop(h Hold) { shift(h, -1) }

// shift moves what is held from the item's rest to the holder, or back.
func shift(h Hold, sign int64) {
	h.Item.Refundable -= sign * h.Amount
	h.Item.RefundableQuantity -= sign * h.Units
	if h.Unshipped {
		h.Item.RecalledQuantity += sign * h.Units
	}
}

// OpenRequest counts one more open request of a sub-order: the clock of its receipt stands still
// and it does not complete.
func (l *Locked) OpenRequest(sub *ent.SubOrder) {
	sub.OpenRequests++
	if sub.OpenRequests == 1 && vocab.AwaitingReceipt.Has(sub.Status) {
		sub.PausedAt = &l.Tx.Now
	}
}

// CloseRequest counts one less. With the last one the clock of the receipt goes on, with a day left
// at least; that of a parcel in trouble begins anew.
func (l *Locked) CloseRequest(ctx context.Context, sub *ent.SubOrder) error {
	sub.OpenRequests--
	since := sub.PausedAt
	if since == nil && vocab.AwaitingReceipt.Has(sub.Status) {
		since = sub.ShippedAt // it was shipped meanwhile: its clock has not begun
	}
	if sub.OpenRequests > 0 || since == nil {
		return nil
	}
	sub.PausedSeconds += int64(l.Tx.Now.Sub(*since) / time.Second)
	sub.PausedAt = nil
	if !vocab.AwaitingReceipt.Has(sub.Status) {
		return nil
	}
	sub.ReceiptDueAt, sub.TroubleDueAt = nil, nil // clocks that stood still
	return l.schedule(ctx, sub)
}
