package read

import (
	"slices"
	"time"

	"orderflow/ent"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/order"
)

// orderFacts are the facts of an unpaid order. Commands: order.Locked.Facts, and facts in
// internal/payment for AttemptOpen.
func orderFacts(o *ent.Order, payments []*ent.Payment, now time.Time) lifecycle.TradeFacts {
	return lifecycle.TradeFacts{
		DeadlinePassed: !now.Before(o.PayDueAt),
		SoleShop:       o.SoleShopID != nil,
		NothingToPay:   o.Payable == 0,
		AttemptOpen: slices.ContainsFunc(payments, func(p *ent.Payment) bool {
			return openAttempt.Has(p.Status)
		}),
	}
}

// subOrderFacts are the facts of a paid sub-order. Commands: order.ConfirmReceipt
// (AfterSaleOpen), order.ExtendReceipt (ExtendedBefore), order.RemindShipment (RemindedToday),
// review.Reviews.Review (Unreviewed, of one item). QuantityLocked depends on the units that a
// command names, and stays false.
func subOrderFacts(s *ent.SubOrder, now time.Time) lifecycle.TradeFacts {
	return lifecycle.TradeFacts{
		AfterSaleOpen:  s.OpenRequests > 0,
		ExtendedBefore: s.ReceiptExtended,
		RemindedToday:  order.RemindedToday(s, now),
		Unreviewed:     s.AwaitingReview,
	}
}

// shopFacts are the facts of what one shop has to send of a paid order. Command:
// order.RequestAddressChange, which looks at the shipped quantities of the shop's items.
func shopFacts(subs []*ent.SubOrder, shop globalid.ID) lifecycle.TradeFacts {
	return lifecycle.TradeFacts{
		HandedOver: slices.ContainsFunc(subs, func(s *ent.SubOrder) bool {
			return s.ShopID == shop && (handedOver.Has(s.Status) || s.ShippedAt != nil)
		}),
	}
}

// child is a sub-order as the status of its order is computed from it. Command: rollUp in
// internal/order.
func child(s *ent.SubOrder) lifecycle.Child {
	c := lifecycle.Child{Status: s.Status}
	if s.CloseReason != nil {
		c.Reason = *s.CloseReason
	}
	if s.ClosedAt != nil {
		c.ClosedAt = *s.ClosedAt
	}
	return c
}
