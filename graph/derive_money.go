package graph

import (
	"context"

	"orderflow/ent"
	"orderflow/graph/view"
)

// orderBalance is where the money of an order's visible sub-orders is.
func orderBalance(ctx context.Context, o *ent.Order) (*view.Balance, error) {
	subs, err := o.Edges.SubOrdersOrErr()
	if err != nil {
		return nil, err
	}
	all := make([]*view.Balance, len(subs))
	for i, s := range subs {
		all[i] = subOrderBalance(ctx, s)
	}
	return view.BalanceOf(o.Currency, all...), nil
}

// subOrderBalance is where the money of a sub-order is, its freight included.
func subOrderBalance(ctx context.Context, s *ent.SubOrder) *view.Balance {
	lines, paid := paidFor(ctx, s.ID)
	if !paid {
		return view.NewBalance(0, 0, 0, s.Currency)
	}
	return view.NewBalance(lines.Payable+s.Freight, lines.Refunded+s.FreightRefunded,
		lines.Refundable+s.FreightRefundable, s.Currency)
}

// itemBalance is where the money of a line is.
func itemBalance(ctx context.Context, it *ent.OrderItem) *view.Balance {
	if _, paid := paidFor(ctx, it.SubOrderID); !paid {
		return view.NewBalance(0, 0, 0, it.Currency)
	}
	return view.NewBalance(it.Payable, it.Refunded, it.Refundable, it.Currency)
}
