package order

import (
	"context"
	"time"

	"orderflow/ent"
	"orderflow/internal/document"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// receiptExtension is what one extension of the receipt gives.
const receiptExtension = 3 * day

// ConfirmReceipt says that the buyer has the goods of a sub-order: the return window starts.
// Faults: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND, ACTION_NOT_ALLOWED, AFTER_SALE_OPEN.
func (o *Orders) ConfirmReceipt(ctx context.Context, sub globalid.ID) (globalid.ID, error) {
	return o.atSub(ctx, sub, []vocab.Role{vocab.Buyer},
		func(ctx context.Context, tx *store.Tx, l *Locked, s *ent.SubOrder) (globalid.ID, error) {
			if s.OpenRequests > 0 && s.Status == vocab.Shipped {
				return s.ID, fault.New(fault.AfterSaleOpen,
					"A request about it is open; it can be withdrawn first.")
			}
			return s.ID, l.receive(ctx, tx, s, lifecycle.TradeFacts{
				AfterSaleOpen: s.OpenRequests > 0})
		})
}

// receive takes CONFIRM_RECEIPT by whoever acts.
func (l *Locked) receive(
	ctx context.Context, tx *store.Tx, sub *ent.SubOrder, facts lifecycle.TradeFacts,
) error {
	shop, err := tx.Shop.Get(ctx, sub.ShopID)
	if err != nil {
		return err
	}
	window := time.Duration(orDefault(shop.Policy.ReturnWindowDays, defaultReturnDays)) * day
	err = l.Step(ctx, tx, sub, Step{Action: vocab.ConfirmReceipt, By: l.Log.Actor().Role,
		Facts: facts, Change: func(update *ent.SubOrderUpdate) {
			update.SetReceivedAt(tx.Now).SetCompleteDueAt(tx.Now.Add(window)).
				SetAwaitingReview(true)
		}})
	if err != nil {
		return err
	}
	return l.rollUp(ctx, tx)
}

// ExtendReceipt gives the buyer of a sub-order three days more to confirm: once when the buyer
// asks, any time when the merchant does. Faults: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND,
// ACTION_NOT_ALLOWED.
func (o *Orders) ExtendReceipt(ctx context.Context, sub globalid.ID) (globalid.ID, error) {
	return o.atSub(ctx, sub, []vocab.Role{vocab.Buyer, vocab.Merchant},
		func(ctx context.Context, tx *store.Tx, l *Locked, s *ent.SubOrder) (globalid.ID, error) {
			byBuyer := l.Log.Actor().Role == vocab.Buyer
			return s.ID, l.Step(ctx, tx, s, Step{Action: vocab.ExtendReceipt,
				By:    l.Log.Actor().Role,
				Facts: lifecycle.TradeFacts{ExtendedBefore: s.ReceiptExtended},
				Told:  document.Payload{Quantity: int64(receiptExtension / time.Second)},
				Change: func(update *ent.SubOrderUpdate) {
					if byBuyer {
						update.SetReceiptExtended(true)
					}
					if s.ReceiptDueAt != nil {
						update.SetReceiptDueAt(s.ReceiptDueAt.Add(receiptExtension))
					}
				}})
		})
}

// RemindedToday reports whether the buyer has reminded the shop in the last 24 hours, and so may
// not yet again. The API asks it for availableActions.
func RemindedToday(sub *ent.SubOrder, now time.Time) bool {
	return sub.RemindedAt != nil && now.Before(sub.RemindedAt.Add(day))
}

// RemindShipment tells the shop of a sub-order that its buyer waits 催发货, at most once in 24 hours.
// Faults: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND, ACTION_NOT_ALLOWED.
func (o *Orders) RemindShipment(ctx context.Context, sub globalid.ID) (globalid.ID, error) {
	return o.atSub(ctx, sub, []vocab.Role{vocab.Buyer},
		func(ctx context.Context, tx *store.Tx, l *Locked, s *ent.SubOrder) (globalid.ID, error) {
			facts := lifecycle.TradeFacts{RemindedToday: RemindedToday(s, tx.Now)}
			return s.ID, l.Step(ctx, tx, s, Step{Action: vocab.RemindShipment,
				By: vocab.Buyer, Facts: facts,
				Change: func(update *ent.SubOrderUpdate) { update.SetRemindedAt(tx.Now) }})
		})
}
