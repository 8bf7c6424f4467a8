package replay

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"
)

// request is an after-sale request and what it was made for.
type request struct {
	*withdrawal
	order   *order
	id      string
	keyName string // part of its idempotency keys
}

// cancellations returns the jobs for the cancellations of an hour: those of goods in transit, and
// the others. Those of one customer run one after the other.
func (r *replay) cancellations(h *hour, step int) (inTransitJobs, otherJobs []job) {
	for _, queue := range queues(h.cancellations, (*cancellation).customerID) {
		var ahead, after []*withdrawal
		for _, c := range queue {
			for _, w := range c.withdrawals {
				if w.phase(step) == inTransit {
					ahead = append(ahead, w)
				} else {
					after = append(after, w)
				}
			}
		}
		inTransitJobs = r.withdrawalJobs(inTransitJobs, ahead)
		otherJobs = r.withdrawalJobs(otherJobs, after)
	}
	return inTransitJobs, otherJobs
}

func (c *cancellation) customerID() string { return c.customer }

func (r *replay) withdrawalJobs(jobs []job, queue []*withdrawal) []job {
	if len(queue) == 0 {
		return jobs
	}
	return append(jobs, func(ctx context.Context) error {
		for _, w := range queue {
			if err := r.withdraw(ctx, w); err != nil {
				return fmt.Errorf("cancellation %s of %s: %w", w.cancellation.number, w.invoice.number, err)
			}
			r.progress("requests", r.plan.withdrawals)
		}
		return nil
	})
}

// remainders ships what the cancellations of an hour left of its orders.
func (r *replay) remainders(bought []*order) (jobs []job) {
	for _, o := range bought {
		jobs = append(jobs, func(ctx context.Context) error {
			if !o.shipsLater {
				return nil
			}
			progress, err := r.readProgress(ctx, o.buyer(r.plan.fingerprint), o)
			if o.status = progress.Status; err != nil || o.status == closed {
				return err
			}
			return r.ship(ctx, o, progress.SubOrders)
		})
	}
	return jobs
}

// orderState is the state of an order and its earlier requests.
type orderState struct {
	SubOrders []struct {
		ID, Status    string
		CompleteDueAt *time.Time
		Items         []struct {
			ID, SkuCode     string
			ShippedQuantity int64
		}
		ShipmentItems []struct {
			Quantity int64
			Item     struct{ ID string }
			Shipment struct{ ID, Purpose, CarrierStage string }
		}
	}
	AfterSales []struct {
		ID, Text string
		Lines    []struct {
			Quantity int64
			Item     struct{ ID, SkuCode string }
		}
	}
}

// withdraw makes the requests for a withdrawal, one for each parcel, and processes them as far as
// possible in this hour. Existing requests are continued.
func (r *replay) withdraw(ctx context.Context, w *withdrawal) error {
	o := r.orderOf[w.invoice]
	var found struct {
		Now  time.Time
		Node orderState
	}
	err := r.client.do(ctx, o.buyer(r.plan.fingerprint), operation{
		Query: `query($id: ID!) { now node(id: $id) { ... on Order {
			subOrders { id status completeDueAt items { id skuCode shippedQuantity }
				shipmentItems { quantity item { id } shipment { id purpose carrierStage } } }
			afterSales { id text lines { quantity item { id skuCode } } } } } }`,
		Variables: map[string]any{"id": o.id},
	}, &found)
	if err != nil {
		return err
	}
	var requests []*request
	requested := map[string]int64{} // by sku
	for _, a := range found.Node.AfterSales {
		if a.Text != w.text() {
			continue
		}
		requests = append(requests, w.request(o, a.ID, len(requests)))
		for _, l := range a.Lines {
			requested[l.Item.SkuCode] += l.Quantity
		}
	}
	for _, draft := range w.drafts(found.Node, requested, found.Now) {
		q := w.request(o, "", len(requests))
		if q.id, err = r.createRequest(ctx, q, draft); err != nil {
			return err
		}
		requests = append(requests, q)
	}
	for _, q := range requests {
		if err := r.process(ctx, q, false); err != nil {
			return err
		}
	}
	return nil
}

// text is the buyer's message; it identifies the request when a replay continues.
func (w *withdrawal) text() string { return "Cancelled by " + w.cancellation.number + "." }

