package read

import (
	"context"

	"orderflow/ent"
	"orderflow/graph/view"
)

// OrderBalance is where the money of an order's visible sub-orders is.
func OrderBalance(ctx context.Context, o *ent.Order) (*view.Balance, error) {
	subs, err := subOrdersOf(ctx, o)
	if err != nil {
		return nil, err
	}
	parts := make([]*view.Balance, len(subs))
	for i, s := range subs {
		parts[i] = SubOrderBalance(ctx, s)
	}
	return view.BalanceOf(o.Currency, parts...), nil
}

// SubOrderBalance is where the money of a sub-order is, its freight included.
func SubOrderBalance(ctx context.Context, s *ent.SubOrder) *view.Balance {
	lines, paid := paidTotals(ctx, s.ID)
	if !paid {
		return view.NewBalance(0, 0, 0, s.Currency)
	}
	return view.NewBalance(lines.Payable+s.Freight, lines.Refunded+s.FreightRefunded,
		lines.Refundable+s.FreightRefundable, s.Currency)
}

// ItemBalance is where the money of a line is.
func ItemBalance(ctx context.Context, it *ent.OrderItem) *view.Balance {
	if _, paid := paidTotals(ctx, it.SubOrderID); !paid {
		return view.NewBalance(0, 0, 0, it.Currency)
	}
	return view.NewBalance(it.Payable, it.Refunded, it.Refundable, it.Currency)
}
