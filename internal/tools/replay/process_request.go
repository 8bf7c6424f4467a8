package replay

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"
)

// The ways in which goods in transit come back.
const (
	byInterception = "INTERCEPTION"
	byRefusal      = "REFUSAL"
	byReturn       = "RETURN"
)

// requestState is the state of a request.
type requestState struct {
	Status, Number string
	CreatedAt      time.Time
	Lines          []struct {
		Quantity int64
		Item     struct{ ID, SkuCode string }
	}
	Shipment      *parcel
	Parcels       []parcel
	Interceptions []struct{ Status string }
}

func (r *replay) readRequest(ctx context.Context, q *request) (requestState, error) {
	var found struct{ Node requestState }
	const parcel = "{ id purpose trackingNumber carrierStage handedOverAt }"
	err := r.client.do(ctx, q.order.buyer(r.plan.fingerprint), operation{
		Query: `query($id: ID!) { node(id: $id) { ... on AfterSale { status number createdAt
			lines { quantity item { id skuCode } } shipment ` + parcel + ` parcels ` + parcel + `
			interceptions { status } } } }`,
		Variables: map[string]any{"id": q.id},
	}, &found)
	return found.Node, err
}

// courierJobs returns jobs that process the requests that wait for couriers.
func (r *replay) courierJobs() (jobs []job) {
	waiting := r.awaitingCourier
	r.awaitingCourier = nil
	for _, queue := range queues(waiting, func(q *request) string { return q.invoice.number }) {
		jobs = append(jobs, func(ctx context.Context) error {
			for _, q := range queue {
				if err := r.process(ctx, q, true); err != nil {
					return fmt.Errorf("cancellation %s of %s: %w", q.cancellation.number, q.invoice.number, err)
				}
			}
			return nil
		})
	}
	return jobs
}

// process does the next steps of a request until it ends or waits for a courier. A courier does one
// step in an hour.
func (r *replay) process(ctx context.Context, q *request, courier bool) error {
	for {
		s, err := r.readRequest(ctx, q)
		switch {
		case err != nil:
			return err
		case s.Status == completed:
			return nil
		case s.awaitsCourier() && !courier:
			r.postpone(q)
			return nil
		case s.awaitsCourier():
			courier = false
			err = r.runCourier(ctx, q, s)
		default:
			err = r.respond(ctx, q, s)
		}
		if err != nil {
			return fmt.Errorf("request %s, %s: %w", s.Number, s.Status, err)
		}
	}
}

// postpone keeps a request for the next hour.
func (r *replay) postpone(q *request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.awaitingCourier = append(r.awaitingCourier, q)
}

// awaitsCourier reports whether the next step of a request is a courier's.
func (s requestState) awaitsCourier() bool {
	switch s.Status {
	case "AWAITING_INTERCEPTION", "AWAITING_REFUSAL":
		return true
	case "AWAITING_RETURN":
		return s.Shipment != nil && s.Shipment.CarrierStage != stageDelivered
	case "RETURN_IN_TRANSIT":
		p := s.returnParcel()
		return p.CarrierStage != stageDelivered && p.CarrierStage != stageReturned
	default:
		return false
	}
}

// returnParcel is the parcel in which the goods come back: the buyer's, or the original that turned
// round.
func (s requestState) returnParcel() parcel {
	if i := slices.IndexFunc(s.Parcels, func(p parcel) bool { return p.Purpose == byReturn }); i >= 0 {
		return s.Parcels[i]
	}
	return *s.Shipment
}

