package shipment

import (
	"context"

	"orderflow/ent"
	"orderflow/ent/trackingevent"
	"orderflow/internal/globalid"
	"orderflow/internal/vocab"
)

// CorrectTrackingNumber replaces the carrier and number of a parcel that was handed over, once.
// What was reported of the old number is dropped: it is another's parcel. An open interception
// begins anew.
//
// Merchant and warehouse staff of the shop may call it. Faults: NOT_FOUND, INVALID_INPUT,
// ACTION_NOT_ALLOWED when it was corrected before or the courier has ended with it. After commit
// the runner subscribes to the track of the new number, when a courier tracks the carrier.
func (s *Shipments) CorrectTrackingNumber(
	ctx context.Context, in LabelInput,
) (globalid.ID, error) {
	v, err := packer(ctx)
	if err != nil {
		return globalid.ID{}, err
	}
	if err := s.checkLabel(in.Carrier, in.TrackingNumber); err != nil {
		return globalid.ID{}, err
	}
	return s.onParcel(ctx, in.Shipment, v,
		func(ctx context.Context, s *session, p *ent.Shipment) error {
			return s.correct(ctx, p, in)
		})
}

func (s *session) correct(ctx context.Context, p *ent.Shipment, in LabelInput) error {
	if err := s.transition(ctx, p, vocab.CorrectNumber, s.Actor.Role); err != nil {
		return err
	}
	p.Carrier, p.TrackingNumber, p.CorrectedAt = in.Carrier, in.TrackingNumber, &s.Tx.Now
	endIntent(p)
	p.HeardAt, p.UnansweredSince, p.UnansweredUntil = nil, nil, nil
	p.Subscribed, p.ClaimedUntil = false, nil
	if s.portOf(in.Carrier) != nil {
		p.NextAttemptAt = s.in(0)
	}
	if err := s.restartInterceptions(ctx, p); err != nil {
		return err
	}
	_, err := s.Tx.TrackingEvent.Delete().Where(trackingevent.ShipmentID(p.ID)).Exec(ctx)
	if err != nil {
		return err
	}
	// Of the new number nothing is reported yet.
	return s.follow(ctx, p, report{by: vocab.Channel})
}
