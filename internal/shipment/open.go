package shipment

import (
	"context"
	"fmt"

	"orderflow/ent"
	entshipment "orderflow/ent/shipment"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/vocab"
)

// newParcel is what a parcel is made of. Its lines were checked and are of one order and shop.
type newParcel struct {
	id        globalid.ID
	purpose   vocab.ParcelPurpose
	warehouse globalid.ID
	afterSale *globalid.ID
	by        vocab.Role
	lines     []Line
}

// open makes a parcel in the stage in which one of its kind begins.
func (s *session) open(ctx context.Context, n newParcel) (*ent.Shipment, error) {
	before, err := s.Tx.Shipment.Query().Where(entshipment.OrderID(s.Order.ID)).Count(ctx)
	if err != nil {
		return nil, err
	}
	p := &ent.Shipment{ID: n.id, Number: fmt.Sprintf("%s-P%d", s.Order.Number, before+1),
		OrderID: s.Order.ID, BuyerID: s.Order.BuyerID, ShopID: s.Item(n.lines[0].Item).ShopID,
		WarehouseID: n.warehouse,
		AfterSaleID: n.afterSale, Purpose: n.purpose, CreatedAt: s.Tx.Now}
	taken, err := lifecycle.Take(
		lifecycle.Parcel, &p.Stage, vocab.CreateParcel, n.by, lifecycle.ParcelFacts{})
	if err != nil {
		return nil, err
	}
	s.Tx.Insert(p)
	for _, line := range n.lines {
		row := &ent.ShipmentItem{ID: globalid.New(globalid.ShipmentItem), ShipmentID: p.ID,
			BuyerID: p.BuyerID, ShopID: p.ShopID,
			ItemID: line.Item, SubOrderID: s.Item(line.Item).SubOrderID,
			Quantity: line.Quantity, CreatedAt: s.Tx.Now}
		s.Tx.Insert(row)
		p.Edges.Items = append(p.Edges.Items, row)
	}
	s.emit(p, taken.Emit, "", string(taken.To))
	return p, nil
}
