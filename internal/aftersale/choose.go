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
	choice := step{action: vocab.ChooseRefusal, reason: string(way),
		change: func(a *ent.AfterSale) { a.Way = &way }}
	switch way {
	case vocab.ByRefusal:
	case vocab.ByReturn:
		choice.action = vocab.ChooseReturn
		choice.change = func(a *ent.AfterSale) { a.Way, a.Kind = &way, vocab.ReturnAndRefund }
	default:
		return id, fault.At("way", fault.InvalidInput, "It must be REFUSAL or RETURN.")
	}
	return s.command(ctx, id, []vocab.Role{vocab.Buyer},
		func(ctx context.Context, s *session) error {
			return s.transition(ctx, choice)
		})
}
