package shipment

import (
	"context"
	"fmt"
	"time"

	"orderflow/ent"
	"orderflow/ent/aftersale"
	entshipment "orderflow/ent/shipment"
	"orderflow/ent/suborder"
	"orderflow/internal/globalid"
	"orderflow/internal/phone"
	"orderflow/internal/shipment/courier"
	"orderflow/internal/store"
)

// TrackingDue are parcels about which a courier is to be called, for RunTracking.
var TrackingDue = store.Due{Table: entshipment.Table, Column: entshipment.FieldNextAttemptAt,
	Real: true, Lease: lease}

// RunTracking does the next step of a parcel that the caller has claimed: it subscribes to the
// courier's pushes or, when they have stopped, queries the courier. What fails is tried again
// later. Deadlines that wait for the courier are looked at afterwards, see order.AwaitCouriers.
func (s *Shipments) RunTracking(ctx context.Context, id globalid.ID) error {
	p, err := s.db.Client.Shipment.Query().Where(entshipment.ID(id)).
		WithOrder().WithItems(func(q *ent.ShipmentItemQuery) { q.WithSubOrder() }).Only(ctx)
	if err != nil {
		return fmt.Errorf("parcel %s: %w", id, err)
	}
	if err := s.callCourier(ctx, p); err != nil {
		return err
	}
	return s.wake(ctx, p)
}

func (s *Shipments) callCourier(ctx context.Context, p *ent.Shipment) error {
	port := s.portOf(p.Carrier)
	if p.NextAttemptAt == nil || port == nil { // without a port nothing is asked, ever
		return s.after(ctx, p, func(u *ent.ShipmentUpdate) {
			u.ClearNextAttemptAt().SetSubscribed(p.Subscribed && port != nil)
		})
	}
	parcel, err := s.parcelAt(p)
	if err != nil {
		return err
	}
	asked, err := s.db.Now(ctx)
	if err != nil {
		return err
	}
	call, done := context.WithTimeout(ctx, patience)
	defer done()
	if !p.Subscribed {
		err := port.Subscribe(call, parcel)
		s.Lanes[port.Name()].Report(ctx, err)
		if err != nil {
			return s.postpone(ctx, p, err)
		}
		return s.subscribed(ctx, p, asked)
	}
	snapshot, err := port.Query(call, parcel)
	s.Lanes[port.Name()].Report(ctx, err)
	if err != nil {
		return s.postpone(ctx, p, err)
	}
	snapshot.Number = p.TrackingNumber // if it was corrected meanwhile, this is of the old one
	return s.apply(ctx, p.ID, answer{snapshot, asked},
		func(s *session, p *ent.Shipment) { s.plan(p, false, snapshot.Ended) })
}

// subscribed notes that the courier is to push from now on. What it may have had to report before
// that, a query finds: at once when the parcel left long ago.
func (s *Shipments) subscribed(ctx context.Context, p *ent.Shipment, now time.Time) error {
	wait := max(0, min(silence, p.HandedOverAt.Add(silence).Sub(now)))
	return s.after(ctx, p, func(u *ent.ShipmentUpdate) {
		u.SetSubscribed(true).SetAttempts(0).SetNextAttemptAt(s.db.RealNow().Add(wait))
	})
}

// longestPause between the plan of a question about a parcel and the question: after a longer one
// nobody has asked for a while, and the count of what was not answered begins anew.
const longestPause = 2 * time.Hour

// postpone tries again after a pause that grows from seconds to an hour, and notes since when
// nothing was answered.
func (s *Shipments) postpone(ctx context.Context, p *ent.Shipment, failure error) error {
	s.log.DebugContext(ctx, "a courier did not answer", "shipment", p.ID, "error", failure)
	now, err := s.db.Now(ctx)
	if err != nil {
		return err
	}
	since := now
	paused := s.db.RealNow().Sub(*p.NextAttemptAt) > longestPause
	if p.UnansweredSince != nil && !paused {
		since = *p.UnansweredSince
	}
	wait := min(5*time.Second<<min(p.Attempts, 10), time.Hour)
	return s.after(ctx, p, func(u *ent.ShipmentUpdate) {
		u.SetAttempts(p.Attempts + 1).SetNextAttemptAt(s.db.RealNow().Add(wait)).
			SetUnansweredSince(since).SetUnansweredUntil(now)
	})
}

// wake ends the claims of deadlines that may wait for the courier of a parcel.
func (s *Shipments) wake(ctx context.Context, p *ent.Shipment) error {
	items := make([]globalid.ID, len(p.Edges.Items))
	for i, it := range p.Edges.Items {
		items[i] = it.SubOrderID
	}
	subs, err := s.db.Client.SubOrder.Query().
		Where(suborder.IDIn(items...), suborder.ClaimedUntilNotNil()).IDs(ctx)
	if err != nil {
		return err
	}
	if len(subs) > 0 {
		err := s.db.Client.SubOrder.Update().Where(suborder.IDIn(subs...)).ClearClaimedUntil().
			Exec(ctx)
		if err != nil {
			return err
		}
	}
	of := aftersale.ShipmentID(p.ID)
	if p.AfterSaleID != nil {
		of = aftersale.Or(of, aftersale.ID(*p.AfterSaleID))
	}
	requests, err := s.db.Client.AfterSale.Query().Where(of, aftersale.ClaimedUntilNotNil()).
		IDs(ctx)
	if err != nil || len(requests) == 0 {
		return err
	}
	return s.db.Client.AfterSale.Update().Where(aftersale.IDIn(requests...)).ClearClaimedUntil().
		Exec(ctx)
}

// after ends a claim and notes what came of it, unless the number was corrected or a push came
// meanwhile: then the parcel's plan is another. The subscription to the old number may have come
// after one to the right number and replaced it: the runner subscribes once more.
func (s *Shipments) after(
	ctx context.Context, p *ent.Shipment, change func(u *ent.ShipmentUpdate),
) error {
	update := s.db.Client.Shipment.Update().Where(entshipment.ID(p.ID),
		entshipment.TrackingNumber(p.TrackingNumber), entshipment.Carrier(p.Carrier),
		entshipment.Subscribed(p.Subscribed)).ClearClaimedUntil()
	if p.NextAttemptAt == nil {
		update.Where(entshipment.NextAttemptAtIsNil())
	} else {
		update.Where(entshipment.NextAttemptAt(*p.NextAttemptAt))
	}
	change(update)
	n, err := update.Save(ctx)
	if err != nil || n > 0 || p.Subscribed {
		return err
	}
	return s.db.Client.Shipment.Update().Where(entshipment.ID(p.ID), entshipment.Or(
		entshipment.TrackingNumberNEQ(p.TrackingNumber), entshipment.CarrierNEQ(p.Carrier))).
		SetSubscribed(false).SetNextAttemptAt(s.db.RealNow()).ClearClaimedUntil().Exec(ctx)
}

// parcelAt is how the courier knows a parcel; some report nothing without the receiver's phone.
func (s *Shipments) parcelAt(p *ent.Shipment) (courier.Parcel, error) {
	to, err := s.recipient(p)
	return courier.Parcel{Reference: p.ID.String(), Carrier: p.Carrier,
		Number: p.TrackingNumber, Phone: phone.Stored(to.Phone).Shown()}, err
}
