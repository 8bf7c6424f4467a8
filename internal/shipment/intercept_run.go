package shipment

import (
	"context"
	"fmt"
	"time"

	"orderflow/ent"
	entinterception "orderflow/ent/interception"
	"orderflow/internal/globalid"
	"orderflow/internal/shipment/courier"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// InterceptionsDue are interceptions about which a courier is to be called, for RunInterception.
var InterceptionsDue = store.Due{Table: entinterception.Table,
	Column: entinterception.FieldNextAttemptAt, Real: true, Lease: lease}

// RunInterception does the next step of an interception that the caller has claimed: it requests it
// of the courier until that has taken it down, and then queries how it stands, in case no push
// comes.
func (s *Shipments) RunInterception(ctx context.Context, id globalid.ID) error {
	i, err := s.db.Client.Interception.Query().Where(entinterception.ID(id)).WithAfterSale().
		WithShipment(func(q *ent.ShipmentQuery) {
			q.WithOrder().WithItems(func(q *ent.ShipmentItemQuery) { q.WithSubOrder() })
		}).Only(ctx)
	if err != nil {
		return fmt.Errorf("interception %s: %w", id, err)
	}
	if !vocab.InterceptionOpen.Has(i.Status) {
		return nil
	}
	p := i.Edges.Shipment
	if action := answerOf(*p.CarrierStage, ""); action != "" {
		return s.settle(ctx, i, action)
	}
	port := s.portOf(p.Carrier)
	if port == nil {
		return s.leaveToStaff(ctx, i)
	}
	parcel, err := s.parcelAt(p)
	if err != nil {
		return err
	}
	call, done := context.WithTimeout(ctx, patience)
	defer done()
	if vocab.InterceptionAtWork.Has(i.Status) {
		return s.queryInterception(ctx, call, i, port, parcel)
	}
	err = port.Intercept(call, parcel, string(i.Edges.AfterSale.Reason))
	s.Lanes[port.Name()].Report(ctx, err)
	if err != nil {
		s.log.DebugContext(ctx, "a courier did not answer", "interception", id, "error", err)
		return s.settle(ctx, i, vocab.LoseInterception)
	}
	return s.settle(ctx, i, vocab.AskInterception)
}

// queryInterception queries the courier about a parcel whose interception it has taken down.
func (s *Shipments) queryInterception(
	ctx, call context.Context, i *ent.Interception, port courier.Port, parcel courier.Parcel,
) error {
	asked, err := s.db.Now(ctx)
	if err != nil {
		return err
	}
	snapshot, err := port.Query(call, parcel)
	s.Lanes[port.Name()].Report(ctx, err)
	if err != nil {
		s.log.DebugContext(ctx, "a courier did not answer", "interception", i.ID, "error", err)
		return s.postponeInterception(ctx, i)
	}
	snapshot.Number = parcel.Number // if it was corrected meanwhile, this is of the old one
	err = s.apply(ctx, i.ShipmentID, answer{snapshot, asked}, func(_ *session, p *ent.Shipment) {
		if vocab.CourierDone.Has(*p.CarrierStage) {
			endIntent(p)
		}
	})
	if err != nil {
		return err
	}
	return s.postponeInterception(ctx, i)
}

// leaveToStaff ends the questions about a parcel that a courier was asked about before and cannot
// be any more: staff telephone.
func (s *Shipments) leaveToStaff(ctx context.Context, called *ent.Interception) error {
	return s.onTrack(ctx, called.Edges.Shipment,
		func(ctx context.Context, s *session, p *ent.Shipment) error {
			i, err := s.interception(ctx, called.ID)
			if err != nil || s.Tracks(p.Carrier) {
				return err
			}
			i.NextAttemptAt, i.ClaimedUntil = nil, nil
			endIntent(p)
			p.Subscribed = false
			return nil
		})
}

// settle applies what came of a call. What an answer has settled meanwhile stays.
func (s *Shipments) settle(
	ctx context.Context, called *ent.Interception, action vocab.InterceptionAction,
) error {
	err := s.onTrack(ctx, called.Edges.Shipment,
		func(ctx context.Context, s *session, p *ent.Shipment) error {
			i, err := s.interception(ctx, called.ID)
			if err != nil || p.TrackingNumber != called.Edges.Shipment.TrackingNumber {
				return err
			}
			if action == vocab.LoseInterception {
				if !vocab.InterceptionUnsent.Has(i.Status) {
					return nil
				}
				return s.transitionInterception(i, action, vocab.System)
			}
			return s.answer(ctx, i, action)
		})
	if err != nil {
		return err
	}
	return s.postponeInterception(ctx, called)
}

// interception reads an interception of the order.
func (s *session) interception(
	ctx context.Context, id globalid.ID,
) (*ent.Interception, error) {
	query := s.Tx.Interception.Query().Where(entinterception.ID(id))
	if s.Tx.Locks() {
		query.ForUpdate()
	}
	i, err := query.Only(ctx)
	if err != nil {
		return nil, err
	}
	return store.Track(s.Tx, i), nil
}

// postponeInterception ends the claim of an interception whose status has not changed since it was
// read, until the next call about it.
func (s *Shipments) postponeInterception(ctx context.Context, called *ent.Interception) error {
	return s.db.Client.Interception.Update().Where(entinterception.ID(called.ID),
		entinterception.StatusEQ(called.Status)).ClearClaimedUntil().
		SetAttempts(called.Attempts + 1).
		SetNextAttemptAt(s.db.RealNow().Add(untilNextCall(called.Status, called.Attempts))).Exec(ctx)
}

// untilNextCall is the time until the courier is called again: what it has not taken down is
// urgent, what it has its pushes report.
func untilNextCall(status vocab.InterceptionStatus, before int) time.Duration {
	if vocab.InterceptionAtWork.Has(status) {
		return pause(before)
	}
	return min(5*time.Second<<min(before, 10), time.Hour)
}
