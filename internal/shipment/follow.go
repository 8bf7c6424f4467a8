package shipment

import (
	"context"
	"fmt"
	"slices"
	"time"

	"orderflow/ent"
	entshipment "orderflow/ent/shipment"
	"orderflow/ent/trackingevent"
	"orderflow/internal/lifecycle"
	"orderflow/internal/order"
	"orderflow/internal/shipment/courier"
	"orderflow/internal/shipment/track"
	"orderflow/internal/vocab"
)

// told reads what is stored of a parcel's track.
func (d *desk) told(ctx context.Context, p *ent.Shipment) ([]courier.Event, error) {
	rows, err := d.tx.TrackingEvent.Query().Where(trackingevent.ShipmentID(p.ID)).All(ctx)
	if err != nil {
		return nil, err
	}
	events := make([]courier.Event, len(rows))
	for i, r := range rows {
		events[i] = courier.Event{At: r.OccurredAt, Stage: r.Stage, Text: r.Text,
			Location: r.Location, Correction: r.Correction}
	}
	return events, nil
}

// keep stores what is new of a parcel's track.
func (d *desk) keep(ctx context.Context, p *ent.Shipment, added []courier.Event) error {
	rows := make([]*ent.TrackingEventCreate, len(added))
	for i, e := range added {
		mark := track.Fingerprint(e)
		rows[i] = d.tx.TrackingEvent.Create().SetShipmentID(p.ID).SetOccurredAt(e.At).
			SetStage(e.Stage).SetCorrection(e.Correction).SetText(e.Text).
			SetLocation(e.Location).SetFingerprint(mark[:]).SetCreatedAt(d.tx.Now)
	}
	if err := d.tx.TrackingEvent.CreateBulk(rows...).Exec(ctx); err != nil {
		return fmt.Errorf("store the track of %s: %w", p.ID, err)
	}
	return nil
}

// follow stores what is new of a parcel's track and moves the parcel to where the whole track says
// it is; change adds to the update what comes with it. What that, and the courier's answer, mean to
// those who want the parcel back comes first, then those who wait for the parcel hear of it.
func (d *desk) follow(
	ctx context.Context, p *ent.Shipment, known, added []courier.Event, by vocab.Role,
	interception courier.Interception,
	change func(u *ent.ShipmentUpdate, stage vocab.CarrierStage),
) error {
	if err := d.keep(ctx, p, added); err != nil {
		return err
	}
	from := *p.CarrierStage
	stage, delivered := track.State(slices.Concat(known, added))
	update := d.tx.Shipment.Update().
		Where(entshipment.ID(p.ID), entshipment.CarrierStageEQ(from)).
		SetCarrierStage(stage).SetNeedsMerchant(troubled(stage))
	if delivered != nil {
		update.SetDeliveredAt(*delivered)
	} else {
		update.ClearDeliveredAt()
	}
	if change != nil {
		change(update, stage)
	}
	if n, err := update.Save(ctx); err != nil || n != 1 {
		return conflictOr(err)
	}
	if len(added) > 0 || stage != from {
		action := vocab.TrackParcel
		if final(from) {
			action = vocab.CorrectParcel
		}
		row, err := lifecycle.Carrier.Next(from, action, by, lifecycle.NoFacts{})
		if err != nil {
			return order.NotAllowed(err)
		}
		d.tell(p, row.Emit, string(from), string(stage))
	}
	moved := stage != from || !sameTime(delivered, p.DeliveredAt)
	p.CarrierStage, p.DeliveredAt, p.NeedsMerchant = &stage, delivered, troubled(stage)
	if moved && p.Purpose == vocab.OrderParcel {
		if err := d.l.Tracked(ctx, d.tx, subsOf(p)); err != nil {
			return err
		}
	}
	if err := d.answered(ctx, p, interception); err != nil || !moved {
		return err
	}
	return d.tracked(ctx, p)
}

func sameTime(a, b *time.Time) bool {
	return a == nil && b == nil || a != nil && b != nil && a.Equal(*b)
}
