package order

import (
	"context"
	"slices"

	"orderflow/ent"
	"orderflow/internal/document"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/redemption"
	"orderflow/internal/stock"
	"orderflow/internal/vocab"
)

// Unreserve gives back the stock that is held for the units of holds. Units that hold none (they
// were short) are passed over.
func (l *Locked) Unreserve(ctx context.Context, holds ...Hold) error {
	held, err := l.held(ctx)
	if err != nil {
		return err
	}
	for _, h := range holds {
		var awaited []globalid.ID
		if h.Item.ShortQuantity > 0 {
			if awaited, err = l.AwaitedTransfers(ctx, h.Item.ID); err != nil {
				return err
			}
		}
		err := stock.ReleaseUnits(l.Tx, l.Actor, held, h.Item.ID, h.Units, awaited)
		if err != nil {
			return err
		}
	}
	return nil
}

// RefundSucceeded counts the units of a refund that succeeded, closes the sub-orders of which
// nothing is left (or moves them on when the rest is all shipped) and releases the redemptions
// whose goods all came back unshipped. The refund's own event is the caller's.
func (l *Locked) RefundSucceeded(
	ctx context.Context, refund *ent.Refund, lines []*ent.RefundLine,
) error {
	var subs []globalid.ID
	for _, line := range lines {
		item := l.Item(line.ItemID)
		item.Refunded += line.Amount
		item.RefundedQuantity += line.Quantity
		if line.Unshipped {
			item.CancelledQuantity += line.Quantity
		}
		if !slices.Contains(subs, item.SubOrderID) {
			subs = append(subs, item.SubOrderID)
		}
	}
	l.freightRefunded(refund)
	for _, id := range subs {
		if err := l.refundRemaining(ctx, l.Sub(id), closeReason(refund.Trigger)); err != nil {
			return err
		}
	}
	if len(lines) == 0 {
		return nil
	}
	return l.releaseUnshipped(ctx)
}

func closeReason(trigger vocab.RefundTrigger) vocab.CloseReason {
	switch trigger {
	case vocab.TriggerShortage:
		return vocab.OutOfStock
	case vocab.TriggerMerchant:
		return vocab.MerchantCancelled
	default:
		return vocab.Refunded
	}
}

// refundRemaining takes REFUND_REMAINING when the trade table has it now: nothing is left of a
// sub-order, or nothing is left to ship.
func (l *Locked) refundRemaining(
	ctx context.Context, sub *ent.SubOrder, reason vocab.CloseReason,
) error {
	facts := l.progress(sub)
	row, err := lifecycle.Trade.Next(sub.Status, vocab.RefundRemaining, vocab.System, facts)
	if err != nil {
		return nil //nolint:nilerr // the refund leaves the trade as it is
	}
	if err := l.endHolds(ctx, sub); err != nil {
		return err
	}
	t := Transition{Action: vocab.RefundRemaining, By: vocab.System, Facts: facts}
	if !vocab.TradeClosed.Has(row.To) {
		if err := l.TransitionSub(sub, t); err != nil {
			return err
		}
		sub.ShippedAt = &l.Tx.Now
		return l.schedule(ctx, sub)
	}
	t.Payload = document.Payload{Reason: string(reason)}
	if err := l.TransitionSub(sub, t); err != nil {
		return err
	}
	sub.CloseReason, sub.ClosedAt, sub.AwaitingReview = &reason, &l.Tx.Now, false
	if slices.ContainsFunc(l.Subs, func(s *ent.SubOrder) bool {
		return s.ShopID == sub.ShopID && vocab.NotShipped.Has(s.Status)
	}) {
		return nil
	}
	return l.lapseAddresses(ctx, sub.ShopID)
}

// releaseUnshipped releases the promotions and benefits all of whose goods were refunded unshipped.
func (l *Locked) releaseUnshipped(ctx context.Context) error {
	kept, gone := map[globalid.ID]bool{}, map[globalid.ID]bool{}
	for _, it := range l.Items {
		back := it.RefundedQuantity == it.Quantity && it.ShippedQuantity == 0
		for _, share := range it.Shares {
			if back && share.Source != vocab.FromAdjustment {
				gone[share.Ref] = true
			} else {
				kept[share.Ref] = true
			}
		}
	}
	var refs []globalid.ID
	for ref := range gone {
		if !kept[ref] {
			refs = append(refs, ref)
		}
	}
	if len(refs) == 0 {
		return nil
	}
	slices.SortFunc(refs, globalid.ID.Compare)
	return redemption.Release(ctx, l.Tx, l.Order.ID, refs...)
}

// discounted reports whether the order can have redeemed anything: that changed its price.
func (l *Locked) discounted() bool {
	redeemed := func(s document.Share) bool { return s.Source != vocab.FromAdjustment }
	return slices.ContainsFunc(l.Items, func(it *ent.OrderItem) bool {
		return it.GiftOfID != nil || slices.ContainsFunc(it.Shares, redeemed)
	}) || slices.ContainsFunc(l.Subs, func(sub *ent.SubOrder) bool {
		return slices.ContainsFunc(sub.FreightShares, redeemed)
	})
}
