package order

import (
	"context"
	"slices"

	"orderflow/ent"
	"orderflow/ent/order"
	"orderflow/ent/orderitem"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/stock"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// Unreserve gives back the stock that is held for units of an item. Units that hold none (they were
// short) are passed over.
func (l *Locked) Unreserve(
	ctx context.Context, tx *store.Tx, item *ent.OrderItem, units int64,
) error {
	awaited, err := Awaited(ctx, tx, item.ID)
	if err != nil {
		return err
	}
	return stock.ReleaseUnits(ctx, tx, l.Log.Actor(), item.ID, units, awaited)
}

// RefundSucceeded counts the units of a refund that succeeded, closes the sub-orders of which
// nothing is left (or moves them on when the rest is all shipped), rolls the order up and gives
// back the use-once things whose goods all came back unshipped. The refund's own event is
// the caller's.
func (l *Locked) RefundSucceeded(
	ctx context.Context, tx *store.Tx, refund *ent.Refund, lines []*ent.RefundLine,
) error {
	var subs []globalid.ID
	for _, line := range lines {
		item := l.Item(line.ItemID)
		item.Refunded += line.Amount
		item.RefundedQuantity += line.Quantity
		if line.Unshipped {
			item.CancelledQuantity += line.Quantity
		}
		err := tx.OrderItem.Update().Where(orderitem.ID(item.ID)).
			SetRefunded(item.Refunded).SetRefundedQuantity(item.RefundedQuantity).
			SetCancelledQuantity(item.CancelledQuantity).Exec(ctx)
		if err != nil {
			return err
		}
		if !slices.Contains(subs, item.SubOrderID) {
			subs = append(subs, item.SubOrderID)
		}
	}
	if err := l.freightRefunded(ctx, tx, refund); err != nil {
		return err
	}
	for _, id := range subs {
		if err := l.refundRemaining(ctx, tx, l.Sub(id), reasonOf(refund.Trigger)); err != nil {
			return err
		}
	}
	if len(lines) == 0 {
		return nil
	}
	if err := l.rollUp(ctx, tx); err != nil {
		return err
	}
	return l.giveBackUnshipped(ctx, tx)
}

func reasonOf(trigger vocab.RefundTrigger) vocab.CloseReason {
	switch trigger {
	case vocab.TriggerShortage:
		return vocab.OutOfStock
	case vocab.TriggerMerchant:
		return vocab.MerchantCancelled
	default:
		return vocab.Refunded
	}
}

func (l *Locked) refundRemaining(
	ctx context.Context, tx *store.Tx, sub *ent.SubOrder, reason vocab.CloseReason,
) error {
	facts := l.progress(sub)
	row, err := lifecycle.Trade.Next(
		sub.Status, vocab.RefundRemaining, vocab.System, facts)
	if err != nil {
		return nil //nolint:nilerr // the refund leaves the trade as it is
	}
	step := Step{Action: vocab.RefundRemaining, By: vocab.System, Facts: facts}
	if row.To == vocab.Shipped {
		step.Change = func(update *ent.SubOrderUpdate) { update.SetShippedAt(tx.Now) }
		sub.ShippedAt = &tx.Now
		if err := l.Step(ctx, tx, sub, step); err != nil {
			return err
		}
		return l.schedule(ctx, tx, sub)
	}
	step.Told.Reason = string(reason)
	step.Change = func(update *ent.SubOrderUpdate) {
		update.SetCloseReason(reason).SetClosedAt(tx.Now).SetAwaitingReview(false)
	}
	sub.CloseReason, sub.ClosedAt = &reason, &tx.Now
	if err := l.Step(ctx, tx, sub, step); err != nil {
		return err
	}
	if slices.ContainsFunc(l.Subs, func(s *ent.SubOrder) bool {
		return s.ShopID == sub.ShopID && s.Status == vocab.AwaitingShipment
	}) {
		return nil
	}
	return l.lapseAddresses(ctx, tx, sub.ShopID)
}

// rollUp stores the status that the sub-orders give the order. It has no event of its own: the
// sub-orders' events tell it.
func (l *Locked) rollUp(ctx context.Context, tx *store.Tx) error {
	children := make([]lifecycle.Child, len(l.Subs))
	for i, sub := range l.Subs {
		children[i] = lifecycle.Child{Status: sub.Status}
		if sub.Status == vocab.Closed {
			children[i].Reason, children[i].ClosedAt = *sub.CloseReason, *sub.ClosedAt
		}
	}
	status, reason := lifecycle.RollUp(children)
	if status == l.Order.Status {
		return nil
	}
	update := tx.Order.Update().
		Where(order.ID(l.Order.ID), order.StatusEQ(l.Order.Status)).SetStatus(status)
	if status == vocab.Closed {
		update.SetCloseReason(reason).SetClosedAt(tx.Now)
		l.Order.CloseReason, l.Order.ClosedAt = &reason, &tx.Now
	}
	if n, err := update.Save(ctx); err != nil || n != 1 {
		return conflictOr(err)
	}
	l.Order.Status = status
	return nil
}

// giveBackUnshipped frees the promotions and benefits all of whose goods were refunded unshipped.
func (l *Locked) giveBackUnshipped(ctx context.Context, tx *store.Tx) error {
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
	return giveBack(ctx, tx, l.Order.ID, sorted(refs)...)
}
