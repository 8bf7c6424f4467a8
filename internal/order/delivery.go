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
)

// Tracked is called when the carrier stage of parcels with units of these sub-orders has changed.
// It computes their deadlines anew: the receipt is due some days after the last parcel's delivery,
// or 15 days after shipping while not all are delivered, and later by every extension. While a
// parcel is in trouble (PROBLEM, REFUSED, RETURNING, RETURNED, LOST) there is another, see
// endTrouble. At least a day is left when it gets well, and when a person reports a delivery.
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
		if sub.ReceiptDueAt != nil { // it runs, or is over
			continue
		}
		if err := l.schedule(ctx, sub); err != nil {
			return err
		}
	}
	return nil
}

// schedule computes the deadlines of a SHIPPED sub-order that follow from its parcels.
func (l *Locked) schedule(ctx context.Context, sub *ent.SubOrder) error {
	if !vocab.AwaitingReceipt.Has(sub.Status) {
		return nil
	}
	d, err := l.delivery(ctx, sub)
	if err != nil {
		return err
	}
	if sub.ReceiptDueAt, err = l.receiptDue(ctx, sub, d); err != nil {
		return err
	}
	sub.TroubleDueAt = l.troubleDue(sub, d)
	return nil
}

// receiptDue is when the receipt of a SHIPPED sub-order counts as confirmed; nil while the clock
// stands still.
func (l *Locked) receiptDue(
	ctx context.Context, sub *ent.SubOrder, d delivery,
) (*time.Time, error) {
	if d.troubled {
		return nil, nil
	}
	due, err := l.usualReceipt(ctx, sub, d)
	if err != nil {
		return nil, err
	}
	// What a person reports now may have happened long ago.
	begins := sub.ReceiptDueAt == nil || l.viewer != nil
	if least := l.Tx.Now.Add(leastReceipt); begins && due.Before(least) {
		due = least
	}
	return &due, nil
}

// usualReceipt is when the receipt is due by the parcels' delivery and by what was added.
func (l *Locked) usualReceipt(
	ctx context.Context, sub *ent.SubOrder, d delivery,
) (time.Time, error) {
	due := sub.ShippedAt.Add(unknownDelivery)
	if d.last != nil {
		terms, err := l.TermsOf(ctx, sub)
		if err != nil {
			return due, err
		}
		due = d.last.Add(document.Days(terms.ReceiptDays))
	}
	extended, err := l.extendedBy(ctx, sub.ID)
	return due.Add(extended + time.Duration(sub.PausedSeconds)*time.Second), err
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

// extendedBy is how much time extensions have given the receipt of a sub-order, in all.
func (l *Locked) extendedBy(
	ctx context.Context, sub globalid.ID,
) (extended time.Duration, err error) {
	events, err := l.Tx.Event.Query().Where(entevent.OrderID(l.Order.ID),
		entevent.TypeIn(vocab.EventSubOrderReceiptExtended, vocab.EventSubOrderDeadlineExtended),
	).All(ctx)
	for _, e := range events {
		if e.Payload.SubOrder == sub && (e.Type == vocab.EventSubOrderReceiptExtended ||
			e.Payload.Reason == string(ExtendReceiptBy)) {
			extended += time.Duration(e.Payload.Quantity) * time.Second
		}
	}
	return extended, err
}
