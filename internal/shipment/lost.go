package shipment

import (
	"context"

	"orderflow/ent"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/order"
	"orderflow/internal/shipment/courier"
	"orderflow/internal/vocab"
)

// MarkLost notes that staff learned that a parcel is lost. It joins what the courier told, which
// may still tell that it was delivered after all.
//
// Merchants of the shop, support and platform staff may call it. Faults: NOT_FOUND,
// ACTION_NOT_ALLOWED unless it is on its way. After commit it holds back automatic receipt, and is
// a task of the merchant.
func (s *Shipments) MarkLost(ctx context.Context, id globalid.ID) (globalid.ID, error) {
	v, err := viewerIn(ctx, vocab.Merchant, vocab.Support, vocab.Platform)
	if err != nil {
		return globalid.ID{}, err
	}
	return s.onParcel(ctx, id, v,
		func(ctx context.Context, d *desk, p *ent.Shipment) error {
			_, err := lifecycle.Parcel.Next(p.Stage, vocab.MarkParcelLost, v.Role, Facts(p))
			if err != nil {
				return order.NotAllowed(err)
			}
			known, err := d.told(ctx, p)
			if err != nil {
				return err
			}
			lost := courier.Event{At: d.tx.Now, Stage: vocab.CarrierLost}
			return d.follow(ctx, p, known, []courier.Event{lost}, v.Role, "",
				func(u *ent.ShipmentUpdate, _ vocab.CarrierStage) { u.ClearNextAttemptAt() })
		})
}
