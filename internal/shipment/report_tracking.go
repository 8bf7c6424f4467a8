package shipment

import (
	"context"
	"slices"
	"time"

	"orderflow/ent"
	"orderflow/internal/auth"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/limit"
	"orderflow/internal/shipment/courier"
	"orderflow/internal/shipment/track"
	"orderflow/internal/vocab"
)

// TrackingInput is what staff learned of a parcel.
type TrackingInput struct {
	Shipment globalid.ID
	Stage    vocab.CarrierStage
	At       *time.Time // when it happened; nil for now
	Note     string
}

// ReportTracking notes what staff learned of where a parcel is. It is stored like what a courier
// reports, with the role of who reported it, and has the same consequences.
//
// Merchant and warehouse staff of the shop may call it for what the shop sent by a carrier that
// nobody here can ask, until it was delivered or returned; support and platform staff for any
// parcel. Faults: NOT_FOUND, INVALID_INPUT, TIME_OUT_OF_ORDER, ACTION_NOT_ALLOWED, LIMIT_EXCEEDED
// when more was reported of the parcel than is kept. After commit deadlines follow.
func (s *Shipments) ReportTracking(ctx context.Context, in TrackingInput) (globalid.ID, error) {
	v, err := auth.Require(ctx, shopAndStaff...)
	if err != nil {
		return globalid.ID{}, err
	}
	if err := in.check(); err != nil {
		return globalid.ID{}, err
	}
	return s.onParcel(ctx, in.Shipment, v,
		func(ctx context.Context, s *session, p *ent.Shipment) error {
			if err := s.check(ctx, p, vocab.ReportTracking); err != nil {
				return err
			}
			return s.reportTracking(ctx, p, in)
		})
}

// shopAndStaff may report what they learned of a parcel.
var shopAndStaff = []vocab.Role{vocab.Merchant, vocab.Warehouse, vocab.Support, vocab.Platform}

func (in TrackingInput) check() error {
	var faults fault.List
	if !slices.Contains(vocab.CarrierStages, in.Stage) || vocab.Unscanned.Has(in.Stage) {
		faults.Add("stage", fault.InvalidInput,
			"It must be what became of the parcel after the handover, such as COLLECTED or DELIVERED.")
	}
	limit.TrackingNote.Text(&faults, "note", in.Note)
	return faults.Err()
}

// reportTracking joins what a person reports with what is known. What was final is taken back by
// it.
func (s *session) reportTracking(ctx context.Context, p *ent.Shipment, in TrackingInput) error {
	known, err := s.recorded(ctx, p)
	if err != nil {
		return err
	}
	last := s.latest(p, known)
	reported := courier.Event{At: last, Stage: in.Stage, Text: in.Note,
		Correction: vocab.CourierDone.Has(*p.CarrierStage)}
	if s.Tx.Now.After(last) {
		reported.At = s.Tx.Now
	}
	if in.At != nil {
		reported.At = *in.At
	}
	added := track.Merge(known, []courier.Event{reported})
	switch {
	case len(added) == 0:
		return nil // reported before
	case in.At != nil && in.At.After(s.Tx.Now):
		return fault.At("occurredAt", fault.TimeOutOfOrder,
			"It is %s now; only what has happened can be reported.", written(s.Tx.Now))
	case added[0].At.Before(last):
		return fault.At("occurredAt", fault.TimeOutOfOrder,
			"The handover, or the last that is known, was at %s; this must have happened after it.",
			written(last))
	case vocab.ParcelCollected.Has(in.Stage) && len(known) > 0 && !reported.Correction:
		return fault.At("stage", fault.InvalidInput,
			"Something that came after the collection is known.")
	case len(known) >= maxEvents:
		return fault.New(fault.LimitExceeded, "At most %d reports of a parcel are kept.", maxEvents)
	}
	err = s.follow(ctx, p, report{known: known, added: added, by: s.Actor.Role})
	s.planReported(p)
	return err
}

// latest is when the last of what is known of a parcel happened.
func (s *session) latest(p *ent.Shipment, known []courier.Event) time.Time {
	last := *p.HandedOverAt
	for _, e := range known {
		if e.At.After(last) {
			last = e.At
		}
	}
	return last
}

func written(at time.Time) string { return at.UTC().Format(time.RFC3339Nano) }

// planReported notes whether the courier of a parcel is to be asked after what a person reported.
func (s *session) planReported(p *ent.Shipment) {
	over := s.Tx.Now.After(p.HandedOverAt.Add(trackedOn))
	switch {
	case vocab.CourierDone.Has(*p.CarrierStage):
		endIntent(p)
	case p.Subscribed && p.NextAttemptAt == nil && !over:
		p.NextAttemptAt = s.in(0)
	}
}
