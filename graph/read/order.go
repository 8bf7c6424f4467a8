package read

import (
	"cmp"
	"context"
	"slices"
	"time"

	"orderflow/ent"
	"orderflow/graph/view"
	"orderflow/internal/auth"
	"orderflow/internal/lifecycle"
	"orderflow/internal/order"
	"orderflow/internal/payment"
	"orderflow/internal/vocab"
)

// seesWholeOrders reports whether a viewer sees orders with all their sub-orders and payments,
// rather than the part of some shops.
func seesWholeOrders(v *auth.Viewer) bool { return v.IsBuyer() || v.SeesAllShops() }

// subOrdersOf are the sub-orders of an order that the viewer sees.
func subOrdersOf(ctx context.Context, o *ent.Order) ([]*ent.SubOrder, error) {
	return atEdge(ctx, o.Edges.SubOrdersLoaded, o.QuerySubOrders)
}

// OrderPrice is the price of an order's visible sub-orders.
func OrderPrice(ctx context.Context, o *ent.Order) (*view.Price, error) {
	subs, err := subOrdersOf(ctx, o)
	return view.PriceOf(o.Currency, subs...), err
}

// OrderStatus is an order's status as the viewer sees it: that of the visible sub-orders.
func OrderStatus(ctx context.Context, o *ent.Order) (vocab.TradeStatus, vocab.CloseReason, error) {
	if seesWholeOrders(auth.From(ctx)) || o.SoleShopID != nil {
		if o.CloseReason != nil {
			return o.Status, *o.CloseReason, nil
		}
		return o.Status, "", nil
	}
	subs, err := subOrdersOf(ctx, o)
	if err != nil {
		return "", "", err
	}
	children := make([]lifecycle.Child, len(subs))
	for i, s := range subs {
		children[i] = order.Child(s)
	}
	status, reason := lifecycle.RollUp(children)
	return status, reason, nil
}

// OrderActions are what the viewer may do with an order now. Once it is paid most actions are on
// its sub-orders.
func OrderActions(ctx context.Context, o *ent.Order, now time.Time) ([]vocab.TradeAction, error) {
	v := auth.From(ctx)
	if !vocab.Unpaid.Has(o.Status) {
		return paidOrderActions(ctx, v, o)
	}
	var payments []*ent.Payment // nobody else's actions depend on them
	if seesWholeOrders(v) {
		var err error
		payments, err = atEdge(ctx, o.Edges.PaymentsLoaded, o.QueryPayments)
		if err != nil {
			return nil, err
		}
	}
	facts := payment.Facts(order.UnpaidFacts(o, now), payments)
	return lifecycle.Trade.Allowed(o.Status, v.Role, facts), nil
}

// paidOrderActions are what a buyer, or a merchant, may wish for a paid order: an action that one
// of the shops they see can still do and has no open wish for.
func paidOrderActions(
	ctx context.Context, v *auth.Viewer, o *ent.Order,
) ([]vocab.TradeAction, error) {
	if v.SeesAllShops() {
		return nil, nil
	}
	subs, err := subOrdersOf(ctx, o)
	if err != nil {
		return nil, err
	}
	changes, err := atEdge(ctx, o.Edges.AddressChangesLoaded, o.QueryAddressChanges)
	if err != nil {
		return nil, err
	}
	items, err := atEdge(ctx, o.Edges.ItemsLoaded, o.QueryItems)
	if err != nil {
		return nil, err
	}
	for _, s := range subs {
		if addressChangeOpen(changes, s.ShopID) {
			continue
		}
		actions := lifecycle.Trade.Allowed(s.Status, v.Role, order.ShopFacts(subs, items, s.ShopID))
		actions = slices.DeleteFunc(actions, func(a vocab.TradeAction) bool {
			return !onPaidOrder.Has(a)
		})
		if len(actions) > 0 {
			return actions, nil
		}
	}
	return nil, nil
}

// OrderDeadlines lists the deadlines of a whole order.
func OrderDeadlines(o *ent.Order) []*view.Deadline {
	return deadlineIf(vocab.Unpaid.Has(o.Status), view.DeadlineKindPay, &o.PayDueAt)
}

// deadlineIf is a list of one deadline if it runs, and else of none.
func deadlineIf(runs bool, kind view.DeadlineKind, at *time.Time) []*view.Deadline {
	if !runs || at == nil {
		return nil
	}
	return []*view.Deadline{{Kind: kind, DueAt: *at}}
}

// Timeline are the events of an order in the order in which they happened.
func Timeline(ctx context.Context, o *ent.Order) ([]view.OrderEvent, error) {
	rows, err := o.Events(ctx)
	slices.SortFunc(rows, func(a, b *ent.Event) int { return cmp.Compare(*a.Sequence, *b.Sequence) })
	events := make([]view.OrderEvent, 0, len(rows))
	for _, row := range rows {
		if e, ok := typedEvent(ctx, row).(view.OrderEvent); ok {
			events = append(events, e)
		}
	}
	return events, err
}
