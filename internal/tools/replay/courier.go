package replay

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// carrier is the code of the sandbox courier.
const carrier = "SANDBOX"

// The final stages of a parcel.
const (
	stageDelivered = "DELIVERED"
	stageReturned  = "RETURNED"
)

// carrierEvent is a tracking event and its time after the parcel was handed over.
type carrierEvent struct {
	stage string
	after time.Duration
}

// The events of a parcel that is delivered, and of one that comes back.
var (
	deliveredJourney = []carrierEvent{{"COLLECTED", time.Minute}, {"IN_TRANSIT", 5 * time.Minute},
		{stageDelivered, 30 * time.Minute}}
	refusedJourney = []carrierEvent{{"REFUSED", 10 * time.Minute}, {"RETURNING", 20 * time.Minute},
		{stageReturned, 50 * time.Minute}}
	returnedJourney = []carrierEvent{{"RETURNING", 20 * time.Minute},
		{stageReturned, 50 * time.Minute}}
)

// parcel is a shipment that was handed over.
type parcel struct {
	ID, Purpose, TrackingNumber, CarrierStage string
	HandedOverAt                              time.Time
}

// orderProgress is the state of an order's sub-orders and parcels.
type orderProgress struct {
	Status     string
	SubOrders  []subOrder
	Shipments  []parcel
	AfterSales []struct {
		Way      string
		Shipment *struct{ ID string }
	}
}

func (r *replay) readProgress(ctx context.Context, who user, o *order) (orderProgress, error) {
	var found struct{ Node orderProgress }
	err := r.client.do(ctx, who, operation{
		Query: `query($id: ID!) { node(id: $id) { ... on Order { status
			subOrders { id status openRequests items { id quantity recalledQuantity } }
			shipments { id purpose trackingNumber carrierStage handedOverAt }
			afterSales { way shipment { id } } } } }`,
		Variables: map[string]any{"id": o.id},
	}, &found)
	return found.Node, err
}

// sent lists the parcels that go to the buyer, without those that come back.
func (a orderProgress) sent() (parcels []parcel) {
	back := map[string]bool{}
	for _, request := range a.AfterSales {
		if request.Shipment != nil && (request.Way == byInterception || request.Way == byRefusal) {
			back[request.Shipment.ID] = true
		}
	}
	for _, p := range a.Shipments {
		if p.Purpose == "ORDER" && !back[p.ID] {
			parcels = append(parcels, p)
		}
	}
	return parcels
}

// deliver makes the courier deliver an order's parcels; three of four buyers confirm the receipt.
func (r *replay) deliver(ctx context.Context, o *order) error {
	if o.status != shipped {
		return nil // received before
	}
	who := o.buyer(r.plan.fingerprint)
	stop := r.timings.start(Track)
	progress, err := r.readProgress(ctx, who, o)
	if err != nil {
		return err
	}
	for _, p := range progress.sent() {
		if p.CarrierStage == stageDelivered {
			continue
		}
		if err := r.addEvents(ctx, p, deliveredJourney, p.HandedOverAt); err != nil {
			return err
		}
	}
	err = r.client.poll(ctx, "wait for the delivery", func() (bool, error) {
		progress, err = r.readProgress(ctx, who, o)
		for _, p := range progress.sent() {
			if p.CarrierStage != stageDelivered {
				return false, err
			}
		}
		return true, err
	})
	if err != nil {
		return err
	}
	stop()
	if o.receivedByClock() {
		return nil
	}
	return r.receive(ctx, who, o, progress.SubOrders)
}

// addEvents adds tracking events of a parcel at the courier and makes it push them. Adding them
// again changes nothing: their times derive from since, a time of the server.
func (r *replay) addEvents(
	ctx context.Context, p parcel, journey []carrierEvent, since time.Time,
) error {
	for _, e := range journey {
		status, err := r.controlCourier(ctx, map[string]any{
			"action": "add", "carrier": carrier, "number": p.TrackingNumber,
			"event": map[string]any{"at": since.Add(e.after), "stage": e.stage},
		})
		if err != nil {
			return err
		}
		if status != http.StatusNoContent {
			return fmt.Errorf("the courier returned %d", status)
		}
	}
	return r.push(ctx, p)
}

// push makes the courier push all events of a parcel to the server.
func (r *replay) push(ctx context.Context, p parcel) error {
	return r.client.poll(ctx, "make the courier push", func() (bool, error) {
		status, err := r.controlCourier(ctx, map[string]any{"action": "push", "reference": p.ID})
		return status == http.StatusNoContent, err
	})
}

// controlCourier calls the control endpoint of the sandbox courier.
func (r *replay) controlCourier(
	ctx context.Context, control map[string]any,
) (status int, err error) {
	body, err := json.Marshal(control)
	if err != nil {
		return 0, err
	}
	err = r.client.retry(ctx, func() error {
		status, _, err = r.client.send(ctx, http.MethodPost, r.opts.CourierURL+"/control", "", body,
			requestTimeout)
		return err
	})
	return status, err
}

// receive confirms the receipt of every sub-order that awaits it and has no open request.
func (r *replay) receive(ctx context.Context, who user, o *order, parts []subOrder) error {
	defer r.timings.start(Receive)()
	var mutations []mutation
	for i, part := range parts {
		if part.Status == shipped && part.OpenRequests == 0 {
			mutations = append(mutations, mutation{name: "confirmReceipt", selection: "subOrder { id }",
				key:   r.key(o.number, strconv.Itoa(i), "receive"),
				input: map[string]any{"subOrder": part.ID}})
		}
	}
	_, err := mutateAll[struct{}](ctx, r.client, who, mutations)
	return err
}
