package aftersale

import (
	"context"

	"orderflow/ent"
	"orderflow/internal/order"
	"orderflow/internal/payment"
	"orderflow/internal/shipment"
	"orderflow/internal/store"
	"orderflow/internal/transfer"
)

// Connect lets payments, parcels and transfers tell requests and shortages what happens to them, in
// the transactions in which it happens. It is called once, before any of them works.
func Connect(
	requests *AfterSales, short *Shortages, payments *payment.Payments,
	parcels *shipment.Shipments, transfers *transfer.Transfers,
) {
	payments.Short = short.OpenAtPayment
	payments.Refunded = func(
		ctx context.Context, tx *store.Tx, l *order.Locked, r *ent.Refund,
	) error {
		if err := requests.Refunded(ctx, tx, l, r); err != nil {
			return err
		}
		return short.Refunded(ctx, tx, l, r)
	}
	parcels.Tracked, parcels.Intercepted = requests.ParcelTracked, requests.InterceptionAnswered
	transfers.Arrived, transfers.Missed = short.Arrived, short.Missed
}
