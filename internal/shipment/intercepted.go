package shipment

import (
	"context"
	"slices"

	"orderflow/ent"
	entinterception "orderflow/ent/interception"
	"orderflow/internal/lifecycle"
	"orderflow/internal/shipment/courier"
	"orderflow/internal/vocab"
)

// answered applies to the open interceptions of a parcel what its courier says of them, and what
// the parcel's stage says: one that is delivered was not intercepted, one that comes back was.
func (d *desk) answered(
	ctx context.Context, p *ent.Shipment, told courier.Interception,
) error {
	action := answerOf(*p.CarrierStage, told)
	if action == "" {
		return nil
	}
	open, err := d.intercepting(ctx, p)
	if err != nil {
		return err
	}
	for _, i := range open {
		if err := d.answer(ctx, i, action); err != nil {
			return err
		}
	}
	return nil
}

// intercepting reads the open interceptions of a parcel.
func (d *desk) intercepting(ctx context.Context, p *ent.Shipment) ([]*ent.Interception, error) {
	return d.tx.Interception.Query().Where(entinterception.ShipmentID(p.ID),
		entinterception.StatusIn(openInterceptions()...)).
		Order(ent.Asc(entinterception.FieldID)).All(ctx)
}

// answer takes the row of an answer, unless it was taken before: couriers repeat themselves, and
// old answers come late.
func (d *desk) answer(
	ctx context.Context, i *ent.Interception, action vocab.InterceptionAction,
) error {
	known := slices.ContainsFunc(lifecycle.Interception.Rows,
		func(r lifecycle.InterceptionRow) bool {
			return r.On == action && slices.Contains(r.From, i.Status)
		})
	if !known {
		return nil
	}
	if err := d.moveInterception(ctx, i, action, vocab.Channel); err != nil {
		return err
	}
	if !ended(i.Status) || d.Intercepted == nil {
		return nil
	}
	return d.Intercepted(ctx, d.tx, d.l, i)
}

// answerOf is what stage and answer together do to an interception; empty when nothing.
func answerOf(
	stage vocab.CarrierStage, told courier.Interception,
) vocab.InterceptionAction {
	switch stage {
	case vocab.CarrierDelivered, vocab.CarrierLost:
		return vocab.MissInterception
	case vocab.CarrierRefused, vocab.CarrierReturning, vocab.CarrierReturned:
		return vocab.EndInterception
	}
	switch told {
	case courier.InterceptionRequested:
		return vocab.AskInterception
	case courier.InterceptionAccepted:
		return vocab.AcceptInterception
	case courier.InterceptionRefused:
		return vocab.RefuseInterception
	case courier.InterceptionSucceeded:
		return vocab.EndInterception
	case courier.InterceptionFailed:
		return vocab.MissInterception
	default:
		return ""
	}
}

// askAgain lets the interceptions of a parcel whose number was written wrong begin anew: another's
// parcel was asked for.
func (d *desk) askAgain(ctx context.Context, p *ent.Shipment) error {
	open, err := d.intercepting(ctx, p)
	if err != nil {
		return err
	}
	for _, i := range open {
		err := d.moveInterception(ctx, i, vocab.MissInterception, vocab.System)
		if err != nil {
			return err
		}
		if err := d.Intercept(ctx, d.tx, d.l, p, i.AfterSaleID); err != nil {
			return err
		}
	}
	return nil
}
