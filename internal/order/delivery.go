package order

import (
	"context"
	"slices"
	"time"

	"orderflow/ent"
	"orderflow/ent/aftersale"
	"orderflow/ent/aftersaleline"
	entevent "orderflow/ent/event"
	"orderflow/ent/shipment"
	"orderflow/ent/shipmentitem"
	"orderflow/ent/suborder"
	"orderflow/internal/globalid"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

const (
	day = 24 * time.Hour

	defaultReceiptDays = 7
	defaultReturnDays  = 7
	// unknownDelivery is the time to confirm while nobody knows when the goods arrived.
	unknownDelivery = 15 * day
	// leastReceipt is what is left to confirm when a clock that stood still goes on.
	leastReceipt = day
	// reviewAfter is when the buyer is asked for a review, counted from the delivery.
	reviewAfter = day
)

// Tracked is called when the carrier stage of parcels with units of these sub-orders has changed.
// It computes their deadlines anew: the receipt is due some days after the last parcel's delivery,
// or 15 days after shipping while not all are delivered, and later by every extension. While a
// parcel is in trouble (PROBLEM, REFUSED, RETURNING, RETURNED, LOST) there is no such deadline;
// when it gets well at least a day is left. The review reminder follows the delivery by a day.
func (l *Locked) Tracked(ctx context.Context, tx *store.Tx, subs []globalid.ID) error {
	for _, id := range subs {
		if err := l.schedule(ctx, tx, l.Sub(id)); err != nil {
			return err
		}
	}
	return nil
}

func (l *Locked) schedule(ctx context.Context, tx *store.Tx, sub *ent.SubOrder) error {
	d, err := deliveryOf(ctx, tx, sub)
	if err != nil {
		return err
	}
	past, err := l.pastOf(ctx, tx, sub.ID)
	if err != nil {
		return err
	}
	update := tx.SubOrder.Update().Where(suborder.ID(sub.ID))
	if sub.Status == vocab.Shipped {
		due, err := l.receiptDue(ctx, tx, sub, d, past.extended)
		if err != nil {
			return err
		}
		sub.ReceiptDueAt = due
		update.ClearReceiptDueAt()
		if due != nil {
			update.SetReceiptDueAt(*due)
		}
	}
	sub.ReviewRemindAt = nil
	update.ClearReviewRemindAt()
	if d.last != nil && !past.reviewReminded && l.progress(sub).AllShipped {
		at := d.last.Add(reviewAfter)
		sub.ReviewRemindAt = &at
		update.SetReviewRemindAt(at)
	}
	return update.Exec(ctx)
}

// receiptDue is when the receipt of a SHIPPED sub-order counts as confirmed; nil while the clock
// stands still.
func (l *Locked) receiptDue(
	ctx context.Context, tx *store.Tx, sub *ent.SubOrder, d delivery, extended time.Duration,
) (*time.Time, error) {
	if d.troubled {
		return nil, nil
	}
	due := sub.ShippedAt.Add(unknownDelivery)
	if d.last != nil {
		shop, err := tx.Shop.Get(ctx, sub.ShopID)
		if err != nil {
			return nil, err
		}
		due = d.last.Add(time.Duration(orDefault(shop.Policy.ReceiptDays, defaultReceiptDays)) * day)
	}
	due = due.Add(extended + time.Duration(sub.PausedSeconds)*time.Second)
	if least := tx.Now.Add(leastReceipt); sub.ReceiptDueAt == nil && due.Before(least) {
		due = least
	}
	return &due, nil
}

// delivery is what the parcels of a sub-order tell.
type delivery struct {
	troubled bool
	last     *time.Time // when the last parcel was delivered; nil while not all are
}

func deliveryOf(ctx context.Context, tx *store.Tx, sub *ent.SubOrder) (delivery, error) {
	var d delivery
	parcels, err := tx.Shipment.Query().Where(
		shipment.OrderID(sub.OrderID), // SQLite would look through all parcels
		shipment.PurposeEQ(vocab.OrderParcel), shipment.StageEQ(vocab.StageHandedOver),
		shipment.HasItemsWith(shipmentitem.SubOrderID(sub.ID)),
	).All(ctx)
	if err != nil {
		return d, err
	}
	all := true
	for _, p := range parcels {
		gone, err := refundedWhole(ctx, tx, p)
		if err != nil {
			return d, err
		}
		if gone {
			continue
		}
		d.troubled = d.troubled || p.CarrierStage != nil && troubled(*p.CarrierStage)
		if p.DeliveredAt == nil {
			all = false
		} else if d.last == nil || p.DeliveredAt.After(*d.last) {
			d.last = p.DeliveredAt
		}
	}
	if !all {
		d.last = nil
	}
	return d, nil
}

// refundedWhole reports whether a parcel in trouble is nobody's concern any more: requests about it
// have ended with a refund of all of its units.
func refundedWhole(ctx context.Context, tx *store.Tx, p *ent.Shipment) (bool, error) {
	if p.CarrierStage == nil || !troubled(*p.CarrierStage) {
		return false, nil
	}
	items, err := tx.ShipmentItem.Query().Where(shipmentitem.ShipmentID(p.ID)).All(ctx)
	if err != nil {
		return false, err
	}
	refunded, err := tx.AfterSaleLine.Query().Where(aftersaleline.HasAfterSaleWith(
		aftersale.ShipmentID(p.ID), aftersale.StatusEQ(vocab.AfterSaleCompleted),
		aftersale.TriggerNotNil())).All(ctx)
	if err != nil {
		return false, err
	}
	var left int64
	for _, it := range items {
		left += it.Quantity
	}
	for _, line := range refunded {
		left -= line.Quantity
	}
	return left == 0, nil
}

func troubled(stage vocab.CarrierStage) bool {
	return slices.Contains([]vocab.CarrierStage{vocab.CarrierProblem,
		vocab.CarrierRefused, vocab.CarrierReturning, vocab.CarrierReturned,
		vocab.CarrierLost}, stage)
}

// past is what the events of a sub-order tell about its deadlines.
type past struct {
	extended       time.Duration // of the receipt, in all
	reviewReminded bool
}

func (l *Locked) pastOf(ctx context.Context, tx *store.Tx, sub globalid.ID) (past, error) {
	var p past
	events, err := tx.Event.Query().Where(entevent.OrderID(l.Order.ID),
		entevent.TypeIn(vocab.EventSubOrderReceiptExtended,
			vocab.EventSubOrderDeadlineExtended, vocab.EventSubOrderReviewReminded),
	).All(ctx)
	for _, e := range events {
		switch {
		case e.Payload.SubOrder != sub:
		case e.Type == vocab.EventSubOrderReviewReminded:
			p.reviewReminded = true
		case e.Type == vocab.EventSubOrderReceiptExtended,
			e.Payload.Reason == string(ExtendReceiptBy):
			p.extended += time.Duration(e.Payload.Quantity) * time.Second
		}
	}
	return p, err
}
