package transfer_test

import (
	"context"

	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/payment"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// refundAtOnce gives back what an order lacks, as if nobody had anything to offer.
func (w *world) refundAtOnce(
	ctx context.Context, tx *store.Tx, l *order.Locked, short []order.Shortage,
) error {
	parts := map[globalid.ID]*payment.Held{}
	for _, s := range short {
		hold := order.Hold{Item: s.Item, Units: s.Quantity, Unshipped: true,
			Amount: order.Worth(s.Item, s.Quantity)}
		if err := l.Take(ctx, tx, hold); err != nil {
			return err
		}
		sub := l.Sub(s.Item.SubOrderID)
		if parts[sub.ID] == nil {
			parts[sub.ID] = &payment.Held{SubOrder: sub, Trigger: vocab.TriggerShortage}
		}
		parts[sub.ID].Holds = append(parts[sub.ID].Holds, hold)
	}
	for _, part := range parts {
		var err error
		part.Freight, err = l.FreightBack(ctx, tx, order.FreightAsk{Sub: part.SubOrder})
		if err != nil {
			return err
		}
		if _, err = w.payments.RefundHeld(ctx, tx, l, *part); err != nil {
			return err
		}
	}
	return nil
}
