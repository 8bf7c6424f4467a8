package aftersale

import (
	"context"
	"slices"

	entaftersale "orderflow/ent/aftersale"
	"orderflow/ent/suborder"
	"orderflow/internal/order"
	"orderflow/internal/payment"
	"orderflow/internal/vocab"
)

// enter does what the status that the request has now brings about.
func (d *desk) enter(ctx context.Context, trigger vocab.RefundTrigger) error {
	switch d.Row.Status {
	case vocab.AfterSaleRefunding:
		return d.refund(ctx, trigger)
	case vocab.AfterSaleAwaitingInterception:
		return d.intercept(ctx)
	case vocab.AfterSaleAwaitingRefusal:
		return d.catchUp(ctx)
	case vocab.AfterSaleAwaitingReturn:
		return d.expectReturn(ctx)
	case vocab.AfterSaleReshipping:
		return d.reserve(ctx)
	case vocab.AfterSaleCompleted, vocab.AfterSaleWithdrawn, vocab.AfterSaleClosed:
		return d.end(ctx)
	default:
		return nil
	}
}

// refund gives back the money that the request holds. Stock of units that were not handed over, and
// what was reserved to be sent again, is free with that.
func (d *desk) refund(ctx context.Context, trigger vocab.RefundTrigger) error {
	a := d.Row
	holds := d.holds()
	slices.SortFunc(holds, func(a, b order.Hold) int { // the order in which rows of stock are locked
		return a.Item.SkuID.Compare(b.Item.SkuID)
	})
	for _, h := range holds {
		if !h.Unshipped {
			continue
		}
		if err := d.l.Unreserve(ctx, d.tx, h.Item, h.Units); err != nil {
			return err
		}
	}
	if err := d.settleFreight(ctx); err != nil {
		return err
	}
	if err := d.stopReshipping(ctx); err != nil {
		return err
	}
	err := d.tx.AfterSale.Update().Where(entaftersale.ID(a.ID)).SetTrigger(trigger).Exec(ctx)
	if err != nil {
		return err
	}
	_, err = d.payments.RefundHeld(ctx, d.tx, d.l, payment.Held{
		SubOrder: d.sub, Trigger: trigger, Cause: payment.Cause{AfterSale: &a.ID},
		Holds: holds, Freight: a.Freight,
	})
	if err != nil {
		return err
	}
	return d.refundOtherFreight(ctx, holds, trigger)
}

// intercept asks the courier to bring the parcel back, unless it told already where that is.
func (d *desk) intercept(ctx context.Context) error {
	if turnedBack(d.Parcel) || at(d.Parcel, vocab.CarrierDelivered) {
		return d.catchUp(ctx)
	}
	return d.parcels.Intercept(ctx, d.tx, d.l, d.Parcel, d.Row.ID)
}

// catchUp lets a request that waits for its parcel see where that is already.
func (d *desk) catchUp(ctx context.Context) error {
	switch {
	case turnedBack(d.Parcel):
		return d.turnBack(ctx)
	case !at(d.Parcel, vocab.CarrierDelivered):
		return nil
	case d.Row.Status == vocab.AfterSaleAwaitingInterception:
		return d.step(ctx, step{on: vocab.FailInterception, by: vocab.Channel})
	default:
		return d.deliver(ctx)
	}
}

// expectReturn says where the goods are to go, and reserves what is sent when they are there.
func (d *desk) expectReturn(ctx context.Context) error {
	if k, _ := kindOf(d.Row.Kind); k.reships {
		if err := d.reserve(ctx); err != nil {
			return err
		}
	}
	if err := d.writeReturnAddress(ctx); err != nil {
		return err
	}
	if d.Row.Goods == vocab.GoodsInTransit && turnedBack(d.Parcel) {
		return d.turnBack(ctx) // they come by themselves
	}
	return nil
}

// end gives back what the request holds, unless a refund has moved it, and counts it no more.
func (d *desk) end(ctx context.Context) error {
	refunded := d.Row.Trigger != nil
	if err := d.unlock(ctx); err != nil {
		return err
	}
	if !refunded {
		if err := d.drop(ctx); err != nil {
			return err
		}
		if err := d.stopReshipping(ctx); err != nil {
			return err
		}
		if err := d.renewWindow(ctx); err != nil {
			return err
		}
	}
	if err := d.l.CloseRequest(ctx, d.tx, d.sub); err != nil {
		return err
	}
	if d.Row.Status == vocab.AfterSaleCompleted || d.Row.Goods != vocab.GoodsInTransit ||
		d.Row.GoodsBack || !astray(d.Parcel) {
		return nil
	}
	// Nobody asks for what the buyer will not get: the system does.
	return d.openBySystem(ctx, d.tx, d.l, d.Parcel)
}

// renewWindow gives the goods of an exchange a return window of their own.
func (d *desk) renewWindow(ctx context.Context) error {
	if d.Row.Kind != vocab.Exchange || d.Row.Status != vocab.AfterSaleCompleted ||
		d.sub.Status != vocab.Received {
		return nil
	}
	due := d.Now.Add(orDays(d.Policy.ReturnWindowDays, returnWindow))
	if d.sub.CompleteDueAt != nil && d.sub.CompleteDueAt.After(due) {
		return nil
	}
	return d.tx.SubOrder.Update().Where(suborder.ID(d.sub.ID)).SetCompleteDueAt(due).Exec(ctx)
}

// open reports whether a request in that status still holds something.
func open(status vocab.AfterSaleStatus) bool {
	return !slices.Contains(vocab.AfterSaleFinal, status)
}
