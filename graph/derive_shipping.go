package graph

import (
	"context"
	"slices"
	"time"

	"orderflow/ent"
	"orderflow/graph/view"
	"orderflow/internal/auth"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/order"
	"orderflow/internal/shipment"
	"orderflow/internal/vocab"
)

// wishes are what a buyer may ask of the shops of a paid order.
func wishes(v *auth.Viewer, o *ent.Order) ([]vocab.TradeAction, error) {
	if !v.IsBuyer() {
		return nil, nil
	}
	subs, err := o.Edges.SubOrdersOrErr()
	if err != nil {
		return nil, err
	}
	asked, err := o.Edges.AddressChangesOrErr()
	if err != nil {
		return nil, err
	}
	for _, s := range subs {
		waits := slices.ContainsFunc(asked, func(c *ent.AddressChange) bool {
			return c.ShopID == s.ShopID && c.Status == vocab.AddressAsked
		})
		facts := lifecycle.TradeFacts{HandedOver: handedOver(subs, s.ShopID)}
		actions := lifecycle.Trade.Allowed(s.Status, v.Role, facts)
		if !waits && slices.Contains(actions, vocab.RequestAddress) {
			return []vocab.TradeAction{vocab.RequestAddress}, nil
		}
	}
	return nil, nil
}

// handedOver reports whether a shop has handed a parcel of an order over.
func handedOver(subs []*ent.SubOrder, shop globalid.ID) bool {
	return slices.ContainsFunc(subs, func(s *ent.SubOrder) bool {
		left := s.Status != vocab.AwaitingShipment && s.Status != vocab.Closed
		return s.ShopID == shop && (left || s.ShippedAt != nil)
	})
}

// subOrderActions: before payment only the whole order can be acted on, and the wish for another
// address is always the order's.
func subOrderActions(
	ctx context.Context, s *ent.SubOrder, now time.Time,
) []vocab.TradeAction {
	if unpaid(s.Status) {
		return nil
	}
	role := auth.From(ctx).Role
	facts := lifecycle.TradeFacts{
		AfterSaleOpen: s.OpenRequests > 0, ExtendedBefore: s.ReceiptExtended,
		RemindedToday: order.RemindedToday(s, now),
		Unreviewed:    s.AwaitingReview, HandedOver: true,
	}
	actions := allowed(s.Status, role, facts)
	makes := lifecycle.Trade.Allowed("", role, facts)
	if s.Status == vocab.AwaitingShipment && slices.Contains(makes, vocab.Split) {
		actions = append(actions, vocab.Split)
	}
	return actions
}

// subOrderDeadlines: while a request is open neither receipt nor success comes by the clock.
func subOrderDeadlines(s *ent.SubOrder) []*view.Deadline {
	return slices.Concat(
		deadlineOf(mustShip([]*ent.SubOrder{s}), view.DeadlineKindShip, s.ShipDueAt),
		deadlineOf(s.Status == vocab.Shipped && s.OpenRequests == 0,
			view.DeadlineKindReceipt, s.ReceiptDueAt),
		deadlineOf(s.Status == vocab.Received && s.OpenRequests == 0,
			view.DeadlineKindComplete, s.CompleteDueAt),
	)
}

func shipmentActions(ctx context.Context, p *ent.Shipment) []vocab.ParcelAction {
	facts := shipment.Facts(p)
	facts.QuantityLocked = stopped(ctx, p)
	return lifecycle.Parcel.Allowed(p.Stage, auth.From(ctx).Role, facts)
}

// transferActions: the same mutation takes in a part and the last part.
func transferActions(ctx context.Context, t *ent.StockTransfer) []vocab.TransferAction {
	return lifecycle.Transfer.Allowed(t.Status, auth.From(ctx).Role, lifecycle.TransferFacts{})
}

// reviewActions: who may not see the sub-order may not act on its reviews.
func reviewActions(ctx context.Context, review *ent.Review) []vocab.TradeAction {
	s := review.Edges.SubOrder
	if s == nil {
		return nil
	}
	actions := lifecycle.Trade.Allowed(s.Status, auth.From(ctx).Role, lifecycle.TradeFacts{})
	return slices.DeleteFunc(actions, func(a vocab.TradeAction) bool {
		may := a == vocab.AppendReview && review.AppendedAt == nil ||
			a == vocab.ReplyReview && review.RepliedAt == nil
		return !may
	})
}
