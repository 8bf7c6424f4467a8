package aftersale

import (
	"context"

	"orderflow/ent"
	entaftersale "orderflow/ent/aftersale"
	"orderflow/ent/shipmentitem"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/vocab"
)

// parcelTracked follows a parcel whose carrier stage has changed.
func (s *AfterSales) parcelTracked(
	ctx context.Context, l *order.Locked, parcel *ent.Shipment,
) error {
	if parcel.Purpose != vocab.OrderParcel {
		if parcel.AfterSaleID == nil {
			return nil
		}
		request, err := s.load(ctx, l, *parcel.AfterSaleID)
		if err != nil {
			return err
		}
		request.followOwn(parcel)
		return nil
	}
	rows, err := l.Tx.AfterSale.Query().Where(entaftersale.ShipmentID(parcel.ID),
		entaftersale.StatusNotIn(vocab.AfterSaleFinal...)).
		Order(ent.Asc(entaftersale.FieldID)).All(ctx)
	if err != nil {
		return err
	}
	for _, row := range rows {
		request, err := s.load(ctx, l, row.ID)
		if err != nil {
			return err
		}
		if err := request.followParcel(ctx); err != nil {
			return err
		}
	}
	if astray(parcel) {
		return s.openBySystem(ctx, l, parcel)
	}
	return nil
}

// openBySystem opens a request for each sub-order of which units in the parcel are in none.
func (s *AfterSales) openBySystem(
	ctx context.Context, l *order.Locked, parcel *ent.Shipment,
) error {
	var err error
	parcel.Edges.Items, err = l.Tx.ShipmentItem.Query().
		Where(shipmentitem.ShipmentID(parcel.ID)).Order(shipmentitem.ByID()).All(ctx)
	if err != nil {
		return err
	}
	free, err := freeIn(ctx, l.Tx.Client(), parcel)
	if err != nil {
		return err
	}
	claims := map[globalid.ID][]claim{}
	for _, in := range parcel.Edges.Items {
		item := l.Item(in.ItemID)
		units := min(free[in.ItemID], order.Returnable(item))
		if units > 0 {
			claims[in.SubOrderID] = append(claims[in.SubOrderID],
				claim{item: item, units: units, amount: order.Worth(item, units)})
		}
	}
	for _, sub := range l.Subs {
		// With the buyer, or over: nothing comes back by itself then.
		if len(claims[sub.ID]) == 0 || vocab.PastReceipt.Has(sub.Status) {
			continue
		}
		if err := s.openFrom(ctx, l, parcel, claims[sub.ID]); err != nil {
			return err
		}
	}
	return nil
}

// openFrom opens the system's request for units of one sub-order in a parcel that is lost or comes
// back.
func (s *AfterSales) openFrom(
	ctx context.Context, l *order.Locked, parcel *ent.Shipment, claims []claim,
) error {
	k, _ := kindOf(vocab.RefundOnly)
	p := &plan{kind: k, goods: vocab.GoodsInTransit, parcel: parcel, claims: claims}
	in := RequestInput{SubOrder: claims[0].item.SubOrderID, Reason: vocab.ReasonNotDelivered}
	if !at(parcel, vocab.ParcelLost) {
		way := vocab.ByRefusal
		p.way, in.Reason = &way, vocab.ReasonRefusedAtDoor
	}
	draft, err := s.newDraft(ctx, l, in)
	if err != nil {
		return err
	}
	request, err := s.create(ctx, draft, p,
		start{action: vocab.RequestAfterSale, by: vocab.System})
	if err != nil {
		return err
	}
	request.Row.GoodsBack = p.way != nil
	return nil
}
