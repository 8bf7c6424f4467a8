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
	"orderflow/internal/document"
	"orderflow/internal/globalid"
	"orderflow/internal/vocab"
)

const (
	// unknownDelivery is the time to confirm while nobody knows when the goods arrived.
	unknownDelivery = 15 * day
	// leastReceipt is what is left to confirm when a clock that stood still goes on.
	leastReceipt = day
	// reviewAfter is when the buyer is reminded of the review, counted from the delivery.
	reviewAfter = day
)

// Tracked is called when the carrier stage of parcels with units of these sub-orders has changed.
// It computes their deadlines anew: the receipt is due some days after the last parcel's delivery,
// or 15 days after shipping while not all are delivered, and later by every extension. While a
// parcel is in trouble (PROBLEM, REFUSED, RETURNING, RETURNED, LOST) there is another, see
// endTrouble; when it gets well at least a day is left. The review reminder follows the delivery by
// a day.
func (l *Locked) Tracked(ctx context.Context, subs []globalid.ID) error {
	for _, id := range subs {
		if err := l.schedule(ctx, l.Sub(id)); err != nil {
			return err
		}
	}
	return nil
}

// ParcelRefunded is called when units in a parcel in trouble with units of these sub-orders are
// refunded: with the last one it holds nothing up any more. Deadlines that run stay as they are.
func (l *Locked) ParcelRefunded(ctx context.Context, subs []globalid.ID) error {
	for _, id := range subs {
		sub := l.Sub(id)
		runs := vocab.AwaitingReceipt.Has(sub.Status) && sub.ReceiptDueAt != nil
		if runs || !vocab.Reviewable.Has(sub.Status) {
			continue
		}
		if err := l.schedule(ctx, sub); err != nil {
			return err
		}
	}
	return nil
}

// schedule computes the deadlines of a sub-order that follow from its parcels.
func (l *Locked) schedule(ctx context.Context, sub *ent.SubOrder) error {
	d, err := l.delivery(ctx, sub)
	if err != nil {
		return err
	}
	past, err := l.pastOf(ctx, sub.ID)
	if err != nil {
		return err
	}
	if vocab.AwaitingReceipt.Has(sub.Status) {
		if sub.ReceiptDueAt, err = l.receiptDue(ctx, sub, d, past.extended); err != nil {
			return err
		}
		sub.TroubleDueAt = l.troubleDue(sub, d)
	}
	sub.ReviewRemindAt = nil
	if d.last != nil && !past.reviewReminded && l.progress(sub).AllShipped {
		at := d.last.Add(reviewAfter)
		sub.ReviewRemindAt = &at
	}
	return nil
}

// receiptDue is when the receipt of a SHIPPED sub-order counts as confirmed; nil while the clock
// stands still.
func (l *Locked) receiptDue(
	ctx context.Context, sub *ent.SubOrder, d delivery, extended time.Duration,
) (*time.Time, error) {
	if d.troubled {
		return nil, nil
	}
	due, err := l.usualReceipt(ctx, sub, d, extended)
	if err != nil {
		return nil, err
	}
	if least := l.Tx.Now.Add(leastReceipt); sub.ReceiptDueAt == nil && due.Before(least) {
		due = least
	}
	return &due, nil
}

// usualReceipt is when the receipt is due by the parcels' delivery and by what was added.
func (l *Locked) usualReceipt(
	ctx context.Context, sub *ent.SubOrder, d delivery, extended time.Duration,
) (time.Time, error) {
	due := sub.ShippedAt.Add(unknownDelivery)
	if d.last != nil {
		terms, err := l.TermsOf(ctx, sub)
		if err != nil {
			return due, err
		}
		due = d.last.Add(document.Days(terms.ReceiptDays))
	}
	return due.Add(extended + time.Duration(sub.PausedSeconds)*time.Second), nil
}

// delivery is what the parcels of a sub-order say together.
type delivery struct {
	parcels  []*ent.Shipment // without those that are nobody's concern any more
	troubled bool
	last     *time.Time // when the last parcel was delivered; nil while not all are
}

func (l *Locked) delivery(ctx context.Context, sub *ent.SubOrder) (delivery, error) {
	handedOver, err := l.Tx.Shipment.Query().Where(
		shipment.OrderID(sub.OrderID), // SQLite would look through all parcels
		shipment.PurposeEQ(vocab.OrderParcel), shipment.StageIn(vocab.HandedOver...),
		shipment.HasItemsWith(shipmentitem.SubOrderID(sub.ID)),
	).All(ctx)
	if err != nil {
		return delivery{}, err
	}
	var parcels []*ent.Shipment
	for _, p := range handedOver {
		gone, err := l.refundedWhole(ctx, p)
		if err != nil {
			return delivery{}, err
		}
		if !gone {
			parcels = append(parcels, p)
		}
	}
	return deliveryOf(parcels), nil
}

func deliveryOf(parcels []*ent.Shipment) delivery {
	d := delivery{parcels: parcels, troubled: slices.ContainsFunc(parcels, troubled)}
	for _, p := range parcels {
		if p.DeliveredAt == nil {
			d.last = nil
			break
		}
		if d.last == nil || p.DeliveredAt.After(*d.last) {
			d.last = p.DeliveredAt
		}
	}
	return d
}

// refundedWhole reports whether a parcel in trouble is nobody's concern any more: requests about it
// have ended with a refund of all of its units.
func (l *Locked) refundedWhole(ctx context.Context, p *ent.Shipment) (bool, error) {
	if !troubled(p) {
		return false, nil
	}
	items, err := l.Tx.ShipmentItem.Query().Where(shipmentitem.ShipmentID(p.ID)).All(ctx)
	if err != nil {
		return false, err
	}
	refunded, err := l.Tx.AfterSaleLine.Query().Where(aftersaleline.HasAfterSaleWith(
		aftersale.ShipmentID(p.ID), aftersale.StatusIn(vocab.AfterSaleSuccess...),
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

// troubled reports whether a parcel stops the clock of the receipt.
func troubled(p *ent.Shipment) bool {
	return p.CarrierStage != nil && vocab.ReceiptPaused.Has(*p.CarrierStage)
}

// past is what the events of a sub-order say about its deadlines.
type past struct {
	extended       time.Duration // of the receipt, in all
	reviewReminded bool
}

func (l *Locked) pastOf(ctx context.Context, sub globalid.ID) (past, error) {
	var p past
	events, err := l.Tx.Event.Query().Where(entevent.OrderID(l.Order.ID),
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
