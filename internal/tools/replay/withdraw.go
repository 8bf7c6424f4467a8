package replay

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"
)

// request is an after-sale request on its way.
type request struct {
	*withdrawal
	trade *trade
	id    string
	name  string // of its keys
}

// cancellations returns what is to be done for the cancellations of an hour: those of goods that
// are on their way, and the others. Those of one customer are done one after the other.
func (r *replay) cancellations(h *hour, step int) (early, others []job) {
	for _, queue := range queues(h.cancellations, (*cancellation).whose) {
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
		early, others = r.withdrawing(early, ahead), r.withdrawing(others, after)
	}
	return early, others
}

func (c *cancellation) whose() string { return c.customer }

func (r *replay) withdrawing(jobs []job, queue []*withdrawal) []job {
	if len(queue) == 0 {
		return jobs
	}
	return append(jobs, func(ctx context.Context) error {
		for _, w := range queue {
			if err := r.withdraw(ctx, w); err != nil {
				return fmt.Errorf("cancellation %s of %s: %w", w.by.number, w.of.number, err)
			}
			r.advance("requests", r.plan.withdrawals)
		}
		return nil
	})
}

// remainders ships what cancellations of their hour left of orders.
func (r *replay) remainders(bought []*trade) (jobs []job) {
	for _, t := range bought {
		jobs = append(jobs, func(ctx context.Context) error {
			if !t.waits {
				return nil
			}
			seen, err := r.afloat(ctx, t.buyer(r.plan.print), t)
			if t.status = seen.Status; err != nil || t.status == closed {
				return err
			}
			return r.ship(ctx, t, seen.SubOrders)
		})
	}
	return jobs
}

// kept is what an order has and what was asked of it before.
type kept struct {
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

// withdraw asks for what a cancellation takes of one purchase, a request for each parcel, and lets
// the requests go as far as they go in this hour. What was asked before is not asked again.
func (r *replay) withdraw(ctx context.Context, w *withdrawal) error {
	t := r.sold[w.of]
	var seen struct {
		Now  time.Time
		Node kept
	}
	err := r.client.do(ctx, t.buyer(r.plan.print), operation{
		Query: `query($id: ID!) { now node(id: $id) { ... on Order {
			subOrders { id status completeDueAt items { id skuCode shippedQuantity }
				shipmentItems { quantity item { id } shipment { id purpose carrierStage } } }
			afterSales { id text lines { quantity item { id skuCode } } } } } }`,
		Variables: map[string]any{"id": t.order},
	}, &seen)
	if err != nil {
		return err
	}
	var requests []*request
	asked := map[string]int64{} // by sku
	for _, a := range seen.Node.AfterSales {
		if a.Text != w.text() {
			continue
		}
		requests = append(requests, w.request(t, a.ID, len(requests)))
		for _, l := range a.Lines {
			asked[l.Item.SkuCode] += l.Quantity
		}
	}
	for _, ask := range w.asks(seen.Node, asked, seen.Now) {
		q := w.request(t, "", len(requests))
		if q.id, err = r.ask(ctx, q, ask); err != nil {
			return err
		}
		requests = append(requests, q)
	}
	for _, q := range requests {
		if err := r.drive(ctx, q, false); err != nil {
			return err
		}
	}
	return nil
}

// text is what the buyer says; by it a request is known again.
func (w *withdrawal) text() string { return "Cancelled by " + w.by.number + "." }

func (w *withdrawal) request(t *trade, id string, i int) *request {
	return &request{withdrawal: w, trade: t, id: id,
		name: w.by.number + "/" + w.of.number + "/" + strconv.Itoa(i)}
}

// ask is one request to be made.
type ask struct {
	sub, parcel string // ids; no parcel for goods that were not sent
	onItsWay    bool
	whole       bool // all that is in the parcel
	byShop      bool
	lines       []map[string]any
}

// asks divides what was not asked for yet by sub-order and parcel, as the order stands.
func (w *withdrawal) asks(seen kept, asked map[string]int64, now time.Time) (all []*ask) {
	for _, part := range seen.SubOrders {
		var mine []*ask
		closing := part.CompleteDueAt != nil && now.After(part.CompleteDueAt.Add(-spare))
		late := w.late || part.Status == completed || closing
		for _, item := range part.Items {
			i := slices.IndexFunc(w.lines, func(l *quantity) bool { return l.sku.code == item.SkuCode })
			if i < 0 || asked[item.SkuCode] >= w.lines[i].units {
				continue
			}
			a := ask{sub: part.ID}
			if item.ShippedQuantity > 0 {
				for _, in := range part.ShipmentItems {
					if in.Item.ID == item.ID && in.Shipment.Purpose == "ORDER" {
						a.parcel, a.byShop = in.Shipment.ID, late
						a.onItsWay = in.Shipment.CarrierStage != arrived
					}
				}
			}
			at := slices.IndexFunc(mine, func(b *ask) bool { return b.parcel == a.parcel })
			if at < 0 {
				at, mine = len(mine), append(mine, &a)
			}
			units := w.lines[i].units - asked[item.SkuCode]
			mine[at].lines = append(mine[at].lines,
				map[string]any{"item": item.ID, "quantity": units})
		}
		for _, a := range mine {
			a.whole = true
			for _, in := range part.ShipmentItems {
				a.whole = a.whole && (in.Shipment.ID != a.parcel || a.has(in.Item.ID, in.Quantity))
			}
			all = append(all, a)
		}
	}
	return all
}

func (a *ask) has(item string, units int64) bool {
	return slices.ContainsFunc(a.lines, func(l map[string]any) bool {
		return l["item"] == item && l["quantity"] == units
	})
}

// merchant answers for the shops, and asks for buyers whose time is over.
func (r *replay) merchant(t *trade) user {
	who := r.picker(t)
	who.role, who.subject = "MERCHANT", "merchant"+who.subject
	return who
}

// asked is what the mutations that ask tell.
type asked struct{ AfterSale struct{ ID string } }

// ask makes a request.
func (r *replay) ask(ctx context.Context, q *request, a *ask) (id string, err error) {
	defer r.lap.start(Ask)()
	input := map[string]any{"subOrder": a.sub, "lines": a.lines, "text": q.text()}
	input["kind"], input["reason"] = "REFUND_ONLY", "NOT_WANTED"
	switch chance := q.chance(); {
	case a.parcel == "":
		input["goods"] = "UNSHIPPED"
	case a.onItsWay && a.whole && chance%3 == 0:
		input["way"] = byRefusal
	case a.onItsWay && a.whole:
		input["way"] = byInterception
	case a.onItsWay:
		input["kind"], input["way"] = "RETURN_AND_REFUND", byReturn
	case chance%3 == 0:
		input["reason"] = "QUALITY"
	default:
		input["kind"] = "RETURN_AND_REFUND"
		input["reason"] = []string{"NOT_WANTED", "WRONG_GOODS", "QUALITY"}[chance/3%3]
	}
	who, mutation := q.trade.buyer(r.plan.print), "requestAfterSale"
	if a.parcel != "" {
		input["parcel"] = a.parcel
	}
	if a.byShop {
		who, mutation = r.merchant(q.trade), "openAfterSaleForBuyer"
	}
	made, err := mutate[asked](ctx, r.client, who, wish{mutation: mutation,
		key: r.key(q.name, "ask"), want: "afterSale { id }", input: input})
	return made.AfterSale.ID, err
}

// chance decides what the file does not say, by what it says.
func (q *request) chance() uint32 { return hash(q.name) }
