package shipment

import (
	"context"
	"errors"
	"slices"
	"time"

	"orderflow/ent"
	"orderflow/ent/trackingevent"
	"orderflow/internal/globalid"
	"orderflow/internal/lifecycle"
	"orderflow/internal/seal"
	"orderflow/internal/shipment/courier"
	"orderflow/internal/shipment/track"
	"orderflow/internal/vocab"
)

// recorded reads what is stored of a parcel's track.
func (s *session) recorded(ctx context.Context, p *ent.Shipment) ([]courier.Event, error) {
	rows, err := s.Tx.TrackingEvent.Query().Where(trackingevent.ShipmentID(p.ID)).All(ctx)
	if err != nil {
		return nil, err
	}
	events := make([]courier.Event, len(rows))
	for i, r := range rows {
		if events[i], err = OpenTracking(s.keys, r); err != nil {
			return nil, err
		}
	}
	return events, nil
}

// OpenTracking returns what a courier told, with its texts opened.
func OpenTracking(keys *seal.Keyring, r *ent.TrackingEvent) (courier.Event, error) {
	text, err := keys.OpenText(r.Text, r.ID, trackingevent.FieldText)
	location, other := keys.OpenText(r.Location, r.ID, trackingevent.FieldLocation)
	return courier.Event{At: r.OccurredAt, Stage: r.Stage, Text: text, Location: location,
		Correction: r.Correction}, errors.Join(err, other)
}

// record stores what is new of a parcel's track, and who reported it unless that was the courier.
func (s *session) record(p *ent.Shipment, added []courier.Event, by vocab.Role) {
	var reportedBy *vocab.Role
	if by != vocab.Channel {
		reportedBy = &by
	}
	for _, e := range added {
		id, fingerprint := globalid.New(globalid.TrackingEvent), track.Fingerprint(e)
		s.Tx.Insert(&ent.TrackingEvent{ID: id, ReportedBy: reportedBy,
			ShipmentID: p.ID, BuyerID: p.BuyerID, ShopID: p.ShopID,
			OccurredAt: e.At, Stage: e.Stage, Correction: e.Correction,
			Text:        s.keys.SealText(e.Text, id, trackingevent.FieldText),
			Location:    s.keys.SealText(e.Location, id, trackingevent.FieldLocation),
			Fingerprint: fingerprint[:], CreatedAt: s.Tx.Now})
	}
}

// report is what is known of a parcel's track, and what of it is new.
type report struct {
	known, added []courier.Event
	by           vocab.Role
	interception courier.Interception // the courier's answer; empty for none
}

// follow stores what is new of a parcel's track and gives the parcel the stage that the whole track
// makes. First come the consequences of the stage and of the courier's answer for interceptions,
// then those for whoever waits for the parcel.
func (s *session) follow(ctx context.Context, p *ent.Shipment, r report) error {
	s.record(p, r.added, r.by)
	from := *p.CarrierStage
	stage, delivered := track.State(slices.Concat(r.known, r.added))
	if len(r.added) > 0 || stage != from {
		action := vocab.TrackParcel
		if vocab.CourierDone.Has(from) {
			action = vocab.CorrectParcel
		}
		// The rows of an action lead to every stage: which one is for the track to say.
		reported := from
		taken, err := lifecycle.Take(
			lifecycle.Carrier, &reported, action, r.by, lifecycle.NoFacts{})
		if err != nil {
			return err
		}
		s.emit(p, taken.Emit, string(from), string(stage))
	}
	changed := stage != from || !sameTime(delivered, p.DeliveredAt)
	p.CarrierStage, p.DeliveredAt = &stage, delivered
	p.NeedsMerchant = vocab.NeedsMerchant.Has(stage)
	if changed && p.Purpose == vocab.OrderParcel {
		if err := s.Tracked(ctx, subsOf(p)); err != nil {
			return err
		}
	}
	if err := s.answerAll(ctx, p, r.interception); err != nil || !changed {
		return err
	}
	return s.Hooks.ParcelTracked(ctx, s.Locked, p)
}

func sameTime(a, b *time.Time) bool {
	return a == nil && b == nil || a != nil && b != nil && a.Equal(*b)
}
