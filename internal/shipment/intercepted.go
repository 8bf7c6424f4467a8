package shipment

import (
	"context"
	"slices"

	"orderflow/ent"
	entinterception "orderflow/ent/interception"
	"orderflow/internal/lifecycle"
	"orderflow/internal/shipment/courier"
	"orderflow/internal/vocab"
)

// answerAll applies to the open interceptions of a parcel the courier's answer, and what the
// parcel's stage says: one that is delivered was not intercepted, one that comes back was.
func (s *session) answerAll(
	ctx context.Context, p *ent.Shipment, answer courier.Interception,
) error {
	action := answerOf(*p.CarrierStage, answer)
	if action == "" {
		return nil
	}
	open, err := s.openInterceptions(ctx, entinterception.ShipmentID(p.ID))
	if err != nil {
		return err
	}
	for _, i := range open {
		if err := s.answer(ctx, i, action); err != nil {
			return err
		}
	}
	return nil
}

// answer takes the row of an answer, unless it was taken before: couriers repeat themselves, and
// old answers come late.
func (s *session) answer(
	ctx context.Context, i *ent.Interception, action vocab.InterceptionAction,
) error {
	known := slices.ContainsFunc(lifecycle.Interception.Rows,
		func(r lifecycle.InterceptionRow) bool {
			return r.On == action && slices.Contains(r.From, i.Status)
		})
	if !known {
		return nil
	}
	if err := s.transitionInterception(i, action, vocab.Channel); err != nil {
		return err
	}
	if vocab.InterceptionOpen.Has(i.Status) {
		return nil
	}
	return s.Hooks.InterceptionAnswered(ctx, s.Locked, i)
}

// answerOf is what stage and answer together do to an interception; empty when nothing.
func answerOf(
	stage vocab.CarrierStage, answer courier.Interception,
) vocab.InterceptionAction {
	switch {
	case vocab.ParcelDelivered.Has(stage), vocab.ParcelLost.Has(stage):
		return vocab.MissInterception
	case vocab.ParcelTurnedBack.Has(stage):
		return vocab.EndInterception
	}
	switch answer {
	case courier.InterceptionRequested:
		return vocab.AskInterception
	case courier.InterceptionAccepted:
		return vocab.AcceptInterception
	case courier.InterceptionRefused:
		return vocab.RefuseInterception
	case courier.InterceptionSucceeded:
		return vocab.EndInterception
	case courier.InterceptionFailed:
		return vocab.MissInterception
	default:
		return ""
	}
}

// restartInterceptions begins the interceptions of a parcel anew whose number was written wrong:
// they were for another's parcel.
func (s *session) restartInterceptions(ctx context.Context, p *ent.Shipment) error {
	open, err := s.openInterceptions(ctx, entinterception.ShipmentID(p.ID))
	if err != nil {
		return err
	}
	for _, i := range open {
		err := s.transitionInterception(i, vocab.MissInterception, vocab.System)
		if err != nil {
			return err
		}
		if err := s.intercept(p, i.AfterSaleID); err != nil {
			return err
		}
	}
	return nil
}
