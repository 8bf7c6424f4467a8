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

// ClaimInterceptions claims interceptions of which a courier is to be asked something, for
// RunInterception. The runner calls it.
func (s *Shipments) ClaimInterceptions(ctx context.Context, limit int) ([]globalid.ID, error) {
	return s.db.Take(ctx, store.Claim{
		Table: entinterception.Table, Where: "next_attempt_at <= ?",
		Args: []any{s.db.RealNow()}, Order: "next_attempt_at", Limit: limit, Lease: lease,
	})
}

// RunInterception does the next step of an interception that the caller has claimed: its courier is
// asked to bring the parcel back until it has taken that down, and then how it stands, in case no
// push tells.
func (s *Shipments) RunInterception(ctx context.Context, id globalid.ID) error {
	i, err := s.db.Client.Interception.Query().Where(entinterception.ID(id)).WithAfterSale().
		WithShipment(func(q *ent.ShipmentQuery) {
			q.WithOrder().WithItems(func(q *ent.ShipmentItemQuery) { q.WithSubOrder() })
		}).Only(ctx)
	if err != nil {
		return fmt.Errorf("interception %s: %w", id, err)
	}
	if ended(i.Status) {
		return nil
	}
	p := i.Edges.Shipment
	if action := answerOf(*p.CarrierStage, ""); action != "" {
		return s.settle(ctx, i, action)
	}
	port := s.portOf(p.Carrier)
	if port == nil {
		return s.settle(ctx, i, vocab.MissInterception)
	}
	parcel, err := s.parcelAt(p)
	if err != nil {
		return err
	}
	call, done := context.WithTimeout(ctx, patience)
	defer done()
	if asked(i.Status) {
		return s.askHow(ctx, call, i, port, parcel)
	}
	if err := port.Intercept(call, parcel, string(i.Edges.AfterSale.Reason)); err != nil {
		s.log.WarnContext(ctx, "a courier did not answer", "interception", id, "error", err)
		return s.settle(ctx, i, vocab.LoseInterception)
	}
	return s.settle(ctx, i, vocab.AskInterception)
}

// askHow asks how an interception stands that the courier has taken down.
func (s *Shipments) askHow(
	ctx, call context.Context, i *ent.Interception, port courier.Port, parcel courier.Parcel,
) error {
	told, err := port.Query(call, parcel)
	if err != nil {
		s.log.WarnContext(ctx, "a courier did not answer", "interception", i.ID, "error", err)
		return s.rest(ctx, i)
	}
	told.Number = parcel.Number // if it was corrected meanwhile, this is of the old one
	err = s.apply(ctx, i.ShipmentID, told, func(
		_ *desk, u *ent.ShipmentUpdate, _ *ent.Shipment, stage vocab.CarrierStage,
	) {
		if final(stage) {
			arrived(u)
		}
	})
	if err != nil {
		return err
	}
	return s.rest(ctx, i)
}

// settle applies what came of a call. What an answer has settled meanwhile stays.
func (s *Shipments) settle(
	ctx context.Context, seen *ent.Interception, action vocab.InterceptionAction,
) error {
	err := s.onTrack(ctx, seen.Edges.Shipment,
		func(ctx context.Context, d *desk, p *ent.Shipment) error {
			i, err := d.tx.Interception.Query().Where(entinterception.ID(seen.ID)).Only(ctx)
			if err != nil || p.TrackingNumber != seen.Edges.Shipment.TrackingNumber {
				return err
			}
			if action == vocab.LoseInterception {
				if i.Status != vocab.InterceptionRequested {
					return nil
				}
				return d.moveInterception(ctx, i, action, vocab.System)
			}
			return d.answer(ctx, i, action)
		})
	if err != nil {
		return err
	}
	return s.rest(ctx, seen)
}

// rest lets an interception whose status is as it was seen wait for its next question.
func (s *Shipments) rest(ctx context.Context, seen *ent.Interception) error {
	return s.db.Client.Interception.Update().Where(entinterception.ID(seen.ID),
		entinterception.StatusEQ(seen.Status)).ClearClaimedUntil().
		SetAttempts(seen.Attempts + 1).
		SetNextAttemptAt(s.db.RealNow().Add(nextQuestion(seen.Status, seen.Attempts))).Exec(ctx)
}

// asked reports whether the courier has taken an interception down.
func asked(status vocab.InterceptionStatus) bool {
	return status == vocab.InterceptionAsked || status == vocab.InterceptionAccepted
}

// nextQuestion is how long to wait before the courier is asked again: what it has not taken down is
// urgent, what it has its pushes tell.
func nextQuestion(status vocab.InterceptionStatus, before int) time.Duration {
	if asked(status) {
		return pause(before)
	}
	return min(5*time.Second<<min(before, 10), time.Hour)
}
