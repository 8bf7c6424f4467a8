package shipment

import (
	"context"

	"orderflow/ent"
	"orderflow/ent/predicate"
	"orderflow/ent/trackingevent"
	"orderflow/internal/auth"
	"orderflow/internal/document"
	"orderflow/internal/globalid"
	"orderflow/internal/vocab"
)

// CorrectTrackingNumber replaces the carrier and number of a parcel that the shop sent, once. The
// old ones stay as a former number, with what was reported under it: that is another's parcel. An
// open interception begins anew.
//
// Merchant and warehouse staff of the shop may call it. Faults: NOT_FOUND, INVALID_INPUT, also at
// trackingNumber when another parcel has it, ACTION_NOT_ALLOWED when it was corrected before, the
// courier has ended with it or the buyer sent it. After commit the runner subscribes to the track
// of the new number, when a courier tracks the carrier.
func (s *Shipments) CorrectTrackingNumber(
	ctx context.Context, in LabelInput,
) (globalid.ID, error) {
	v, err := packer(ctx)
	if err != nil {
		return globalid.ID{}, err
	}
	return s.correctAs(ctx, v, in)
}

// CorrectReturn is CorrectTrackingNumber for a parcel in which goods go back, whose number no other
// parcel may ever have had.
//
// The buyer who sent it may call it. Faults as of CorrectTrackingNumber.
func (s *Shipments) CorrectReturn(ctx context.Context, in LabelInput) (globalid.ID, error) {
	v, err := auth.Require(ctx, vocab.Buyer)
	if err != nil {
		return globalid.ID{}, err
	}
	return s.correctAs(ctx, v, in)
}

func (s *Shipments) correctAs(
	ctx context.Context, v *auth.Viewer, in LabelInput,
) (globalid.ID, error) {
	var err error
	if in.Carrier, err = s.checkLabel(in.Carrier, in.TrackingNumber); err != nil {
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
	if err := s.keepNumber(ctx, p); err != nil {
		return err
	}
	if err := s.setNumber(ctx, p, in.Carrier, in.TrackingNumber); err != nil {
		return err
	}
	p.CorrectedAt = &s.Tx.Now
	endIntent(p)
	p.HeardAt, p.UnansweredSince, p.UnansweredUntil = nil, nil, nil
	p.Subscribed, p.ClaimedUntil = false, nil
	if s.Tracks(in.Carrier) {
		p.NextAttemptAt = s.in(0)
	}
	if err := s.restartInterceptions(ctx, p); err != nil {
		return err
	}
	// Of the new number its courier has reported nothing yet.
	known, err := s.recorded(ctx, p)
	if err != nil {
		return err
	}
	return s.follow(ctx, p, report{known: known, by: vocab.Channel})
}

// keepNumber moves the label of a parcel, and what couriers reported under it, to a former number.
// What people reported is about the parcel, whatever its number.
func (s *session) keepNumber(ctx context.Context, p *ent.Shipment) error {
	told := []predicate.TrackingEvent{
		trackingevent.ShipmentID(p.ID), trackingevent.ReportedByIsNil()}
	rows, err := s.Tx.TrackingEvent.Query().Where(told...).
		Order(ent.Asc(trackingevent.FieldOccurredAt, trackingevent.FieldID)).All(ctx)
	if err != nil {
		return err
	}
	track := make([]document.Scan, len(rows))
	for i, r := range rows {
		track[i] = document.Scan{Event: r.ID, OccurredAt: r.OccurredAt, Stage: r.Stage,
			Text: r.Text, Location: r.Location, Correction: r.Correction, CreatedAt: r.CreatedAt}
	}
	s.Tx.Insert(&ent.FormerNumber{ID: globalid.New(globalid.FormerNumber), ShipmentID: p.ID,
		BuyerID: p.BuyerID, ShopID: p.ShopID, Carrier: p.Carrier, TrackingNumber: p.TrackingNumber,
		CorrectedBy: s.Actor.Role, Track: track, CreatedAt: s.Tx.Now})
	_, err = s.Tx.TrackingEvent.Delete().Where(told...).Exec(ctx)
	return err
}
