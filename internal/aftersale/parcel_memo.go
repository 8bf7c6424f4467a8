package aftersale

import (
	"context"

	"orderflow/ent"
	entshipment "orderflow/ent/shipment"
	"orderflow/ent/shipmentitem"
	"orderflow/internal/globalid"
	"orderflow/internal/vocab"
)

// parcelMemo is what was read of the parcels of a sub-order: several requests are tried on it for
// one answer.
type parcelMemo struct {
	read bool
	rows []*ent.Shipment
	free map[globalid.ID]map[globalid.ID]int64 // by parcel and item
}

// handedOver are the parcels that have units of the sub-order and were handed over, by id.
func (d *requestDraft) handedOver(ctx context.Context) ([]*ent.Shipment, error) {
	if d.parcels.read {
		return d.parcels.rows, nil
	}
	rows, err := d.client.Shipment.Query().Where(
		entshipment.OrderID(d.l.Order.ID), entshipment.PurposeEQ(vocab.OrderParcel),
		entshipment.StageIn(vocab.HandedOver...),
		entshipment.HasItemsWith(shipmentitem.SubOrderID(d.sub.ID))).
		WithItems().Order(ent.Asc(entshipment.FieldID)).All(ctx)
	d.parcels.rows, d.parcels.read = rows, err == nil
	return rows, err
}

// freeIn is freeIn of a parcel of the sub-order, read once.
func (d *requestDraft) freeIn(
	ctx context.Context, p *ent.Shipment,
) (map[globalid.ID]int64, error) {
	if free, known := d.parcels.free[p.ID]; known {
		return free, nil
	}
	free, err := freeIn(ctx, d.client, p)
	if err != nil {
		return nil, err
	}
	if d.parcels.free == nil {
		d.parcels.free = map[globalid.ID]map[globalid.ID]int64{}
	}
	d.parcels.free[p.ID] = free
	return free, nil
}
