package shipment

import (
	"context"
	"fmt"

	"orderflow/ent"
	entshipment "orderflow/ent/shipment"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/order"
	"orderflow/internal/vocab"
)

// newParcel is what a parcel is made of. Its lines were checked and are of one order and shop.
type newParcel struct {
	id        globalid.ID // zero: a new one
	purpose   vocab.ParcelPurpose
	warehouse globalid.ID
	afterSale *globalid.ID
	by        vocab.Role
	lines     []Line
	change    func(c *ent.ShipmentCreate) // what comes with it, or nil
}

// open stores a parcel in the stage in which one of its kind begins.
func (d *desk) open(ctx context.Context, n newParcel) (*ent.Shipment, error) {
	row, err := lifecycle.Parcel.Next("", vocab.CreateParcel, n.by, lifecycle.ParcelFacts{})
	if err != nil {
		return nil, order.NotAllowed(err)
	}
	before, err := d.tx.Shipment.Query().Where(entshipment.OrderID(d.l.Order.ID)).Count(ctx)
	if err != nil {
		return nil, err
	}
	if n.id.IsZero() {
		n.id = globalid.New(globalid.Shipment)
	}
	create := d.tx.Shipment.Create().SetID(n.id).
		SetNumber(fmt.Sprintf("%s-P%d", d.l.Order.Number, before+1)).SetOrderID(d.l.Order.ID).
		SetShopID(d.l.Item(n.lines[0].Item).ShopID).SetWarehouseID(n.warehouse).
		SetNillableAfterSaleID(n.afterSale).SetPurpose(n.purpose).SetStage(row.To).
		SetCreatedAt(d.tx.Now)
	if n.change != nil {
		n.change(create)
	}
	p, err := create.Save(ctx)
	if err != nil {
		return nil, err
	}
	rows := make([]*ent.ShipmentItemCreate, len(n.lines))
	for i, line := range n.lines {
		rows[i] = d.tx.ShipmentItem.Create().SetShipmentID(p.ID).SetItemID(line.Item).
			SetSubOrderID(d.l.Item(line.Item).SubOrderID).SetQuantity(line.Quantity).
			SetCreatedAt(d.tx.Now)
	}
	if p.Edges.Items, err = d.tx.ShipmentItem.CreateBulk(rows...).Save(ctx); err != nil {
		return nil, err
	}
	d.tell(p, row.Emit, "", string(row.To))
	return p, nil
}

// label tells that a courier has a parcel, of which it has told nothing.
func (d *desk) label(p *ent.Shipment) error {
	label, err := lifecycle.Carrier.Next(
		"", vocab.TrackParcel, vocab.System, lifecycle.NoFacts{})
	if err != nil {
		return order.NotAllowed(err)
	}
	d.tell(p, label.Emit, "", string(label.To))
	p.CarrierStage = &label.To
	return nil
}

// tracked lets those who wait for a parcel know that its carrier stage has changed.
func (d *desk) tracked(ctx context.Context, p *ent.Shipment) error {
	if d.Tracked == nil {
		return nil
	}
	return d.Tracked(ctx, d.tx, d.l, p)
}
