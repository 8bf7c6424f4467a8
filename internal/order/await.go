package order

import (
	"context"
	"time"

	"orderflow/ent"
	"orderflow/ent/shipment"
	"orderflow/internal/globalid"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

const (
	// LookAgain is when a deadline that waits for a courier is looked at again, at the latest: the
	// end of each question wakes it.
	LookAgain = 10 * time.Minute
	// CourierGrace is how long the questions about a parcel must have failed, from the first one
	// after a deadline, until that no longer waits for an answer (business time).
	CourierGrace = day
)

// Word is what couriers have said about parcels since a deadline.
type Word int

// The words.
const (
	Heard   Word = iota // each has answered, or there is nobody to ask
	Awaited             // one is being asked
	Silent              // the questions to one have failed for all of CourierGrace
)

// SaidSilent is the reason in the event of a deadline that went on without a courier's answer.
const SaidSilent = "COURIER_SILENT"

// Reason is what an event says of a deadline that has gone on.
func (w Word) Reason() string {
	if w == Silent {
		return SaidSilent
	}
	return ""
}

// AwaitCouriers reports whether a deadline may go on whose outcome depends on where parcels are. Of
// one that is on its way, the courier must have answered a question that was asked after the
// deadline, or have reported something that happened after it. If it has not, it is asked at once;
// the caller leaves the deadline as it is and looks at it again. The parcels may be of any purpose,
// and were read with the order locked; real is the real time.
func (l *Locked) AwaitCouriers(
	ctx context.Context, deadline, real time.Time, parcels ...*ent.Shipment,
) (Word, error) {
	var unheard []globalid.ID
	for _, p := range parcels {
		if !heard(p, deadline) {
			unheard = append(unheard, p.ID)
		}
	}
	if len(unheard) == 0 {
		return Heard, nil
	}
	query := l.Tx.Shipment.Query().Where(shipment.IDIn(unheard...)).Order(shipment.ByID())
	if l.Tx.Locks() {
		query.ForUpdate() // the runner notes in it what came of its calls, without the order's lock
	}
	rows, err := query.All(ctx)
	if err != nil {
		return Heard, err
	}
	word := Heard
	for _, p := range store.TrackAll(l.Tx, rows) {
		switch {
		case heard(p, deadline):
		case p.ClaimedUntil != nil && p.ClaimedUntil.After(real): // a question is under way
			word = Awaited
		case silent(p, deadline):
			if word == Heard {
				word = Silent
			}
		default:
			ask(p, deadline, real)
			word = Awaited
		}
	}
	return word, nil
}

// heard reports whether nothing is left to ask about a parcel: it is not on its way, its courier
// has spoken since the deadline, or nobody here can ask it.
func heard(p *ent.Shipment, deadline time.Time) bool {
	return !Asked(p) || p.CarrierStage == nil || vocab.CourierDone.Has(*p.CarrierStage) ||
		p.HeardAt != nil && !p.HeardAt.Before(deadline)
}

// Asked reports whether a courier is asked about a parcel here, or was until that had ended. Of
// others only people can say where they are.
func Asked(p *ent.Shipment) bool { return p.Subscribed || p.NextAttemptAt != nil }

// silent reports whether the questions since the deadline have failed for all of the grace.
func silent(p *ent.Shipment, deadline time.Time) bool {
	return p.UnansweredSince != nil && !p.UnansweredSince.Before(deadline) &&
		p.UnansweredUntil.Sub(*p.UnansweredSince) >= CourierGrace
}

// ask has the runner ask about a parcel now. Once that has failed, the runner's pauses count.
// Questions that failed before the deadline do not.
func ask(p *ent.Shipment, deadline, real time.Time) {
	if p.UnansweredSince != nil && p.UnansweredSince.Before(deadline) {
		p.UnansweredSince, p.UnansweredUntil = nil, nil
	}
	asked := p.NextAttemptAt != nil && !p.NextAttemptAt.After(real)
	if !asked && (p.UnansweredSince == nil || p.NextAttemptAt == nil) {
		p.NextAttemptAt = &real
	}
}
