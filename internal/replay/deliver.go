package replay

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// carrier is the sandbox courier's code.
const carrier = "SANDBOX"

// delivered is the last of a parcel's stages.
const delivered = "DELIVERED"

// journey is what the courier tells of a parcel, and how long after it was handed over.
var journey = []struct {
	stage string
	after time.Duration
}{
	{"COLLECTED", time.Minute}, {"IN_TRANSIT", 5 * time.Minute}, {delivered, 30 * time.Minute},
}

// afloat is how the parcels and parts of an order stand.
type afloat struct {
	Node struct {
		SubOrders []subOrder
		Shipments []struct {
			ID, TrackingNumber, CarrierStage string
			HandedOverAt                     time.Time
		}
	}
}

func (r *replay) afloat(ctx context.Context, who user, t *trade) (seen afloat, err error) {
	err = r.client.do(ctx, who, operation{
		Query: `query($id: ID!) { node(id: $id) { ... on Order {
			subOrders { id status }
			shipments { id trackingNumber carrierStage handedOverAt } } } }`,
		Variables: map[string]any{"id": t.order},
	}, &seen)
	return seen, err
}

// deliver lets the courier deliver an order's parcels, and mostly the buyer confirms the receipt.
// Every fourth leaves that to the clock.
func (r *replay) deliver(ctx context.Context, t *trade) error {
	if t.status != shipped {
		return nil // it was received before
	}
	who := t.buyer(r.plan.print)
	stop := r.lap.start(Track)
	seen, err := r.afloat(ctx, who, t)
	if err != nil {
		return err
	}
	for _, p := range seen.Node.Shipments {
		if p.CarrierStage == delivered {
			continue
		}
		if err := r.travel(ctx, p.ID, p.TrackingNumber, p.HandedOverAt); err != nil {
			return err
		}
	}
	err = r.client.until(ctx, "the server hears of the delivery", func() (bool, error) {
		seen, err = r.afloat(ctx, who, t)
		for _, p := range seen.Node.Shipments {
			if p.CarrierStage != delivered {
				return false, err
			}
		}
		return true, err
	})
	if err != nil {
		return err
	}
	stop()
	if hash(t.number)%4 == 0 {
		return nil
	}
	return r.receive(ctx, who, t, seen.Node.SubOrders)
}

// travel tells the courier what happened to a parcel and lets it push that. Told twice, it is the
// same: the times are the parcel's.
func (r *replay) travel(ctx context.Context, id, number string, from time.Time) error {
	for _, step := range journey {
		status, err := r.atCourier(ctx, map[string]any{
			"action": "add", "carrier": carrier, "number": number,
			"event": map[string]any{"at": from.Add(step.after), "stage": step.stage},
		})
		if err != nil {
			return err
		}
		if status != http.StatusNoContent {
			return fmt.Errorf("the courier answers %d", status)
		}
	}
	return r.client.until(ctx, "the courier is asked for pushes", func() (bool, error) {
		status, err := r.atCourier(ctx, map[string]any{"action": "push", "reference": id})
		return status == http.StatusNoContent, err
	})
}

// atCourier uses the courier's controls.
func (r *replay) atCourier(ctx context.Context, control map[string]any) (status int, err error) {
	body, err := json.Marshal(control)
	if err != nil {
		return 0, err
	}
	err = r.client.insist(ctx, func() error {
		status, _, err = r.client.send(ctx, http.MethodPost, r.opts.CourierURL+"/control", "", body,
			callLimit)
		return err
	})
	return status, err
}

// receive confirms the receipt of every part that waits for it.
func (r *replay) receive(ctx context.Context, who user, t *trade, parts []subOrder) error {
	defer r.lap.start(Receive)()
	var wishes []wish
	for i, part := range parts {
		if part.Status == shipped {
			wishes = append(wishes, wish{mutation: "confirmReceipt", want: "subOrder { id }",
				key:   r.key(t.number, strconv.Itoa(i), "receive"),
				input: map[string]any{"subOrder": part.ID}})
		}
	}
	_, err := mutateAll[struct{}](ctx, r.client, who, wishes)
	return err
}
