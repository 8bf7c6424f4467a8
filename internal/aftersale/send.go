package aftersale

import (
	"context"

	"orderflow/ent"
	"orderflow/internal/globalid"
	"orderflow/internal/shipment"
	"orderflow/internal/vocab"
)

// SendInput tells by whom and under which number goods go back.
type SendInput struct {
	AfterSale      globalid.ID
	Carrier        string
	TrackingNumber string
}

// SubmitReturn tells that the buyer has given the goods to a courier 买家退货. Their parcel is
// tracked like any other.
//
// The buyer may call it. Faults besides the common ones: INVALID_INPUT. After commit the shop's
// time to confirm runs.
func (s *AfterSales) SubmitReturn(ctx context.Context, in SendInput) (globalid.ID, error) {
	return s.onRequest(ctx, in.AfterSale, []vocab.Role{vocab.Buyer},
		func(ctx context.Context, d *desk) error {
			lines := make([]shipment.Line, len(d.lines))
			for i, line := range d.lines {
				lines[i] = shipment.Line{Item: line.ItemID, Quantity: line.Quantity}
			}
			to := d.warehouse()
			err := d.step(ctx, step{on: vocab.SendReturn, by: d.role(),
				change: func(u *ent.AfterSaleUpdate) {
					u.SetGoodsBack(true)
					d.byReturn(u)
				}})
			if err != nil {
				return err
			}
			_, err = d.parcels.OpenReturn(ctx, d.tx, d.l, shipment.ReturnInput{
				AfterSale: in.AfterSale, Warehouse: to, Carrier: in.Carrier,
				TrackingNumber: in.TrackingNumber, Lines: lines,
			})
			return err
		})
}

// byReturn notes that goods that were on their way come back by the buyer's hand.
func (d *desk) byReturn(u *ent.AfterSaleUpdate) {
	if d.Row.Goods == vocab.GoodsInTransit {
		u.SetWay(vocab.ByReturn)
	}
}
