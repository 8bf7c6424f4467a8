package aftersale

import (
	"context"
	"time"

	"orderflow/ent"
	entaftersale "orderflow/ent/aftersale"
	"orderflow/internal/vocab"
)

// followOwn follows a parcel that was sent because of the request.
func (d *desk) followOwn(ctx context.Context, parcel *ent.Shipment) error {
	if parcel.Purpose == vocab.ReplacementParcel {
		return d.followReplacement(ctx, parcel)
	}
	if d.Row.Status != vocab.AfterSaleReturnInTransit ||
		!at(parcel, vocab.CarrierDelivered) {
		return nil
	}
	return d.dueAfter(ctx, orDays(d.Policy.InspectReturnDays, returnInspected))
}

// followReplacement follows what the shop sends again. Goods that went astray are to be sent anew;
// of others the last word of the courier counts.
func (d *desk) followReplacement(ctx context.Context, parcel *ent.Shipment) error {
	switch {
	case d.Row.Status != vocab.AfterSaleReshipping:
		return nil
	case at(parcel, vocab.CarrierDelivered):
		return d.dueAfter(ctx, reshipConfirmed)
	case !astray(parcel):
		return d.dueAfter(ctx, unknownDelivery)
	case d.Facts().Shipped: // another one is on its way
		return nil
	default:
		return d.dueAfter(ctx, orHours(d.Policy.ReshipHours, reshipping))
	}
}

// dueAfter begins a deadline now.
func (d *desk) dueAfter(ctx context.Context, after time.Duration) error {
	update, due := d.tx.AfterSale.Update().Where(entaftersale.ID(d.Row.ID)), d.Now.Add(after)
	setDue(update, &due)
	return update.Exec(ctx)
}

// setDue begins the deadline of the request's status anew.
func (d *desk) setDue(ctx context.Context) error {
	update := d.tx.AfterSale.Update().Where(entaftersale.ID(d.Row.ID))
	setDue(update, d.dueIn(d.Row.Status))
	return update.Exec(ctx)
}

// followParcel follows the parcel that the goods of the request are in.
func (d *desk) followParcel(ctx context.Context) error {
	switch {
	case d.Row.Goods != vocab.GoodsInTransit:
		return nil
	case at(d.Parcel, vocab.CarrierLost):
		return d.lose(ctx)
	case turnedBack(d.Parcel):
		return d.comeBack(ctx)
	case at(d.Parcel, vocab.CarrierDelivered):
		return d.arrive(ctx)
	default:
		return nil
	}
}

// lose lets the shop answer for a parcel that nobody can bring back any more, unless somebody is to
// rule or the money is on its way.
func (d *desk) lose(ctx context.Context) error {
	if !d.mayTake(vocab.LoseParcel, vocab.System) {
		return nil
	}
	return d.step(ctx, step{on: vocab.LoseParcel, by: vocab.System,
		change: func(u *ent.AfterSaleUpdate) {
			u.SetLiable(vocab.LiableShop).ClearProposal().ClearRejection()
		}})
}

// comeBack lets the request wait for goods that are on their way back, whatever it waited for
// before, or sees that they have arrived.
func (d *desk) comeBack(ctx context.Context) error {
	switch {
	case d.Row.Status == vocab.AfterSaleReturnInTransit:
		if at(d.Parcel, vocab.CarrierReturned) && !d.byBuyer() {
			return d.setDue(ctx)
		}
		return nil
	case d.Row.GoodsBack || !d.mayTake(d.turningBack(), vocab.Channel):
		return nil
	default:
		return d.turnBack(ctx)
	}
}

// turnBack lets the request know that its parcel comes back.
func (d *desk) turnBack(ctx context.Context) error {
	return d.step(ctx, step{on: d.turningBack(), by: vocab.Channel,
		trigger: vocab.TriggerReturned, change: func(u *ent.AfterSaleUpdate) {
			u.SetGoodsBack(true).ClearProposal().ClearRejection()
			if d.Row.Way == nil || d.byBuyer() {
				u.SetWay(vocab.ByRefusal)
			}
		}})
}

func (d *desk) turningBack() vocab.AfterSaleAction {
	if d.Row.Status == vocab.AfterSaleAwaitingInterception {
		return vocab.SucceedInterception
	}
	return vocab.TurnBack
}

// arrive lets the request know that its parcel was delivered: the buyer's time to send it back
// begins, or it did not come back as was said, or it was not lost.
func (d *desk) arrive(ctx context.Context) error {
	switch d.Row.Status {
	case vocab.AfterSaleAwaitingReturn:
		return d.setDue(ctx)
	case vocab.AfterSaleAwaitingRefusal:
		return d.deliver(ctx)
	case vocab.AfterSaleReturnInTransit:
		if !d.byBuyer() {
			return d.deliver(ctx)
		}
	case vocab.AfterSaleAwaitingMerchant:
		if d.Row.Way == nil {
			return d.deliver(ctx)
		}
	}
	return nil
}

func (d *desk) deliver(ctx context.Context) error {
	return d.step(ctx, step{on: vocab.Deliver, by: vocab.Channel,
		change: func(u *ent.AfterSaleUpdate) { u.SetGoodsBack(false) }})
}

// byBuyer reports whether the buyer sends the goods back that were on their way.
func (d *desk) byBuyer() bool { return d.Row.Way != nil && *d.Row.Way == vocab.ByReturn }
