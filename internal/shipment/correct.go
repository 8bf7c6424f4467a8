package shipment

import (
	"context"

	"orderflow/ent"
	"orderflow/ent/trackingevent"
	"orderflow/internal/globalid"
	"orderflow/internal/vocab"
)

// CorrectTrackingNumber replaces the carrier and number of a parcel that was handed over, once.
// What was told of the old number is dropped: it is another's parcel. An interception that was
// asked for begins anew.
//
// Merchant and warehouse staff of the shop may call it. Faults: NOT_FOUND, INVALID_INPUT,
// ACTION_NOT_ALLOWED when it was corrected before or the courier has ended with it. After commit
// the runner asks the courier to tell about the new number, when one tracks the carrier.
func (s *Shipments) CorrectTrackingNumber(
	ctx context.Context, in LabelInput,
) (globalid.ID, error) {
	v, err := packer(ctx)
	if err != nil {
		return globalid.ID{}, err
	}
	if err := s.checkLabel(in.Carrier, in.TrackingNumber); err != nil {
		return globalid.ID{}, err
	}
	return s.onParcel(ctx, in.Shipment, v,
		func(ctx context.Context, d *desk, p *ent.Shipment) error {
			err := d.move(ctx, p, vocab.CorrectNumber, v.Role, func(u *ent.ShipmentUpdate) {
				u.SetCarrier(in.Carrier).SetTrackingNumber(in.TrackingNumber).
					SetCorrectedAt(d.tx.Now).SetSubscribed(false).ClearTrackingStaleSince().
					SetAttempts(0).ClearClaimedUntil().ClearNextAttemptAt()
				if d.portOf(in.Carrier) != nil {
					u.SetNextAttemptAt(d.db.RealNow())
				}
			})
			if err != nil {
				return err
			}
			p.Carrier, p.TrackingNumber, p.CorrectedAt = in.Carrier, in.TrackingNumber, &d.tx.Now
			if err := d.askAgain(ctx, p); err != nil {
				return err
			}
			_, err = d.tx.TrackingEvent.Delete().
				Where(trackingevent.ShipmentID(p.ID)).Exec(ctx)
			if err != nil {
				return err
			}
			// Of the new number its courier has told nothing.
			return d.follow(ctx, p, nil, nil, vocab.Channel, "", nil)
		})
}
