package aftersale

import (
	"context"

	"orderflow/ent"
	"orderflow/internal/globalid"
	"orderflow/internal/order"
	"orderflow/internal/payment"
	"orderflow/internal/vocab"
)

func (s *session) shopLiable() bool {
	return s.Row.Liable != nil && *s.Row.Liable == vocab.LiableShop
}

// takeFreight takes the freight that comes back now that the units are taken. The amount of the
// request grows by it.
func (s *session) takeFreight(ctx context.Context) error {
	a := s.Row
	var err error
	a.Freight, err = s.TakeFreight(ctx, order.FreightClaim{
		Sub: s.sub, Liable: s.shopLiable(), Request: a.ID, Open: s.openUnits()})
	a.Amount += a.Freight
	return err
}

// dropFreight gives the freight back to the group.
func (s *session) dropFreight() {
	a := s.Row
	freight := a.Freight
	a.Amount -= freight
	a.Freight = 0
	s.DropFreight(s.sub, freight)
}

// settleFreight has the last word on the freight before the money goes: by the side that was found
// liable since, and by what became of other requests, it comes back although it was not requested,
// or does not although it was.
func (s *session) settleFreight(ctx context.Context) error {
	if k, _ := kindOf(s.Row.Kind); !k.units {
		return nil
	}
	s.dropFreight()
	return s.takeFreight(ctx)
}

// refundOtherFreight refunds the freight of other groups of which the last units were gifts that
// come back with this request: each by a refund of its own, which ends no request.
func (s *session) refundOtherFreight(
	ctx context.Context, holds []order.Hold, trigger vocab.RefundTrigger,
) error {
	seen := map[globalid.ID]bool{}
	mark := func(sub *ent.SubOrder) {
		for _, one := range s.FreightGroup(sub) {
			seen[one.ID] = true
		}
	}
	mark(s.sub)
	for _, h := range holds {
		sub := s.Sub(h.Item.SubOrderID)
		if seen[sub.ID] {
			continue
		}
		mark(sub)
		freight, err := s.TakeFreight(ctx, order.FreightClaim{
			Sub: sub, Liable: s.shopLiable(), Request: s.Row.ID, Open: s.openUnits()})
		if err != nil {
			return err
		}
		if freight == 0 {
			continue
		}
		_, err = s.payments.RefundHeld(ctx, s.Locked,
			payment.Held{SubOrder: sub, Trigger: trigger, Freight: freight})
		if err != nil {
			return err
		}
	}
	return nil
}
