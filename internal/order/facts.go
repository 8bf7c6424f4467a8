package order

import (
	"slices"
	"time"

	"orderflow/ent"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/vocab"
)

// UnpaidFacts is what the trade table looks at in an unpaid order, but for its payment attempts,
// which payment.Facts adds. Commands and availableActions use it alike, as all functions here.
func UnpaidFacts(o *ent.Order, now time.Time) lifecycle.TradeFacts {
	return lifecycle.TradeFacts{
		DeadlinePassed: !now.Before(o.PayDueAt),
		SoleShop:       o.SoleShopID != nil,
		NothingToPay:   o.Payable == 0,
	}
}

// SubFacts is what the trade table looks at in the row of a paid sub-order. What a command adds
// depends on the units that it names, and on which deadline it is about.
func SubFacts(sub *ent.SubOrder, now time.Time) lifecycle.TradeFacts {
	return lifecycle.TradeFacts{
		AfterSaleOpen:  sub.OpenRequests > 0,
		ExtendedBefore: sub.ReceiptExtended,
		RemindedToday:  sub.RemindedAt != nil && now.Before(sub.RemindedAt.Add(day)),
		Unreviewed:     sub.AwaitingReview,
		ShopHolds:      sub.ShopHold,
		PlatformHolds:  sub.PlatformHold,
		WindowOver: vocab.InReturnWindow.Has(sub.Status) && sub.CompleteDueAt != nil &&
			!now.Before(*sub.CompleteDueAt),
		NoDeadline: !deadlineRuns(sub),
	}
}

// ShopFacts is what the trade table looks at in what one shop sends of an order. A sub-order that
// was shipped in part and then refunded whole does not show that units were handed over: its items
// do.
func ShopFacts(
	subs []*ent.SubOrder, items []*ent.OrderItem, shop globalid.ID,
) lifecycle.TradeFacts {
	dispatched := slices.ContainsFunc(subs, func(sub *ent.SubOrder) bool {
		return sub.ShopID == shop && (vocab.Dispatched.Has(sub.Status) || sub.ShippedAt != nil)
	})
	return lifecycle.TradeFacts{
		HandedOver: dispatched || slices.ContainsFunc(items, func(it *ent.OrderItem) bool {
			return it.ShopID == shop && it.ShippedQuantity > 0
		}),
	}
}

// Child is what the roll-up looks at in a sub-order.
func Child(sub *ent.SubOrder) lifecycle.Child {
	child := lifecycle.Child{Status: sub.Status}
	if sub.CloseReason != nil {
		child.Reason = *sub.CloseReason
	}
	if sub.ClosedAt != nil {
		child.ClosedAt = *sub.ClosedAt
	}
	return child
}
