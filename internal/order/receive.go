package order

import (
	"context"
	"time"

	"orderflow/ent"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/store"
	"orderflow/internal/terms"
)

// receiptExtension is what one extension of the receipt gives.
const receiptExtension = 3 * day

// ConfirmReceipt says that the buyer has the goods of a sub-order: the return window starts.
// Faults: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND, ACTION_NOT_ALLOWED, AFTER_SALE_OPEN.
func (o *Orders) ConfirmReceipt(ctx context.Context, sub globalid.ID) (globalid.ID, error) {
	return o.atSub(ctx, sub, []lifecycle.Role{lifecycle.Buyer},
		func(ctx context.Context, tx *store.Tx, l *Locked, s *ent.SubOrder) (globalid.ID, error) {
			if s.OpenRequests > 0 && s.Status == lifecycle.Shipped {
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
	err = l.Step(ctx, tx, sub, Step{Action: lifecycle.ConfirmReceipt, By: l.Log.Actor().Role,
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
	return o.atSub(ctx, sub, []lifecycle.Role{lifecycle.Buyer, lifecycle.Merchant},
		func(ctx context.Context, tx *store.Tx, l *Locked, s *ent.SubOrder) (globalid.ID, error) {
			byBuyer := l.Log.Actor().Role == lifecycle.Buyer
			return s.ID, l.Step(ctx, tx, s, Step{Action: lifecycle.ExtendReceipt,
				By:    l.Log.Actor().Role,
				Facts: lifecycle.TradeFacts{ExtendedBefore: s.ReceiptExtended},
				Told:  terms.Facts{Quantity: int64(receiptExtension / time.Second)},
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
	return o.atSub(ctx, sub, []lifecycle.Role{lifecycle.Buyer},
		func(ctx context.Context, tx *store.Tx, l *Locked, s *ent.SubOrder) (globalid.ID, error) {
			facts := lifecycle.TradeFacts{RemindedToday: RemindedToday(s, tx.Now)}
			return s.ID, l.Step(ctx, tx, s, Step{Action: lifecycle.RemindShipment,
				By: lifecycle.Buyer, Facts: facts,
				Change: func(update *ent.SubOrderUpdate) { update.SetRemindedAt(tx.Now) }})
		})
}