func (w *withdrawal) request(o *order, id string, i int) *request {
	return &request{withdrawal: w, order: o, id: id,
		keyName: w.cancellation.number + "/" + w.invoice.number + "/" + strconv.Itoa(i)}
}

// requestDraft is a request to be made.
type requestDraft struct {
	sub, parcel string // ids; parcel is empty for goods that were not sent
	onItsWay    bool
	whole       bool // all that is in the parcel
	byShop      bool
	lines       []map[string]any
}

// drafts divides what was not requested yet by sub-order and parcel.
func (w *withdrawal) drafts(
	state orderState, requested map[string]int64, now time.Time,
) (all []*requestDraft) {
	for _, part := range state.SubOrders {
		var drafts []*requestDraft
		closing := part.CompleteDueAt != nil && now.After(part.CompleteDueAt.Add(-margin))
		late := w.late || part.Status == completed || closing
		for _, item := range part.Items {
			i := slices.IndexFunc(w.lines, func(l *invoiceLine) bool { return l.sku.code == item.SkuCode })
			if i < 0 || requested[item.SkuCode] >= w.lines[i].units {
				continue
			}
			a := requestDraft{sub: part.ID}
			if item.ShippedQuantity > 0 {
				for _, in := range part.ShipmentItems {
					if in.Item.ID == item.ID && in.Shipment.Purpose == "ORDER" {
						a.parcel, a.byShop = in.Shipment.ID, late
						a.onItsWay = in.Shipment.CarrierStage != stageDelivered
					}
				}
			}
			at := slices.IndexFunc(drafts, func(b *requestDraft) bool { return b.parcel == a.parcel })
			if at < 0 {
				at, drafts = len(drafts), append(drafts, &a)
			}
			units := w.lines[i].units - requested[item.SkuCode]
			drafts[at].lines = append(drafts[at].lines,
				map[string]any{"item": item.ID, "quantity": units})
		}
		for _, a := range drafts {
			a.whole = true
			for _, in := range part.ShipmentItems {
				a.whole = a.whole && (in.Shipment.ID != a.parcel || a.has(in.Item.ID, in.Quantity))
			}
			all = append(all, a)
		}
	}
	return all
}

func (a *requestDraft) has(item string, units int64) bool {
	return slices.ContainsFunc(a.lines, func(l map[string]any) bool {
		return l["item"] == item && l["quantity"] == units
	})
}

// merchant approves requests, and opens those of buyers whose return window has ended.
func (r *replay) merchant(o *order) user {
	who := r.picker(o)
	who.role, who.subject = "MERCHANT", "merchant"+who.subject
	return who
}

// afterSalePayload is the payload of the mutations on requests.
type afterSalePayload struct{ AfterSale struct{ ID string } }

// createRequest makes a request.
func (r *replay) createRequest(
	ctx context.Context, q *request, draft *requestDraft,
) (id string, err error) {
	defer r.timings.start(OpenRequest)()
	input := map[string]any{"subOrder": draft.sub, "lines": draft.lines, "text": q.text()}
	input["kind"], input["reason"] = "REFUND_ONLY", "NOT_WANTED"
	switch variant := q.variant(); {
	case draft.parcel == "":
		input["goods"] = "UNSHIPPED"
	case draft.onItsWay && draft.whole && variant%3 == 0:
		input["way"] = byRefusal
	case draft.onItsWay && draft.whole:
		input["way"] = byInterception
	case draft.onItsWay:
		input["kind"], input["way"] = "RETURN_AND_REFUND", byReturn
	case variant%3 == 0:
		input["reason"] = "QUALITY"
	default:
		input["kind"] = "RETURN_AND_REFUND"
		input["reason"] = []string{"NOT_WANTED", "WRONG_GOODS", "QUALITY"}[variant/3%3]
	}
	who, name := q.order.buyer(r.plan.fingerprint), "requestAfterSale"
	if draft.parcel != "" {
		input["parcel"] = draft.parcel
	}
	if draft.byShop {
		who, name = r.merchant(q.order), "openAfterSaleForBuyer"
	}
	made, err := mutate[afterSalePayload](ctx, r.client, who, mutation{name: name,
		key: r.key(q.keyName, "ask"), selection: "afterSale { id }", input: input})
	return made.AfterSale.ID, err
}

// variant decides what the file does not say, by a hash of what it says.
func (q *request) variant() uint32 { return hash(q.keyName) }
