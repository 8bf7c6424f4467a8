package shipment

import (
	"context"
	"slices"

	"orderflow/ent"
	entinterception "orderflow/ent/interception"
	"orderflow/internal/auth"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/limit"
	"orderflow/internal/vocab"
)

// InterceptionInput is what a courier said on the telephone about bringing a parcel back.
type InterceptionInput struct {
	Shipment globalid.ID
	Outcome  vocab.InterceptionStatus
	Note     string
}

// told is what each outcome that staff may report does to an interception.
var told = map[vocab.InterceptionStatus]vocab.InterceptionAction{
	vocab.InterceptionAccepted:  vocab.AcceptInterception,
	vocab.InterceptionRefused:   vocab.RefuseInterception,
	vocab.InterceptionSucceeded: vocab.EndInterception,
	vocab.InterceptionFailed:    vocab.MissInterception,
}

// ReportInterception notes how the interception of a parcel stands that staff telephoned the
// courier about. It is the answer to all requests that want the parcel back. A parcel whose
// interception has succeeded is on its way back: its track says so too.
//
// Merchant and warehouse staff of the shop, support and platform staff may call it. Faults:
// NOT_FOUND, INVALID_INPUT, ACTION_NOT_ALLOWED unless an interception is open that this is news of.
// After commit the requests go on as after the courier's answer.
func (s *Shipments) ReportInterception(
	ctx context.Context, in InterceptionInput,
) (globalid.ID, error) {
	v, err := auth.Require(ctx, shopAndStaff...)
	if err != nil {
		return globalid.ID{}, err
	}
	var faults fault.List
	if told[in.Outcome] == "" {
		faults.Add("outcome", fault.InvalidInput,
			"It must be ACCEPTED, REFUSED, SUCCEEDED or FAILED.")
	}
	limit.TrackingNote.Text(&faults, "note", in.Note)
	if err := faults.Err(); err != nil {
		return globalid.ID{}, err
	}
	return s.onParcel(ctx, in.Shipment, v,
		func(ctx context.Context, s *session, p *ent.Shipment) error {
			if err := s.check(ctx, p, vocab.ReportInterception); err != nil {
				return err
			}
			return s.reportInterception(ctx, p, in)
		})
}

func (s *session) reportInterception(
	ctx context.Context, p *ent.Shipment, in InterceptionInput,
) error {
	open, err := s.openInterceptions(ctx, entinterception.ShipmentID(p.ID))
	if err != nil {
		return err
	}
	open = slices.DeleteFunc(open, func(i *ent.Interception) bool { return i.Status == in.Outcome })
	if len(open) == 0 {
		return fault.New(fault.ActionNotAllowed, "It is %s already.", in.Outcome)
	}
	for _, i := range open {
		by := s.Actor.Role
		i.ReportedBy = &by
		i.Note = s.keys.SealText(in.Note, i.ID, entinterception.FieldNote)
	}
	if vocab.Intercepted.Has(in.Outcome) {
		// The stage answers the interceptions.
		return s.reportTracking(ctx, p, TrackingInput{Stage: vocab.CarrierReturning, Note: in.Note})
	}
	// It is the courier's word, whoever heard it.
	for _, i := range open {
		if err := s.answer(ctx, i, told[in.Outcome]); err != nil {
			return err
		}
	}
	return nil
}
