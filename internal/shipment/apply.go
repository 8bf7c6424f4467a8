package shipment

import (
	"context"
	"strings"
	"time"

	"orderflow/ent"
	entshipment "orderflow/ent/shipment"
	"orderflow/internal/globalid"
	"orderflow/internal/shipment/courier"
	"orderflow/internal/shipment/track"
	"orderflow/internal/vocab"
)

// ApplySnapshot merges what a courier pushed about a parcel: what is new is stored once, and the
// parcel's stage is computed from all that was ever reported. Snapshots may come in any order and
// more than once. One of another number, or of a parcel that was not handed over, is passed over.
//
// HandlePush and tests call it. Fault: NOT_FOUND. After commit an ended subscription makes the
// runner query the courier from now on.
func (s *Shipments) ApplySnapshot(
	ctx context.Context, id globalid.ID, snapshot courier.Snapshot,
) error {
	return s.apply(ctx, id, answer{Snapshot: snapshot},
		func(s *session, p *ent.Shipment) { s.plan(p, true, snapshot.Ended) })
}

// answer is a snapshot that answers our question of a time; zero for one that was pushed.
type answer struct {
	courier.Snapshot
	asked time.Time
}

// until is the business time up to which the courier knew of the parcel when it sent this. A push
// may have been under way for long, so that only what it reports says how old it is.
func (a answer) until(now time.Time) (until time.Time) {
	until = a.asked
	for _, e := range a.Events {
		if e.At.After(until) {
			until = e.At
		}
	}
	if until.After(now) {
		return now
	}
	return until
}

// apply merges a snapshot. plan notes when the courier is to be called next.
func (s *Shipments) apply(
	ctx context.Context, id globalid.ID, snapshot answer,
	plan func(s *session, p *ent.Shipment),
) error {
	found, err := s.db.Client.Shipment.Query().Where(entshipment.ID(id)).Only(ctx)
	if ent.IsNotFound(err) {
		return noParcel()
	}
	if err != nil {
		return err
	}
	return s.onTrack(ctx, found, func(ctx context.Context, s *session, p *ent.Shipment) error {
		if !vocab.HandedOver.Has(p.Stage) ||
			!strings.EqualFold(p.TrackingNumber, snapshot.Number) {
			s.log.InfoContext(ctx, "a snapshot is of another number", "shipment", id)
			return nil
		}
		s.hear(p, snapshot)
		known, err := s.recorded(ctx, p)
		if err != nil {
			return err
		}
		added := track.Merge(known, snapshot.Events)
		if len(known)+len(added) > maxEvents {
			s.log.ErrorContext(ctx, "a courier reports too many events of a parcel", "shipment", id)
			return nil
		}
		err = s.follow(ctx, p, report{known: known, added: added, by: vocab.Channel,
			interception: snapshot.Interception})
		if err != nil {
			return err
		}
		plan(s, p)
		return nil
	})
}

// hear notes how much the courier is known to have said of a parcel.
func (s *session) hear(p *ent.Shipment, a answer) {
	until := a.until(s.Tx.Now)
	if until.IsZero() || p.HeardAt != nil && !until.After(*p.HeardAt) {
		return
	}
	p.HeardAt = &until
	if p.UnansweredSince != nil && !until.Before(*p.UnansweredSince) {
		p.UnansweredSince, p.UnansweredUntil = nil, nil
	}
}

// plan notes when the courier is to be called next: never for a parcel that has arrived or whose
// carrier nobody here can ask, after a long silence while it pushes, and again and again once its
// pushes have ended.
func (s *session) plan(p *ent.Shipment, pushed, ended bool) {
	switch {
	case vocab.CourierDone.Has(*p.CarrierStage), !s.Tracks(p.Carrier):
		endIntent(p)
	case pushed && !ended:
		p.TrackingStaleSince, p.NextAttemptAt, p.Attempts = nil, s.in(silence), 0
	case pushed && p.TrackingStaleSince == nil:
		p.TrackingStaleSince, p.NextAttemptAt, p.Attempts = &s.Tx.Now, s.in(0), 0
	case pushed: // it is queried already
	case s.Tx.Now.After(p.HandedOverAt.Add(trackedOn)):
		p.NextAttemptAt = nil
	default:
		if p.TrackingStaleSince == nil {
			p.TrackingStaleSince = &s.Tx.Now
		}
		p.NextAttemptAt = s.in(pause(p.Attempts))
		p.Attempts++
	}
	if pushed {
		p.Subscribed = s.Tracks(p.Carrier)
	} else {
		p.ClaimedUntil = nil
	}
}

// endIntent is for a parcel of which the courier has nothing more to report.
func endIntent(p *ent.Shipment) {
	p.TrackingStaleSince, p.NextAttemptAt, p.Attempts = nil, nil, 0
}

// pause is the time between two queries about a parcel: couriers lock numbers that are queried more
// often than every half hour.
func pause(before int) time.Duration {
	const first, most = 30 * time.Minute, 12 * time.Hour
	return min(first<<min(before, 8), most)
}
