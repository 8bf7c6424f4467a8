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
// parcel goes where all that was ever told says it is. Snapshots may come in any order and more
// than once. One of another number, or of a parcel that was not handed over, is passed over.
//
// HandlePush and tests call it. Fault: NOT_FOUND. After commit an ended subscription makes the
// runner ask the courier from now on.
func (s *Shipments) ApplySnapshot(
	ctx context.Context, id globalid.ID, told courier.Snapshot,
) error {
	return s.apply(ctx, id, told, func(
		d *desk, u *ent.ShipmentUpdate, p *ent.Shipment, stage vocab.CarrierStage,
	) {
		d.plan(u, p, stage, true, told.Ended)
	})
}

// apply merges a snapshot. plan notes when the courier is to be asked next.
func (s *Shipments) apply(
	ctx context.Context, id globalid.ID, told courier.Snapshot,
	plan func(d *desk, u *ent.ShipmentUpdate, p *ent.Shipment, stage vocab.CarrierStage),
) error {
	seen, err := s.db.Client.Shipment.Query().Where(entshipment.ID(id)).Only(ctx)
	if ent.IsNotFound(err) {
		return noParcel()
	}
	if err != nil {
		return err
	}
	return s.onTrack(ctx, seen, func(ctx context.Context, d *desk, p *ent.Shipment) error {
		if p.Stage != vocab.StageHandedOver ||
			!strings.EqualFold(p.TrackingNumber, told.Number) {
			s.log.InfoContext(ctx, "a snapshot is of another number", "shipment", id)
			return nil
		}
		known, err := d.told(ctx, p)
		if err != nil {
			return err
		}
		added := track.Merge(known, told.Events)
		if len(known)+len(added) > maxEvents {
			s.log.ErrorContext(ctx, "a courier tells too much of a parcel", "shipment", id)
			return nil
		}
		return d.follow(ctx, p, known, added, vocab.Channel, told.Interception,
			func(u *ent.ShipmentUpdate, stage vocab.CarrierStage) { plan(d, u, p, stage) })
	})
}

// plan notes when the courier is to be asked next: never for a parcel that has arrived, after a
// long silence while it pushes, and again and again once its pushes have ended.
func (d *desk) plan(
	u *ent.ShipmentUpdate, p *ent.Shipment, stage vocab.CarrierStage, pushed, ended bool,
) {
	now := d.db.RealNow()
	switch {
	case final(stage):
		arrived(u)
	case pushed && !ended:
		u.ClearTrackingStaleSince().SetNextAttemptAt(now.Add(silence)).SetAttempts(0)
	case pushed && p.TrackingStaleSince == nil:
		u.SetTrackingStaleSince(d.tx.Now).SetNextAttemptAt(now).SetAttempts(0)
	case pushed: // it is asked already
	case d.tx.Now.After(p.HandedOverAt.Add(trackedOn)):
		u.ClearNextAttemptAt()
	default:
		if p.TrackingStaleSince == nil {
			u.SetTrackingStaleSince(d.tx.Now)
		}
		u.SetNextAttemptAt(now.Add(pause(p.Attempts))).SetAttempts(p.Attempts + 1)
	}
	if pushed {
		u.SetSubscribed(true)
	} else {
		u.ClearClaimedUntil()
	}
}

func arrived(u *ent.ShipmentUpdate) {
	u.ClearTrackingStaleSince().ClearNextAttemptAt().SetAttempts(0)
}

// pause is how long a courier rests between two questions about a parcel: couriers lock numbers
// that are asked for more often than every half hour.
func pause(before int) time.Duration {
	const first, most = 30 * time.Minute, 12 * time.Hour
	return min(first<<min(before, 8), most)
}
