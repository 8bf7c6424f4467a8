package aftersale

import (
	"context"

	"orderflow/ent"
	"orderflow/internal/globalid"
	"orderflow/internal/shipment"
	"orderflow/internal/vocab"
)

// SendInput says by whom and under which number goods go back.
type SendInput struct {
	AfterSale      globalid.ID
	Carrier        string
	TrackingNumber string
}

// SubmitReturn says that the buyer has given the goods to a courier 买家退货. Their parcel is
// tracked like any other.
//
// The buyer may call it. Faults besides the common ones: INVALID_INPUT. After commit the shop's
// time to confirm runs.
func (s *AfterSales) SubmitReturn(ctx context.Context, in SendInput) (globalid.ID, error) {
	return s.command(ctx, in.AfterSale, []vocab.Role{vocab.Buyer},
		func(ctx context.Context, s *session) error {
			lines := make([]shipment.Line, len(s.lines))
			for i, line := range s.lines {
				lines[i] = shipment.Line{Item: line.ItemID, Quantity: line.Quantity}
			}
			to := s.warehouse()
			err := s.transition(ctx, step{action: vocab.SendReturn,
				change: func(a *ent.AfterSale) {
					a.GoodsBack = true
					returnByBuyer(a)
				}})
			if err != nil {
				return err
			}
			_, err = s.parcels.OpenReturn(ctx, s.Locked, shipment.ReturnInput{
				AfterSale: in.AfterSale, Warehouse: to, Carrier: in.Carrier,
				TrackingNumber: in.TrackingNumber, Lines: lines,
			})
			return err
		})
}

// returnByBuyer notes that goods that were on their way come back by the buyer's hand.
func returnByBuyer(a *ent.AfterSale) {
	if a.Goods == vocab.GoodsInTransit {
		way := vocab.ByReturn
		a.Way = &way
	}
}
