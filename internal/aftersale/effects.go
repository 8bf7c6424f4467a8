package aftersale

import (
	"context"
	"slices"

	"orderflow/ent/shipmentitem"
	"orderflow/internal/document"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/payment"
	"orderflow/internal/vocab"
)

// onEnter does what the status that the request has now brings about.
func (s *session) onEnter(ctx context.Context, trigger vocab.RefundTrigger) error {
	status := s.Row.Status
	switch {
	case vocab.AwaitingRefund.Has(status):
		return s.refund(ctx, trigger)
	case vocab.AwaitingInterception.Has(status):
		return s.intercept(ctx)
	case vocab.AwaitingRefusal.Has(status):
		return s.catchUp(ctx)
	case vocab.AwaitingReturn.Has(status):
		return s.expectReturn(ctx)
	case vocab.Reshipping.Has(status):
		return s.reserve(ctx)
	case vocab.AfterSaleFinal.Has(status):
		return s.end(ctx)
	default:
		return nil
	}
}

// refund gives back the money that the request holds. Stock of units that were not handed over, and
// what was reserved to be sent again, is free with that.
func (s *session) refund(ctx context.Context, trigger vocab.RefundTrigger) error {
	a := s.Row
	holds := s.holds()
	slices.SortFunc(holds, func(a, b order.Hold) int { // the order in which rows of stock are locked
		return a.Item.SkuID.Compare(b.Item.SkuID)
	})
	if a.Goods == vocab.GoodsUnshipped {
		if err := s.Unreserve(ctx, holds...); err != nil {
			return err
		}
	}
	if err := s.settleFreight(ctx); err != nil {
		return err
	}
	if err := s.stopReshipping(ctx); err != nil {
		return err
	}
	a.Trigger = &trigger
	_, err := s.payments.RefundHeld(ctx, s.Locked, payment.Held{
		SubOrder: s.sub, Trigger: trigger, Cause: payment.Cause{AfterSale: &a.ID},
		Holds: holds, Freight: a.Freight,
	})
	if err != nil {
		return err
	}
	return s.refundOtherFreight(ctx, holds, trigger)
}

// intercept requests the parcel back from its courier, unless it is known already where that is.
func (s *session) intercept(ctx context.Context) error {
	if turnedBack(s.Parcel) || at(s.Parcel, vocab.ParcelDelivered) {
		return s.catchUp(ctx)
	}
	return s.parcels.Intercept(ctx, s.Locked, s.Parcel, s.Row.ID)
}

// catchUp takes a request that waits for its parcel to where that is already.
func (s *session) catchUp(ctx context.Context) error {
	switch {
	case turnedBack(s.Parcel):
		return s.turnBack(ctx)
	case !at(s.Parcel, vocab.ParcelDelivered):
		return nil
	case vocab.AwaitingInterception.Has(s.Row.Status):
		return s.transition(ctx, step{action: vocab.FailInterception, by: vocab.Channel})
	default:
		return s.deliver(ctx)
	}
}

// expectReturn says where the goods are to go, and reserves what is sent when they are there.
func (s *session) expectReturn(ctx context.Context) error {
	if k, _ := kindOf(s.Row.Kind); k.reships {
		if err := s.reserve(ctx); err != nil {
			return err
		}
	}
	if err := s.setReturnAddress(ctx); err != nil {
		return err
	}
	if s.Row.Goods == vocab.GoodsInTransit && turnedBack(s.Parcel) {
		return s.turnBack(ctx) // they come by themselves
	}
	return nil
}

// end gives back what the request holds, unless a refund has moved it, and counts it no more.
func (s *session) end(ctx context.Context) error {
	refunded := s.Row.Trigger != nil
	s.unlock()
	if !refunded {
		s.drop()
		if err := s.stopReshipping(ctx); err != nil {
			return err
		}
		s.renewWindow()
	}
	if err := s.CloseRequest(ctx, s.sub); err != nil {
		return err
	}
	if refunded && at(s.Parcel, vocab.ReceiptPaused) {
		if err := s.parcelRefunded(ctx); err != nil {
			return err
		}
	}
	if vocab.AfterSaleSuccess.Has(s.Row.Status) || s.Row.Goods != vocab.GoodsInTransit ||
		s.Row.GoodsBack || !astray(s.Parcel) {
		return nil
	}
	// Nobody requests the money for what the buyer will not get: the system does.
	return s.openBySystem(ctx, s.Locked, s.Parcel)
}

// parcelRefunded has the order look anew at all sub-orders that the parcel of the request is of.
func (s *session) parcelRefunded(ctx context.Context) error {
	items, err := s.Tx.ShipmentItem.Query().Where(shipmentitem.ShipmentID(s.Parcel.ID)).
		Order(shipmentitem.ByID()).All(ctx)
	if err != nil {
		return err
	}
	var subs []globalid.ID
	for _, it := range items {
		if !slices.Contains(subs, it.SubOrderID) {
			subs = append(subs, it.SubOrderID)
		}
	}
	return s.ParcelRefunded(ctx, subs)
}

// renewWindow gives the goods of an exchange a return window of their own.
func (s *session) renewWindow() {
	if s.Row.Kind != vocab.Exchange || !vocab.AfterSaleSuccess.Has(s.Row.Status) ||
		!vocab.InReturnWindow.Has(s.sub.Status) {
		return
	}
	due := s.Now.Add(document.Days(s.Terms.ReturnWindowDays))
	if s.sub.CompleteDueAt == nil || !s.sub.CompleteDueAt.After(due) {
		s.sub.CompleteDueAt = &due
	}
}
