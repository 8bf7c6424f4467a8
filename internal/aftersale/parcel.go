package aftersale

import (
	"context"

	"orderflow/ent"
	"orderflow/internal/document"
	"orderflow/internal/vocab"
)

// followOwn follows a parcel that was sent because of the request.
func (s *session) followOwn(parcel *ent.Shipment) {
	if parcel.Purpose == vocab.ReplacementParcel {
		s.followReplacement(parcel)
	} else if vocab.ReturnInTransit.Has(s.Row.Status) && at(parcel, vocab.ParcelDelivered) {
		s.dueAfter(document.Days(s.Terms.InspectReturnDays))
	}
}

// followReplacement follows what the shop sends again. Goods that went astray are to be sent anew,
// or for the first time when their handover was undone; of others the last word of the courier
// counts.
func (s *session) followReplacement(parcel *ent.Shipment) {
	switch {
	case !vocab.Reshipping.Has(s.Row.Status):
	case at(parcel, vocab.ParcelDelivered):
		s.dueAfter(reshipConfirmed)
	case vocab.HandedOver.Has(parcel.Stage) && !astray(parcel):
		s.dueAfter(unknownDelivery)
	case s.Facts().Shipped: // another one is on its way
	default:
		s.dueAfter(document.Hours(s.Terms.ReshipHours))
	}
}

// followParcel follows the parcel that the goods of the request are in.
func (s *session) followParcel(ctx context.Context) error {
	switch {
	case s.Row.Goods != vocab.GoodsInTransit:
		return nil
	case at(s.Parcel, vocab.ParcelLost):
		return s.lose(ctx)
	case turnedBack(s.Parcel):
		return s.comeBack(ctx)
	case at(s.Parcel, vocab.ParcelDelivered):
		return s.arrive(ctx)
	default:
		return nil
	}
}

// lose makes the shop answer for a parcel that nobody can bring back any more, unless somebody is
// to rule or the money is on its way.
func (s *session) lose(ctx context.Context) error {
	if !s.allowed(vocab.LoseParcel, vocab.System) {
		return nil
	}
	return s.transition(ctx, step{action: vocab.LoseParcel, by: vocab.System,
		change: func(a *ent.AfterSale) {
			liable := vocab.LiableShop
			a.Liable, a.Proposal, a.Rejection = &liable, nil, nil
		}})
}

// comeBack has the request wait for goods that are on their way back, whatever it waited for
// before, or sees that they have arrived.
func (s *session) comeBack(ctx context.Context) error {
	switch {
	case vocab.ReturnInTransit.Has(s.Row.Status):
		if at(s.Parcel, vocab.ParcelReturned) && !s.byBuyer() {
			s.startDeadline()
		}
		return nil
	case s.Row.GoodsBack || !s.allowed(s.turningBack(), vocab.Channel):
		return nil
	default:
		return s.turnBack(ctx)
	}
}

// turnBack takes the request on: its parcel comes back.
func (s *session) turnBack(ctx context.Context) error {
	return s.transition(ctx, step{action: s.turningBack(), by: vocab.Channel,
		trigger: vocab.TriggerReturned, change: func(a *ent.AfterSale) {
			a.GoodsBack, a.Proposal, a.Rejection = true, nil, nil
			if a.Way == nil || s.byBuyer() {
				way := vocab.ByRefusal
				a.Way = &way
			}
		}})
}

func (s *session) turningBack() vocab.AfterSaleAction {
	if vocab.AwaitingInterception.Has(s.Row.Status) {
		return vocab.SucceedInterception
	}
	return vocab.TurnBack
}

// arrive takes the request on whose parcel was delivered: the buyer's time to send it back
// begins, or it did not come back as was said, or it was not lost.
func (s *session) arrive(ctx context.Context) error {
	status := s.Row.Status
	switch {
	case vocab.AwaitingReturn.Has(status):
		s.startDeadline()
		return nil
	case vocab.AwaitingRefusal.Has(status),
		vocab.ReturnInTransit.Has(status) && !s.byBuyer(),
		vocab.AwaitingMerchant.Has(status) && s.Row.Way == nil:
		return s.deliver(ctx)
	default:
		return nil
	}
}

func (s *session) deliver(ctx context.Context) error {
	return s.transition(ctx, step{action: vocab.Deliver, by: vocab.Channel,
		change: func(a *ent.AfterSale) { a.GoodsBack = false }})
}

// byBuyer reports whether the buyer sends the goods back that were on their way.
func (s *session) byBuyer() bool { return s.Row.Way != nil && *s.Row.Way == vocab.ByReturn }
