package aftersale

import (
	"context"

	"orderflow/ent"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/vocab"
)

// ChooseAfterInterception says how goods come back that the courier did not bring: the buyer
// refuses them at the door, or receives and returns them.
//
// The buyer may call it. Faults besides the common ones: INVALID_INPUT. After commit the buyer's
// time to do so runs.
func (s *AfterSales) ChooseAfterInterception(
	ctx context.Context, id globalid.ID, way vocab.WayBack,
) (globalid.ID, error) {
	choice := step{by: vocab.Buyer, reason: string(way)}
	choice.on = vocab.ChooseRefusal
	choice.change = func(u *ent.AfterSaleUpdate) { u.SetWay(way) }
	switch way {
	case vocab.ByRefusal:
	case vocab.ByReturn:
		choice.on = vocab.ChooseReturn
		choice.change = func(u *ent.AfterSaleUpdate) {
			u.SetWay(way).SetKind(vocab.ReturnAndRefund)
		}
	default:
		return id, fault.At("way", fault.InvalidInput, "It must be REFUSAL or RETURN.")
	}
	return s.onRequest(ctx, id, []vocab.Role{vocab.Buyer},
		func(ctx context.Context, d *desk) error {
			return d.step(ctx, choice)
		})
}