// runCourier makes the courier do the next step and waits until the server knows.
func (r *replay) runCourier(ctx context.Context, q *request, s requestState) (err error) {
	switch {
	case s.Status == "AWAITING_INTERCEPTION":
		err = r.intercept(ctx, q, s)
	case s.Status == "AWAITING_REFUSAL":
		err = r.addEvents(ctx, *s.Shipment, refusedJourney, s.CreatedAt)
	case s.Status == "AWAITING_RETURN":
		err = r.addEvents(ctx, *s.Shipment, deliveredJourney, s.Shipment.HandedOverAt)
	case s.returnParcel().Purpose == byReturn:
		err = r.addEvents(ctx, s.returnParcel(), deliveredJourney, s.returnParcel().HandedOverAt)
	default: // it turned round; its last event is missing
		err = r.addEvents(ctx, s.returnParcel(), returnedJourney, s.CreatedAt)
	}
	if err != nil {
		return err
	}
	return r.client.poll(ctx, "wait for the parcel", func() (bool, error) {
		now, err := r.readRequest(ctx, q)
		return err != nil || !now.awaitsCourier() || now.Status != s.Status, err
	})
}

// intercept makes the courier return a parcel, or reject the interception.
func (r *replay) intercept(ctx context.Context, q *request, s requestState) error {
	err := r.client.poll(ctx, "wait for the interception", func() (bool, error) {
		now, err := r.readRequest(ctx, q)
		n := len(now.Interceptions)
		return err != nil || n > 0 && now.Interceptions[n-1].Status != "REQUESTED", err
	})
	if err != nil {
		return err
	}
	answers := []string{"ACCEPTED", "SUCCEEDED"}
	if q.variant()%2 == 0 {
		answers = []string{"REFUSED"}
	}
	for _, answer := range answers {
		status, err := r.controlCourier(ctx, map[string]any{"action": "intercept", "carrier": carrier,
			"number": s.Shipment.TrackingNumber, "answer": answer})
		if err != nil {
			return err
		}
		if status != http.StatusNoContent && status != http.StatusConflict { // answered before
			return fmt.Errorf("the courier returned %d", status)
		}
	}
	if len(answers) > 1 {
		return r.addEvents(ctx, *s.Shipment, returnedJourney, s.CreatedAt)
	}
	return r.push(ctx, *s.Shipment)
}

// respond does the next step of buyer, shop or warehouse, or waits for the refund.
func (r *replay) respond(ctx context.Context, q *request, s requestState) error {
	who := q.order.buyer(r.plan.fingerprint)
	input := map[string]any{"afterSale": q.id}
	var name string
	switch s.Status {
	case "AWAITING_MERCHANT":
		who, name = r.merchant(q.order), "approveAfterSale"
	case "AWAITING_CHOICE":
		name, input["way"] = "chooseAfterInterception", byRefusal
		if q.variant()/2%2 == 0 {
			input["way"] = byReturn
		}
	case "AWAITING_RETURN":
		name = "submitReturnShipment"
		input["carrier"], input["trackingNumber"] = carrier, "R-"+s.Number
	case "RETURN_IN_TRANSIT":
		who, name = r.picker(q.order), "confirmReturn"
		input["lines"] = q.inspected(s)
	case "REFUNDING":
		defer r.timings.start(Refund)()
		return r.client.poll(ctx, "wait for the refund", func() (bool, error) {
			now, err := r.readRequest(ctx, q)
			return err != nil || now.Status == completed, err
		})
	default:
		return errors.New("unexpected status")
	}
	_, err := mutate[afterSalePayload](ctx, r.client, who, mutation{name: name,
		key: r.key(q.keyName, name), selection: "afterSale { id }", input: input})
	return err
}

// inspected is the result of the inspection: every unit is good, but of every fifth line half are
// damaged.
func (q *request) inspected(s requestState) []map[string]any {
	lines := make([]map[string]any, len(s.Lines))
	for i, l := range s.Lines {
		var damaged int64
		if hash(q.keyName+"/"+l.Item.SkuCode)%5 == 0 {
			damaged = (l.Quantity + 1) / 2
		}
		lines[i] = map[string]any{"item": l.Item.ID, "good": l.Quantity - damaged, "damaged": damaged}
	}
	return lines
}
