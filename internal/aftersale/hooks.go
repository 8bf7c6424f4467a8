package aftersale

import (
	"context"

	"orderflow/ent"
	"orderflow/internal/order"
	"orderflow/internal/payment"
	"orderflow/internal/shipment"
	"orderflow/internal/shortage"
	"orderflow/internal/transfer"
	"orderflow/internal/vocab"
)

// Hooks connects requests and shortages to the packages below them: it implements their Hooks.
type Hooks struct {
	*shortage.Shortages
	Requests *AfterSales
}

var (
	_ order.Hooks    = Hooks{}
	_ payment.Hooks  = Hooks{}
	_ shipment.Hooks = Hooks{}
	_ transfer.Hooks = Hooks{}
)

// Refunded ends the request or the shortage that a refund was of, if any.
func (h Hooks) Refunded(ctx context.Context, l *order.Locked, r *ent.Refund) error {
	if r.AfterSaleID == nil {
		return h.Shortages.Refunded(ctx, l, r)
	}
	s, err := h.Requests.load(ctx, l, *r.AfterSaleID)
	if err != nil {
		return err
	}
	return s.transition(ctx, step{action: vocab.SucceedAfterSale, by: vocab.System})
}

// InterceptionAnswered follows the courier's last word about an interception.
func (h Hooks) InterceptionAnswered(
	ctx context.Context, l *order.Locked, i *ent.Interception,
) error {
	s, err := h.Requests.load(ctx, l, i.AfterSaleID)
	if err != nil || !vocab.AwaitingInterception.Has(s.Row.Status) {
		return err
	}
	if vocab.Intercepted.Has(i.Status) {
		return s.turnBack(ctx)
	}
	return s.transition(ctx, step{action: vocab.FailInterception, by: vocab.Channel})
}

// CountAsLost makes parcels with a problem lost ones, whose goods are refunded then.
func (h Hooks) CountAsLost(
	ctx context.Context, l *order.Locked, parcels []*ent.Shipment,
) error {
	return h.Requests.parcels.CountAsLost(ctx, l, parcels...)
}

// ParcelTracked follows a parcel whose carrier stage has changed. Goods that come back, or are
// lost, without a request get one by the system.
func (h Hooks) ParcelTracked(
	ctx context.Context, l *order.Locked, parcel *ent.Shipment,
) error {
	return h.Requests.parcelTracked(ctx, l, parcel)
}
