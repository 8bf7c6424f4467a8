package aftersale

import (
	"context"
	"time"

	"orderflow/ent"
	entaftersale "orderflow/ent/aftersale"
	"orderflow/ent/shipmentitem"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/order"
	"orderflow/internal/store"
	"orderflow/internal/terms"
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
	return d.step(ctx, step{on: lifecycle.SucceedAfterSale, by: lifecycle.System})
}

// InterceptionAnswered follows the courier's last word about an interception. Package shipment
// calls it in the transaction that stores that.
func (s *AfterSales) InterceptionAnswered(
	ctx context.Context, tx *store.Tx, l *order.Locked, i *ent.Interception,
) error {
	d, err := s.sit(ctx, tx, l, i.AfterSaleID)
	if err != nil || d.Row.Status != lifecycle.AfterSaleAwaitingInterception {
		return err
	}
	if i.Status == lifecycle.InterceptionSucceeded {
		return d.turnBack(ctx)
	}
	return d.step(ctx, step{on: lifecycle.FailInterception, by: lifecycle.Channel})
}

// turnBack lets the request know that its parcel comes back.
func (d *desk) turnBack(ctx context.Context) error {
	on := lifecycle.TurnBack
	if d.Row.Status == lifecycle.AfterSaleAwaitingInterception {
		on = lifecycle.SucceedInterception
	}
	return d.step(ctx, step{on: on, by: lifecycle.Channel, trigger: lifecycle.TriggerReturned,
		change: func(u *ent.AfterSaleUpdate) { u.SetGoodsBack(true) }})
}

// ParcelTracked follows a parcel whose carrier stage has changed. Goods that come back, or are
// lost, without a request get one by the system. Package shipment calls it in the transaction that
// stores the stage.
func (s *AfterSales) ParcelTracked(
	ctx context.Context, tx *store.Tx, l *order.Locked, parcel *ent.Shipment,
) error {
	if parcel.Purpose != terms.OrderParcel {
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
		entaftersale.StatusNotIn(lifecycle.AfterSaleFinal...)).
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
	if turnedBack(parcel) || at(parcel, lifecycle.CarrierLost) {
		return s.openBySystem(ctx, tx, l, parcel)
	}
	return nil
}

// followOwn follows a parcel that was sent because of the request.
func (d *desk) followOwn(ctx context.Context, parcel *ent.Shipment) error {
	if parcel.Purpose == terms.ReplacementParcel {
		return d.followReplacement(ctx, parcel)
	}
	if d.Row.Status != lifecycle.AfterSaleReturnInTransit ||
		!at(parcel, lifecycle.CarrierDelivered) {
		return nil
	}
	return d.dueAfter(ctx, returnInspected)
}

// followReplacement follows what the shop sends again. Goods that went astray are to be sent anew.
func (d *desk) followReplacement(ctx context.Context, parcel *ent.Shipment) error {
	switch {
	case d.Row.Status != lifecycle.AfterSaleReshipping:
		return nil
	case at(parcel, lifecycle.CarrierDelivered):
		return d.dueAfter(ctx, reshipConfirmed)
	case astray(parcel):
		return d.dueAfter(ctx, reshipping)
	case at(parcel, lifecycle.CarrierLabelled): // it was handed over
		return d.dueAfter(ctx, unknownDelivery)
	default:
		return nil
	}
}

// dueAfter begins a deadline now.
func (d *desk) dueAfter(ctx context.Context, after time.Duration) error {
	update, due := d.tx.AfterSale.Update().Where(entaftersale.ID(d.Row.ID)), d.Now.Add(after)
	setDue(update, &due)
	return update.Exec(ctx)
}

// followParcel follows the parcel that the request wants back.
func (d *desk) followParcel(ctx context.Context) error {
	if d.Row.Goods != terms.GoodsInTransit {
		return nil
	}
	if at(d.Parcel, lifecycle.CarrierLost) {
		return d.lose(ctx)
	}
	delivered := at(d.Parcel, lifecycle.CarrierDelivered)
	switch d.Row.Status {
	case lifecycle.AfterSaleAwaitingInterception, lifecycle.AfterSaleAwaitingChoice:
		if turnedBack(d.Parcel) {
			return d.turnBack(ctx)
		}
	case lifecycle.AfterSaleAwaitingRefusal:
		return d.catchUp(ctx)
	case lifecycle.AfterSaleAwaitingReturn:
		if delivered {
			return d.setDue(ctx, lifecycle.AfterSaleAwaitingReturn)
		}
	case lifecycle.AfterSaleReturnInTransit:
		if at(d.Parcel, lifecycle.CarrierReturned) {
			return d.setDue(ctx, lifecycle.AfterSaleReturnInTransit)
		}
		if delivered && (d.Row.Way == nil || *d.Row.Way != terms.ByReturn) {
			// It was said to come back, and did not.
			return d.step(ctx, step{on: lifecycle.Deliver, by: lifecycle.Channel,
				change: func(u *ent.AfterSaleUpdate) { u.SetGoodsBack(false) }})
		}
	}
	return nil
}

// lose lets the shop answer for a parcel that nobody can bring back any more.
func (d *desk) lose(ctx context.Context) error {
	_, err := lifecycle.AfterSale.Next(
		d.Row.Status, lifecycle.LoseParcel, lifecycle.System, d.Facts())
	if err != nil {
		return nil //nolint:nilerr // somebody has to answer already, or the money is on its way
	}
	return d.step(ctx, step{on: lifecycle.LoseParcel, by: lifecycle.System,
		change: func(u *ent.AfterSaleUpdate) { u.SetLiable(terms.LiableShop) }})
}

// setDue begins the deadline of the request's status anew.
func (d *desk) setDue(ctx context.Context, status lifecycle.AfterSaleStatus) error {
	update := d.tx.AfterSale.Update().Where(entaftersale.ID(d.Row.ID))
	setDue(update, d.dueIn(status))
	return update.Exec(ctx)
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
	k, _ := kindOf(terms.RefundOnly)
	p := &plan{kind: k, goods: terms.GoodsInTransit, parcel: parcel, claims: claims}
	in := RequestInput{SubOrder: sub, Reason: terms.ReasonNotDelivered}
	if !at(parcel, lifecycle.CarrierLost) {
		way := terms.ByRefusal
		p.way, in.Reason = &way, terms.ReasonRefusedAtDoor
	}
	o, err := s.opening(ctx, tx, l, in)
	if err != nil {
		return err
	}
	d, err := s.create(ctx, tx, o, p,
		start{on: lifecycle.RequestAfterSale, by: lifecycle.System})
	if err != nil {
		return err
	}
	return tx.AfterSale.Update().Where(entaftersale.ID(d.Row.ID)).
		SetGoodsBack(p.way != nil).Exec(ctx)
}

// over reports whether the buyer has the goods or the trade has ended: nothing comes back by
// itself then.
func over(status lifecycle.TradeStatus) bool {
	return status == lifecycle.Received || status == lifecycle.Completed ||
		status == lifecycle.Closed
}
