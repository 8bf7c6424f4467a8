package shipment_test

import (
	"log/slog"
	"testing"
	"time"

	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/shipment"
	"orderflow/internal/shipment/courier"
	"orderflow/internal/vocab"
)

// tell reports what became of a parcel as the platform's support.
func (e *courierEnv) tell(parcel globalid.ID, stage vocab.CarrierStage) {
	e.T.Helper()
	e.MustID(e.Shipments.ReportTracking(e.Support,
		shipment.TrackingInput{Shipment: parcel, Stage: stage}))
}

// The courier speaks for a parcel that it is asked about; support may add to that, and the courier
// goes on being asked while the parcel is on its way.
func TestTheShopReportsNothingOfATrackedParcel(t *testing.T) {
	each(t, func(t *testing.T, e *courierEnv) {
		_, parcel := e.shipped()
		in := shipment.TrackingInput{Shipment: parcel, Stage: vocab.CarrierDelivered}
		for range 2 {
			_, err := e.Shipments.ReportTracking(e.Merchant, in)
			e.WantFault(err, fault.ActionNotAllowed)
			e.Must(e.Shipments.RunTracking(t.Context(), parcel)) // subscribes, then asks
		}
		e.tell(parcel, vocab.CarrierDelivered)
		p := e.Parcel(parcel)
		if *p.CarrierStage != vocab.CarrierDelivered || p.DeliveredAt == nil ||
			p.NextAttemptAt != nil {
			t.Errorf("parcel %+v", p)
		}
		e.tell(parcel, vocab.CarrierInTransit)
		if p := e.Parcel(parcel); *p.CarrierStage != vocab.CarrierInTransit || p.DeliveredAt != nil ||
			p.NextAttemptAt == nil {
			t.Errorf("parcel %+v", p)
		}
		e.Must(e.apply(parcel, snapshot(scanAt(e.Now().Add(time.Hour), vocab.CarrierReturned))))
		if p := e.Parcel(parcel); *p.CarrierStage != vocab.CarrierReturned {
			t.Errorf("it is %s", *p.CarrierStage)
		}
		e.Verify()
	})
}

// What people reported is about the parcel, whatever number was written on it.
func TestReportsOutliveACorrectedNumber(t *testing.T) {
	each(t, func(t *testing.T, e *courierEnv) {
		_, parcel := e.shipped()
		e.tell(parcel, vocab.CarrierCollected)
		e.Must(e.apply(parcel, snapshot(scanAt(e.Now(), vocab.CarrierProblem))))
		e.MustID(e.Shipments.CorrectTrackingNumber(e.Merchant, label(parcel, "SF-9")))
		p := e.Parcel(parcel)
		if *p.CarrierStage != vocab.CarrierCollected || len(p.Edges.Tracking) != 1 ||
			*p.Edges.Tracking[0].ReportedBy != vocab.Support {
			t.Errorf("it is %s by %+v", *p.CarrierStage, p.Edges.Tracking)
		}
		if former := p.QueryFormerNumbers().OnlyX(t.Context()); len(former.Track) != 1 {
			t.Errorf("former track %+v", former.Track)
		}
		e.Verify()
	})
}

// A server that can ask no more leaves an interception to people.
func TestAnInterceptionIsLeftToStaffWhenNobodyCanBeAsked(t *testing.T) {
	each(t, func(t *testing.T, e *courierEnv) {
		o, parcel := e.shipped()
		e.intercept(parcel, e.addRequest(o, vocab.AfterSaleAwaitingInterception))
		carriers, hooks := e.Shipments.Carriers, e.Shipments.Hooks
		e.Shipments = shipment.New(e.DB, nil, e.Keys, slog.New(slog.DiscardHandler))
		e.Shipments.Carriers, e.Shipments.Hooks = carriers, hooks
		calls := e.recordHooks()
		if n := e.runInterceptions() + e.runInterceptions(); n != 1 {
			t.Errorf("looked at %d times", n)
		}
		e.wantInterceptions(parcel, vocab.InterceptionRequested)
		if p := e.Parcel(parcel); p.Subscribed || p.NextAttemptAt != nil {
			t.Errorf("parcel %+v", p)
		}
		e.MustID(e.Shipments.ReportInterception(e.Merchant,
			shipment.InterceptionInput{Shipment: parcel, Outcome: vocab.InterceptionRefused}))
		e.wantInterceptions(parcel, vocab.InterceptionRefused)
		if len(*calls) != 1 || (*calls)[0] != "REFUSED" {
			t.Errorf("calls %v", *calls)
		}
	})
}

// Of a courier's scan and an undone handover one comes first, and the other is refused or passed
// over.
func TestUndoAndCollectRace(t *testing.T) {
	racing(t, func(e *courierEnv) {
		o, parcel := e.shipped()
		number := e.Parcel(parcel).TrackingNumber
		news := snapshot(scanAt(e.Now(), vocab.CarrierCollected))
		news.Number = number
		errs := atOnce(func() error {
			_, err := e.Shipments.UndoHandOver(e.Warehouse, parcel)
			return err
		}, func() error { return e.Shipments.ApplySnapshot(e.T.Context(), parcel, news) })
		p, sub := e.Parcel(parcel), e.Order(o.ID).Edges.SubOrders[0]
		undone := p.Stage == vocab.StagePacked && p.CarrierStage == nil &&
			sub.Status == vocab.AwaitingShipment && len(p.Edges.Tracking) == 0
		collected := p.Stage == vocab.StageHandedOver && len(p.Edges.Tracking) == 1 &&
			sub.Status == vocab.Shipped && fault.Is(errs[0], fault.ActionNotAllowed)
		if errs[1] != nil || (errs[0] == nil) != undone || (errs[0] != nil) != collected {
			e.T.Errorf("%v, %s, %s", errs, p.Stage, sub.Status)
		}
		e.Verify()
	})
}

func scanAt(at time.Time, stage vocab.CarrierStage) courier.Event {
	return courier.Event{At: at, Stage: stage}
}
