package replay

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"
)

// The ways in which goods that are on their way come back.
const (
	byInterception = "INTERCEPTION"
	byRefusal      = "REFUSAL"
	byReturn       = "RETURN"
)

// standing is how a request stands.
type standing struct {
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

func (r *replay) standing(ctx context.Context, q *request) (standing, error) {
	var seen struct{ Node standing }
	const parcel = "{ id purpose trackingNumber carrierStage handedOverAt }"
	err := r.client.do(ctx, q.trade.buyer(r.plan.print), operation{
		Query: `query($id: ID!) { node(id: $id) { ... on AfterSale { status number createdAt
			lines { quantity item { id skuCode } } shipment ` + parcel + ` parcels ` + parcel + `
			interceptions { status } } } }`,
		Variables: map[string]any{"id": q.id},
	}, &seen)
	return seen.Node, err
}

// travels drives the requests on that wait for couriers: since the last hour they had time.
func (r *replay) travels() (jobs []job) {
	waiting := r.afoot
	r.afoot = nil
	for _, queue := range queues(waiting, func(q *request) string { return q.of.number }) {
		jobs = append(jobs, func(ctx context.Context) error {
			for _, q := range queue {
				if err := r.drive(ctx, q, true); err != nil {
					return fmt.Errorf("cancellation %s of %s: %w", q.by.number, q.of.number, err)
				}
			}
			return nil
		})
	}
	return jobs
}

// drive does for a request what comes next, step by step, until it ends or waits for a courier. In
// an hour a courier gets something done once.
func (r *replay) drive(ctx context.Context, q *request, courier bool) error {
	for {
		s, err := r.standing(ctx, q)
		switch {
		case err != nil:
			return err
		case s.Status == completed:
			return nil
		case s.carried() && !courier:
			r.wait(q)
			return nil
		case s.carried():
			courier = false
			err = r.carry(ctx, q, s)
		default:
			err = r.answer(ctx, q, s)
		}
		if err != nil {
			return fmt.Errorf("request %s, %s: %w", s.Number, s.Status, err)
		}
	}
}

// wait keeps a request for the next hour.
func (r *replay) wait(q *request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.afoot = append(r.afoot, q)
}

// carried tells whether a request waits for something that a courier does.
func (s standing) carried() bool {
	switch s.Status {
	case "AWAITING_INTERCEPTION", "AWAITING_REFUSAL":
		return true
	case "AWAITING_RETURN":
		return s.Shipment != nil && s.Shipment.CarrierStage != arrived
	case "RETURN_IN_TRANSIT":
		p := s.back()
		return p.CarrierStage != arrived && p.CarrierStage != returned
	default:
		return false
	}
}

// back is the parcel in which the goods come back: the buyer's, or that which turned round.
func (s standing) back() parcel {
	if i := slices.IndexFunc(s.Parcels, func(p parcel) bool { return p.Purpose == byReturn }); i >= 0 {
		return s.Parcels[i]
	}
	return *s.Shipment
}

// carry lets the courier do what a request waits for, and waits until the server knows.
func (r *replay) carry(ctx context.Context, q *request, s standing) (err error) {
	switch {
	case s.Status == "AWAITING_INTERCEPTION":
		err = r.intercept(ctx, q, s)
	case s.Status == "AWAITING_REFUSAL":
		err = r.travel(ctx, *s.Shipment, refused, s.CreatedAt)
	case s.Status == "AWAITING_RETURN":
		err = r.travel(ctx, *s.Shipment, there, s.Shipment.HandedOverAt)
	case s.back().Purpose == byReturn:
		err = r.travel(ctx, s.back(), there, s.back().HandedOverAt)
	default: // it turned round; the last of its news is missing
		err = r.travel(ctx, s.back(), intercepted, s.CreatedAt)
	}
	if err != nil {
		return err
	}
	return r.client.until(ctx, "the server hears of the parcel", func() (bool, error) {
		now, err := r.standing(ctx, q)
		return err != nil || !now.carried() || now.Status != s.Status, err
	})
}

// intercept lets the courier bring a parcel back, or refuse to.
func (r *replay) intercept(ctx context.Context, q *request, s standing) error {
	err := r.client.until(ctx, "the courier is asked to intercept", func() (bool, error) {
		now, err := r.standing(ctx, q)
		n := len(now.Interceptions)
		return err != nil || n > 0 && now.Interceptions[n-1].Status != "REQUESTED", err
	})
	if err != nil {
		return err
	}
	answers := []string{"ACCEPTED", "SUCCEEDED"}
	if q.chance()%2 == 0 {
		answers = []string{"REFUSED"}
	}
	for _, answer := range answers {
		status, err := r.atCourier(ctx, map[string]any{"action": "intercept", "carrier": carrier,
			"number": s.Shipment.TrackingNumber, "answer": answer})
		if err != nil {
			return err
		}
		if status != http.StatusNoContent && status != http.StatusConflict { // it said so before
			return fmt.Errorf("the courier answers %d", status)
		}
	}
	if len(answers) > 1 {
		return r.travel(ctx, *s.Shipment, intercepted, s.CreatedAt)
	}
	return r.push(ctx, *s.Shipment)
}

// answer does what buyer, shop or warehouse have to do, or waits for the money.
func (r *replay) answer(ctx context.Context, q *request, s standing) error {
	who := q.trade.buyer(r.plan.print)
	input := map[string]any{"afterSale": q.id}
	var mutation string
	switch s.Status {
	case "AWAITING_MERCHANT":
		who, mutation = r.merchant(q.trade), "approveAfterSale"
	case "AWAITING_CHOICE":
		mutation, input["way"] = "chooseAfterInterception", byRefusal
		if q.chance()/2%2 == 0 {
			input["way"] = byReturn
		}
	case "AWAITING_RETURN":
		mutation = "submitReturnShipment"
		input["carrier"], input["trackingNumber"] = carrier, "R-"+s.Number
	case "RETURN_IN_TRANSIT":
		who, mutation = r.picker(q.trade), "confirmReturn"
		input["lines"] = q.inspected(s)
	case "REFUNDING":
		defer r.lap.start(Refund)()
		return r.client.until(ctx, "the money is back", func() (bool, error) {
			now, err := r.standing(ctx, q)
			return err != nil || now.Status == completed, err
		})
	default:
		return errors.New("that is not what the file brings about")
	}
	_, err := mutate[asked](ctx, r.client, who, wish{mutation: mutation,
		key: r.key(q.name, mutation), want: "afterSale { id }", input: input})
	return err
}

// inspected is what the warehouse finds: most goods can be sold again, of every fifth line half
// cannot.
func (q *request) inspected(s standing) []map[string]any {
	lines := make([]map[string]any, len(s.Lines))
	for i, l := range s.Lines {
		var damaged int64
		if hash(q.name+"/"+l.Item.SkuCode)%5 == 0 {
			damaged = (l.Quantity + 1) / 2
		}
		lines[i] = map[string]any{"item": l.Item.ID, "good": l.Quantity - damaged, "damaged": damaged}
	}
	return lines
}
