package aftersale

import (
	"context"

	"orderflow/ent"
	entaftersale "orderflow/ent/aftersale"
	"orderflow/ent/shipmentitem"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// Refunded ends the request that a refund was of, if any. Package payment calls it in the
// transaction in which the refund succeeds.
func (s *AfterSales) Refunded(
	ctx context.Context, tx *store.Tx, l *order.Locked, r *ent.Refund,
) error {
	if r.AfterSaleID == nil {
		return nil
	}
	d, err := s.sit(ctx, tx, l, *r.AfterSaleID)
	if err != nil {
		return err
	}
	return d.step(ctx, step{on: vocab.SucceedAfterSale, by: vocab.System})
}

// InterceptionAnswered follows the courier's last word about an interception. Package shipment
// calls it in the transaction that stores that.
func (s *AfterSales) InterceptionAnswered(
	ctx context.Context, tx *store.Tx, l *order.Locked, i *ent.Interception,
) error {
	d, err := s.sit(ctx, tx, l, i.AfterSaleID)
	if err != nil || d.Row.Status != vocab.AfterSaleAwaitingInterception {
		return err
	}
	if i.Status == vocab.InterceptionSucceeded {
		return d.turnBack(ctx)
	}
	return d.step(ctx, step{on: vocab.FailInterception, by: vocab.Channel})
}

// ParcelTracked follows a parcel whose carrier stage has changed. Goods that come back, or are
// lost, without a request get one by the system. Package shipment calls it in the transaction that
// stores the stage.
func (s *AfterSales) ParcelTracked(
	ctx context.Context, tx *store.Tx, l *order.Locked, parcel *ent.Shipment,
) error {
	if parcel.Purpose != vocab.OrderParcel {
		if parcel.AfterSaleID == nil {
			return nil
		}
		d, err := s.sit(ctx, tx, l, *parcel.AfterSaleID)
		if err != nil {
			return err
		}
		return d.followOwn(ctx, parcel)
	}
	rows, err := tx.AfterSale.Query().Where(entaftersale.ShipmentID(parcel.ID),
		entaftersale.StatusNotIn(vocab.AfterSaleFinal...)).
		Order(ent.Asc(entaftersale.FieldID)).All(ctx)
	if err != nil {
		return err
	}
	for _, row := range rows {
		d, err := s.sit(ctx, tx, l, row.ID)
		if err != nil {
			return err
		}
		if err := d.followParcel(ctx); err != nil {
			return err
		}
	}
	if turnedBack(parcel) || at(parcel, vocab.CarrierLost) {
		return s.openBySystem(ctx, tx, l, parcel)
	}
	return nil
}

// openBySystem opens a request for each sub-order of which units in the parcel are in none.
func (s *AfterSales) openBySystem(
	ctx context.Context, tx *store.Tx, l *order.Locked, parcel *ent.Shipment,
) error {
	var err error
	parcel.Edges.Items, err = tx.ShipmentItem.Query().
		Where(shipmentitem.ShipmentID(parcel.ID)).Order(shipmentitem.ByID()).All(ctx)
	if err != nil {
		return err
	}
	free, err := freeIn(ctx, tx.Client(), parcel)
	if err != nil {
		return err
	}
	claims := map[globalid.ID][]claim{}
	for _, in := range parcel.Edges.Items {
		item := l.Item(in.ItemID)
		units := min(free[in.ItemID], l.Returnable(item))
		if units > 0 {
			claims[in.SubOrderID] = append(claims[in.SubOrderID],
				claim{item: item, units: units, amount: order.Worth(item, units)})
		}
	}
	for _, sub := range l.Subs {
		if len(claims[sub.ID]) == 0 || over(sub.Status) {
			continue
		}
		if err := s.openFrom(ctx, tx, l, parcel, sub.ID, claims[sub.ID]); err != nil {
			return err
		}
	}
	return nil
}

// openFrom opens the system's request for units of a sub-order in a parcel that is lost or comes
// back.
func (s *AfterSales) openFrom(
	ctx context.Context, tx *store.Tx, l *order.Locked, parcel *ent.Shipment, sub globalid.ID,
	claims []claim,
) error {
	k, _ := kindOf(vocab.RefundOnly)
	p := &plan{kind: k, goods: vocab.GoodsInTransit, parcel: parcel, claims: claims}
	in := RequestInput{SubOrder: sub, Reason: vocab.ReasonNotDelivered}
	if !at(parcel, vocab.CarrierLost) {
		way := vocab.ByRefusal
		p.way, in.Reason = &way, vocab.ReasonRefusedAtDoor
	}
	o, err := s.opening(ctx, tx, l, in)
	if err != nil {
		return err
	}
	d, err := s.create(ctx, tx, o, p,
		start{on: vocab.RequestAfterSale, by: vocab.System})
	if err != nil {
		return err
	}
	return tx.AfterSale.Update().Where(entaftersale.ID(d.Row.ID)).
		SetGoodsBack(p.way != nil).Exec(ctx)
}

// over reports whether the buyer has the goods or the trade has ended: nothing comes back by
// itself then.
func over(status vocab.TradeStatus) bool {
	return status == vocab.Received || status == vocab.Completed ||
		status == vocab.Closed
}
