package replay

import (
	"context"
	"errors"
	"fmt"
	"net/http"
)

// Statuses of an order that the replay acts on.
const (
	pendingPayment   = "PENDING_PAYMENT"
	awaitingShipment = "AWAITING_SHIPMENT"
	partiallyShipped = "PARTIALLY_SHIPPED"
	shipped          = "SHIPPED"
	received         = "RECEIVED"
	completed        = "COMPLETED"
	closed           = "CLOSED"
)

// placeOrderPayload is the payload of placeOrder.
type placeOrderPayload struct {
	Order struct {
		ID, Status string
		SubOrders  []subOrder
	}
}

type subOrder struct {
	ID, Status   string
	OpenRequests int
	Items        []struct {
		ID                         string
		Quantity, RecalledQuantity int64
	}
}

// customerID is empty for a guest.
func (inv *invoice) customerID() string { return inv.customer }

// buyer is the user who bought an invoice; each invoice of a guest has a user of its own.
func (o *order) buyer(fingerprint string) user {
	if o.customer != "" {
		return user{role: "BUYER", subject: "customer-" + o.customer}
	}
	return user{role: "BUYER", subject: "guest-" + fingerprint + "-" + o.number}
}

// buy quotes, places, pays and ships an invoice. Of an order that exists it does the remaining
// steps.
func (r *replay) buy(ctx context.Context, o *order) error {
	who := o.buyer(r.plan.fingerprint)
	lines := make([]map[string]any, len(o.lines))
	for i, l := range o.lines {
		lines[i] = map[string]any{"sku": r.skus[l.sku], "quantity": l.units}
	}
	if err := r.quote(ctx, who, o, lines); err != nil {
		return err
	}
	stop := r.timings.start(Place)
	p, err := mutate[placeOrderPayload](ctx, r.client, who, mutation{
		name: "placeOrder", key: r.key(o.number, "place"),
		selection: "order { id status subOrders { id status " +
			"items { id quantity recalledQuantity } } }",
		input: map[string]any{
			"lines": lines, "expectedPayable": o.pence, "address": o.address(),
		},
	})
	if err != nil {
		return err
	}
	o.id, o.status = p.Order.ID, p.Order.Status
	if o.status == pendingPayment {
		stop()
		if err := r.pay(ctx, who, o); err != nil {
			return err
		}
	}
	switch o.status {
	case awaitingShipment, partiallyShipped:
		if o.shipsLater = o.cancelledSameHour; o.shipsLater {
			return nil
		}
		return r.ship(ctx, o, p.Order.SubOrders)
	case shipped, received, completed, closed:
		return nil
	}
	return fmt.Errorf("its order %s is %s", o.id, o.status)
}

// quote compares the price of a quote with the file. It ignores obstacles to placing, which
// placeOrder reports: the stock of an order that was placed before is reserved.
func (r *replay) quote(
	ctx context.Context, who user, o *order, lines []map[string]any,
) error {
	stop := r.timings.start(Quote)
	var answer struct {
		Quote struct {
			Price struct{ Payable struct{ Amount int64 } }
		}
	}
	in := o.place()
	in["lines"] = lines
	err := r.client.do(ctx, who, operation{
		Query:     "query($in: QuoteInput!) { quote(input: $in) { price { payable { amount } } } }",
		Variables: map[string]any{"in": in},
	}, &answer)
	if err != nil {
		return fmt.Errorf("quote: %w", err)
	}
	stop()
	if got := answer.Quote.Price.Payable.Amount; got != o.pence {
		return fmt.Errorf("quoted at %d, the file says %d", got, o.pence)
	}
	return nil
}

func (o *order) address() map[string]any {
	name := "Guest " + o.number
	if o.customer != "" {
		name = "Customer " + o.customer
	}
	address := o.place()
	address["name"], address["street"] = name, "1 Retail Road"
	address["phone"] = fmt.Sprintf("+86138%08d", hash(name)%100_000_000)
	return address
}

// startPaymentPayload is the payload of startPayment.
type startPaymentPayload struct {
	Payment *struct {
		Status       string
		ClientParams []struct{ Name, Value string }
	}
}

// pay starts a payment, pays it at the channel and waits until the order is paid.
func (r *replay) pay(ctx context.Context, who user, o *order) error {
	defer r.timings.start(Pay)()
	var page string
	err := r.client.poll(ctx, "start the payment", func() (bool, error) {
		p, err := mutate[startPaymentPayload](ctx, r.client, who, mutation{
			name: "startPayment", key: r.key(o.number, "pay"),
			selection: "payment { status clientParams { name value } }",
			input:     map[string]any{"order": o.id, "channel": "SANDBOX"},
		})
		var userError *UserError
		if errors.As(err, &userError) && userError.Code == "CHANNEL_PENDING" {
			return false, nil
		}
		if err != nil || p.Payment == nil {
			return true, err
		}
		for _, param := range p.Payment.ClientParams {
			if param.Name == "pay_url" {
				page = param.Value
			}
		}
		return true, nil
	})
	if err != nil {
		return err
	}
	if page != "" { // otherwise it was paid before
		if err := r.payAtChannel(ctx, page); err != nil {
			return err
		}
	}
	return r.client.poll(ctx, "wait for the payment", func() (bool, error) {
		var answer struct{ Node struct{ Status string } }
		err := r.client.do(ctx, who, operation{
			Query:     "query($id: ID!) { node(id: $id) { ... on Order { status } } }",
			Variables: map[string]any{"id": o.id},
		}, &answer)
		o.status = answer.Node.Status
		return o.status != pendingPayment, err
	})
}

// payAtChannel pays on the channel's page. A conflict means that it is paid already.
func (r *replay) payAtChannel(ctx context.Context, page string) error {
	return r.client.retry(ctx, func() error {
		status, answer, err := r.client.send(ctx, http.MethodPost, page, "", nil, requestTimeout)
		if err == nil && status != http.StatusNoContent && status != http.StatusConflict {
			err = fmt.Errorf("the channel returned %d: %s", status, answer)
		}
		return err
	})
}
